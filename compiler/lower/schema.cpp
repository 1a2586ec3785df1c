#include "compiler/lower/schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/automata/dfa.h"
#include "compiler/automata/regex.h"

namespace polc::lower {
namespace {

using catalog::Scalar;
using catalog::Schema;
using ir::CondId;
using ir::FieldId;
using ir::Kind;
using ir::Outcome;
using ir::Outcomes;

// A keyword speaks of some kinds only; a value of any other kind passes it.
// Missing and unreadable values pass too: `required` and the parent's `type`
// speak of those.
Outcomes Passing() { return ir::AllOutcomes(Outcome::kTrue); }

void Set(Outcomes* on, Kind kind, Outcome outcome) {
  (*on)[static_cast<size_t>(kind)] = outcome;
}

std::string TypeWords(uint8_t types) {
  static constexpr struct {
    uint8_t bit;
    const char* words;
  } kRows[] = {
      {catalog::kString, "a string"},    {catalog::kNumber, "a number"},
      {catalog::kInteger, "an integer"}, {catalog::kBoolean, "a bool"},
      {catalog::kArray, "a list"},       {catalog::kObject, "an object"},
      {catalog::kNull, "null"}};
  std::string out;
  for (const auto& row : kRows) {
    if ((types & row.bit) == 0) continue;
    // A number includes the integers.
    if (row.bit == catalog::kInteger && (types & catalog::kNumber)) continue;
    out += (out.empty() ? "" : " or ") + std::string(row.words);
  }
  return out;
}

std::string ValueWords(const std::vector<Scalar>& values) {
  std::string out;
  size_t shown = 0;
  for (const Scalar& value : values) {
    if (++shown > 8) return out + ", ...";
    if (!out.empty()) out += ", ";
    switch (value.kind) {
      case Scalar::Kind::kNull:
        out += "null";
        break;
      case Scalar::Kind::kBool:
        out += value.boolean ? "true" : "false";
        break;
      case Scalar::Kind::kNumber:
        out += fmt::format("{}", value.number);
        break;
      default:
        out += fmt::format("\"{}\"", value.text);
        break;
    }
  }
  return out;
}

class SchemaLowering {
 public:
  SchemaLowering(ir::Builder* builder, std::vector<std::string>* ignored)
      : b_(*builder), ignored_(ignored) {}

  std::vector<ir::Demand> Run(const Schema& input) {
    Lower(input, {ir::Root::kArgs, {}}, "args");
    return std::move(demands_);
  }

 private:
  void Demand(const std::string& path, std::string what, CondId cond) {
    if (cond == b_.True()) return;
    demands_.push_back({path, std::move(what), cond});
  }

  // The conjunction of what `schema` demands, as one condition.
  CondId Whole(const Schema& schema, const ir::Field& field,
               const std::string& path) {
    std::vector<ir::Demand> outer;
    std::swap(outer, demands_);
    Lower(schema, field, path);
    std::swap(outer, demands_);
    std::vector<CondId> conds;
    for (const ir::Demand& demand : outer) conds.push_back(demand.cond);
    return b_.And(std::move(conds));
  }

  void Lower(const Schema& schema, const ir::Field& field,
             const std::string& path) {
    const FieldId id = b_.MakeField(field);
    if (schema.never) {
      Outcomes on = Passing();
      for (int k = 0; k < ir::kKindCount; ++k) {
        if (static_cast<Kind>(k) != Kind::kMissing) {
          on[static_cast<size_t>(k)] = Outcome::kFalse;
        }
      }
      return Demand(path, "is not accepted", b_.MakeTest(id, on));
    }
    if (schema.types != catalog::kAnyType) {
      Demand(path, "must be " + TypeWords(schema.types), Types(schema, id));
    }
    if (schema.values) {
      Demand(path, "must be one of " + ValueWords(*schema.values),
             Values(*schema.values, id));
    }
    Numbers(schema, id, path);
    Strings(schema, id, path);
    Lists(schema, id, path);
    Objects(schema, field, id, path);
    Alternatives(schema, field, path);
  }

