#include <atomic>
#include <cstdlib>
#include <new>

#include "gate/allocations_for_test.hpp"

namespace {
std::atomic<size_t> count = 0;
}  // namespace

namespace beian::gate {
size_t allocations() {
  return count;
}
}  // namespace beian::gate

void* operator new(size_t size) {
  ++count;
  if (void* p = std::malloc(size > 0 ? size : 1)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept {
  std::free(p);
}
void operator delete(void* p, size_t) noexcept {
  std::free(p);
}
