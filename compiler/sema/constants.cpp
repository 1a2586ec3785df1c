// Arithmetic on constants is exact decimal arithmetic, as the language has it;
// only the result becomes a double, and only if the double stands for it
// exactly (shortest decimal), so that no comparison is about another number
// than the one in the policy.
#include "compiler/sema/constants.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "compiler/support/decimal.h"

namespace polc::sema {
namespace {

using ast::Expr;
using ast::ExprKind;
using ast::Type;

// Significant digits without leading and trailing zeros, and the exponent of
// the first one: "120", "1.2e2" and "0120.0" are all {"12", 2}.
struct Digits {
  std::string digits;
  int64_t exponent = 0;
  bool operator==(const Digits&) const = default;
};

Digits Normal(std::string_view text) {
  Digits out;
  int64_t point = 0;
  int64_t written = 0;
  bool after_point = false;
  size_t i = 0;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.') {
      after_point = true;
    } else if (text[i] >= '0' && text[i] <= '9') {
      if (text[i] != '0' || !out.digits.empty()) {
        out.digits += text[i];
        ++written;
      }
      if (after_point) ++point;
    }
  }
  if (out.digits.empty()) return out;
  int64_t exponent = 0;
  if (i < text.size()) {
    exponent =
        std::strtoll(std::string(text.substr(i + 1)).c_str(), nullptr, 10);
  }
  out.exponent = exponent + written - point - 1;
  while (out.digits.back() == '0') out.digits.pop_back();
  return out;
}

std::optional<Decimal> DecimalOf(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kNumber:
      return Decimal::OfDouble(expr.number);
    case ExprKind::kNegate: {
      const auto value = DecimalOf(expr.operands[0]);
      return value ? Decimal::OfUnits(-value->units()) : std::nullopt;
    }
    case ExprKind::kAdd:
    case ExprKind::kSubtract:
    case ExprKind::kMultiply: {
      const auto left = DecimalOf(expr.operands[0]);
      auto right = DecimalOf(expr.operands[1]);
      if (!left || !right) return std::nullopt;
      if (expr.kind == ExprKind::kMultiply) return Multiply(*left, *right);
      if (expr.kind == ExprKind::kSubtract) {
        right = Decimal::OfUnits(-right->units());
      }
      return Add(*left, *right);
    }
    default:
      return std::nullopt;
  }
}

std::optional<Constant> NumberOf(const Expr& expr) {
  Constant out;
  out.type = Type::kNumber;
  const bool negated = expr.kind == ExprKind::kNegate;
  const Expr& inner = negated ? expr.operands[0] : expr;
  // A bare literal need not fit Decimal: 1e300 can be compared with.
  if (inner.kind == ExprKind::kNumber) {
    out.number = negated ? -inner.number : inner.number;
  } else {
    const auto value = DecimalOf(expr);
    if (!value) return std::nullopt;
    const std::string text = value->ToString();
    out.number = std::strtod(text.c_str(), nullptr);
    if (Decimal::OfDouble(out.number) != value) return std::nullopt;
  }
  if (out.number == 0) out.number = 0;  // -0 is 0
  return out;
}

}  // namespace

bool IsConstant(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kBool:
    case ExprKind::kNumber:
    case ExprKind::kString:
      return true;
    case ExprKind::kNegate:
    case ExprKind::kAdd:
    case ExprKind::kSubtract:
    case ExprKind::kMultiply:
      return std::all_of(expr.operands.begin(), expr.operands.end(),
                         IsConstant);
    default:
      return false;
  }
}

std::optional<Constant> ConstantOf(const Expr& expr) {
  Constant out;
  switch (expr.kind) {
    case ExprKind::kBool:
      out.boolean = expr.number != 0;
      return out;
    case ExprKind::kString:
      out.type = Type::kString;
      out.text = expr.text;
      return out;
    default:
      return NumberOf(expr);
  }
}

bool IsExact(const Expr& number) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number.number);
  const std::string_view shortest(buffer,
                                  static_cast<size_t>(end.ptr - buffer));
  return Normal(number.text) == Normal(shortest);
}

const std::vector<std::string>& Weekdays() {
  static const std::vector<std::string> kNames = {
      "monday", "tuesday",  "wednesday", "thursday",
      "friday", "saturday", "sunday"};
  return kNames;
}

std::optional<int> WeekdayOf(std::string_view name) {
  const auto& names = Weekdays();
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<int>(at - names.begin());
}

const SetValue* SetOf(const Program& program, const Expr& expr,
                      SetValue* storage) {
  if (expr.kind == ExprKind::kPath && expr.ref == ast::Ref::kSet) {
    return &program.set_values[static_cast<size_t>(expr.symbol)];
  }
  if (expr.kind != ExprKind::kSet) return nullptr;
  for (const Expr& member : expr.operands) {
    const auto value = ConstantOf(member);
    if (!value || value->type == Type::kBool) return nullptr;
    if (value->type == Type::kString) {
      storage->strings.push_back(value->text);
    } else {
      storage->numbers.push_back(value->number);
    }
  }
  if (!storage->strings.empty() && !storage->numbers.empty()) return nullptr;
  Normalize(storage);
  return storage;
}

void Normalize(SetValue* set) {
  std::sort(set->strings.begin(), set->strings.end());
  set->strings.erase(std::unique(set->strings.begin(), set->strings.end()),
                     set->strings.end());
  std::sort(set->numbers.begin(), set->numbers.end());
  set->numbers.erase(std::unique(set->numbers.begin(), set->numbers.end()),
                     set->numbers.end());
  if (!set->strings.empty()) set->of = SetValue::Of::kStrings;
  if (!set->numbers.empty()) set->of = SetValue::Of::kNumbers;
}

}  // namespace polc::sema
