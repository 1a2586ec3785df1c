// Decisions of small policies, written in the IR's text form.
#include <gtest/gtest.h>

#include <string>

#include "compiler/eval/eval.h"
#include "compiler/ir/text.h"

namespace polc::eval {
namespace {

using ir::Effect;

// c0 tool == "t"; c1 args.name == "yes"; c2 true; c3 caller.grant == "ci"
constexpr char kConditions[] = R"(ir 1
digest ""
field f0 = tool
field f1 = args["name"]
field f2 = caller.grant
field f3 = args["n"]
lang l0 = set {"t"}
lang l1 = set {"yes"}
lang l2 = set {"ci"}
cond c0 = test f0 {string: test, else: false} string l0
cond c1 = test f1 {string: test, else: error} string l1
cond c2 = true
cond c3 = test f2 {string: test, else: error} string l2
cond c4 = test f3 {missing: true, number: test, else: false} number {[1, 9]}
)";

ir::Module Make(const std::string& rest) {
  auto module = ir::ParseText(kConditions + rest);
  EXPECT_TRUE(module) << module.error().message;
  return module ? *module : ir::Module();
}

Value Number(double number) {
  Value value;
  value.kind = ir::Kind::kNumber;
  value.number = number;
  return value;
}

Request Call(const std::string& name = "") {
  Request request;
  request.server = "s";
  request.tool = "t";
  request.caller.grant = "ci";
  if (!name.empty()) {
    request.args.names = {"name"};
    request.args.items = {Value::String(name)};
  }
  return request;
}

Request With(Request request, const std::string& name, Value value) {
  request.args.names.push_back(name);
  request.args.items.push_back(std::move(value));
  return request;
}

TEST(Decide, TriesDeniesThenTheOthersThenTheDefault) {
  const ir::Module module = Make(R"(
rule r0 = "p.no" p0 deny target c0 guard c1 reason {"not ", f1, "!"} within 600
rule r1 = "p.yes" p0 allow target c0 guard c0 within 600
policy p0 = "p" servers {} rules {r0, r1} default ask
)");
  Decision d = Decide(module, Call("yes"));
  EXPECT_EQ(d.effect, Effect::kDeny);
  EXPECT_EQ(d.by, By::kRule);
  EXPECT_EQ(d.rule, "p.no");
  EXPECT_EQ(d.reason, "not yes!");
  d = Decide(module, Call("other"));
  EXPECT_EQ(d.effect, Effect::kAllow);
  EXPECT_EQ(d.rules, std::vector<ir::RuleId>{ir::RuleId(1)});
  d = Decide(module, Call());  // args.name is missing
  EXPECT_EQ(d.effect, Effect::kDeny);
  EXPECT_EQ(d.by, By::kError);
  EXPECT_EQ(d.rule, "p.no");
  EXPECT_EQ(d.reason,
            "rule `p.no` could not be decided: `args.name` is missing or of "
            "the wrong type");
  Request other = Call("no");
  other.tool = "u";
  d = Decide(module, other);
  EXPECT_EQ(d.effect, Effect::kAsk);
  EXPECT_EQ(d.by, By::kDefault);
  EXPECT_EQ(d.within_seconds, 600);
}

TEST(Decide, AMethodThatIsNotDefinedIsDeniedByDefault) {
  for (const std::string effect : {"allow", "ask", "deny"}) {
    const ir::Module module =
        Make("policy p0 = \"p\" servers {} rules {} default " + effect);
    Request request = Call();
    request.defined = false;
    EXPECT_EQ(Decide(module, request).effect, Effect::kDeny);
    EXPECT_EQ(Decide(module, request).by, By::kDefault);
  }
}

TEST(Decide, CombinesPolicies) {
  const ir::Module module = Make(R"(
rule r0 = "a.no" p0 deny target c1 guard c1 within 600
rule r1 = "b.ask" p1 ask target c2 guard c2 roles {"sre"} within 60
rule r2 = "c.yes" p2 allow target c2 guard c2 within 600
rule r3 = "d.ask" p3 ask target c2 guard c2 roles {"dev", "sre"} within 30
policy p0 = "a" servers {} rules {r0} default none
policy p1 = "b" servers {"s"} rules {r1} default deny
policy p2 = "c" servers {} rules {r2} default deny
policy p3 = "d" servers {"s"} rules {r3} default deny
)");
  Decision d = Decide(module, Call("yes"));
  EXPECT_EQ(d.rule, "a.no");
  EXPECT_EQ(d.reason, "denied by rule `a.no`");
  d = Decide(module, Call("other"));
  EXPECT_EQ(d.effect, Effect::kAsk);
  EXPECT_EQ(d.rule, "b.ask");
  EXPECT_EQ(d.within_seconds, 30);
  EXPECT_EQ(d.roles, (std::vector<std::string>{"sre", "dev"}));
  EXPECT_EQ(d.rules.size(), 2u);
  Request elsewhere = Call("other");
  elsewhere.server = "x";
  d = Decide(module, elsewhere);
  EXPECT_EQ(d.effect, Effect::kAllow);
  EXPECT_EQ(d.rule, "c.yes");
}

TEST(Decide, NoVoteIsNoPermission) {
  const ir::Module module =
      Make("policy p0 = \"p\" servers {} rules {} default none");
  EXPECT_EQ(Decide(module, Call()).effect, Effect::kDeny);
  EXPECT_EQ(Decide(module, Call()).by, By::kUncovered);
  EXPECT_EQ(Decide(module, Call()).reason, "no policy covers this request");
  EXPECT_EQ(Decide(Make(""), Call()).by, By::kUncovered);
  EXPECT_FALSE(ToolVisible(module, "s", Caller(), "t"));
}

TEST(Decide, TheSchemaComesFirst) {
  const std::string text = R"(
policy p0 = "p" servers {} rules {} default allow
schema "c.json" servers {"s"}
  tool "t"
    demand "args.n" "must be at most 9" c4
)";
  const ir::Module module = Make(text);
  Decision d = Decide(module, With(Call(), "n", Number(10)));
  EXPECT_EQ(d.effect, Effect::kDeny);
  EXPECT_EQ(d.by, By::kSchema);
  EXPECT_EQ(d.reason, "`args.n` must be at most 9");
  EXPECT_EQ(Decide(module, With(Call(), "n", Number(9))).effect,
            Effect::kAllow);
  Request unknown = Call();
  unknown.tool = "u";
  EXPECT_EQ(Decide(module, unknown).reason, "the server has no tool `u`");
  EXPECT_FALSE(ToolVisible(module, "s", Caller(), "u"));
  EXPECT_TRUE(ToolVisible(module, "s", Caller(), "t"));
  unknown.server = "x";
  EXPECT_EQ(Decide(module, unknown).effect, Effect::kAllow);
  std::string advisory = text;
  advisory.replace(advisory.find("{\"s\"}"), 5, "{\"s\"} advisory");
  EXPECT_EQ(Decide(Make(advisory), With(Call(), "n", Number(10))).effect,
            Effect::kAllow);
}

