// Tests of addresses. An address has one spelling, so a constant in another
// one would never be equal to any and is refused here. A string of the request
// has to go through `ip(...)`, which is an error where there is none: a test
// that were false of odd spellings would let them past a `deny`.
#include <fmt/format.h>

#include "compiler/sema/constants.h"
#include "compiler/sema/patterns.h"
#include "compiler/sema/typer/typer.h"

namespace polc::sema {

using ast::Expr;
using ast::ExprKind;
using ast::Ref;
using ast::Type;
using diag::Kind;

namespace {

// `url(...).host`, whose grammar has no odd spellings either.
bool IsHost(const Expr& expr) {
  return expr.kind == ExprKind::kMember && expr.text == "host";
}

}  // namespace

bool Typer::AddressEquality(const Expr& expr, Type left, Type right) {
  const bool flip = left != Type::kIp;
  const Expr& other = expr.operands[flip ? 0 : 1];
  const Type type = flip ? left : right;
  if (type == Type::kUnresolved) return false;
  if (expr.ignoring_case) {
    return Mismatch(expr.range, "`ignoring case` is for strings");
  }
  if (IsOpen(other)) return true;
  if (type == Type::kString && IsConstant(other)) {
    return CheckAddress(&context_, {other.text, other.range});
  }
  if (type == Type::kAny || type == Type::kString || type == Type::kIp) {
    return true;
  }
  return Mismatch(expr.range, fmt::format("an address is never equal to {}",
                                          TypeWord(type)));
}

bool Typer::AddressIn(Expr* expr) {
  if (expr->ignoring_case) {
    return Mismatch(expr->range, "`ignoring case` is for strings");
  }
  Expr* right = &expr->operands[1];
  if (right->kind == ExprKind::kRange) {
    return Mismatch(expr->range, "a range holds numbers, not addresses");
  }
  const Type type = Value(right);
  if (type == Type::kUnresolved) return false;
  if (IsOpen(*right)) return true;
  if (right->kind == ExprKind::kPath && right->ref != Ref::kSet &&
      (type == Type::kAny || type == Type::kList)) {
    return true;
  }
  if (type != Type::kSet) {
    return Mismatch(right->range,
                    fmt::format("`{}` is {}, but `in` wants a set, a network "
                                "or a list of the request",
                                context_.Quote(right->range), TypeWord(type)));
  }
  SetValue storage;
  const SetValue* value = SetOf(context_.program(), *right, &storage);
  if (value == nullptr) return false;
  if (value->of == SetValue::Of::kNumbers) {
    return Mismatch(expr->range, "the set holds numbers, not addresses");
  }
  bool ok = true;
  if (right->kind == ExprKind::kSet) {
    for (const Expr& member : right->operands) {
      ok = CheckAddress(&context_, {member.text, member.range}) && ok;
    }
    return ok;
  }
  for (const std::string& text : value->strings) {
    ok = ok && CheckAddress(&context_, {text, right->range});
  }
  return ok;
}

bool Typer::InNetwork(Expr* expr, Type left) {
  const Expr& address = expr->operands[0];
  Expr* call = &expr->operands[1];
  if (left == Type::kUnresolved || call->operands.size() != 1) return false;
  if (expr->ignoring_case) {
    return Mismatch(expr->range, "`ignoring case` is for strings");
  }
  call->type = Type::kSet;
  Expr* network = &call->operands[0];
  if (Value(network) == Type::kUnresolved) return false;
  if (network->kind != ExprKind::kString && !IsOpen(*network)) {
    context_.Report(Kind::kNotConstant, network->range,
                    "a network must be a constant string");
    return false;
  }
  if (!IsOpen(*network) && !CheckNetwork(&context_, *network)) return false;
  if (left == Type::kIp || IsHost(address) || IsOpen(address)) return true;
  const std::string text = context_.Quote(address.range);
  context_
      .Report(Kind::kTypeMismatch, address.range,
              fmt::format("`cidr` is for addresses and hosts, not `{}`", text))
      .Help(fmt::format("did you mean `ip({})`?", text));
  return false;
}

bool Typer::IsAddress(Expr* expr) {
  Expr* host = &expr->operands[0];
  if (Value(host) == Type::kUnresolved) return false;
  if (IsHost(*host) || IsOpen(*host)) return true;
  context_
      .Report(Kind::kTypeMismatch, host->range,
              fmt::format("`is ip` asks about the host of a URL, not `{}`",
                          context_.Quote(host->range)))
      .Help("`ip(...)` of any other string is an error if it is no address");
  return false;
}

}  // namespace polc::sema
