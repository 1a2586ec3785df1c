// How often a test's process asked for memory, whoever in it did.
#ifndef POLC_TEST_UNIT_SUPPORT_MEMORY_REQUESTS_H_
#define POLC_TEST_UNIT_SUPPORT_MEMORY_REQUESTS_H_

namespace polc::testing {

/// Of all threads since the start. Always 0 with a sanitizer, which has a
/// malloc of its own: then CountsMemory() is false.
long MemoryRequests();
bool CountsMemory();

}  // namespace polc::testing

#endif  // POLC_TEST_UNIT_SUPPORT_MEMORY_REQUESTS_H_
