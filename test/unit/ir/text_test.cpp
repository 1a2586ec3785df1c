// The text form: exact round trips, and what hostile text gets.
#include "compiler/ir/text.h"

#include <gtest/gtest.h>

#include <string>

#include "test/unit/support/ir_generator.h"

namespace polc::ir {
namespace {

constexpr char kSample[] = R"(ir 1
digest "abc"
field f0 = args["api_operation"]
field f1 = args["odd \"key\"\n"][0]
field f2 = caller.grant
field f3 = tool
lang l0 = set {"DeleteService", "été"}
lang l1 = glob {"prod-*"}
lang l2 = not {l1}
lang l3 = or {l0, l2}
lang l4 = url_port 80 443
lang l5 = url_host {l0}
lang l6 = url
lang l7 = glob {"Prod-*"} fold
lang l8 = ip
lang l9 = cidr {"10.0.0.0/8"}
lang l10 = path_segment
zone z0 = "Test/Zone" offset -3600 {-5 0, 9000000000 7200} rule "CET-1CEST,M3.5.0,M10.5.0/3"
term t0 = constant -0.25
term t1 = number f1 absent 1
term t2 = multiply t0 t1
term t3 = hour z0
term t4 = negate t3
term t5 = now
term t6 = host f0 absent "a.example"
term t7 = time f0
cond c0 = test f0 {string: test, else: error} string l3 within l6 max 4096
cond c1 = test f3 {string: test, else: false} string l0
cond c2 = test f1 {number: test, else: error} number {[-inf, 0.1), (3, 1e+308]}
cond c3 = compare under_join f0 f2 "/home"
cond c4 = all f1 {null: false, else: error} {c0}
cond c5 = not {c4}
cond c6 = and {c1, c5}
cond c7 = true
cond c8 = calculate in t2 {[-1, 3)}
cond c9 = calculate less t5 t7
cond c10 = calculate equal t6 t6
cond c11 = calculate member t4 f1
cond c12 = compare member f0 f1
limit m0 = "p.calls" 1.5 minute rolling key "grant" f2 cost t2 refund on c1 policies {p0}
mark k0 = "p.seen" key "grant" f2 for 600 on c1 policies {p0}
rule r0 = "p.no" p0 deny target c1 guard c6 reason {"no: ", f0} within 600 redact {f0}
rule r1 = "p.yes" p0 allow target c7 guard c7 charge {m0, m0 else_ask} roles {"sre"} within 60
policy p0 = "p" servers {"ecs"} rules {r0, r1} default none
schema "ecs.json" servers {} advisory
  tool "a"
    demand "args.port" "must be an integer" c2
assert "p.never" never allow target c1 when c7
same "p.same" as "old/p.pol" target c1 when c7
)";

std::string Broken(std::string text, const std::string& from,
                   const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

TEST(Text, PrintsWhatItParsed) {
  const auto module = ParseText(kSample);
  ASSERT_TRUE(module) << module.error().message;
  EXPECT_EQ(Print(*module), kSample);
}

TEST(Text, GeneratedModulesRoundTrip) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const Module module = testing::Generator(seed, 10).MakeModule();
    ASSERT_TRUE(Validate(module))
        << "seed " << seed << ": " << Validate(module).error().message;
    const std::string once = Print(module);
    const auto parsed = ParseText(once);
    ASSERT_TRUE(parsed) << "seed " << seed << ": " << parsed.error().message;
    ASSERT_EQ(Print(*parsed), once) << "seed " << seed;
    ASSERT_EQ(parsed->conds, module.conds) << "seed " << seed;
    ASSERT_EQ(parsed->langs, module.langs) << "seed " << seed;
    ASSERT_EQ(parsed->fields, module.fields) << "seed " << seed;
  }
}

struct Refusal {
  const char* from;
  const char* to;
  const char* message;
};

