#include "compiler/ir/builder.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>

namespace polc::ir {
namespace {

class BuilderTest : public ::testing::Test {
 protected:
  CondId Has(const std::string& name) {
    Outcomes on = AllOutcomes(Outcome::kTrue);
    on[static_cast<size_t>(Kind::kMissing)] = Outcome::kFalse;
    return b_.MakeTest(b_.MakeField({Root::kArgs, {{name, -1}}}), on);
  }
  Module module_;
  Builder b_{&module_};
};

TEST_F(BuilderTest, MakesEqualNodesOnce) {
  EXPECT_EQ(Has("a"), Has("a"));
  EXPECT_NE(Has("a"), Has("b"));
  EXPECT_EQ(module_.fields.size(), 2u);
  EXPECT_EQ(b_.SetOf({"b", "a", "b"}), b_.SetOf({"a", "b"}));
  EXPECT_NE(b_.SetOf({"a"}), b_.LangOf(LangKind::kGlob, "a"));
  EXPECT_EQ(b_.And({Has("a"), Has("b")}), b_.And({Has("a"), Has("b")}));
}

TEST_F(BuilderTest, DropsUnitsAndDuplicates) {
  const CondId a = Has("a");
  const CondId b = Has("b");
  EXPECT_EQ(b_.And({}), b_.True());
  EXPECT_EQ(b_.Or({}), b_.False());
  EXPECT_EQ(b_.And({b_.True(), a}), a);
  EXPECT_EQ(b_.Or({a, b_.False(), a}), a);
  EXPECT_EQ(b_.And({a, b_.False()}), b_.False());
  EXPECT_EQ(b_.Or({b_.True(), a}), b_.True());
  EXPECT_EQ(b_.And({a, b_.And({b, a})}), b_.And({a, b}));
  EXPECT_EQ(b_.Not(b_.Not(a)), a);
  EXPECT_EQ(b_.Not(b_.True()), b_.False());
}

TEST_F(BuilderTest, KeepsErrors) {
  const CondId a = Has("a");
  const CondId error = b_.Const(Verdict::kError);
  EXPECT_EQ(b_.Not(error), error);
  EXPECT_EQ(module_.cond(b_.And({a, error})).operands.size(), 2u);
  // Not false where `a` is an error.
  EXPECT_EQ(module_.cond(b_.And({a, b_.Not(a)})).kind, CondKind::kAnd);
  EXPECT_EQ(b_.And({error, b_.False()}), b_.False());
}

TEST_F(BuilderTest, FoldsTestsThatAskNothing) {
  const FieldId f = b_.MakeField({Root::kTool, {}});
  EXPECT_EQ(b_.MakeTest(f, AllOutcomes(Outcome::kTrue)), b_.True());
  // Its field is what the reason of the error names.
  const CondId error = b_.MakeTest(f, AllOutcomes(Outcome::kError));
  EXPECT_EQ(module_.cond(error).kind, CondKind::kTest);
}

TEST_F(BuilderTest, ManyOperands) {
  std::vector<CondId> operands;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 1000; ++i) operands.push_back(Has(std::to_string(i)));
  }
  EXPECT_EQ(module_.cond(b_.Or(operands)).operands.size(), 1000u);
}

TEST_F(BuilderTest, IsFastEnough) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 20'000; ++i) {
    b_.And({Has(std::to_string(i)), b_.Not(Has(std::to_string(i + 1)))});
  }
  const std::chrono::duration<double, std::micro> spent =
      std::chrono::steady_clock::now() - begin;
  const double each = spent.count() / static_cast<double>(module_.conds.size());
  std::printf("%.2f us a node\n", each);
  EXPECT_LT(each, 100);
}

}  // namespace
}  // namespace polc::ir
