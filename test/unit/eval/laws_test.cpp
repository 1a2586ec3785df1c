// The laws of the language's manual, over generated conditions, policies and
// requests. A failure prints its seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "compiler/eval/eval.h"
#include "compiler/eval/evaluator.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/languages.h"
#include "compiler/ir/text.h"
#include "test/unit/support/ir_generator.h"
#include "test/unit/support/vocabulary.h"

namespace polc::eval {
namespace {

using ir::CondId;
using ir::Effect;
using ir::Outcome;
using ir::Verdict;
using testing::Generator;

constexpr uint64_t kSeeds = 300;
constexpr int kRequests = 20;

// Holds the conditions that `make` builds equal on generated requests.
template <typename F>
void ExpectEqual(F make) {
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    Generator generator(seed);
    ir::Module module;
    ir::Builder builder(&module);
    const auto [left, right] = make(&generator, &builder);
    for (int i = 0; i < kRequests; ++i) {
      const Request request = generator.MakeRequest();
      ASSERT_EQ(Evaluate(module, left, request),
                Evaluate(module, right, request))
          << "seed " << seed << ", request " << i;
    }
  }
}

TEST(Laws, DeMorgan) {
  ExpectEqual([](Generator* g, ir::Builder* b) {
    const CondId x = g->MakeCondition(b, 3);
    const CondId y = g->MakeCondition(b, 3);
    return std::pair(b->Not(b->And({x, y})), b->Or({b->Not(x), b->Not(y)}));
  });
}

TEST(Laws, OperandOrderDoesNotMatter) {
  ExpectEqual([](Generator* g, ir::Builder* b) {
    const CondId x = g->MakeCondition(b, 3);
    const CondId y = g->MakeCondition(b, 3);
    const CondId z = g->MakeCondition(b, 2);
    return std::pair(b->Or({b->And({x, y}), z}), b->Or({z, b->And({y, x})}));
  });
}

TEST(Laws, Distribution) {
  ExpectEqual([](Generator* g, ir::Builder* b) {
    const CondId x = g->MakeCondition(b, 2);
    const CondId y = g->MakeCondition(b, 2);
    const CondId z = g->MakeCondition(b, 2);
    return std::pair(b->And({x, b->Or({y, z})}),
                     b->Or({b->And({x, y}), b->And({x, z})}));
  });
}

// `all v in L (E)` is `not (any v in L (not E))`.
TEST(Laws, QuantifiersAreDual) {
  ExpectEqual([](Generator* g, ir::Builder* b) {
    const ir::FieldId list = b->MakeField({ir::Root::kArgs, {{"tags", -1}}});
    const ir::FieldId element = b->MakeField({ir::Root::kElement, {}});
    ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
    on[static_cast<size_t>(ir::Kind::kString)] = Outcome::kTest;
    ir::Test test;
    test.kind = ir::TestKind::kString;
    test.language = b->SetOf({g->random().Pick(testing::Texts()),
                              g->random().Pick(testing::Texts())});
    const CondId body = b->MakeTest(element, on, test);
    const ir::Outcomes error = ir::AllOutcomes(Outcome::kError);
    return std::pair(b->All(list, error, body),
                     b->Not(b->Any(list, error, b->Not(body))));
  });
}

// `x in {a, b}` is `x == a or x == b`; `x not in S` is `not (x in S)`.
TEST(Laws, SetsAreUnions) {
  ExpectEqual([](Generator* g, ir::Builder* b) {
    const ir::FieldId field = b->MakeField({ir::Root::kArgs, {{"name", -1}}});
    ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
    on[static_cast<size_t>(ir::Kind::kString)] = Outcome::kTest;
    auto is_in = [&](std::vector<std::string> texts) {
      ir::Test test;
      test.kind = ir::TestKind::kString;
      test.language = b->SetOf(std::move(texts));
      return b->MakeTest(field, on, test);
    };
    const std::string one = g->random().Pick(testing::Texts());
    const std::string two = g->random().Pick(testing::Texts());
    return std::pair(is_in({one, two}), b->Or({is_in({one}), is_in({two})}));
  });
}

TEST(Generated, AutomataAgreeWithTheEvaluator) {
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const ir::Module module = Generator(seed).MakeModule();
    const auto languages = ir::Languages::Make(module);
    ASSERT_TRUE(languages) << languages.error().message;
    std::vector<std::string> texts = testing::Texts();
    texts.insert(texts.end(), testing::Paths().begin(), testing::Paths().end());
    texts.insert(texts.end(), testing::Urls().begin(), testing::Urls().end());
    for (size_t i = 0; i < module.langs.size(); ++i) {
      const ir::LangId id(i);
      for (const std::string& text : texts) {
        ASSERT_EQ(automata::Matches(languages->dfa(id), text),
                  InLanguage(module, id, text))
            << "seed " << seed << ", lang " << i << ", text " << text;
      }
    }
  }
}

// The rule goes first of its policy's denies.
void AddDeny(ir::PolicyId policy, CondId guard, ir::Module* module) {
  ir::Rule rule;
  rule.name = "added";
  rule.policy = policy;
  rule.target = rule.guard = guard;
  auto& rules = module->policies[policy.value()].rules;
  rules.insert(rules.begin(), ir::RuleId(module->rules.size()));
  module->rules.push_back(rule);
}

