// How often this test program asked for memory: operator new is counted (allocations_test.cpp).
#pragma once

#include <cstddef>

namespace beian::gate {
size_t allocations();
}  // namespace beian::gate
