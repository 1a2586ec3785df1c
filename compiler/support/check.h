// Checks for bugs in polc itself, on in every build: a program that decides
// about security must stop rather than go on in a state nobody thought of.
// User input never ends here; it gets a diagnostic (compiler/diag).
#ifndef POLC_COMPILER_SUPPORT_CHECK_H_
#define POLC_COMPILER_SUPPORT_CHECK_H_

#include <string_view>

namespace polc {

/// Prints "polc bug: file:line: condition: message" to stderr with what to
/// report, then exits with code 70 (EX_SOFTWARE). Never returns.
[[noreturn]] void CheckFailed(const char* file, int line,
                              std::string_view condition,
                              std::string_view message);

}  // namespace polc

/// Stops the program with exit code 70 unless `cond` holds.
#define POLC_CHECK(cond, message) \
  ((cond) ? static_cast<void>(0)  \
          : ::polc::CheckFailed(__FILE__, __LINE__, #cond, (message)))

/// Marks a place that no input can reach.
#define POLC_UNREACHABLE(message) \
  ::polc::CheckFailed(__FILE__, __LINE__, "unreachable", (message))

#endif  // POLC_COMPILER_SUPPORT_CHECK_H_
