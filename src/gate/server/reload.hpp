// Follows a snapshot's file: a new one that was put in its place is opened, brought into memory and
// published while the old one goes on answering.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "gate/file.hpp"
#include "gate/live.hpp"
#include "gate/snapshot.hpp"

namespace beian::gate::server {

class SnapshotFile {
 public:
  using Shared = std::shared_ptr<const Snapshot>;

  explicit SnapshotFile(std::string path) : path_(std::move(path)) {}

  // Snapshot::load; the next changed() is measured from the file that was read here, whether it was
  // good or not.
  Result<Shared> open(Pace* pace = nullptr);
  // Whether another file is there than open() has read last. Costs one look into the folder.
  bool changed() const;

 private:
  std::string path_;
  std::optional<FileIdentity> read_;
};

// Keeps what is answered from until nobody answers from it any more. Giving back the memory of a
// snapshot takes a while, and the last to let it go should not be a thread that answers.
class LastHolder {
 public:
  // To be called often, by one thread: takes hold of what is in force, lets go of what only it has.
  void look(const Live& live);

 private:
  std::vector<std::shared_ptr<const void>> held_;
};

}  // namespace beian::gate::server