template <typename F>
void ExpectNoWider(F change) {
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    Generator generator(seed);
    const ir::Module before = generator.MakeModule();
    for (int i = 0; i < kRequests; ++i) {
      Request request = generator.MakeRequest();
      ir::Module after = before;
      Request changed = request;
      change(&generator, request, &after, &changed);
      const Decision was = Decide(before, request);
      const Decision is = Decide(after, changed);
      // But an uncovered request may become covered.
      if (was.by == By::kUncovered) continue;
      ASSERT_LE(is.effect, was.effect) << "seed " << seed << ", request " << i;
    }
  }
}

TEST(Laws, AddingADenyNeverWidens) {
  ExpectNoWider([](Generator* g, const Request&, ir::Module* module, Request*) {
    const auto n = static_cast<uint32_t>(module->conds.size());
    // Any condition that is closed: a rule's guard or a constant.
    CondId guard = module
                       ->rules[g->random().Below(
                           static_cast<uint32_t>(module->rules.size()))]
                       .guard;
    ASSERT_LT(guard.value(), n);
    const auto policy =
        g->random().Below(static_cast<uint32_t>(module->policies.size()));
    AddDeny(ir::PolicyId(size_t{policy}), guard, module);
  });
}

TEST(Laws, AddingAPolicyNeverWidensWhatIsCovered) {
  ExpectNoWider(
      [](Generator* g, const Request& request, ir::Module* module, Request*) {
        ir::Policy policy;
        policy.name = "added";
        policy.default_effect =
            static_cast<ir::DefaultEffect>(g->random().Below(4));
        // A vote must be there already: all abstaining is not covered either.
        Decision was = Decide(*module, request);
        if (was.by != By::kUncovered) module->policies.push_back(policy);
      });
}

TEST(Laws, AddingAChargeNeverWidens) {
  ExpectNoWider([](Generator* g, const Request&, ir::Module* module, Request*) {
    if (module->limits.empty()) return;
    ir::Rule& rule = module->rules[g->random().Below(
        static_cast<uint32_t>(module->rules.size()))];
    rule.charges.push_back({ir::LimitId(size_t{0}), false});
  });
}

// Neither does removing an argument that no condition reads by anything that
// absence makes true or false.
TEST(Laws, RemovingAnArgumentNeverWidens) {
  ExpectNoWider([](Generator* g, const Request&, ir::Module* module,
                   Request* request) {
    if (request->args.names.empty()) return;
    const auto at =
        g->random().Below(static_cast<uint32_t>(request->args.names.size()));
    const std::string name = request->args.names[at];
    const auto missing = static_cast<size_t>(ir::Kind::kMissing);
    for (const ir::Cond& cond : module->conds) {
      if (cond.kind != ir::CondKind::kTest && cond.kind != ir::CondKind::kAll) {
        continue;
      }
      const ir::Field& field = module->field(cond.field);
      if (field.root == ir::Root::kArgs && !field.steps.empty() &&
          field.steps[0].member == name &&
          cond.on[missing] != Outcome::kError) {
        return;
      }
    }
    for (const ir::Term& term : module->terms) {  // by `??` too
      if (!term.field.valid() || (!term.if_absent && !term.if_absent_text)) {
        continue;
      }
      const ir::Field& field = module->field(term.field);
      if (field.root == ir::Root::kArgs && field.steps[0].member == name) {
        return;
      }
    }
    request->args.names.erase(request->args.names.begin() + at);
    request->args.items.erase(request->args.items.begin() + at);
  });
}

// How far the generator is from asking nothing.
TEST(Generated, FewModulesAreConstant) {
  int constant = 0;
  int errors = 0;
  int permits = 0;
  constexpr int kModules = 400;
  constexpr int kTries = 200;
  for (uint64_t seed = 0; seed < kModules; ++seed) {
    Generator generator(seed);
    const ir::Module module = generator.MakeModule();
    bool varies = false;
    std::optional<Effect> first;
    for (int i = 0; i < kTries; ++i) {
      const Decision decision = Decide(module, generator.MakeRequest());
      if (decision.by == By::kUncovered) continue;
      errors += decision.by == By::kError;
      permits += decision.effect != Effect::kDeny;
      if (!first) first = decision.effect;
      varies = varies || *first != decision.effect;
    }
    constant += !varies;
  }
  std::printf("constant %.1f %%, errors %.1f %%, permitted %.1f %%\n",
              100.0 * constant / kModules, 100.0 * errors / (kModules * kTries),
              100.0 * permits / (kModules * kTries));
  EXPECT_LT(constant, kModules / 10);
}

TEST(Generated, TheSameSeedGivesTheSameModule) {
  EXPECT_EQ(ir::Print(Generator(5).MakeModule()),
            ir::Print(Generator(5).MakeModule()));
  EXPECT_NE(ir::Print(Generator(5).MakeModule()),
            ir::Print(Generator(6).MakeModule()));
}

// A listed tool may turn out denied; a hidden one must.
TEST(Generated, HiddenToolsAreNeverPermitted) {
  int hidden = 0;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    Generator generator(seed);
    const ir::Module module = generator.MakeModule();
    for (int i = 0; i < kRequests; ++i) {
      const Request request = generator.MakeRequest();
      if (!request.tool) continue;
      if (ToolVisible(module, request.server, request.caller, *request.tool)) {
        continue;
      }
      ++hidden;
      ASSERT_EQ(Decide(module, request).effect, Effect::kDeny)
          << "seed " << seed << ", request " << i;
    }
  }
  std::printf("%d hidden\n", hidden);
  EXPECT_GT(hidden, 50);
}

}  // namespace
}  // namespace polc::eval
