#include "test/diff/small_domain.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "compiler/ir/builder.h"
#include "test/unit/support/ir_generator.h"

namespace polc::testing {
namespace {

using eval::Value;
using ir::CondId;
using ir::Kind;
using ir::Outcome;

Value Number(double n) {
  Value value;
  value.kind = Kind::kNumber;
  value.number = n;
  return value;
}

Value Bool(bool b) {
  Value value;
  value.kind = Kind::kBool;
  value.boolean = b;
  return value;
}

Value List(std::vector<std::string> texts) {
  Value value;
  value.kind = Kind::kList;
  for (auto& text : texts) value.items.push_back(Value::String(text));
  return value;
}

using MaybeValue = std::optional<Value>;

// What each argument may be. Every test that Maker makes is constant on the
// values between these.
const std::vector<MaybeValue>& ValuesOf(const std::string& name) {
  static const std::map<std::string, std::vector<MaybeValue>> kValues = {
      {"x",
       {std::nullopt, Value(), Value::String("a"), Value::String("ab"),
        Value::String("b"), Value::String("c"), Number(3)}},
      {"y", {std::nullopt, Value::String("a"), Value::String("b"), Bool(true)}},
      {"n",
       {std::nullopt, Number(0), Number(1), Number(1.5), Number(2),
        Value::String("a")}},
      {"l",
       {std::nullopt, List({}), List({"a"}), List({"b"}), List({"a", "b"}),
        Bool(false)}}};
  return kValues.at(name);
}

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed), b_(&module_) {}

  ir::Module Run(bool edited) {
    MakeSchema();
    has_mark_ = random_.Percent(30);
    if (has_mark_) MakeMark();
    const uint32_t policies = 1 + random_.Below(2);
    for (uint32_t i = 0; i < policies; ++i) MakePolicy(i);
    for (uint32_t i = 0; i < 2; ++i) {
      ir::Assertion a;
      a.name = "a" + std::to_string(i);
      a.always = random_.Percent(30);
      a.effect = static_cast<ir::Effect>(random_.Below(3));
      a.target = Target();
      a.when = random_.Percent(70) ? Condition(1) : b_.True();
      module_.assertions.push_back(a);
    }
    if (edited) Edit();
    return std::move(module_);
  }

 private:
  // Rules of a policy stay in order: denies first.
  void Edit() {
    ir::Policy& policy = module_.policies[random_.Below(
        static_cast<uint32_t>(module_.policies.size()))];
    const ir::RuleId id = random_.Pick(policy.rules);
    ir::Rule& rule = module_.rules[id.value()];
    switch (random_.Below(7)) {
      case 0:
      case 1:
        rule.guard = b_.And({rule.target, Condition(2)});
        break;
      case 2:
        if (rule.effect != ir::Effect::kDeny) {
          rule.effect = rule.effect == ir::Effect::kAsk ? ir::Effect::kAllow
                                                        : ir::Effect::kAsk;
        }
        break;
      case 3:
        rule.guard = b_.False();  // as good as gone
        break;
      case 4:
        policy.default_effect =
            static_cast<ir::DefaultEffect>(random_.Below(4));
        break;
      case 5: {
        ir::ToolSchema& tool = module_.schemas[0].tools[random_.Below(2)];
        tool.demands.push_back({"args.y", "is narrower", Condition(0)});
        break;
      }
      default:
        rule.guard = b_.Or({rule.guard, b_.And({rule.target, Condition(1)})});
        break;
    }
  }

  ir::FieldId Arg(const std::string& name) {
    return b_.MakeField({ir::Root::kArgs, {{name, -1}}});
  }

  static void On(ir::Outcomes* on, Kind kind, Outcome outcome) {
    (*on)[static_cast<size_t>(kind)] = outcome;
  }

  // One of the domain's values, or absence if `optional`.
  CondId OneOf(const std::string& name, bool optional) {
    std::vector<CondId> any;
    for (const MaybeValue& value : ValuesOf(name)) {
      if (!value && !optional) continue;
      any.push_back(Is(name, value));
    }
    return b_.Or(std::move(any));
  }