  CondId Types(const Schema& schema, FieldId id) {
    Outcomes on = Passing();
    const auto allow = [&](Kind kind, uint8_t bits) {
      Set(&on, kind,
          (schema.types & bits) != 0 ? Outcome::kTrue : Outcome::kFalse);
    };
    allow(Kind::kNull, catalog::kNull);
    allow(Kind::kBool, catalog::kBoolean);
    allow(Kind::kNumber, catalog::kNumber);
    allow(Kind::kBigInt, catalog::kInteger | catalog::kNumber);
    allow(Kind::kString, catalog::kString);
    allow(Kind::kList, catalog::kArray);
    allow(Kind::kObject, catalog::kObject);
    const bool whole_only = (schema.types & catalog::kInteger) != 0 &&
                            (schema.types & catalog::kNumber) == 0;
    if (!whole_only) return b_.MakeTest(id, on);
    // 1.0 is an integer to JSON Schema.
    Set(&on, Kind::kNumber, Outcome::kTest);
    ir::Test test;
    test.kind = ir::TestKind::kNumber;
    test.intervals = {ir::Interval{}};
    test.integral = true;
    return b_.MakeTest(id, on, test);
  }

  CondId Values(const std::vector<Scalar>& values, FieldId id) {
    std::vector<std::string> texts;
    std::vector<double> numbers;
    bool has_true = false, has_false = false, has_null = false;
    for (const Scalar& value : values) {
      switch (value.kind) {
        case Scalar::Kind::kNull:
          has_null = true;
          break;
        case Scalar::Kind::kBool:
          (value.boolean ? has_true : has_false) = true;
          break;
        case Scalar::Kind::kNumber:
          numbers.push_back(value.number);
          break;
        default:
          texts.push_back(value.text);
          break;
      }
    }
    Outcomes kinds = Passing();
    const auto allow = [&](Kind kind, bool allowed) {
      Set(&kinds, kind, allowed ? Outcome::kTrue : Outcome::kFalse);
    };
    allow(Kind::kNull, has_null);
    allow(Kind::kBool, has_true || has_false);
    allow(Kind::kNumber, !numbers.empty());
    allow(Kind::kBigInt, false);
    allow(Kind::kString, !texts.empty());
    allow(Kind::kList, false);
    allow(Kind::kObject, false);
    std::vector<CondId> all = {b_.MakeTest(id, kinds)};
    if (has_true != has_false) all.push_back(OneBool(id, has_true));
    if (!numbers.empty()) all.push_back(Points(id, std::move(numbers)));
    if (!texts.empty()) all.push_back(OneOfTexts(id, std::move(texts)));
    return b_.And(std::move(all));
  }

  CondId OneBool(FieldId id, bool value) {
    Outcomes on = ir::AllOutcomes(value ? Outcome::kTrue : Outcome::kFalse);
    Set(&on, Kind::kBool, Outcome::kTest);
    ir::Test test;
    test.kind = ir::TestKind::kBool;
    const CondId is_true = b_.MakeTest(id, on, test);
    return value ? is_true : b_.Not(is_true);
  }

  CondId Points(FieldId id, std::vector<double> numbers) {
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    ir::Test test;
    test.kind = ir::TestKind::kNumber;
    for (const double n : numbers) test.intervals.push_back({n, n});
    return OnKind(id, Kind::kNumber, std::move(test));
  }

  CondId OneOfTexts(FieldId id, std::vector<std::string> texts) {
    ir::Test test;
    test.kind = ir::TestKind::kString;
    test.language = b_.SetOf(std::move(texts));
    return OnKind(id, Kind::kString, std::move(test));
  }

  // A test of values of one kind; others pass.
  CondId OnKind(FieldId id, Kind kind, ir::Test test) {
    Outcomes on = Passing();
    Set(&on, kind, Outcome::kTest);
    return b_.MakeTest(id, on, std::move(test));
  }

