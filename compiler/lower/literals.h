// Tests of constants, decided while compiling: the default of `??`, and
// literals that stand where a predicate's parameter stood.
#ifndef POLC_COMPILER_LOWER_LITERALS_H_
#define POLC_COMPILER_LOWER_LITERALS_H_

#include <string_view>
#include <vector>

#include "compiler/ir/ir.h"

namespace polc::lower {

/// Whether `text` is in `language`, by the reference definitions.
bool Accepts(const ir::Module& module, ir::LangId language,
             std::string_view text);
/// A string test of `text`: an error outside its domain or past its bytes.
ir::Verdict TestText(const ir::Module& module, const ir::Test& test,
                     std::string_view text);
bool InIntervals(const std::vector<ir::Interval>& intervals, double number);

}  // namespace polc::lower

#endif  // POLC_COMPILER_LOWER_LITERALS_H_
