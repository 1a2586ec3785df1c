#include "compiler/import/condition_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/import/pol_text.h"

namespace polc::import {
namespace {

using Type = Scalar::Type;
using Texts = std::vector<std::string>;

bool IsNumber(const Scalar& value) {
  return value.is_number() && std::isfinite(value.number);
}

// Dates are text here: the other formats never find them equal to anything.
bool IsText(const Scalar& value) {
  return value.type == Type::kText || value.type == Type::kTime;
}

std::string Literal(const Scalar& value) {
  if (value.type == Type::kBool) return value.boolean ? "true" : "false";
  return value.is_number() ? NumberText(value.number) : Quoted(value.text);
}

std::string Joined(const Texts& parts, const char* word) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += word;
    out += part;
  }
  return out;
}

std::string Braced(const Texts& members) {
  return "{" + Joined(members, ", ") + "}";
}

// The values of one type, as the sets of the language hold them.
struct Groups {
  Texts numbers, texts;
  bool yes = false, no = false, null = false;

  explicit Groups(const Condition& condition) {
    for (const Scalar& value : condition.values) {
      if (IsNumber(value)) Add(Literal(value), &numbers);
      if (IsText(value)) Add(Literal(value), &texts);
      yes |= value.type == Type::kBool && value.boolean;
      no |= value.type == Type::kBool && !value.boolean;
      null |= value.type == Type::kNull;
    }
  }

  static void Add(const std::string& literal, Texts* to) {
    if (std::find(to->begin(), to->end(), literal) == to->end()) {
      to->push_back(literal);
    }
  }
};

class Writer {
 public:
  Writer(const Condition& condition, const SetNames& sets)
      : c_(condition), path_(PathText(condition.path)), sets_(sets) {}

  std::optional<Texts> Failing() {
    const std::string absent = "not has " + path_;
    switch (c_.op) {
      case Op::kExists:
        return Texts{absent};
      case Op::kAbsent:
        return Texts{"has " + path_};
      case Op::kEq:
      case Op::kIn: {
        const Texts equal = Equal(/*dates=*/false);
        if (equal.empty()) return std::nullopt;
        if (Groups(c_).null) return Texts{Not(equal)};
        return Texts{absent, Not(equal)};
      }
      case Op::kNeq:
      case Op::kNotIn:
        return FailingUnequal(absent);
      default:
        break;
    }
    const std::optional<std::string> holds = Single(/*fails=*/true);
    if (!holds) return std::nullopt;
    return Texts{absent, *holds};
  }

  Texts Holding() {
    const std::string present = "has " + path_;
    switch (c_.op) {
      case Op::kExists:
        return {present};
      case Op::kAbsent:
        return {"not " + present};
      case Op::kNeq:
      case Op::kNotIn: {
        // Absent is an error here, and so denies.
        Texts parts;
        for (const std::string& equal : Equal(true))
          parts.push_back(Not({equal}));
        if (parts.empty() || Groups(c_).null)
          parts.insert(parts.begin(), present);
        return parts;
      }
      case Op::kEq:
      case Op::kIn: {
        const Texts equal = Equal(true);
        if (equal.empty()) return {};
        const bool null = Groups(c_).null;
        const std::string any =
            equal.size() == 1 ? equal[0] : "(" + Joined(equal, " or ") + ")";
        return null ? Texts{any} : Texts{present, any};
      }
      default:
        break;
    }
    const std::optional<std::string> holds = Single(/*fails=*/false);
    return holds ? Texts{present, *holds} : Texts{};
  }

 private:
  std::string Set(const Texts& members) const {
    const std::string literal = Braced(members);
    const auto named = sets_.find(literal);
    return named == sets_.end() ? literal : named->second;
  }

