// Takes the place of malloc and its relatives in this executable, counts, and passes on to glibc.
// operator new alone would not do: a tensor's memory comes from posix_memalign.

#include <atomic>
#include <cerrno>
#include <cstdlib>

#include "tests/support/allocations.hpp"

namespace {
std::atomic<std::size_t> count = 0;
}

namespace hourglass::testing {
std::size_t allocations() {
  return count;
}
}  // namespace hourglass::testing

extern "C" {

void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t number, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  ++count;
  return __libc_malloc(size);
}

void* calloc(std::size_t number, std::size_t size) {
  ++count;
  return __libc_calloc(number, size);
}

void* realloc(void* old, std::size_t size) {
  ++count;
  return __libc_realloc(old, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
  ++count;
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  ++count;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** made, std::size_t alignment, std::size_t size) {
  ++count;
  *made = __libc_memalign(alignment, size);
  return *made ? 0 : ENOMEM;
}

}  // extern "C"
