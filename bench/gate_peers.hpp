// What else could be asked whether a name is filed. Each holds the names of filed_name(0 … n-1) and
// is asked for a name that is ready made: it neither reads a host nor looks for its independent
// domain.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace beian::bench {

class Peer {
 public:
  struct Way {
    std::string name;
    bool batched = false;
    bool served = false;  // by another process, whose work counts as well
    std::function<size_t(const std::vector<std::string>&)> count;  // how many of them are filed
  };
  virtual ~Peer() = default;
  virtual std::vector<Way> ways() = 0;
};

// Null where its library or server is not there.
using PeerMaker = std::function<std::unique_ptr<Peer>(uint64_t names)>;
std::vector<PeerMaker> peer_makers();

}  // namespace beian::bench
