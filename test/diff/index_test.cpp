// The index at its limits: more rules on one tool than a block of candidates
// holds, of shapes that are hard for one or another dimension, held against the
// evaluator rule by rule. The seed is printed.
#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <string>

#include "compiler/codegen/codegen.h"
#include "compiler/eval/eval.h"
#include "compiler/eval/evaluator.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/languages.h"
#include "test/unit/support/ir_generator.h"
#include "test/unit/support/native_host.h"

namespace polc {
namespace {

using ir::Builder;
using ir::CondId;
using ir::Kind;
using ir::Outcome;
using testing::Random;

constexpr uint64_t kSeed = 20281001;
constexpr int kRules = 4500;  // blocks have 4,096
constexpr int kRequests = 40;

CondId Test(Builder* b, const std::string& argument, Kind kind, ir::Test test) {
  ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
  on[static_cast<size_t>(kind)] = Outcome::kTest;
  return b->MakeTest(b->MakeField({ir::Root::kArgs, {{argument, -1}}}), on,
                     std::move(test));
}

CondId In(Builder* b, const std::string& argument, ir::LangId lang) {
  ir::Test test;
  test.kind = ir::TestKind::kString;
  test.language = lang;
  return Test(b, argument, Kind::kString, std::move(test));
}

CondId Between(Builder* b, const std::string& argument, double lo, double hi) {
  ir::Test test;
  test.kind = ir::TestKind::kNumber;
  ir::Interval interval;
  interval.lo = lo;
  interval.hi = hi;
  interval.hi_open = true;
  test.intervals = {interval};
  return Test(b, argument, Kind::kNumber, std::move(test));
}

std::string Name(uint32_t n) { return "id-" + std::to_string(n); }

using MakeCond = std::function<CondId(Builder*, int, Random*)>;

ir::Module MakeModule(const MakeCond& make, Random* random) {
  ir::Module module;
  Builder b(&module);
  ir::Outcomes on = ir::AllOutcomes(Outcome::kFalse);
  on[static_cast<size_t>(Kind::kString)] = Outcome::kTest;
  ir::Test tool;
  tool.kind = ir::TestKind::kString;
  tool.language = b.SetOf({"t"});
  const CondId target =
      b.MakeTest(b.MakeField({ir::Root::kTool, {}}), on, std::move(tool));
  ir::Policy policy;
  policy.name = "p";
  for (int i = 0; i < kRules; ++i) {
    ir::Rule rule;
    rule.name = "p.r" + std::to_string(i);
    rule.policy = ir::PolicyId(size_t{0});
    rule.effect = i % 3 == 0 ? ir::Effect::kDeny : ir::Effect::kAllow;
    rule.target = target;
    rule.guard = b.And({target, make(&b, i, random)});
    policy.rules.push_back(ir::RuleId(module.rules.size()));
    module.rules.push_back(std::move(rule));
  }
  module.policies.push_back(std::move(policy));
  return module;
}

eval::Request MakeRequest(Random* random) {
  eval::Request request;
  request.tool = random->Percent(95) ? "t" : "other";
  auto add = [&](const std::string& name, eval::Value value) {
    if (random->Percent(4)) return;  // missing: every test of it is an error
    request.args.names.push_back(name);
    request.args.items.push_back(std::move(value));
  };
  auto number = [&] {
    eval::Value value;
    value.kind = Kind::kNumber;
    value.number = random->Below(kRules * 2);
    return value;
  };
  add("id", eval::Value::String(Name(random->Below(kRules * 2))));
  add("url", eval::Value::String("https://h" +
                                 std::to_string(random->Below(kRules * 2)) +
                                 ".example/a/" + Name(random->Below(9))));
  add("n", number());
  add("m", number());
  return request;
}

void Compare(const char* what, const MakeCond& make) {
  std::printf("%s: seed %llu\n", what, static_cast<unsigned long long>(kSeed));
  Random random(kSeed);
  const ir::Module module = MakeModule(make, &random);
  const auto langs = ir::Languages::Make(module);
  ASSERT_TRUE(langs) << langs.error().message;
  const auto native = codegen::Compile(module, *langs);
  ASSERT_TRUE(native) << native.error().message;
  const testing::NativeSet set((*native)->code());
  int by_rule = 0;
  for (int i = 0; i < kRequests; ++i) {
    const eval::Request request = MakeRequest(&random);
    eval::Evaluator evaluator(module, request);
    int32_t rule = -1;
    bool is_error = false;
    for (size_t r = 0; r < module.rules.size() && rule < 0; ++r) {
      const ir::Verdict guard =
          evaluator.Evaluate(module.rules[r].guard).verdict;
      if (guard == ir::Verdict::kFalse) continue;
      rule = static_cast<int32_t>(r);
      is_error = guard == ir::Verdict::kError;
    }
    const std::vector<pol_vote> votes =
        testing::NativeRequest(set, request).Votes();
    EXPECT_EQ(votes[0].rule, rule) << what << ", request " << i;
    EXPECT_EQ(votes[0].is_error != 0, is_error) << what << ", request " << i;
    by_rule += rule >= 0 ? 1 : 0;
  }
  EXPECT_GT(by_rule, 0) << what;
}

TEST(Index, Equalities) {
  Compare("equalities", [](Builder* b, int i, Random*) {
    return In(b, "id", b->SetOf({Name(static_cast<uint32_t>(i))}));
  });
}

TEST(Index, NarrowAndNestedRanges) {
  Compare("ranges", [](Builder* b, int i, Random* random) {
    return b->And({Between(b, "n", i, i + 1.0 + random->Below(20)),
                   Between(b, "m", random->Below(kRules), kRules * 2)});
  });
  Compare("nested", [](Builder* b, int i, Random*) {
    return Between(b, "n", kRules - i - 0.5, kRules + i + 0.5);
  });
}

TEST(Index, EitherOfTwoFields) {
  Compare("either", [](Builder* b, int i, Random* random) {
    return b->Or({In(b, "id", b->SetOf({Name(static_cast<uint32_t>(i))})),
                  Between(b, "n", random->Below(kRules * 2),
                          random->Below(kRules * 2))});
  });
  Compare("neither", [](Builder* b, int i, Random*) {
    const CondId id = In(b, "id",
                         b->SetOf({Name(static_cast<uint32_t>(i)),
                                   Name(static_cast<uint32_t>(i) * 7)}));
    return b->Not(b->Or({b->Not(id), Between(b, "n", i, i + 1)}));
  });
}

TEST(Index, PatternsAndWhatLiesBetween) {
  Compare("patterns", [](Builder* b, int i, Random* random) {
    const std::string host = "https://h" + std::to_string(i);
    const CondId url =
        In(b, "url",
           i % 4 == 0   ? b->LangOf(ir::LangKind::kPrefix, host + ".example/")
           : i % 4 == 1 ? b->LangOf(ir::LangKind::kGlob, host + ".*/id-1*")
           : i % 4 == 2
               ? b->LangOf(ir::LangKind::kSuffix, "/" + Name(random->Below(20)))
               : b->LangOf(ir::LangKind::kContains,
                           "h" + std::to_string(i) + "."));
    return b->And({url, Between(b, "m", random->Below(kRules), kRules * 2)});
  });
}

// Literals of four bytes, of two and none, small letters and capital ones, some
// in every string so often that the index gives up.
TEST(Index, PatternsAnywhere) {
  Compare("anywhere", [](Builder* b, int i, Random* random) {
    const std::string number = std::to_string(i);
    ir::Lang lang;
    lang.kind = ir::LangKind::kFinds;
    lang.fold = i % 3 == 0;
    lang.texts = {i % 5 == 0   ? "H" + number + "\\.EXAMPLE/[ab]"
                  : i % 5 == 1 ? "h" + number + "\\.example/a/id-[0-4]"
                  : i % 5 == 2 ? "[hx]" + number + "[.]"
                  : i % 5 == 3 ? "(id|ip|example|h" + number + ")"
                               : "e.*/.*" + number + "."};
    return b->And({In(b, "url", b->MakeLang(lang)),
                   Between(b, "m", random->Below(kRules), kRules * 2)});
  });
  Compare("often", [](Builder* b, int i, Random* random) {
    return b->And({In(b, "url",
                      b->LangOf(ir::LangKind::kContains,
                                i % 7 == 0 ? "example" : "https://h")),
                   Between(b, "n", random->Below(kRules), kRules)});
  });
}

}  // namespace
}  // namespace polc
