// The walk behind types.h, split by what an expression is: values
// (typer_values.cpp), tests (typer_tests.cpp), formulas (types.cpp).
#ifndef POLC_COMPILER_SEMA_TYPER_TYPER_H_
#define POLC_COMPILER_SEMA_TYPER_TYPER_H_

#include <string>

#include "compiler/sema/context.h"

namespace polc::sema {

class Typer {
 public:
  explicit Typer(Context* context) : context_(*context) {}

  /// Types a formula; false if anything in it was reported.
  bool Condition(ast::Expr* expr);
  /// Types a value; kUnresolved if anything in it was reported.
  ast::Type Value(ast::Expr* expr);
  /// The whole of `cost`.
  bool Cost(ast::Expr* expr);
  /// A path that reads the request.
  bool RequestPath(ast::Expr* expr, std::string_view who);

 private:
  bool BareValue(ast::Expr* expr);
  bool Operands(ast::Expr* expr);
  bool PredicateCall(ast::Expr* call);
  bool Quantifier(ast::Expr* expr);

  ast::Type Path(ast::Expr* path);
  ast::Type RequestRoot(const ast::Expr& path);
  ast::Type CallerPath(const ast::Expr& path);
  ast::Type Default(ast::Expr* expr);
  ast::Type Call(ast::Expr* call);
  ast::Type Member(ast::Expr* member);
  ast::Type Arithmetic(ast::Expr* expr);
  bool Operand(const ast::Expr& operand);
  bool CheckConstantNumber(const ast::Expr& number);
  ast::Type Now(const ast::Expr& path);
  ast::Type Zoned(ast::Expr* expr);
  ast::Type ZonePart(const ast::Expr& member);
  ast::Type InstantCall(const ast::Expr& call);
  ast::Type NoMembers(const ast::Expr& path, std::string_view what);

  bool Equality(ast::Expr* expr);
  bool Order(ast::Expr* expr);
  bool Membership(ast::Expr* expr);
  bool InConstants(ast::Expr* expr, ast::Type left);
  bool InRange(ast::Expr* expr, ast::Type left);
  bool NotEmpty(const ast::Expr& range, ast::Type type);
  bool InList(ast::Expr* expr, ast::Type left);
  bool StringTest(ast::Expr* expr);
  bool Pattern(const ast::Expr& test, const ast::Expr& right);
  bool Under(ast::Expr* expr);
  bool Directory(ast::Expr* directory);
  bool Join(ast::Expr* join);
  bool Is(ast::Expr* expr);
  bool Only(ast::Expr* expr);
  bool AddressEquality(const ast::Expr& expr, ast::Type left, ast::Type right);
  bool AddressIn(ast::Expr* expr);
  bool InNetwork(ast::Expr* expr, ast::Type left);
  bool IsAddress(ast::Expr* expr);
  bool Scalar(const ast::Expr& expr, ast::Type type);
  bool SameType(const ast::Expr& expr, ast::Type left, ast::Type right);
  bool Computed(const ast::Expr& left, const ast::Expr& right);
  bool NoProduct(const ast::Expr& expr);
  bool Calendar(const ast::Expr& expr, ast::Type left, ast::Type right);
  bool CalendarConstant(const ast::Expr& at, ast::Type type,
                        const std::string& text);
  bool Folding(const ast::Expr& expr, ast::Type left, ast::Type right);

  bool Mismatch(source::Range range, std::string message);

  Context& context_;
};

/// "a string", "a number", ...: for messages.
std::string_view TypeWord(ast::Type type);
/// A parameter whose argument is not known yet: it may be anything.
bool IsOpen(const ast::Expr& expr);
/// `url(x).host`, `length(x)`, `size(x)`, `x + 1`, `now`: computed.
bool IsComputed(const ast::Expr& expr);
/// What of a time is neither a number nor a string: an instant, a weekday, a
/// date.
bool IsCalendar(ast::Type type);

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_TYPER_TYPER_H_
