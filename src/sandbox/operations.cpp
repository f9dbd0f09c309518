#include "sandbox/operations.hpp"

#include <array>

namespace beian::sandbox {

std::span<const Block> blocks() {
  static const std::array<Block, 3> all{{
      {"ICP", "icp", icp_operations(), icp_marks(), refuse_icp_file},
      {"IP", "ip", ip_operations(), ip_marks(), refuse_ip_file},
      {"YM", "domain_names", domain_operations(), domain_marks(), refuse_domain_file},
  }};
  return all;
}

}  // namespace beian::sandbox
