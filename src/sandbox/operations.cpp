#include "sandbox/operations.hpp"

#include <array>

namespace beian::sandbox {

std::span<const Block> blocks() {
  static const std::array<Block, 1> all{{
      {"ICP", "icp", icp_operations(), icp_marks(), refuse_icp_file},
  }};
  return all;
}

}  // namespace beian::sandbox
