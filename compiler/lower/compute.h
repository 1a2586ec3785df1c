// Numbers and texts that a condition or a cost computes.
#ifndef POLC_COMPILER_LOWER_COMPUTE_H_
#define POLC_COMPILER_LOWER_COMPUTE_H_

#include "compiler/lower/lowering.h"
#include "compiler/lower/operands.h"

namespace polc::lower {

/// A checked expression for a number: arithmetic, or what stands in it.
ir::TermId TermOf(Lowering* lowering, const ast::Expr& expr);

/// What an operand that is not a constant is as a term: of kPath and kIp the
/// string itself. `type` is that of a field with nothing computed from it.
ir::TermId TermOf(Lowering* lowering, const Operand& operand, ast::Type type);

/// What an expression that is a term as it stands is one of: `now`, `time(...)`
/// and the parts of a zoned time.
bool IsPlainTerm(const ast::Expr& expr);
ir::TermId PlainTerm(Lowering* lowering, const ast::Expr& expr);

/// Makes an operand that reads no field the constant that it is; false if it
/// has no value (`url("x").host`).
bool FoldOperand(Operand* operand);

/// The number that the IR has for a weekday's or date's text.
double CodeOf(ast::Type type, std::string_view text);

/// The type that both sides have if one of them tells.
ast::Type TypeOf(const Operand& operand);

/// `left OP right`, where one side at least is computed. `op` is an equality
/// or an order.
ir::CondId Calculate(Lowering* lowering, ast::ExprKind op, ir::TermId left,
                     ir::TermId right);

}  // namespace polc::lower

#endif  // POLC_COMPILER_LOWER_COMPUTE_H_