  void Numbers(const Schema& schema, FieldId id, const std::string& path) {
    if (!schema.minimum && !schema.maximum) return;
    ir::Interval interval;
    std::string what;
    if (schema.minimum) {
      interval.lo = *schema.minimum;
      interval.lo_open = schema.exclusive_minimum;
      what = fmt::format("{} {}", interval.lo_open ? "above" : "at least",
                         interval.lo);
    }
    if (schema.maximum) {
      interval.hi = *schema.maximum;
      interval.hi_open = schema.exclusive_maximum;
      what += fmt::format("{}{} {}", what.empty() ? "" : " and ",
                          interval.hi_open ? "below" : "at most", interval.hi);
    }
    Outcomes on = Passing();
    Set(&on, Kind::kNumber, Outcome::kTest);
    // Readers disagree about its value, so none can say that it fits.
    Set(&on, Kind::kBigInt, Outcome::kFalse);
    ir::Test test;
    test.kind = ir::TestKind::kNumber;
    if (interval.lo < interval.hi || (interval.lo == interval.hi &&
                                      !interval.lo_open && !interval.hi_open)) {
      test.intervals = {interval};
    }
    Demand(path, "must be " + what, b_.MakeTest(id, on, std::move(test)));
  }

  void Strings(const Schema& schema, FieldId id, const std::string& path) {
    if (schema.min_length || schema.max_length) {
      Demand(path, "has a length outside the schema's bounds",
             Counted(id, Kind::kString, ir::TestKind::kLength,
                     schema.min_length, schema.max_length));
    }
    if (!schema.pattern) return;
    if (!IsEnforceable(*schema.pattern)) {
      if (ignored_ != nullptr) ignored_->push_back(path + ": pattern");
      return;
    }
    ir::Test test;
    test.kind = ir::TestKind::kString;
    test.language = b_.LangOf(ir::LangKind::kFinds, *schema.pattern);
    Demand(path, fmt::format("must match `{}`", *schema.pattern),
           OnKind(id, Kind::kString, std::move(test)));
  }

  // The server's schema is not the policy's author's to change, so what cannot
  // be enforced must not stop the policy.
  static bool IsEnforceable(const std::string& pattern) {
    automata::PatternError error;
    const std::optional<automata::Regex> regex =
        automata::ParseRegex(pattern, automata::CaseMode::kExact, &error);
    return regex && automata::FromRegex(*regex, automata::MatchMode::kAnywhere);
  }

  CondId Counted(FieldId id, Kind kind, ir::TestKind what,
                 std::optional<uint64_t> lo, std::optional<uint64_t> hi) {
    ir::Test test;
    test.kind = what;
    test.lo = lo.value_or(0);
    if (hi) test.hi = *hi;
    return OnKind(id, kind, std::move(test));
  }

  void Lists(const Schema& schema, FieldId id, const std::string& path) {
    if (schema.min_items || schema.max_items) {
      Demand(path, "has more or fewer elements than the schema accepts",
             Counted(id, Kind::kList, ir::TestKind::kSize, schema.min_items,
                     schema.max_items));
    }
    if (!schema.items) return;
    const CondId element =
        Whole(*schema.items, {ir::Root::kElement, {}}, path + "[]");
    if (element == b_.True()) return;
    Demand(path, "has an element that the schema does not accept",
           b_.All(id, Passing(), element));
  }

  void Objects(const Schema& schema, const ir::Field& field, FieldId id,
               const std::string& path) {
    for (const std::string& name : schema.required) {
      Demand(Child(path, name), "is required",
             Required(field, id, Extend(field, name)));
    }
    for (const auto& [name, property] : schema.properties) {
      Lower(*property, Extend(field, name), Child(path, name));
    }
    if (!schema.closed) return;
    ir::Test test;
    test.kind = ir::TestKind::kOnly;
    for (const auto& [name, property] : schema.properties) {
      test.keys.push_back(name);
    }
    std::sort(test.keys.begin(), test.keys.end());
    test.keys.erase(std::unique(test.keys.begin(), test.keys.end()),
                    test.keys.end());
    Demand(path, "has a member that the schema does not name",
           OnKind(id, Kind::kObject, std::move(test)));
  }

