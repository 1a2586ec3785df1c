// The values of literals: strings with JSON's escapes, numbers as JSON writes
// them. What has no exact value is an error here, so that no later stage can
// read another value than the person wrote.
#ifndef POLC_COMPILER_SYNTAX_BUILD_LITERALS_H_
#define POLC_COMPILER_SYNTAX_BUILD_LITERALS_H_

#include <cstdint>
#include <string>

#include "compiler/syntax/build/context.h"

namespace polc::syntax {

/// The value of the string token at `range`, quotes included: `"..."` or
/// `r"..."`. Reports each wrong escape (InvalidString).
std::string DecodeString(const Context& context, source::Range range);

/// The double nearest to the number token at `range`. Reports InvalidNumber
/// for an integer without fraction or exponent beyond 9007199254740991 and for
/// what a double cannot hold. Linear in the digits.
double DecodeNumber(const Context& context, source::Range range);

/// A number token that must be an integer from `min` to `max`, both within
/// 2^53; `what` names it in the error ("`times`"). Returns `min` on error.
int64_t DecodeInteger(const Context& context, source::Range range, int64_t min,
                      int64_t max, const std::string& what);

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_BUILD_LITERALS_H_
