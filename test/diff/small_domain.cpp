#include "test/diff/small_domain.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

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

using Values = std::map<std::string, std::vector<MaybeValue>>;

// `request` with every choice of what is left of the arguments.
void AddRequests(Values::const_iterator at, Values::const_iterator end,
                 const eval::Request& request,
                 std::vector<eval::Request>* all) {
  if (at == end) {
    all->push_back(request);
    return;
  }
  for (const MaybeValue& value : at->second) {
    eval::Request next = request;
    if (value) {
      next.args.names.push_back(at->first);
      next.args.items.push_back(*value);
    }
    AddRequests(std::next(at), end, next, all);
  }
}

std::vector<eval::Request> RequestsOf(const Values& values, bool with_marks) {
  std::vector<eval::Request> all;
  for (const char* tool : {"t", "u"}) {
    eval::Request request;
    request.server = "s";
    request.tool = tool;
    request.args = Value::Object();
    AddRequests(values.begin(), values.end(), request, &all);
    if (!with_marks) continue;
    request.marks.emplace_back("p0.m");
    AddRequests(values.begin(), values.end(), request, &all);
  }
  return all;
}

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed), b_(&module_) {
    for (const char* name : {"x", "y", "n", "l"}) {
      values_[name] = ValuesOf(name);
    }
  }

  // With limits, more policies and targets, and few values of each argument.
  Small RunRich(bool edited) {
    // Some of the arguments only, and lists seldom: they cost the solver most.
    if (random_.Percent(30)) values_.erase("y");
    if (random_.Percent(40)) values_.erase("n");
    if (random_.Percent(70)) values_.erase("l");
    for (auto& [name, values] : values_) {
      const size_t most = name == "x" ? 3 : 2;
      while (values.size() > most ||
             (values.size() > 2 && random_.Percent(40))) {
        values.erase(values.begin() +
                     random_.Below(static_cast<uint32_t>(values.size())));
      }
    }
    rich_ = true;
    large_ = random_.Percent(2);
    MakeSchema();
    has_mark_ = random_.Percent(10);
    if (has_mark_) MakeMark();
    const uint32_t policies = large_                ? 1 + random_.Below(3)
                              : random_.Percent(70) ? 1
                                                    : 2;
    if (random_.Percent(50)) MakeLimits();
    for (uint32_t i = 0; i < policies; ++i) MakePolicy(i);
    MakeAssertions();
    if (edited) Edit();
    Small small;
    small.parts.rules = std::move(parts_);
    small.requests = RequestsOf(values_, has_mark_);
    small.module = std::move(module_);
    return small;
  }

  ir::Module Run(bool edited) {
    MakeSchema();
    has_mark_ = random_.Percent(30);
    if (has_mark_) MakeMark();
    const uint32_t policies = 1 + random_.Below(2);
    for (uint32_t i = 0; i < policies; ++i) MakePolicy(i);
    MakeAssertions();
    if (edited) Edit();
    return std::move(module_);
  }

 private:
  // A condition and the operands that it was written with.
  struct Tree {
    ir::CondKind kind = ir::CondKind::kConst;
    CondId cond;
    std::vector<Tree> operands;
  };

  void MakeAssertions() {
    for (uint32_t i = 0; i < (rich_ ? 1 : 2); ++i) {
      ir::Assertion a;
      a.name = "a" + std::to_string(i);
      a.always = random_.Percent(30);
      a.effect = static_cast<ir::Effect>(random_.Below(3));
      a.target = Target();
      a.when = random_.Percent(70) ? Condition(1) : b_.True();
      module_.assertions.push_back(a);
    }
  }

  void MakeLimits() {
    const uint32_t limits = 1 + random_.Below(3);
    for (uint32_t i = 0; i < limits; ++i) {
      ir::Limit limit;
      limit.name = "p0.l" + std::to_string(i);
      limit.amount = Decimal::OfInteger(1 + random_.Below(4));
      limit.window = ir::Window::kMinute;
      if (random_.Percent(60)) {
        limit.keys.push_back({"grant", b_.MakeField({ir::Root::kGrant, {}})});
      }
      if (Has("y") && random_.Percent(15))
        limit.keys.push_back({"args.y", Arg("y")});
      limit.cost = !Has("n") || random_.Percent(70)
                       ? b_.Amount(Decimal::OfInteger(1 + random_.Below(5)))
                       : b_.TermOf(ir::TermKind::kNumber, Arg("n"));
      if (random_.Percent(40)) {
        limit.on =
            random_.Percent(50) ? b_.And({Target(), Condition(1)}) : Target();
      }
      limit.policies = {ir::PolicyId(size_t{0})};
      module_.limits.push_back(std::move(limit));
    }
  }

  CondId Without(const Tree& tree, const Tree* left_out) {
    if (tree.operands.empty()) return tree.cond;
    std::vector<CondId> rest;
    for (const Tree& operand : tree.operands) {
      if (&operand != left_out) rest.push_back(Without(operand, left_out));
    }
    return tree.kind == ir::CondKind::kAnd ? b_.And(std::move(rest))
                                           : b_.Or(std::move(rest));
  }

  // Ranges number the operands in the order of a walk.
  uint32_t AddParts(const Tree& all, const Tree& tree, CondId target,
                    uint32_t next, std::vector<ir::RulePart>* out) {
    for (const Tree& operand : tree.operands) {
      const size_t place = out->size();
      ir::RulePart part;
      part.range.file = source::FileId(size_t{0});
      part.range.begin = next;
      part.without = b_.And({target, Without(all, &operand)});
      out->push_back(part);
      next = AddParts(all, operand, target, next + 1, out);
      (*out)[place].range.end = next;
    }
    return next;
  }

  // Rules of a policy stay in order: denies first.
  void Edit() {
    ir::Policy& policy = module_.policies[random_.Below(
        static_cast<uint32_t>(module_.policies.size()))];
    const ir::RuleId id = random_.Pick(policy.rules);
    ir::Rule& rule = module_.rules[id.value()];
    const CondId before = rule.guard;
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
        std::vector<ir::Demand> demands(tool.demands.begin(),
                                        tool.demands.end());
        const bool marks =
            std::exchange(has_mark_, false);  // schemas know none
        demands.push_back({"args.y", "is narrower", Condition(0)});
        has_mark_ = marks;
        tool.demands = ir::DemandList(std::move(demands));
        break;
      }
      default:
        rule.guard = b_.Or({rule.guard, b_.And({rule.target, Condition(1)})});
        break;
    }
    // What the operands were of is not there any more.
    if (rule.guard != before) parts_[id.value()].clear();
  }

  bool Has(const std::string& name) const { return values_.contains(name); }

  ir::FieldId Arg(const std::string& name) {
    return b_.MakeField({ir::Root::kArgs, {{name, -1}}});
  }

  static void On(ir::Outcomes* on, Kind kind, Outcome outcome) {
    (*on)[static_cast<size_t>(kind)] = outcome;
  }

  // One of the domain's values, or absence if `optional`.
  CondId OneOf(const std::string& name, bool optional) {
    std::vector<CondId> any;
    for (const MaybeValue& value : values_.at(name)) {
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
      std::vector<ir::Demand> demands;
      t.tool = tool;
      for (const char* name : {"x", "y", "n", "l"}) {
        if (!Has(name)) continue;
        const bool optional = random_.Percent(60);
        demands.push_back({std::string("args.") + name, "is in the domain",
                           OneOf(name, optional)});
      }
      ir::Outcomes on = ir::AllOutcomes(Outcome::kFalse);
      On(&on, Kind::kObject, Outcome::kTest);
      ir::Test only;
      only.kind = ir::TestKind::kOnly;
      for (const auto& [name, values] : values_) only.keys.push_back(name);
      demands.push_back(
          {"args", "has no other argument",
           b_.MakeTest(b_.MakeField({ir::Root::kArgs, {}}), on, only)});
      if (random_.Percent(50)) {
        demands.push_back({"args.x", "is narrow", Condition(0)});
      }
      t.demands = ir::DemandList(std::move(demands));
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
    if (rich_ && random_.Percent(20)) {
      test.language = b_.SetOf({random_.Percent(50) ? "t" : "u"});
      const CondId one = b_.MakeTest(field, on, test);
      test.language = b_.LangOf(ir::LangKind::kGlob, "*");
      return b_.Or({one, b_.And({b_.MakeTest(field, on, test), one})});
    }
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
    const CondId body =
        Has("y") && random_.Percent(30)
            ? b_.Compare(ir::CompareOp::kEqual, element, Arg("y"))
            : Text(element);
    return random_.Percent(50) ? b_.All(Arg("l"), on, body)
                               : b_.Any(Arg("l"), on, body);
  }

  CondId Atom() {
    if (has_mark_ && random_.Percent(20)) return Marked();
    const uint32_t choice = random_.Below(9);
    switch (choice) {
      case 0:
      case 1:
      case 2:
        return Text(Arg(!Has("y") || random_.Percent(60) ? "x" : "y"));
      case 3:
      case 4:
        if (Has("n")) return Numeric();
        break;
      case 5: {  // `has`
        ir::Outcomes on = ir::AllOutcomes(Outcome::kTrue);
        On(&on, Kind::kMissing, Outcome::kFalse);
        On(&on, Kind::kNull, Outcome::kFalse);
        On(&on, Kind::kBad, Outcome::kError);
        return b_.MakeTest(Arg(!Has("n") || random_.Percent(50) ? "x" : "n"),
                           on);
      }
      case 6:
        if (Has("l")) return Lists();
        break;
      case 7:
        if (Has("y"))
          return b_.Compare(ir::CompareOp::kEqual, Arg("x"), Arg("y"));
        break;
      default:
        if (Has("y")) return Is("y", Bool(true));
        break;
    }
    return Text(Arg("x"));
  }

  CondId Condition(int depth) { return Grow(depth).cond; }

  Tree Grow(int depth) {
    Tree tree;
    if (depth == 0 || random_.Percent(30)) {
      const CondId atom = Atom();
      tree.cond = random_.Percent(25) ? b_.Not(atom) : atom;
      return tree;
    }
    tree.operands.push_back(Grow(depth - 1));
    tree.operands.push_back(Grow(depth - 1));
    const bool all = random_.Percent(55);
    tree.kind = all ? ir::CondKind::kAnd : ir::CondKind::kOr;
    std::vector<CondId> parts = {tree.operands[0].cond, tree.operands[1].cond};
    tree.cond = all ? b_.And(parts) : b_.Or(parts);
    return tree;
  }

  void MakePolicy(uint32_t index) {
    ir::Policy policy;
    policy.name = "p" + std::to_string(index);
    policy.default_effect = static_cast<ir::DefaultEffect>(random_.Below(4));
    // Most are small, so that there can be many.
    const uint32_t rules = rich_ && !large_
                               ? 1 + random_.Below(index == 0 ? 3 : 2)
                               : 2 + random_.Below(5);
    std::vector<std::pair<ir::Rule, std::vector<ir::RulePart>>> made;
    for (uint32_t i = 0; i < rules; ++i) {
      ir::Rule rule;
      rule.policy = ir::PolicyId(size_t{index});
      rule.effect = static_cast<ir::Effect>(random_.Below(3));
      rule.target = Target();
      rule.guard = rule.target;
      rule.name = policy.name + ".r" + std::to_string(i);
      std::vector<ir::RulePart> parts;
      if (random_.Percent(85)) {
        const Tree when = Grow(2);
        rule.guard = b_.And({rule.target, when.cond});
        if (rich_) {
          parts.push_back({{}, rule.target, true});
          AddParts(when, when, rule.target, 1, &parts);
        }
      }
      if (rich_ && rule.effect != ir::Effect::kDeny &&
          !module_.limits.empty() && random_.Percent(50)) {
        const auto limit =
            random_.Below(static_cast<uint32_t>(module_.limits.size()));
        rule.charges.push_back(
            {ir::LimitId(size_t{limit}), random_.Percent(20)});
      }
      made.emplace_back(std::move(rule), std::move(parts));
    }
    std::stable_partition(made.begin(), made.end(), [](const auto& r) {
      return r.first.effect == ir::Effect::kDeny;
    });
    for (auto& [rule, parts] : made) {
      policy.rules.emplace_back(module_.rules.size());
      module_.rules.push_back(std::move(rule));
      parts_.push_back(std::move(parts));
    }
    module_.policies.push_back(std::move(policy));
  }

  Random random_;
  ir::Module module_;
  ir::Builder b_;
  Values values_;
  std::vector<std::vector<ir::RulePart>> parts_;
  bool has_mark_ = false;
  bool rich_ = false;
  bool large_ = false;
};

}  // namespace

ir::Module SmallSet(uint64_t seed) { return Maker(seed).Run(false); }

ir::Module EditedSmallSet(uint64_t seed) { return Maker(seed).Run(true); }

std::vector<eval::Request> AllSmallRequests() {
  Values values;
  for (const char* name : {"x", "y", "n", "l"}) values[name] = ValuesOf(name);
  return RequestsOf(values, true);
}

Small MakeSmall(uint64_t seed) { return Maker(seed).RunRich(false); }

Small MakeEditedSmall(uint64_t seed) { return Maker(seed).RunRich(true); }

}  // namespace polc::testing
