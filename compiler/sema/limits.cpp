// Limits: amounts that counters can hold, keys that a request always has one
// value for, and costs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/sema/constants.h"
#include "compiler/sema/declarations.h"
#include "compiler/sema/targets.h"
#include "compiler/sema/types.h"
#include "compiler/support/decimal.h"

namespace polc::sema {
namespace {

using ast::Expr;
using ast::Ref;
using diag::Kind;

void CheckAmount(Context* context, const Expr& amount) {
  const Expr& digits = amount.operands.empty() ? amount : amount.operands[0];
  const auto value = ConstantOf(amount);
  std::optional<Decimal> decimal;
  if (value && IsExact(digits)) decimal = Decimal::OfDouble(value->number);
  if (decimal && decimal->units() > 0) return;
  context->Report(Kind::kLimitRange, amount.range,
                  fmt::format("`{}` can't be an amount: it must be above 0, "
                              "below 10^15 and have at most nine places",
                              context->Quote(amount.range)));
}

// Calls are counted whole.
void CheckCalls(Context* context, const Expr& amount) {
  const auto value = ConstantOf(amount);
  if (!value || std::trunc(value->number) == value->number) return;
  context->Report(
      Kind::kLimitRange, amount.range,
      fmt::format("`{}` is no number of calls", context->Quote(amount.range)));
}

bool IsOneWord(const Expr& path) {
  return path.steps.empty() &&
         (path.text == "grant" || path.text == "subject" ||
          path.text == "session" || path.text == "server" ||
          path.text == "tool");
}

void CheckKey(Context* context, Expr* key) {
  if (IsOneWord(*key)) {
    key->type = ast::Type::kString;
    return;
  }
  if (key->ref == Ref::kRoot && key->text == "args" && !key->steps.empty()) {
    CheckPath(context, key);
    return;
  }
  // An unknown root was reported by name already, unless it was never
  // looked up because it is one word.
  if (key->ref == Ref::kNone && !key->steps.empty()) return;
  diag::Builder error = context->Report(
      Kind::kUnknownName, key->range,
      fmt::format("`{}` can't be counted by", context->Quote(key->range)));
  if (key->text == "caller" && key->steps.size() == 1) {
    error.Help(fmt::format("write `per {}`", key->steps[0].member));
  } else {
    error.Help(
        "a key is `grant`, `subject`, `session`, `server`, `tool` or an "
        "argument like `args.repo`");
  }
}

void CheckKeys(Context* context, std::vector<ast::Key>* keys) {
  std::vector<std::string> seen;
  for (ast::Key& key : *keys) {
    CheckKey(context, &key.expr);
    const std::string text = context->Quote(key.expr.range);
    if (std::find(seen.begin(), seen.end(), text) != seen.end()) {
      context->Report(Kind::kDuplicateName, key.expr.range,
                      fmt::format("the key `{}` is named twice", text));
    }
    seen.push_back(text);
  }
}

}  // namespace

void CheckLimit(Context* context, size_t file, ast::LimitDecl* limit) {
  CheckAmount(context, limit->amount);
  CheckKeys(context, &limit->keys);
  if (limit->cost && !CheckCost(context, &*limit->cost)) {
    context->MarkFailed(&*limit->cost);
  }
  if (limit->has_on) CheckTarget(context, file, limit->on);
  CheckWhen(context, &limit->when);
  if (limit->window == ast::Window::kConcurrent) {
    CheckCalls(context, limit->amount);
  }
  if (limit->refund_on_error) {
    context
        ->Report(Kind::kRefundOnError, limit->name.range,
                 fmt::format("what `{}` counts comes back when the server "
                             "answers with an error",
                             limit->name.text))
        .Help(
            "an agent can provoke errors: it does not limit what an agent "
            "tries");
  }
}

void CheckBound(Context* context, ast::Assert* assertion) {
  const auto value = ConstantOf(*assertion->bound);
  const bool whole = value && value->number >= 0 && value->number < 1e15 &&
                     std::trunc(value->number) == value->number;
  if (!whole) {
    context->Report(Kind::kLimitRange, assertion->bound->range,
                    fmt::format("`{}` is no number of calls",
                                context->Quote(assertion->bound->range)));
  }
  CheckKeys(context, &assertion->keys);
}

void CheckMark(Context* context, size_t file, ast::MarkDecl* mark) {
  ast::Expr* key = &mark->key.expr;
  const bool is_caller =
      key->steps.empty() && (key->text == "grant" || key->text == "subject" ||
                             key->text == "session");
  if (is_caller) {
    key->type = ast::Type::kString;
  } else {
    context
        ->Report(Kind::kUnknownName, key->range,
                 fmt::format("a mark can't be held by `{}`",
                             context->Quote(key->range)))
        .Help("write `per grant`, `per subject` or `per session`");
  }
  if (mark->lifetime.seconds <= 0) {
    context->Report(Kind::kLimitRange, mark->lifetime.range,
                    "a mark that ends at once is never held");
  }
  CheckTarget(context, file, mark->on);
  CheckWhen(context, &mark->when);
}

}  // namespace polc::sema