constexpr char kLimits[] = R"(
term t0 = constant 1
term t1 = constant 0.5
term t2 = number f3 absent 2
term t3 = multiply t1 t2
limit m0 = "p.calls" 5 minute key "args.name" f1 cost t0 policies {p0}
limit m1 = "p.cost" 5 minute cost t3 policies {p0}
limit m2 = "p.all" 5 minute cost t0 on c3 policies {p0}
mark k0 = "p.seen" key "grant" f2 for 60 on c3 policies {p0}
rule r0 = "p.yes" p0 allow target c0 guard c0 charge {m0, m1, m0 else_ask} within 600
policy p0 = "p" servers {} rules {r0} default deny
)";

TEST(Decide, CollectsChargesAndMarks) {
  const ir::Module module = Make(kLimits);
  Decision d = Decide(module, With(Call("a"), "n", Number(3)));
  ASSERT_EQ(d.charges.size(), 3u) << d.reason;
  EXPECT_EQ(d.charges[0].key[0].name, "args.name");
  EXPECT_EQ(d.charges[0].key[0].value, "a");
  EXPECT_FALSE(d.charges[0].or_ask);
  EXPECT_EQ(d.charges[1].amount.ToString(), "1.5");
  EXPECT_EQ(d.charges[2].limit, ir::LimitId(2));
  EXPECT_EQ(d.marks, std::vector<ir::MarkId>{ir::MarkId(0)});
  d = Decide(module, Call("a"));
  EXPECT_EQ(d.charges[1].amount.ToString(), "1");
}

TEST(Decide, KeysAndCostsWithoutAValueDeny) {
  const ir::Module module = Make(kLimits);
  Decision d = Decide(module, Call());
  EXPECT_EQ(d.by, By::kError);
  EXPECT_EQ(d.reason,
            "limit `p.calls` could not be decided: `args.name` is missing or "
            "of the wrong type");
  EXPECT_TRUE(d.charges.empty());
  for (const double cost : {-1.0, 1e300, 1e-10}) {
    d = Decide(module, With(Call("a"), "n", Number(cost)));
    EXPECT_EQ(d.effect, Effect::kDeny);
    EXPECT_EQ(d.by, By::kError);
  }
  d = Decide(module, With(Call("a"), "n", Value::String("3")));
  EXPECT_EQ(d.by, By::kError);
}

