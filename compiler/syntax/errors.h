// How the parser reports and survives errors: one message a statement, then on
// to the next.
#ifndef POLC_COMPILER_SYNTAX_ERRORS_H_
#define POLC_COMPILER_SYNTAX_ERRORS_H_

#include <memory>

#include "compiler/syntax/build/context.h"

namespace antlr4 {
class ANTLRErrorStrategy;
}

namespace polc::syntax {

/// Reports the first error of each class member and test step and goes on
/// after its `;`; any other error it reports and throws on, as a
/// RecognitionException.
std::shared_ptr<antlr4::ANTLRErrorStrategy> MakeReportingStrategy(
    const Context& context);

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_ERRORS_H_
