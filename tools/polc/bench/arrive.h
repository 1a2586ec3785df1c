// Measuring goes through many requests, over and over: the next one has left
// the nearest caches long ago. In a server it has just been written by whoever
// received or read it.
#ifndef POLC_TOOLS_POLC_BENCH_ARRIVE_H_
#define POLC_TOOLS_POLC_BENCH_ARRIVE_H_

#include <algorithm>
#include <cstddef>

namespace polc::tool {

/// Asks for what the next decision begins with, while the one before is made;
/// of what is long for its beginning.
inline void Arrive(const void* data, size_t size) {
  constexpr size_t kLine = 64;
  constexpr size_t kMost = 4096;
  const char* bytes = static_cast<const char*>(data);
  const size_t end = std::min(size, kMost) + kLine;
  for (size_t at = 0; at < end; at += kLine) {
    __builtin_prefetch(bytes + at);
  }
}

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_BENCH_ARRIVE_H_