TEST(Decide, OneAndOnePointZeroAreOneKey) {
  const ir::Module module = Make(kLimits);
  auto identity = [&](Value value) {
    Request request = Call();
    return Decide(module, With(request, "name", value)).charges[0].identity;
  };
  EXPECT_EQ(identity(Number(0.0)), identity(Number(-0.0)));
  EXPECT_NE(identity(Number(1)), identity(Value::String("1")));
}

TEST(Decide, ReasonsAreBoundedEscapedAndRedacted) {
  const std::string text = R"(
rule r0 = "p.no" p0 deny target c0 guard c0 reason {"<", f1, ">"} within 600REDACT
policy p0 = "p" servers {} rules {r0} default deny
)";
  auto reason = [&](const Request& request, const std::string& redact) {
    std::string rules = text;
    rules.replace(rules.find("REDACT"), 6, redact);
    return Decide(Make(rules), request).reason;
  };
  EXPECT_EQ(reason(Call(), ""), "<(absent)>");
  EXPECT_EQ(reason(Call("a\nb\\c\xE2\x80\xAE"), ""),
            "<a\\u{a}b\\\\c\\u{202e}>");
  EXPECT_EQ(reason(Call(std::string(121, 'x')), ""),
            "<" + std::string(120, 'x') + "…>");
  EXPECT_EQ(reason(Call(std::string(120, 'x')), ""),
            "<" + std::string(120, 'x') + ">");
  EXPECT_EQ(reason(Call("secret"), " redact {f1}"), "<(redacted)>");
  EXPECT_EQ(reason(With(Call(), "name", Number(1.5)), ""), "<1.5>");
}

// As deep, and as shared, as the validator lets a module be.
TEST(Decide, TheDeepestConditionsEnd) {
  std::string text;
  for (int i = 5; i < ir::kMaxCondDepth + 3; ++i) {
    const std::string last = "c" + std::to_string(i == 5 ? 1 : i - 1);
    text += "cond c" + std::to_string(i) + (i % 2 ? " = and {" : " = or {") +
            last + ", " + last + "}\n";
  }
  for (int i = 3; i < ir::kMaxCondDepth + 2; ++i) {
    const std::string last = "l" + std::to_string(i - 1);
    text +=
        "lang l" + std::to_string(i) + " = and {" + last + ", " + last + "}\n";
  }
  const std::string deepest = std::to_string(ir::kMaxCondDepth + 2);
  text += "cond c" + std::to_string(ir::kMaxCondDepth + 3) +
          " = test f1 {string: test, else: error} string l" +
          std::to_string(ir::kMaxCondDepth + 1) + "\n";
  text += "rule r0 = \"p.no\" p0 deny target c" + deepest + " guard c" +
          deepest + " within 600\nrule r1 = \"p.yes\" p0 allow target c0 " +
          "guard c" + std::to_string(ir::kMaxCondDepth + 3) +
          " within 600\npolicy p0 = \"p\" servers {} rules {r0, r1} " +
          "default ask\n";
  const ir::Module module = Make(text);
  EXPECT_EQ(Decide(module, Call("yes")).rule, "p.no");
  EXPECT_EQ(Decide(module, Call("ci")).rule, "p.yes");
  EXPECT_EQ(Decide(module, Call()).by, By::kError);
  EXPECT_TRUE(ToolVisible(module, "s", Caller(), "t"));
}

TEST(Visible, DependsOnTheCallerOnly) {
  const ir::Module module = Make(R"(
cond c5 = and {c0, c3}
cond c6 = and {c5, c1}
rule r0 = "p.yes" p0 allow target c0 guard c6 within 600
policy p0 = "p" servers {} rules {r0} default deny
)");
  Caller caller;
  caller.grant = "ci";
  EXPECT_TRUE(ToolVisible(module, "s", caller, "t"));
  EXPECT_FALSE(ToolVisible(module, "s", caller, "u"));
  caller.grant = "other";
  EXPECT_FALSE(ToolVisible(module, "s", caller, "t"));
}

TEST(Visible, EveryPolicyMustLetItThrough) {
  const ir::Module module = Make(R"(
rule r0 = "a.no" p0 deny target c0 guard c0 within 600
policy p0 = "a" servers {"s"} rules {r0} default none
policy p1 = "b" servers {} rules {} default allow
)");
  EXPECT_FALSE(ToolVisible(module, "s", Caller(), "t"));
  EXPECT_TRUE(ToolVisible(module, "s", Caller(), "u"));
  EXPECT_TRUE(ToolVisible(module, "x", Caller(), "t"));
}

}  // namespace
}  // namespace polc::eval
