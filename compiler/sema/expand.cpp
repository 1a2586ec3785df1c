// Copies a tree and puts arguments where parameters stand. A parameter that
// is read through (`p.name`) needs a path as argument: the steps are appended
// to it. With any other argument the parameter stays in the tree, with the
// argument as its operand, and the types refuse it.
#include "compiler/sema/expand.h"

#include <utility>

#include "compiler/support/check.h"

namespace polc::sema {
namespace {

using ast::Expr;
using ast::ExprKind;
using ast::Ref;

// Nodes of one expanded condition. Predicates that double their argument
// grow exponentially with their nesting.
constexpr size_t kMaxNodes = 4'000'000;
// Keeps conditions below ir::kMaxCondDepth, classes around them included.
constexpr int kMaxDepth = 1000;

class Expander {
 public:
  explicit Expander(const Program& program) : program_(program) {}

  Expr Copy(const Expr& expr, const std::vector<Expr>* arguments) {
    if (depth_ >= kMaxDepth) nodes_ = kMaxNodes;
    if (++nodes_ > kMaxNodes) return Expr();
    ++depth_;
    Expr out = Substitute(expr, arguments);
    --depth_;
    return out;
  }

  bool overflow() const { return nodes_ > kMaxNodes; }

 private:
  Expr Substitute(const Expr& expr, const std::vector<Expr>* arguments) {
    if (expr.kind == ExprKind::kPath && expr.ref == Ref::kParameter) {
      return Parameter(expr, arguments);
    }
    if (expr.kind == ExprKind::kCall && expr.ref == Ref::kPredicate) {
      return Call(expr, arguments);
    }
    Expr out = Shallow(expr);
    out.operands.reserve(expr.operands.size());
    for (const Expr& operand : expr.operands) {
      out.operands.push_back(Copy(operand, arguments));
    }
    return out;
  }

  static Expr Shallow(const Expr& expr) {
    Expr out;
    out.kind = expr.kind;
    out.range = expr.range;
    out.text = expr.text;
    out.number = expr.number;
    out.negated = expr.negated;
    out.ignoring_case = expr.ignoring_case;
    out.steps = expr.steps;
    out.type = expr.type;
    out.ref = expr.ref;
    out.symbol = expr.symbol;
    return out;
  }

  Expr Parameter(const Expr& parameter, const std::vector<Expr>* arguments) {
    if (arguments == nullptr) return Shallow(parameter);
    const auto position = static_cast<size_t>(parameter.symbol);
    POLC_CHECK(position < arguments->size(), "a call was not checked");
    Expr argument = Copy((*arguments)[position], nullptr);
    if (parameter.steps.empty()) return argument;
    const bool is_path = argument.kind == ExprKind::kPath &&
                         argument.ref != Ref::kSet && argument.operands.empty();
    if (is_path) {
      argument.steps.insert(argument.steps.end(), parameter.steps.begin(),
                            parameter.steps.end());
      argument.range = parameter.range;
      return argument;
    }
    Expr out = Shallow(parameter);
    out.operands.push_back(std::move(argument));
    return out;
  }

  Expr Call(const Expr& call, const std::vector<Expr>* arguments) {
    std::vector<Expr> inner;
    inner.reserve(call.operands.size());
    for (const Expr& operand : call.operands) {
      inner.push_back(Copy(operand, arguments));
    }
    Expr out = Shallow(call);
    out.number = 1;
    const auto index = static_cast<size_t>(call.symbol);
    out.operands.push_back(Copy(program_.predicates[index].decl->body, &inner));
    return out;
  }

  const Program& program_;
  size_t nodes_ = 0;
  int depth_ = 0;
};

}  // namespace

bool CallsPredicate(const Expr& expr) {
  if (expr.kind == ExprKind::kCall && expr.ref == Ref::kPredicate) return true;
  for (const Expr& operand : expr.operands) {
    if (CallsPredicate(operand)) return true;
  }
  return false;
}

std::optional<Expr> Expand(const Program& program, const Expr& expr) {
  Expander expander(program);
  Expr out = expander.Copy(expr, nullptr);
  if (expander.overflow()) return std::nullopt;
  return out;
}

}  // namespace polc::sema