  CondId Required(const ir::Field& parent, FieldId parent_id,
                  const ir::Field& child) {
    Outcomes present = Passing();
    Set(&present, Kind::kMissing, Outcome::kFalse);
    const CondId has = b_.MakeTest(b_.MakeField(child), present);
    if (parent.root == ir::Root::kArgs && parent.steps.empty()) return has;
    Outcomes not_object = Passing();
    Set(&not_object, Kind::kObject, Outcome::kFalse);
    return b_.Or({b_.MakeTest(parent_id, not_object), has});
  }

  void Alternatives(const Schema& schema, const ir::Field& field,
                    const std::string& path) {
    for (const auto& part : schema.all_of) Lower(*part, field, path);
    if (!schema.any_of.empty()) {
      std::vector<CondId> any;
      for (const auto& part : schema.any_of) {
        any.push_back(Whole(*part, field, path));
      }
      Demand(path, Describe(schema.any_of), b_.Or(std::move(any)));
    }
    if (!schema.one_of.empty()) {
      Demand(path, "must match exactly one of the schema's alternatives",
             ExactlyOne(schema, field, path));
    }
    if (schema.negated) {
      // A missing value passes every keyword, so `not` would refuse it.
      Outcomes missing = ir::AllOutcomes(Outcome::kFalse);
      Set(&missing, Kind::kMissing, Outcome::kTrue);
      Set(&missing, Kind::kBad, Outcome::kTrue);
      Demand(path, "is what the schema excludes",
             b_.Or({b_.MakeTest(b_.MakeField(field), missing),
                    b_.Not(Whole(*schema.negated, field, path))}));
    }
  }

  // `anyOf` is mostly "this type, or null": say that.
  static std::string Describe(
      const std::vector<std::shared_ptr<const Schema>>& parts) {
    uint8_t types = 0;
    for (const auto& part : parts) types |= part->types;
    if (types == catalog::kAnyType) {
      return "must match one of the schema's alternatives";
    }
    return "must be " + TypeWords(types);
  }

  CondId ExactlyOne(const Schema& schema, const ir::Field& field,
                    const std::string& path) {
    std::vector<CondId> parts;
    for (const auto& part : schema.one_of) {
      parts.push_back(Whole(*part, field, path));
    }
    Outcomes missing = ir::AllOutcomes(Outcome::kFalse);
    Set(&missing, Kind::kMissing, Outcome::kTrue);
    Set(&missing, Kind::kBad, Outcome::kTrue);
    std::vector<CondId> all = {b_.Or(parts)};
    for (size_t i = 0; i < parts.size(); ++i) {
      for (size_t j = i + 1; j < parts.size(); ++j) {
        all.push_back(b_.Not(b_.And({parts[i], parts[j]})));
      }
    }
    return b_.Or(
        {b_.MakeTest(b_.MakeField(field), missing), b_.And(std::move(all))});
  }

  static ir::Field Extend(ir::Field field, const std::string& name) {
    field.steps.push_back({name, -1});
    return field;
  }
  static std::string Child(const std::string& path, const std::string& name) {
    return path + "." + name;
  }

  ir::Builder& b_;
  std::vector<std::string>* ignored_;
  std::vector<ir::Demand> demands_;
};

}  // namespace

std::vector<ir::Demand> LowerSchema(ir::Builder* builder,
                                    const catalog::Tool& tool,
                                    std::vector<std::string>* ignored) {
  return SchemaLowering(builder, ignored).Run(*tool.input);
}

}  // namespace polc::lower
