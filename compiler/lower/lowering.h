// What the parts of the lowering share: the program read, the module made.
#ifndef POLC_COMPILER_LOWER_LOWERING_H_
#define POLC_COMPILER_LOWER_LOWERING_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/ir.h"
#include "compiler/ir/parts.h"
#include "compiler/sema/sema.h"

namespace polc::lower {

struct Lowering {
  Lowering(const sema::Program& p, ir::Module* module, diag::Diagnostics* d)
      : program(p), b(module), diags(d) {}

  const sema::Program& program;
  ir::Builder b;
  diag::Diagnostics* diags;
  /// Languages of named sets, exact and ignoring case, by the set's index:
  /// large ones are read often.
  std::map<int32_t, ir::LangId> set_languages[2];
  std::map<size_t, ir::CondId> classes[2];  // by strictness, then index
};

// fields.cpp

/// The field that a checked path reads.
ir::FieldId FieldOf(Lowering* lowering, const ast::Expr& path);
/// `on` with the outcome of one kind replaced.
void SetOutcome(ir::Outcomes* on, ir::Kind kind, ir::Outcome outcome);
ir::Outcome OutcomeOf(ir::Verdict verdict);

// condition.cpp

/// A checked condition, its predicates put in; true if there is none.
ir::CondId LowerCondition(Lowering* lowering,
                          const std::optional<ast::Expr>& condition);
/// An expanded condition.
ir::CondId LowerExpanded(Lowering* lowering, const ast::Expr& condition);

// targets.cpp

/// kGuard is what the target means; a class's conditions and a resource URI
/// that cannot be placed may make it an error. kCover looks at names alone: it
/// is true wherever kGuard is not false, and never an error.
enum class Strictness : uint8_t { kGuard, kCover };
ir::CondId LowerTarget(Lowering* lowering, size_t file,
                       const ast::Target& target, Strictness strictness);
/// `target except except`.
ir::CondId LowerTargets(Lowering* lowering, size_t file,
                        const ast::Target& target,
                        const std::optional<ast::Target>& except,
                        Strictness strictness);

// limits.cpp

ir::Window WindowOf(ast::Window window);
ir::Key LowerKey(Lowering* lowering, const ast::Key& key);
void LowerLimits(Lowering* lowering);
/// A mark is held or not; an error where the request has nobody to hold it.
ir::CondId LowerMarked(Lowering* lowering, int32_t mark);
/// For each policy of the module, the files that it consists of: its own and
/// all that it imports.
std::vector<std::vector<bool>> PolicyFiles(const sema::Program& program);

// parts.cpp

/// The rule without its condition, and without each operand of it.
std::vector<ir::RulePart> LowerParts(Lowering* lowering, size_t file,
                                     const ast::Rule& rule);

// reasons.cpp

std::vector<ir::TextPart> LowerReason(Lowering* lowering,
                                      const std::optional<ast::Name>& reason);

}  // namespace polc::lower

#endif  // POLC_COMPILER_LOWER_LOWERING_H_
