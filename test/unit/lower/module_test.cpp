// Rules, targets, limits and policies in the module.
#include <gtest/gtest.h>

#include "compiler/eval/eval.h"
#include "compiler/ir/text.h"
#include "test/unit/sema/check_support.h"

namespace polc::testing {
namespace {

using ir::Verdict;

ir::Module LowerOrDie(PolicySet* set) {
  std::optional<ir::Module> module = set->Lower();
  EXPECT_TRUE(module.has_value()) << set->Problems();
  if (!module) return {};
  const auto valid = ir::Validate(*module);
  EXPECT_TRUE(valid.has_value()) << (valid ? "" : valid.error().message);
  const std::string text = ir::Print(*module);
  const auto again = ir::ParseText(text);
  EXPECT_TRUE(again.has_value());
  if (again) EXPECT_EQ(ir::Print(*again), text);
  return *module;
}

ir::Module LowerText(const std::string& body) {
  PolicySet set("policy p for server \"s\";\n" + body);
  return LowerOrDie(&set);
}

eval::Request Tool(std::string name) {
  eval::Request out;
  out.server = "s";
  out.tool = std::move(name);
  return out;
}

eval::Request Resource(std::string uri) {
  eval::Request out;
  out.server = "s";
  out.method = "resources/read";
  out.resource = std::move(uri);
  return out;
}

TEST(LowerModule, DeniesAreTriedFirst) {
  const ir::Module m = LowerText(
      "allow a tool x;\ndeny b tool x;\nask c tool x by role \"r\" within 1 "
      "minutes;\ndeny d tool x;\ndefault ask;");
  ASSERT_EQ(m.rules.size(), 4u);
  EXPECT_EQ(m.rules[0].name, "p.b");
  EXPECT_EQ(m.rules[1].name, "p.d");
  EXPECT_EQ(m.rules[2].name, "p.a");
  EXPECT_EQ(m.rules[3].name, "p.c");
  EXPECT_EQ(m.rules[3].roles, std::vector<std::string>{"r"});
  EXPECT_EQ(m.rules[3].within_seconds, 60);
  EXPECT_EQ(m.rules[2].within_seconds, 600);
  EXPECT_EQ(m.policies[0].default_effect, ir::DefaultEffect::kAsk);
}

TEST(LowerModule, ToolTargets) {
  const ir::Module m =
      LowerText("deny a tool \"d*\", exact, \"q\\\\*\" except tool \"del?\";");
  const auto holds = [&](const char* tool) {
    return eval::Evaluate(m, m.rules[0].guard, Tool(tool));
  };
  EXPECT_EQ(holds("delete"), Verdict::kTrue);
  EXPECT_EQ(holds("exact"), Verdict::kTrue);
  EXPECT_EQ(holds("delx"), Verdict::kFalse);
  EXPECT_EQ(holds("q*"), Verdict::kTrue);
  EXPECT_EQ(holds("qq"), Verdict::kFalse);
  EXPECT_EQ(eval::Evaluate(m, m.rules[0].guard, Resource("x:y")),
            Verdict::kFalse);
}

TEST(LowerModule, ClassesAreOrs) {
  const ir::Module m = LowerText(
      "class k { tool a when args.x == 1; tool b; class j; }\n"
      "class j { prompt q; }\ndeny d class k;\nallow e tool a except class k;");
  EXPECT_EQ(eval::Evaluate(m, m.rules[0].guard, Tool("a")), Verdict::kError);
  EXPECT_EQ(eval::Evaluate(m, m.rules[0].target, Tool("a")), Verdict::kTrue);
  EXPECT_EQ(eval::Evaluate(m, m.rules[0].guard, Tool("b")), Verdict::kTrue);
  EXPECT_EQ(eval::Evaluate(m, m.rules[0].guard, Tool("c")), Verdict::kFalse);
  EXPECT_EQ(eval::Evaluate(m, m.rules[1].guard, Tool("a")), Verdict::kError);
  EXPECT_EQ(eval::Evaluate(m, m.rules[1].target, Tool("a")), Verdict::kTrue);
}

TEST(LowerModule, NoTargetIsEveryDefinedMethod) {
  const ir::Module m = LowerText("deny d;");
  eval::Request request = Resource("a:b");
  EXPECT_EQ(eval::Evaluate(m, m.rules[0].guard, request), Verdict::kTrue);
  request.defined = false;
  EXPECT_EQ(eval::Evaluate(m, m.rules[0].guard, request), Verdict::kFalse);
}

TEST(LowerModule, ResourcesUnder) {
  const ir::Module m = LowerText(
      "deny a resource under \"file:///srv\";\n"
      "deny b resource under \"https://h.example/x\";\n"
      "deny c resource \"a:b\";");
  const auto guard = [&](size_t rule, const char* uri) {
    return eval::Evaluate(m, m.rules[rule].guard, Resource(uri));
  };
  EXPECT_EQ(guard(0, "file:///srv"), Verdict::kTrue);
  EXPECT_EQ(guard(0, "file:///srv/"), Verdict::kTrue);
  EXPECT_EQ(guard(0, "file:///srv/.x/..y/a.b"), Verdict::kTrue);
  EXPECT_EQ(guard(0, "file:///srvx"), Verdict::kFalse);
  EXPECT_EQ(guard(0, "file:///etc/passwd"), Verdict::kFalse);
  EXPECT_EQ(guard(0, "http://srv/srv"), Verdict::kFalse);
  for (const char* odd :
       {"file:///srv/../etc", "file:///etc/../srv", "file:///etc/./x",
        "file:///etc//x", "file:///%73rv/a", "file://localhost/srv",
        "FILE:///srv", "file:/srv", "file:///etc?x", "file:///a\\b",
        "file:///srv/\xE2\x80\xA5/x"}) {
    EXPECT_EQ(guard(0, odd), Verdict::kError) << odd;
    EXPECT_EQ(eval::Evaluate(m, m.rules[0].target, Resource(odd)),
              Verdict::kTrue)
        << odd;
  }
  EXPECT_EQ(guard(1, "https://h.example/x/y"), Verdict::kTrue);
  EXPECT_EQ(guard(1, "https://other.example/x"), Verdict::kFalse);
  EXPECT_EQ(guard(1, "https://H.example/x"), Verdict::kError);
  EXPECT_EQ(guard(1, "https://h.example./x"), Verdict::kError);
  EXPECT_EQ(guard(1, "https://h.example:443/x"), Verdict::kError);
  EXPECT_EQ(guard(1, "https://u@h.example/x"), Verdict::kError);
  EXPECT_EQ(guard(2, "a:b"), Verdict::kTrue);
  EXPECT_EQ(guard(2, "a:bc"), Verdict::kFalse);
}

TEST(LowerModule, LimitsBelongToWhoImportsThem) {
  PolicySet set(
      "policy p;\nimport \"mid.pol\";\nlimit own = 0.5 per week per "
      "tool, args.r cost 2 * (args.a + 1) - args.b ?? 3 on tool t;"
      "\nallow a tool t charge own;");
  set.Add("mid.pol", "module mid;\nimport \"lib.pol\";");
  set.Add("lib.pol", "module lib;\nlimit far = 3 per day;");
  set.Add("q.pol", "policy q;\ndefault none;");
  const ir::Module m = LowerOrDie(&set);
  ASSERT_EQ(m.limits.size(), 2u);
  const ir::Limit& own = m.limits[0];
  EXPECT_EQ(own.name, "p.own");
  EXPECT_EQ(own.amount.ToString(), "0.5");
  EXPECT_EQ(own.policies, std::vector<ir::PolicyId>{ir::PolicyId(0)});
  ASSERT_EQ(own.keys.size(), 2u);
  EXPECT_EQ(own.keys[0].name, "tool");
  EXPECT_EQ(own.keys[1].name, "args.r");
  const ir::Term& cost = m.term(own.cost);
  ASSERT_EQ(cost.kind, ir::TermKind::kSubtract);
  EXPECT_EQ(m.term(cost.operands[0]).kind, ir::TermKind::kMultiply);
  EXPECT_EQ(m.term(cost.operands[1]).kind, ir::TermKind::kNumber);
  EXPECT_EQ(m.term(cost.operands[1]).if_absent->ToString(), "3");
  EXPECT_TRUE(own.on.valid());
  EXPECT_EQ(m.limits[1].name, "lib.far");
  EXPECT_EQ(m.limits[1].policies, std::vector<ir::PolicyId>{ir::PolicyId(0)});
  ASSERT_EQ(m.rules[0].charges.size(), 1u);
  EXPECT_EQ(m.rules[0].charges[0].limit, ir::LimitId(0));
  EXPECT_EQ(m.policies[1].default_effect, ir::DefaultEffect::kNone);
}

TEST(LowerModule, ReasonsHoldFields) {
  const ir::Module m =
      LowerText("deny d \"no {args.a.b} for {{x}}\" tool t redact args.a;");
  const ir::Rule& rule = m.rules[0];
  ASSERT_EQ(rule.reason.size(), 3u);
  EXPECT_EQ(rule.reason[0].literal, "no ");
  EXPECT_EQ(ir::FieldName(m.field(rule.reason[1].field)), "args.a.b");
  EXPECT_EQ(rule.reason[2].literal, " for {x}");
  ASSERT_EQ(rule.redact.size(), 1u);
}

TEST(LowerModule, SetsFromFiles) {
  PolicySet set(
      "policy p;\nset ids = file \"ids.txt\";\n"
      "deny d tool t when args.x in ids;");
  set.Add("ids.txt", "one\r\n\ntwo words\n");
  const ir::Module m = LowerOrDie(&set);
  bool found = false;
  for (const ir::Lang& lang : m.langs) {
    found = found || lang.texts == std::vector<std::string>{"one", "two words"};
  }
  EXPECT_TRUE(found);
}

TEST(LowerModule, AssertionsAreNeverAskedInVain) {
  const ir::Module m = LowerText(
      "class k { tool a when args.x == 1; }\n"
      "assert s: never allow class k when args.y == 2;\n"
      "assert t: always ask;");
  ASSERT_EQ(m.assertions.size(), 2u);
  EXPECT_EQ(m.assertions[0].name, "p.s");
  EXPECT_FALSE(m.assertions[0].always);
  EXPECT_EQ(eval::Evaluate(m, m.assertions[0].target, Tool("a")),
            Verdict::kTrue);
  EXPECT_EQ(eval::Evaluate(m, m.assertions[0].when, Tool("a")),
            Verdict::kError);
  EXPECT_TRUE(m.assertions[1].always);
}

TEST(LowerModule, TheCatalogIsEnforced) {
  PolicySet set(
      "policy p for server \"s\";\ncatalog \"c.json\" advisory;\n"
      "catalog \"d.json\";");
  set.Add("c.json", R"([{"name": "t", "inputSchema": {"type": "object"}}])");
  set.Add("d.json", R"([{"name": "u", "inputSchema": {"type": "object"}}])");
  const ir::Module m = LowerOrDie(&set);
  ASSERT_EQ(m.schemas.size(), 2u);
  EXPECT_TRUE(m.schemas[0].advisory);
  EXPECT_FALSE(m.schemas[1].advisory);
  EXPECT_EQ(m.schemas[1].servers, std::vector<std::string>{"s"});
  EXPECT_EQ(m.schemas[1].tools[0].tool, "u");
}

}  // namespace
}  // namespace polc::testing