  CondId Is(const std::string& name, const MaybeValue& value) {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kFalse);
    ir::Test test;
    if (!value) {
      On(&on, Kind::kMissing, Outcome::kTrue);
      return b_.MakeTest(Arg(name), on);
    }
    On(&on, value->kind, Outcome::kTest);
    switch (value->kind) {
      case Kind::kString:
        test.kind = ir::TestKind::kString;
        test.language = b_.SetOf({value->text});
        break;
      case Kind::kNumber:
        test.kind = ir::TestKind::kNumber;
        test.intervals = {{value->number, value->number}};
        break;
      case Kind::kBool: {
        test.kind = ir::TestKind::kBool;
        const CondId is = b_.MakeTest(Arg(name), on, test);
        if (value->boolean) return is;
        On(&on, Kind::kBool, Outcome::kTrue);
        return b_.And({b_.MakeTest(Arg(name), on), b_.Not(is)});
      }
      case Kind::kList: {
        test.kind = ir::TestKind::kSize;
        test.lo = test.hi = value->items.size();
        std::vector<CondId> all = {b_.MakeTest(Arg(name), on, test)};
        for (size_t i = 0; i < value->items.size(); ++i) {
          ir::Outcomes of = ir::AllOutcomes(Outcome::kFalse);
          On(&of, Kind::kString, Outcome::kTest);
          ir::Test is;
          is.kind = ir::TestKind::kString;
          is.language = b_.SetOf({value->items[i].text});
          const auto index = static_cast<int32_t>(i);
          all.push_back(b_.MakeTest(
              b_.MakeField({ir::Root::kArgs, {{name, -1}, {"", index}}}), of,
              is));
        }
        return b_.And(std::move(all));
      }
      default:
        On(&on, value->kind, Outcome::kTrue);
        return b_.MakeTest(Arg(name), on);
    }
    return b_.MakeTest(Arg(name), on, test);
  }

  void MakeSchema() {
    ir::Schema schema;
    schema.path = "catalog.json";
    for (const char* tool : {"t", "u"}) {
      ir::ToolSchema t;
      t.tool = tool;
      for (const char* name : {"x", "y", "n", "l"}) {
        const bool optional = random_.Percent(60);
        t.demands.push_back({std::string("args.") + name, "is in the domain",
                             OneOf(name, optional)});
      }
      ir::Outcomes on = ir::AllOutcomes(Outcome::kFalse);
      On(&on, Kind::kObject, Outcome::kTest);
      ir::Test only;
      only.kind = ir::TestKind::kOnly;
      only.keys = {"l", "n", "x", "y"};
      t.demands.push_back(
          {"args", "has no other argument",
           b_.MakeTest(b_.MakeField({ir::Root::kArgs, {}}), on, only)});
      if (random_.Percent(50)) {
        t.demands.push_back({"args.x", "is narrow", Condition(0)});
      }
      schema.tools.push_back(std::move(t));
    }
    module_.schemas.push_back(std::move(schema));
  }

  void MakeMark() {
    ir::Mark mark;
    mark.name = "p0.m";
    mark.key = {"grant", b_.MakeField({ir::Root::kGrant, {}})};
    mark.lifetime_seconds = 60;
    mark.on = random_.Percent(50) ? b_.And({Target(), Condition(1)}) : Target();
    mark.policies = {ir::PolicyId(size_t{0})};
    module_.marks.push_back(std::move(mark));
  }

  CondId Marked() {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
    On(&on, Kind::kMissing, Outcome::kFalse);
    On(&on, Kind::kBool, Outcome::kTrue);
    return b_.MakeTest(b_.MakeField({ir::Root::kMarks, {{"p0.m", -1}}}), on);
  }

  CondId Target() {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kFalse);
    On(&on, Kind::kString, Outcome::kTest);
    ir::Test test;
    test.kind = ir::TestKind::kString;
    const auto field = b_.MakeField({ir::Root::kTool, {}});
    switch (random_.Below(4)) {
      case 0:
        test.language = b_.SetOf({"t"});
        break;
      case 1:
        test.language = b_.SetOf({"t", "u"});
        break;
      case 2:
        test.language = b_.LangOf(ir::LangKind::kGlob, "?");
        break;
      default:
        test.language =
            b_.LangOf(ir::LangKind::kGlob, random_.Percent(90) ? "u*" : "v*");
        break;
    }
    return b_.MakeTest(field, on, test);
  }

  CondId Text(ir::FieldId field) {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
    On(&on, Kind::kString, Outcome::kTest);
    if (random_.Percent(30)) {  // `?? "..."`
      const auto absent =
          random_.Percent(50) ? Outcome::kTrue : Outcome::kFalse;
      On(&on, Kind::kMissing, absent);
      On(&on, Kind::kNull, absent);
    }
    ir::Test test;
    test.kind = ir::TestKind::kString;
    switch (random_.Below(6)) {
      case 0:
        test.language = b_.SetOf({"a"});
        break;
      case 1:
        test.language = b_.SetOf({"ab", "b"});
        break;
      case 2:
        test.language = b_.LangOf(ir::LangKind::kPrefix, "a");
        break;
      case 3:
        test.language = b_.LangOf(ir::LangKind::kSuffix, "b");
        break;
      case 4:
        test.language = b_.LangOf(ir::LangKind::kContains, "a");
        test.domain = b_.LangOf(ir::LangKind::kMatches, "[ab]+");
        test.language = b_.MakeLang({.kind = ir::LangKind::kAnd,
                                     .texts = {},
                                     .operands = {test.domain, test.language}});
        break;
      default:
        test.kind = ir::TestKind::kLength;
        test.language = {};
        test.lo = 1 + random_.Below(2);
        test.hi = test.lo + random_.Below(2);
        break;
    }
    return b_.MakeTest(field, on, test);
  }

  CondId Numeric() {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
    On(&on, Kind::kNumber, Outcome::kTest);
    ir::Test test;
    test.kind = ir::TestKind::kNumber;
    const double lo = random_.Below(3);
    ir::Interval interval;
    if (random_.Percent(60)) interval.lo = lo;
    if (random_.Percent(60)) interval.hi = lo + random_.Below(2);
    interval.lo_open = interval.lo < interval.hi && random_.Percent(40);
    interval.hi_open = interval.lo < interval.hi && random_.Percent(40);
    test.intervals = {interval};
    test.integral = random_.Percent(20);
    return b_.MakeTest(Arg("n"), on, test);
  }

  CondId Lists() {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
    if (random_.Percent(30)) {
      ir::Test test;
      test.kind = ir::TestKind::kSize;
      test.lo = random_.Below(3);
      test.hi = test.lo + random_.Below(2);
      On(&on, Kind::kList, Outcome::kTest);
      return b_.MakeTest(Arg("l"), on, test);
    }
    const auto element = b_.MakeField({ir::Root::kElement, {}});
    const CondId body = random_.Percent(30) ? b_.Compare(ir::CompareOp::kEqual,
                                                         element, Arg("y"))
                                            : Text(element);
    return random_.Percent(50) ? b_.All(Arg("l"), on, body)
                               : b_.Any(Arg("l"), on, body);
  }

  CondId Atom() {
    if (has_mark_ && random_.Percent(20)) return Marked();
    switch (random_.Below(9)) {
      case 0:
      case 1:
      case 2:
        return Text(Arg(random_.Percent(60) ? "x" : "y"));
      case 3:
      case 4:
        return Numeric();
      case 5: {  // `has`
        ir::Outcomes on = ir::AllOutcomes(Outcome::kTrue);
        On(&on, Kind::kMissing, Outcome::kFalse);
        On(&on, Kind::kNull, Outcome::kFalse);
        On(&on, Kind::kBad, Outcome::kError);
        return b_.MakeTest(Arg(random_.Percent(50) ? "x" : "n"), on);
      }
      case 6:
        return Lists();
      case 7:
        return b_.Compare(ir::CompareOp::kEqual, Arg("x"), Arg("y"));
      default:
        return Is("y", Bool(true));
    }
  }

  CondId Condition(int depth) {
    if (depth == 0 || random_.Percent(30)) {
      const CondId atom = Atom();
      return random_.Percent(25) ? b_.Not(atom) : atom;
    }
    std::vector<CondId> parts = {Condition(depth - 1), Condition(depth - 1)};
    return random_.Percent(55) ? b_.And(parts) : b_.Or(parts);
  }

  void MakePolicy(uint32_t index) {
    ir::Policy policy;
    policy.name = "p" + std::to_string(index);
    policy.default_effect = static_cast<ir::DefaultEffect>(random_.Below(4));
    const uint32_t rules = 2 + random_.Below(5);
    std::vector<ir::Rule> made;
    for (uint32_t i = 0; i < rules; ++i) {
      ir::Rule rule;
      rule.policy = ir::PolicyId(size_t{index});
      rule.effect = static_cast<ir::Effect>(random_.Below(3));
      rule.target = Target();
      rule.guard = random_.Percent(85) ? b_.And({rule.target, Condition(2)})
                                       : rule.target;
      rule.name = policy.name + ".r" + std::to_string(i);
      made.push_back(std::move(rule));
    }
    std::stable_partition(made.begin(), made.end(), [](const ir::Rule& r) {
      return r.effect == ir::Effect::kDeny;
    });
    for (ir::Rule& rule : made) {
      policy.rules.emplace_back(module_.rules.size());
      module_.rules.push_back(std::move(rule));
    }
    module_.policies.push_back(std::move(policy));
  }

  Random random_;
  ir::Module module_;
  ir::Builder b_;
  bool has_mark_ = false;
};

}  // namespace

ir::Module SmallSet(uint64_t seed) { return Maker(seed).Run(false); }

ir::Module EditedSmallSet(uint64_t seed) { return Maker(seed).Run(true); }

std::vector<eval::Request> AllSmallRequests() {
  std::vector<eval::Request> all;
  for (const char* tool : {"t", "u"}) {
    eval::Request request;
    request.server = "s";
    request.tool = tool;
    for (const auto& x : ValuesOf("x")) {
      for (const auto& y : ValuesOf("y")) {
        for (const auto& n : ValuesOf("n")) {
          for (const auto& l : ValuesOf("l")) {
            request.args = Value::Object();
            const auto add = [&](const char* name, const MaybeValue& value) {
              if (!value) return;
              request.args.names.emplace_back(name);
              request.args.items.push_back(*value);
            };
            add("x", x);
            add("y", y);
            add("n", n);
            add("l", l);
            for (const bool marked : {false, true}) {
              request.marks.clear();
              if (marked) request.marks.emplace_back("p0.m");
              all.push_back(request);
            }
          }
        }
      }
    }
  }
  return all;
}

}  // namespace polc::testing
