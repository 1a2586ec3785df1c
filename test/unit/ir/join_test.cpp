// A part of a joined module means what its module meant.
#include "compiler/ir/join.h"

#include <gtest/gtest.h>

#include <array>

#include "compiler/eval/eval.h"
#include "test/unit/support/ir_generator.h"

namespace polc::ir {
namespace {

// The joined module with nothing but one part's declarations in its tables;
// the other's places stay, so that ids do.
Module Only(const Joined& joined, size_t side) {
  Module module = joined.module;
  const Part& part = joined.parts[side];
  for (size_t i = 0; i < module.policies.size(); ++i) {
    if (part.policies.Has(i)) continue;
    module.policies[i].servers = {"no such server"};
  }
  for (size_t i = 0; i < module.limits.size(); ++i) {
    if (!part.limits.Has(i)) module.limits[i].on = CondId();
  }
  for (size_t i = 0; i < module.marks.size(); ++i) {
    if (!part.marks.Has(i)) module.marks[i].policies.clear();
  }
  for (size_t i = 0; i < module.schemas.size(); ++i) {
    if (!part.schemas.Has(i)) module.schemas[i].servers = {"no such server"};
  }
  return module;
}

TEST(Join, PartsMeanWhatTheirModulesMeant) {
  int permitted = 0;
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    testing::Generator generator(seed);
    const std::array<Module, 2> modules = {generator.MakeModule(),
                                           generator.MakeModule()};
    const Joined joined = Join(modules[0], modules[1]);
    const std::array<Module, 2> parts = {Only(joined, 0), Only(joined, 1)};
    for (int i = 0; i < 40; ++i) {
      const eval::Request request = generator.MakeRequest();
      for (size_t side = 0; side < 2; ++side) {
        const eval::Decision want = eval::Decide(modules[side], request);
        const eval::Decision got = eval::Decide(parts[side], request);
        ASSERT_EQ(got.effect, want.effect) << "seed " << seed;
        ASSERT_EQ(got.by, want.by) << "seed " << seed;
        ASSERT_EQ(got.rule, want.rule) << "seed " << seed;
        ASSERT_EQ(got.charges.size(), want.charges.size()) << "seed " << seed;
        for (size_t c = 0; c < got.charges.size(); ++c) {
          ASSERT_EQ(got.charges[c].identity, want.charges[c].identity);
          ASSERT_EQ(got.charges[c].amount, want.charges[c].amount);
        }
        ASSERT_EQ(got.marks.size(), want.marks.size()) << "seed " << seed;
        permitted += want.effect != Effect::kDeny;
      }
    }
  }
  EXPECT_GT(permitted, 1000);
}

TEST(Join, AModuleAndItselfShareEveryCondition) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    const Module module = testing::Generator(seed).MakeModule();
    const Joined joined = Join(module, module);
    const Part& first = joined.parts[0];
    const Part& second = joined.parts[1];
    ASSERT_EQ(first.rules.end, second.rules.begin);
    for (size_t i = 0; i < module.rules.size(); ++i) {
      EXPECT_EQ(joined.module.rules[i].guard,
                joined.module.rules[second.rules.begin + i].guard);
    }
    EXPECT_EQ(joined.module.fields.size(), module.fields.size());
  }
}

}  // namespace
}  // namespace polc::ir
