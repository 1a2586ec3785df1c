// How much a differential test does: less where each step is slower.
#ifndef POLC_TEST_DIFF_AMOUNT_H_
#define POLC_TEST_DIFF_AMOUNT_H_

#include <cstdlib>

namespace polc::testing {

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kIsSanitized = true;
#else
inline constexpr bool kIsSanitized = false;
#endif

/// Conditions on requests: votes, schemas, covers.
inline constexpr long kVotePairs = kIsSanitized ? 12'000 : 300'000;
/// Whole decisions: a policy set, a request, and what came before it.
inline constexpr long kDecisions = kIsSanitized ? 4'000 : 1'000'000;

inline long FromEnvironment(const char* name, long fallback) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::atol(text) : fallback;
}

}  // namespace polc::testing

#endif  // POLC_TEST_DIFF_AMOUNT_H_
