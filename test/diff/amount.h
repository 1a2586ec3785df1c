// How much a differential test does: less where each step is slower.
#ifndef POLC_TEST_DIFF_AMOUNT_H_
#define POLC_TEST_DIFF_AMOUNT_H_

#include <cstdlib>

namespace polc::testing {

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr long kDiffPairs = 12'000;
#else
inline constexpr long kDiffPairs = 300'000;
#endif

inline long FromEnvironment(const char* name, long fallback) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::atol(text) : fallback;
}

}  // namespace polc::testing

#endif  // POLC_TEST_DIFF_AMOUNT_H_