TEST(Text, RefusesWithTheLineOrThePlace) {
  const std::string good = kSample;
  const Refusal refusals[] = {
      {"field f2", "field f7", "line 5: ids must count from 0"},
      {"caller.grant", "caller.nobody", "line 5: unknown word"},
      {"\"abc\"", "\"abc", "line 2: a control character in a string"},
      {"{l1}", "{l9}", "lang 2: an operand must precede"},
      {"{\"prod-*\"}", "{\"prod-\\\\x\"}", "lang 1: bad glob"},
      {"{\"DeleteService\", \"été\"}", "{\"b\", \"a\"}", "must be sorted"},
      {"url_port 80 443", "url_port 443 80", "no port"},
      {"and {c1, c5}", "and {c1}", "wrong number of operands"},
      {"not {c4}", "not {c7}", "an operand must precede"},
      {"[-inf, 0.1)", "[9, 0.1)", "an empty interval"},
      {"(3, 1e+308]", "(0, 1e+308]", "sorted and disjoint"},
      {"test, else: false} string l0", "false, else: test} string l0",
       "cannot look at a missing"},
      {"rules {r0, r1}", "rules {r1, r0}", "denies are tried first"},
      {"rules {r0, r1}", "rules {r0}", "a rule is in no policy"},
      {"rules {r0, r1}", "rules {r0, r0, r1}", "once"},
      {"charge {m0,", "charge {m4,", "no such limit"},
      {"1.5 minute", "-1.5 minute", "a negative amount"},
      {"1.5 minute", "1.5555555555 minute", "expected a decimal"},
      {"f1 = args[\"odd \\\"key\\\"\\n\"][0]", "f1 = it", "outside a quant"},
      {"c5 = not {c4}", "c5 = all f1 {else: test} {c4}", "has no test"},
      {"when c7", "when c77", "no such cond"},
      {"glob {\"Prod-*\"} fold", "path_under {\"/a\"} fold", "no case"},
      {"10.0.0.0/8", "10.0.0.1/8", "that cidr() refuses"},
      {"f0 f2 \"/home\"", "f0 f2 \"home\"", "that path() refuses"},
      {"default none", "default none junk", "expected a declaration"},
      {"t2 = multiply t0 t1", "t2 = multiply t0 t2", "precede its term"},
      {"t2 = multiply t0 t1", "t2 = multiply t0", "expected an id"},
      {"t3 = hour z0", "t3 = hour z1", "no such time zone"},
      {"t5 = now", "t5 = never", "unknown word"},
      {"number f1 absent 1", "number f1 absent \"1\"", "expected a decimal"},
      {"{-5 0, 9000000000 7200}", "{5 0, 5 7200}", "changes must be sorted"},
      {"offset -3600", "offset -90000", "an integer in range"},
      {"M3.5.0,", "M3.6.0,", "no POSIX time zone"},
      {"calculate less t5 t7", "calculate less t5 t6", "a text and a number"},
      {"calculate equal t6 t6", "calculate less t6 t6", "has no order"},
      {"calculate in t2 {[-1, 3)}", "calculate in t2 {[3, -1)}", "empty"},
      {"f1 = args[\"odd \\\"key\\\"\\n\"][0]", "f1 = it", "outside a quant"},
      {"cost t2", "cost t6", "a cost is a number"},
  };
  for (const Refusal& refusal : refusals) {
    const auto module = ParseText(Broken(good, refusal.from, refusal.to));
    ASSERT_FALSE(module) << refusal.to;
    EXPECT_NE(module.error().message.find(refusal.message), std::string::npos)
        << refusal.to << ": " << module.error().message;
  }
}

TEST(Text, RefusesWhatNestsTooDeep) {
  std::string text = "ir 1 digest \"\"\ncond c0 = true\n";
  for (int i = 1; i < 100'000; ++i) {
    text += "cond c" + std::to_string(i) + " = not {c" + std::to_string(i - 1) +
            "}\n";
  }
  const auto module = ParseText(text);
  ASSERT_FALSE(module);
  EXPECT_NE(module.error().message.find("too deep"), std::string::npos);
}

TEST(Text, SurvivesBrokenBytes) {
  testing::Random random(7);
  const std::string good =
      Print(testing::Generator(3, 4).MakeModule()) + std::string(kSample);
  for (int i = 0; i < 3000; ++i) {
    std::string text =
        good.substr(0, random.Below(static_cast<uint32_t>(good.size())));
    for (int flips = 0; flips < 3 && !text.empty(); ++flips) {
      const auto at = random.Below(static_cast<uint32_t>(text.size()));
      text[at] = static_cast<char>(random.Below(256));
    }
    const auto module = ParseText(text);
    if (module) Print(*module);
  }
}

}  // namespace
}  // namespace polc::ir
