// Keeps what is answered from until nobody answers from it any more.
#pragma once

#include <memory>
#include <vector>

#include "gate/live.hpp"

namespace beian::gate::server {

// Giving back the memory of a snapshot takes a while, and the last to let it go should not be a
// thread that answers.
class LastHolder {
 public:
  // To be called often, by one thread: takes hold of what is in force, lets go of what only it has.
  void look(const Live& live);

 private:
  std::vector<std::shared_ptr<const void>> held_;
};

}  // namespace beian::gate::server
