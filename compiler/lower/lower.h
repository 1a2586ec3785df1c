// From a checked program to the decision IR. Predicates are substituted,
// classes and targets become tests of the request's names, and every operator
// becomes tests whose outcome tables say what absence and wrong types mean
// (compiler/ir/ir.h), so the engines need no knowledge of the language.
#ifndef POLC_COMPILER_LOWER_LOWER_H_
#define POLC_COMPILER_LOWER_LOWER_H_

#include <optional>

#include "compiler/diag/diag.h"
#include "compiler/ir/ir.h"
#include "compiler/ir/parts.h"
#include "compiler/sema/sema.h"

namespace polc::lower {

/// The module of a whole set: the policies in the order of their files, each
/// with its rules in the order tried. `digest` is left to the driver. Nothing
/// is returned if something had no place in the IR and was reported. `parts`,
/// if given, receives those of the rules.
std::optional<ir::Module> Lower(const sema::Program& program,
                                diag::Diagnostics* diags,
                                ir::Parts* parts = nullptr);

}  // namespace polc::lower

#endif  // POLC_COMPILER_LOWER_LOWER_H_
