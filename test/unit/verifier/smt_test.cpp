#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "verifier/smt/solver.h"

namespace polc::smt {
namespace {

TEST(SmtTest, ConstantsFold) {
  Context context{Options()};
  const Bool a = context.FreshBool("a");
  const Bool yes = Bool::Of(true);
  const Bool no = Bool::Of(false);
  EXPECT_TRUE(And(a, no).is_false());
  EXPECT_TRUE(And(a, yes) == a);
  EXPECT_TRUE(Or(a, yes).is_true());
  EXPECT_TRUE(Or(std::vector<Bool>()).is_false());
  EXPECT_TRUE(And(std::vector<Bool>()).is_true());
  EXPECT_TRUE(Not(Not(a)) == a);
  EXPECT_TRUE(Iff(a, a).is_true());
  EXPECT_TRUE(Implies(no, a).is_true());
  EXPECT_TRUE(Or({a, a, no}) == a);
  EXPECT_TRUE(Less(Int::Of(1), Int::Of(2)).is_true());
  EXPECT_TRUE(Equal(Int::Of(1), Int::Of(2)).is_false());
}

TEST(SmtTest, ModelsSatisfyWhatWasAsked) {
  Context context{Options()};
  Solver solver(&context);
  const Bool a = context.FreshBool("a");
  const Bool b = context.FreshBool("b");
  const Int n = context.FreshInt("n");
  solver.Add(Or(a, b));
  solver.Add(Implies(b, Less(Int::Of(41), n)));
  solver.Add(LessEqual(n, Int::Of(42)));
  const Answer answer = solver.Check({Not(a)}, "test");
  ASSERT_EQ(answer.status, Status::kSat);
  EXPECT_FALSE(answer.model.Value(a));
  EXPECT_TRUE(answer.model.Value(b));
  EXPECT_EQ(answer.model.Value(n), 42);
}

TEST(SmtTest, CoresNameAssumptions) {
  Context context{Options()};
  Solver solver(&context);
  const Bool a = context.FreshBool("a");
  const Bool b = context.FreshBool("b");
  const Bool c = context.FreshBool("c");
  solver.Add(Implies(a, Not(c)));
  const Answer answer = solver.Check({a, b, c}, "test");
  ASSERT_EQ(answer.status, Status::kUnsat);
  EXPECT_EQ(answer.core, (std::vector<size_t>{0, 2}));
  EXPECT_EQ(solver.Check({a, Bool::Of(false)}, "test").core,
            (std::vector<size_t>{1}));
}

// Only so many solvers keep Z3's state; the others come back when asked.
TEST(SmtTest, SolversSleepAndWake) {
  Context context{Options()};
  std::vector<std::unique_ptr<Solver>> solvers;
  std::vector<Bool> unknowns;
  for (int i = 0; i < 40; ++i) {
    solvers.push_back(std::make_unique<Solver>(&context));
    unknowns.push_back(context.FreshBool("a"));
    solvers[i]->Add(i % 2 == 0 ? unknowns[i] : Not(unknowns[i]));
  }
  for (int round = 0; round < 2; ++round) {
    for (size_t i = 0; i < solvers.size(); ++i) {
      EXPECT_EQ(solvers[i]->Check({unknowns[i]}, "test").status,
                i % 2 == 0 ? Status::kSat : Status::kUnsat);
    }
  }
}

TEST(SmtTest, DefinitionsAndHooksCountWhenSpokenOf) {
  Context context{Options()};
  Solver solver(&context);
  const Bool a = context.FreshBool("a");
  const Bool b = context.FreshBool("b");
  const Bool both = context.Named("both", And(a, b));
  const Bool literal = context.Literal(Or(a, b));
  int uses = 0;
  solver.OnUse(a, [&] {
    ++uses;
    solver.Add(Not(And(a, b)));
  });
  const Answer empty = solver.Check({}, "test");
  EXPECT_FALSE(empty.model.Speaks(a));
  EXPECT_EQ(uses, 0);
  EXPECT_EQ(solver.Check({literal, Not(both)}, "test").status, Status::kSat);
  EXPECT_EQ(solver.Check({both}, "test").status, Status::kUnsat);
  EXPECT_EQ(solver.Check({literal, Not(a), Not(b)}, "test").status,
            Status::kUnsat);
  EXPECT_EQ(uses, 1);
}

// Pigeons and holes: small, and far too much for a small budget.
TEST(SmtTest, ALimitIsUnknownWithAReason) {
  Options options;
  options.resource_limit = 2000;
  Context context(options);
  Solver solver(&context);
  constexpr size_t kHoles = 9;
  std::vector<std::vector<Bool>> in(kHoles + 1);
  for (auto& pigeon : in) {
    for (size_t h = 0; h < kHoles; ++h) {
      pigeon.push_back(context.FreshBool("in"));
    }
    solver.Add(Or(pigeon));
  }
  for (size_t h = 0; h < kHoles; ++h) {
    for (size_t i = 0; i < in.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        solver.Add(Or(Not(in[i][h]), Not(in[j][h])));
      }
    }
  }
  const Answer answer = solver.Check({}, "test");
  EXPECT_EQ(answer.status, Status::kUnknown);
  EXPECT_FALSE(answer.reason.empty());
}

}  // namespace
}  // namespace polc::smt
