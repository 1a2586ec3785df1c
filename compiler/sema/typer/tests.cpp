// Tests: one operator between values. The right side of a string test is a
// constant, so that what it denotes is a regular language; both sides of a
// comparison have one type, because the request would only turn a difference
// into an error, which denies.
#include <fmt/format.h>

#include "compiler/sema/constants.h"
#include "compiler/sema/patterns.h"
#include "compiler/sema/set_values.h"
#include "compiler/sema/typer/typer.h"

namespace polc::sema {

using ast::Expr;
using ast::ExprKind;
using ast::Ref;
using ast::Type;
using diag::Kind;

namespace {

std::string_view Operator(ExprKind kind) {
  switch (kind) {
    case ExprKind::kLike:
      return "like";
    case ExprKind::kMatches:
      return "matches";
    case ExprKind::kFinds:
      return "finds";
    case ExprKind::kStartsWith:
      return "starts with";
    case ExprKind::kEndsWith:
      return "ends with";
    default:
      return "contains";
  }
}

}  // namespace

// True for what can be compared: a string, number, bool, or what only the
// request can tell.
bool Typer::Scalar(const Expr& expr, Type type) {
  std::string_view help;
  switch (type) {
    case Type::kUnresolved:
      return false;
    case Type::kAny:
    case Type::kBool:
    case Type::kNumber:
    case Type::kString:
      return true;
    case Type::kInstant:
    case Type::kWeekday:
    case Type::kDate:
      return true;
    case Type::kZoned:
      help = "compare a part of it: `.hour`, `.minute`, `.weekday`, `.date`";
      break;
    case Type::kPath:
      help = "test a path with `under`";
      break;
    case Type::kUrl:
      help =
          "compare a part of it: `.scheme`, `.host`, `.port`, `.path`, "
          "`.query`";
      break;
    case Type::kIp:
      help = "compare it with an address, or test it with `in cidr(...)`";
      break;
    case Type::kSet:
      help = "`in` tests for a member of a set";
      break;
    default:
      break;
  }
  diag::Builder error =
      context_.Report(Kind::kTypeMismatch, expr.range,
                      fmt::format("`{}` is {} and can't be compared",
                                  context_.Quote(expr.range), TypeWord(type)));
  if (!help.empty()) error.Help(std::string(help));
  return false;
}

bool Typer::SameType(const Expr& expr, Type left, Type right) {
  if (left == right || left == Type::kAny || right == Type::kAny) return true;
  return Mismatch(
      expr.range,
      fmt::format("{} is never equal to {}: `{}` is an error on "
                  "every request",
                  TypeWord(left), TypeWord(right), context_.Quote(expr.range)));
}

namespace {

constexpr int kMaxTerms = 256;

int CountTerms(const Expr& expr) {
  int count = 1;
  for (const Expr& operand : expr.operands) {
    count += CountTerms(operand);
    if (count > kMaxTerms) break;
  }
  return count;
}

const Expr* FindProduct(const Expr& expr) {
  if (expr.kind == ExprKind::kMultiply && !IsConstant(expr.operands[0]) &&
      !IsConstant(expr.operands[1]) && !IsOpen(expr.operands[0]) &&
      !IsOpen(expr.operands[1])) {
    return &expr;
  }
  for (const Expr& operand : expr.operands) {
    if (const Expr* product = FindProduct(operand)) return product;
  }
  return nullptr;
}

}  // namespace

bool Typer::NoProduct(const Expr& expr) {
  const Expr* product = FindProduct(expr);
  if (product == nullptr) return true;
  context_
      .Report(Kind::kTypeMismatch, product->range,
              fmt::format("the product `{}` can be compared with a constant "
                          "only",
                          context_.Quote(product->range)))
      .Help(
          "what multiplies two arguments is not linear, and little can be "
          "proved about it");
  return false;
}

// Two sides of which one at least may be computed.
bool Typer::Computed(const Expr& left, const Expr& right) {
  for (const Expr* side : {&left, &right}) {
    if (CountTerms(*side) <= kMaxTerms) continue;
    context_.Report(
        Kind::kTooLarge, side->range,
        fmt::format("this expression has more than {} parts", kMaxTerms));
    return false;
  }
  const bool one_side = right.range == source::Range();  // a cost
  if (one_side || IsConstant(left) || IsConstant(right)) return true;
  if (!NoProduct(left) || !NoProduct(right)) return false;
  if (!IsComputed(left) && !IsComputed(right)) return true;
  return CheckConstantNumber(left) && CheckConstantNumber(right);
}

// `ignoring case` folds what is written in the policy: strings, one side of
// them a constant. What of the other side is no string is an error as ever.
bool Typer::Folding(const Expr& expr, Type left, Type right) {
  if (!expr.ignoring_case) return true;
  for (size_t side = 0; side < 2; ++side) {
    const Expr& operand = expr.operands[side];
    const Type type = side == 0 ? left : right;
    if (type == Type::kAny || type == Type::kString || type == Type::kList) {
      continue;
    }
    return Mismatch(operand.range,
                    fmt::format("`{}` is {}, and `ignoring case` is for "
                                "strings",
                                context_.Quote(operand.range), TypeWord(type)));
  }
  const Expr& a = expr.operands[0];
  const Expr& b = expr.operands[1];
  if (IsConstant(a) || IsConstant(b) || IsOpen(a) || IsOpen(b)) return true;
  context_
      .Report(Kind::kNotConstant, expr.range,
              "one side of a test `ignoring case` must be a constant")
      .Help("the cases of a constant are known when the policy is compiled");
  return false;
}

bool Typer::Equality(Expr* expr) {
  Expr* left = &expr->operands[0];
  Expr* right = &expr->operands[1];
  const Type left_type = Value(left);
  const Type right_type = Value(right);
  if (left_type == Type::kIp || right_type == Type::kIp) {
    return AddressEquality(*expr, left_type, right_type);
  }
  if (IsCalendar(left_type) || IsCalendar(right_type)) {
    return Calendar(*expr, left_type, right_type);
  }
  const bool scalars = Scalar(*left, left_type) && Scalar(*right, right_type);
  if (!scalars || !Folding(*expr, left_type, right_type)) return false;
  return SameType(*expr, left_type, right_type) && Computed(*left, *right);
}

bool Typer::Order(Expr* expr) {
  bool ok = true;
  const Type left = Value(&expr->operands[0]);
  const Type right = Value(&expr->operands[1]);
  if (IsCalendar(left) || IsCalendar(right)) {
    return Calendar(*expr, left, right);
  }
  for (Expr& operand : expr->operands) {
    const Type type = operand.type;
    if (type == Type::kUnresolved) {
      ok = false;
    } else if (type != Type::kAny && type != Type::kNumber) {
      ok = Mismatch(operand.range,
                    fmt::format("`{}` is {}, but order is for numbers and "
                                "times",
                                context_.Quote(operand.range), TypeWord(type)));
    }
  }
  return ok && Computed(expr->operands[0], expr->operands[1]);
}

bool Typer::Membership(Expr* expr) {
  Expr* left = &expr->operands[0];
  const Expr& right = expr->operands[1];
  const Type type = Value(left);
  if (right.kind == ExprKind::kCall && right.text == "cidr") {
    return InNetwork(expr, type);
  }
  if (type == Type::kIp) return AddressIn(expr);
  if (!Scalar(*left, type)) return false;
  if (right.kind == ExprKind::kRange) {
    return Folding(*expr, type, Type::kNumber) && InRange(expr, type);
  }
  if (right.kind == ExprKind::kSet ||
      (right.kind == ExprKind::kPath && right.ref == Ref::kSet)) {
    return InConstants(expr, type);
  }
  return InList(expr, type);
}

bool Typer::InConstants(Expr* expr, Type left) {
  Expr* set = &expr->operands[1];
  if (Value(set) == Type::kUnresolved) return false;
  SetValue storage;
  const SetValue* value = SetOf(context_.program(), *set, &storage);
  if (value == nullptr) return false;
  Type member = Type::kAny;
  if (value->of == SetValue::Of::kStrings) member = Type::kString;
  if (value->of == SetValue::Of::kNumbers) member = Type::kNumber;
  if (expr->ignoring_case && (left == Type::kNumber || left == Type::kBool ||
                              member == Type::kNumber)) {
    return Mismatch(expr->range, "`ignoring case` is for strings");
  }
  if (!Computed(expr->operands[0], Expr())) return false;
  if (left == Type::kWeekday || left == Type::kDate) {
    bool ok = !expr->ignoring_case && value->numbers.empty();
    if (!ok) {
      return Mismatch(
          expr->range,
          fmt::format("{} is tested with a set of strings", TypeWord(left)));
    }
    for (const std::string& text : value->strings) {
      ok = ok && CalendarConstant(*set, left, text);
    }
    return ok;
  }
  if (left == Type::kAny || member == Type::kAny || left == member) return true;
  return Mismatch(expr->range,
                  fmt::format("`{}` is {}, but the set holds {}s",
                              context_.Quote(expr->operands[0].range),
                              TypeWord(left), TypeWord(member).substr(2)));
}

bool Typer::InRange(Expr* expr, Type left) {
  Expr* range = &expr->operands[1];
  range->type = Type::kSet;
  const bool calendar = left == Type::kWeekday || left == Type::kDate;
  bool ok = Computed(expr->operands[0], Expr());
  for (Expr& end : range->operands) {
    const Type type = Value(&end);
    if (type == Type::kUnresolved) {
      ok = false;
    } else if (calendar && end.kind == ExprKind::kString) {
      ok = CalendarConstant(end, left, end.text) && ok;
    } else if (!IsOpen(end) &&
               (calendar || type != Type::kNumber || !IsConstant(end))) {
      context_.Report(Kind::kNotConstant, end.range,
                      calendar ? fmt::format("the ends of a range must be "
                                             "constants, here {}s",
                                             TypeWord(left).substr(2))
                               : "the ends of a range must be constant "
                                 "numbers");
      ok = false;
    }
  }
  if (!ok) return false;
  if (calendar) return NotEmpty(*range, left);
  if (left != Type::kAny && left != Type::kNumber) {
    return Mismatch(
        expr->range,
        fmt::format("`{}` is {}, but the range holds numbers",
                    context_.Quote(expr->operands[0].range), TypeWord(left)));
  }
  return NotEmpty(*range, left);
}

bool Typer::NotEmpty(const Expr& range, Type type) {
  const auto low = ConstantOf(range.operands[0]);
  const auto high = ConstantOf(range.operands[1]);
  if (!low || !high) return true;  // a parameter
  bool empty = low->number > high->number;
  if (type == Type::kWeekday) {
    empty = *WeekdayOf(low->text) > *WeekdayOf(high->text);
  } else if (type == Type::kDate) {
    empty = low->text > high->text;
  }
  if (!empty) return true;
  context_.Report(
      Kind::kWrongArguments, range.range,
      fmt::format("the range `{}` is empty", context_.Quote(range.range)));
  return false;
}

bool Typer::InList(Expr* expr, Type left) {
  Expr* left_expr = &expr->operands[0];
  Expr* list = &expr->operands[1];
  const Type type = Value(list);
  if (type == Type::kUnresolved) return false;
  const bool path = list->kind == ExprKind::kPath;
  if (!path || (type != Type::kAny && type != Type::kList)) {
    return Mismatch(list->range,
                    fmt::format("`{}` is {}, but `in` wants a set, a range or "
                                "a list of the request",
                                context_.Quote(list->range), TypeWord(type)));
  }
  if (list->ref == Ref::kRoot && list->text == "caller" &&
      list->steps.size() == 1 && left != Type::kAny && left != Type::kString) {
    return Mismatch(expr->range, "roles are strings");
  }
  if (!Folding(*expr, left, type)) return false;
  if (IsOpen(*list) || IsOpen(*left_expr)) return true;
  if (IsCalendar(left)) {
    return Mismatch(expr->range,
                    fmt::format("{} is not looked for in a list of the request",
                                TypeWord(left)));
  }
  return Computed(*left_expr, *list);
}

bool Typer::StringTest(Expr* expr) {
  Expr* left = &expr->operands[0];
  Expr* right = &expr->operands[1];
  const Type left_type = Value(left);
  const Type right_type = Value(right);
  if (!Scalar(*left, left_type) || right_type == Type::kUnresolved) {
    return false;
  }
  if (left_type != Type::kAny && left_type != Type::kString) {
    return Mismatch(left->range,
                    fmt::format("`{}` is {}, but `{}` tests strings",
                                context_.Quote(left->range),
                                TypeWord(left_type), Operator(expr->kind)));
  }
  if (IsOpen(*right)) return true;
  if (right_type == Type::kSet && expr->kind == ExprKind::kLike) {
    return Pattern(*expr, *right);
  }
  if (right_type == Type::kString && IsConstant(*right)) {
    return Pattern(*expr, *right);
  }
  if (right_type == Type::kAny || right_type == Type::kString) {
    context_
        .Report(Kind::kNotConstant, right->range,
                fmt::format("the right side of `{}` must be a constant",
                            Operator(expr->kind)))
        .Help("nothing in a request is ever a pattern");
    return false;
  }
  return Mismatch(
      right->range,
      fmt::format("the right side of `{}` is {}, not a string{}",
                  Operator(expr->kind), TypeWord(right_type),
                  expr->kind == ExprKind::kLike ? " or a set of strings" : ""));
}

bool Typer::Pattern(const Expr& test, const Expr& right) {
  if (test.kind == ExprKind::kMatches || test.kind == ExprKind::kFinds) {
    return CheckRegex(&context_, right, test.ignoring_case);
  }
  if (test.kind != ExprKind::kLike) return true;
  const bool fold = test.ignoring_case;
  if (right.kind == ExprKind::kString) {
    return CheckGlob(&context_, right, fold);
  }
  bool ok = true;
  if (right.kind == ExprKind::kSet) {
    for (const Expr& member : right.operands) {
      if (member.kind != ExprKind::kString) {
        return Mismatch(member.range, "a pattern is a string");
      }
      ok = CheckGlob(&context_, member, fold) && ok;
    }
    return ok;
  }
  SetValue storage;
  const SetValue* value = SetOf(context_.program(), right, &storage);
  if (value == nullptr) return false;
  if (value->of == SetValue::Of::kNumbers) {
    return Mismatch(right.range, "a pattern is a string");
  }
  for (const std::string& text : value->strings) {
    ok = ok && CheckGlobText(&context_, {text, right.range}, fold);
  }
  return ok;
}

bool Typer::Under(Expr* expr) {
  Expr* left = &expr->operands[0];
  Expr* right = &expr->operands[1];
  const Type left_type = Value(left);
  if (left_type == Type::kUnresolved) return false;
  if (left_type != Type::kPath && !IsOpen(*left)) {
    const std::string text = context_.Quote(left->range);
    context_
        .Report(Kind::kTypeMismatch, left->range,
                fmt::format("`under` tests a file path, not `{}`", text))
        .Help(fmt::format("did you mean `path({})`?", text));
    return false;
  }
  return right->kind == ExprKind::kJoin ? Join(right) : Directory(right);
}

bool Typer::Directory(Expr* directory) {
  if (Value(directory) == Type::kUnresolved) return false;
  if (IsOpen(*directory)) return true;
  if (directory->kind == ExprKind::kString) {
    return CheckDirectory(&context_, *directory);
  }
  context_.Report(Kind::kNotConstant, directory->range,
                  "the right side of `under` must be a constant directory");
  return false;
}

// `"/home" / caller.subject`: a directory and one segment below it.
bool Typer::Join(Expr* join) {
  join->type = Type::kPath;
  Expr* segment = &join->operands[1];
  const bool directory = Directory(&join->operands[0]);
  if (!RequestPath(segment, "the `/` of `under`")) return false;
  if (segment->type == Type::kAny || segment->type == Type::kString) {
    return directory;
  }
  return Mismatch(
      segment->range,
      fmt::format("`{}` is {}, not one segment of a path",
                  context_.Quote(segment->range), TypeWord(segment->type)));
}

bool Typer::Is(Expr* expr) {
  if (expr->text == "ip") return IsAddress(expr);
  return RequestPath(&expr->operands[0], "`is`");
}

bool Typer::Only(Expr* expr) {
  Expr* object = &expr->operands[0];
  if (!RequestPath(object, "`only`")) return false;
  if (object->type == Type::kAny || object->type == Type::kObject) return true;
  return Mismatch(object->range, fmt::format("`{}` is {}, not an object",
                                             context_.Quote(object->range),
                                             TypeWord(object->type)));
}

}  // namespace polc::sema