  // Operands of an `or` that is true if the value is one of them.
  Texts Equal(bool dates) const {
    Condition kept = c_;
    if (!dates) {
      std::erase_if(kept.values,
                    [](const Scalar& v) { return v.type == Type::kTime; });
    }
    const Groups groups(kept);
    Texts out;
    if (groups.null) out.push_back(path_ + " is null");
    for (const Texts& group : {groups.numbers, groups.texts}) {
      if (group.size() == 1) out.push_back(path_ + " == " + group[0]);
      if (group.size() > 1) out.push_back(path_ + " in " + Set(group));
    }
    if (groups.yes && groups.no) {
      out.push_back(path_ + " is bool");
    } else if (groups.yes || groups.no) {
      out.push_back(path_ + (groups.yes ? " == true" : " == false"));
    }
    return out;
  }

  // `not (a or b)`, with the operator's own negation where it has one.
  static std::string Not(const Texts& any) {
    if (any.size() != 1) return "not (" + Joined(any, " or ") + ")";
    std::string text = any[0];
    for (const auto& [from, to] :
         {std::pair{" == ", " != "}, std::pair{" in ", " not in "}}) {
      // A path may hold these words only in quotes, after its first.
      const size_t at = text.find(from);
      if (at != std::string::npos && text.find('"') > at) {
        return text.replace(at, std::string_view(from).size(), to);
      }
    }
    return "not " + text;
  }

  // Of values of several types each is compared where the value has its type;
  // of another type it does not hold.
  std::optional<Texts> FailingUnequal(const std::string& absent) const {
    const Groups groups(c_);
    const bool other =
        std::any_of(c_.values.begin(), c_.values.end(),
                    [](const Scalar& v) { return v.type == Type::kOther; });
    if (other) return std::nullopt;
    Texts out = {absent};
    if (groups.null) {
      // Their text of null is `<nil>`.
      out.push_back(fmt::format("{0} is string and {0} == \"<nil>\"", path_));
    }
    const Texts equal = Equal(true);
    const size_t types = equal.size() - (groups.null ? 1 : 0);
    if (types == 1) out.push_back(equal.back());
    if (types < 2) return out;
    Texts allowed;
    const auto allow = [&](const char* type, const Texts& group) {
      if (group.empty()) return;
      allowed.push_back(fmt::format(
          "{0} is {1} and {0} {2}", path_, type,
          group.size() == 1 ? "!= " + group[0] : "not in " + Set(group)));
    };
    allow("number", groups.numbers);
    allow("string", groups.texts);
    if (groups.yes != groups.no) allow("bool", {groups.yes ? "true" : "false"});
    out.push_back("not (" + Joined(allowed, " or ") + ")");
    return out;
  }

  // Nullopt: false of every value, or not to be said.
  std::optional<std::string> Single(bool fails) const {
    if (c_.op == Op::kRegex) {
      const auto* regex = std::get_if<PolRegex>(&c_.regex);
      if (regex == nullptr) return std::nullopt;
      return fmt::format("{}{} finds {}{}", path_, fails ? " not" : "",
                         RawOrQuoted(regex->pattern),
                         regex->ignoring_case ? " ignoring case" : "");
    }
    if (c_.op == Op::kContains) return Contains(fails);
    return Order(fails);
  }

  std::optional<std::string> Contains(bool fails) const {
    const Scalar& value = c_.values.at(0);
    std::string member;
    if (IsNumber(value) || IsText(value)) {
      member = fmt::format("{} in {}", Literal(value), path_);
    } else if (value.type == Type::kBool) {
      member = fmt::format("any v in {} (v == {})", path_, Literal(value));
    } else {
      return std::nullopt;
    }
    std::string holds = fmt::format("{0} is list and {1}", path_, member);
    if (value.type == Type::kText) {
      holds = fmt::format("{0} is string and {0} contains {1} or {2}", path_,
                          Literal(value), holds);
    }
    return (fails ? "not (" : "(") + holds + ")";
  }

