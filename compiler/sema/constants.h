// Constants: what an expression is worth without a request.
#ifndef POLC_COMPILER_SEMA_CONSTANTS_H_
#define POLC_COMPILER_SEMA_CONSTANTS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/sema/sema.h"

namespace polc::sema {

struct Constant {
  ast::Type type = ast::Type::kBool;  // kBool, kNumber or kString
  bool boolean = false;
  double number = 0;
  std::string text;
};

/// A literal, or sums, differences and products of numbers; empty if `expr`
/// is none, or if its value is out of range (IsConstant tells which).
std::optional<Constant> ConstantOf(const ast::Expr& expr);
/// True if `expr` is built of literals alone.
bool IsConstant(const ast::Expr& expr);

/// True if the literal's digits are exactly what its double prints as, so that
/// comparing doubles compares what was written.
bool IsExact(const ast::Expr& number);

/// The days of the week: 0 is Monday. Empty if `name` is none.
std::optional<int> WeekdayOf(std::string_view name);
const std::vector<std::string>& Weekdays();

/// The members of a set literal or named set; empty if it is neither, or if
/// it mixes types. The result lives as long as the program, or in `storage`.
const SetValue* SetOf(const Program& program, const ast::Expr& expr,
                      SetValue* storage);

/// Sorts and drops duplicates.
void Normalize(SetValue* set);

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_CONSTANTS_H_
