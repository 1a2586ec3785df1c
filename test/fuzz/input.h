// What every fuzz target begins with.
#ifndef POLC_TEST_FUZZ_INPUT_H_
#define POLC_TEST_FUZZ_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace polc::fuzz {

/// The text under test; lives as long as the call of the target.
inline std::string_view Text(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace polc::fuzz

#endif  // POLC_TEST_FUZZ_INPUT_H_
