#include "test/unit/support/memory_requests.h"

#include <atomic>
#include <cstddef>

namespace {
std::atomic<long> requests = 0;
}

// Every request for memory of this process goes through here.
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
#define POLC_COUNTS_MEMORY 1
extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* malloc(size_t size) {
  ++requests;
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  ++requests;
  return __libc_calloc(count, size);
}
void* realloc(void* pointer, size_t size) {
  ++requests;
  return __libc_realloc(pointer, size);
}
}
#endif

namespace polc::testing {

long MemoryRequests() { return requests; }

bool CountsMemory() {
#ifdef POLC_COUNTS_MEMORY
  return true;
#else
  return false;
#endif
}

}  // namespace polc::testing