  std::optional<std::string> Order(bool fails) const {
    const double number = c_.values.at(0).number;
    const bool less = c_.op == Op::kLt || c_.op == Op::kLte;
    if (!std::isfinite(number)) {
      // Every number is on one side of infinity, and none compares with NaN.
      const bool all = std::isinf(number) && less == (number > 0);
      if (!all) return std::nullopt;
      return fmt::format("{}{} is number", fails ? "not " : "", path_);
    }
    const bool or_equal = c_.op == Op::kLte || c_.op == Op::kGte;
    const char* sign = less == fails ? (or_equal == fails ? ">" : ">=")
                                     : (or_equal == fails ? "<" : "<=");
    return fmt::format("{} {} {}", path_, sign, NumberText(number));
  }

  const Condition& c_;
  std::string path_;
  const SetNames& sets_;
};

// Text that Go prints for a value of another type: `100`, `true`, `<nil>`,
// `[a b]`, `map[a:1]`.
bool LooksLikeAnotherType(const std::string& text) {
  const Type type = LooksLike(text);
  return (type != Type::kText && type != Type::kTime) || text == "<nil>" ||
         (text.starts_with("[") && text.ends_with("]")) ||
         (text.starts_with("map[") && text.ends_with("]"));
}

std::string Shown(const Condition& condition) {
  std::string out = "args";
  for (const std::string& key : condition.path) out += "." + key;
  return out;
}

}  // namespace

std::optional<std::string> SetLiteral(const Condition& condition) {
  if (condition.op != Op::kIn && condition.op != Op::kNotIn) {
    return std::nullopt;
  }
  const Groups groups(condition);
  for (const Texts& group : {groups.numbers, groups.texts}) {
    if (group.size() == condition.values.size() && group.size() > 2) {
      return Braced(group);
    }
  }
  return std::nullopt;
}

std::optional<Texts> Failing(const Condition& condition, const SetNames& sets) {
  return Writer(condition, sets).Failing();
}

Texts Holding(const Condition& condition, const SetNames& sets) {
  return Writer(condition, sets).Holding();
}

std::vector<Remark> Differences(const Condition& condition) {
  std::vector<Remark> out;
  const auto trap = [&](std::string text, std::string help) {
    out.push_back({diag::Kind::kImportTrap, condition.range, std::move(text),
                   std::move(help)});
  };
  const std::string path = Shown(condition);
  for (const std::string& key : condition.path) {
    if (key.empty() || !std::all_of(key.begin(), key.end(), [](char c) {
          return c >= '0' && c <= '9';
        })) {
      continue;
    }
    trap(fmt::format("`{}` is the member `{}` of an object: the format does "
                     "not look into lists",
                     path, key),
         "for a list's element write `args.list[0]` in Pol");
    break;
  }
  const bool compares = condition.op == Op::kEq || condition.op == Op::kNeq ||
                        condition.op == Op::kIn || condition.op == Op::kNotIn ||
                        condition.op == Op::kContains;
  for (const Scalar& value : condition.values) {
    if (!compares) break;
    if (value.type == Type::kTime) {
      trap(fmt::format("`{}` without quotes is an instant, which is never "
                       "equal to an argument",
                       value.text),
           "quote it, and it is text");
    } else if (value.type == Type::kOther) {
      trap(
          "a list or an object is compared by the text that Go prints for it; "
          "here no argument is equal to it",
          "");
    } else if (value.type == Type::kText && LooksLikeAnotherType(value.text)) {
      trap(fmt::format("`\"{0}\"` is text: the format also takes a value of "
                       "another type that prints as `{0}`, though not always "
                       "(1000000 prints as 1e+06); here only the text",
                       value.text),
           "");
    } else if (value.type == Type::kInt &&
               std::fabs(value.number) > 9007199254740991.0) {
      trap(fmt::format("`{}` is beyond the whole numbers that all readers "
                       "agree on: the format rounds it; here an argument of "
                       "that size is refused",
                       value.text),
           "compare text, if the server takes it");
    } else {
      continue;
    }
    break;
  }
  if (const auto* none = std::get_if<NoEqual>(&condition.regex)) {
    out.push_back({diag::Kind::kImportNote, condition.range,
                   fmt::format("this regex has no equal in Pol ({}): the rule "
                               "counts as if it had failed",
                               none->why),
                   "rewrite the pattern"});
  }
  return out;
}

}  // namespace polc::import
