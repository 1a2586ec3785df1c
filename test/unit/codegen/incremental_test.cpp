// What a compiler that has compiled other sets before makes of a set is what
// one that has not makes of it, whatever was edited.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/match/matcher.h"
#include "test/unit/codegen/testing.h"
#include "test/unit/support/ir_generator.h"

namespace polc {
namespace {

std::string_view TablesOf(const codegen::Native& native) {
  return {reinterpret_cast<const char*>(native.code().tables),
          native.code().tables_size};
}
std::string_view ManifestOf(const codegen::Native& native) {
  return {reinterpret_cast<const char*>(native.code().manifest),
          native.code().manifest_size};
}

void ExpectEqualVotes(const codegen::Native& a, const codegen::Native& b,
                      const eval::Request& request) {
  const testing::NativeSet set_a(a.code());
  const testing::NativeSet set_b(b.code());
  for (const bool is_abstract : {false, true}) {
    const auto x = testing::NativeRequest(set_a, request, is_abstract).Votes();
    const auto y = testing::NativeRequest(set_b, request, is_abstract).Votes();
    ASSERT_EQ(x.size(), y.size());
    for (size_t i = 0; i < x.size(); ++i) {
      EXPECT_EQ(x[i].effect, y[i].effect);
      EXPECT_EQ(x[i].rule, y[i].rule);
      EXPECT_EQ(x[i].error_field, y[i].error_field);
      EXPECT_EQ(x[i].may_permit, y[i].may_permit);
      EXPECT_EQ(x[i].may_abstain, y[i].may_abstain);
    }
  }
}

// One change of the kinds that a person makes: another literal, another
// condition, another effect, another order, a rule more or less.
class Editor {
 public:
  explicit Editor(uint64_t seed) : random_(seed) {}

  void Edit(ir::Module* module) {
    ir::Module edited = *module;
    Change(&edited);
    if (ir::Validate(edited) && ir::Languages::Make(edited)) *module = edited;
  }

 private:
  size_t Below(size_t n) { return random_.Below(static_cast<uint32_t>(n)); }
  void Change(ir::Module* m) {
    if (m->rules.empty()) return;
    const size_t rule = Below(m->rules.size());
    switch (Below(7)) {
      case 0:
        m->rules[rule].guard = ir::CondId(Below(m->conds.size()));
        break;
      case 1:
        m->rules[rule].effect = static_cast<ir::Effect>(Below(3));
        break;
      case 2:
        ChangeLiteral(&m->conds[Below(m->conds.size())]);
        break;
      case 3:
        if (m->langs.empty()) break;
        for (std::string& text : m->langs[Below(m->langs.size())].texts) {
          text += "z";
        }
        break;
      case 4:
        AddRule(m, rule);
        break;
      case 5:
        DropRule(m, rule);
        break;
      default:
        auto& rules = m->policies[m->rules[rule].policy.value()].rules;
        std::swap(rules.front(), rules[Below(rules.size())]);
    }
  }
  void ChangeLiteral(ir::Cond* cond) {
    for (ir::Interval& in : cond->test.intervals) {
      in.lo -= 0.5;
      in.hi += 0.25;
    }
    cond->test.hi += 1;
    for (ir::Outcome& outcome : cond->on) {
      if (outcome != ir::Outcome::kTest && random_.Percent(20)) {
        outcome = static_cast<ir::Outcome>(Below(3));
      }
    }
  }
  // `or` of two conditions: a function of its own, perhaps a new one.
  void AddRule(ir::Module* m, size_t like) {
    ir::Cond cond;
    cond.kind = random_.Percent(50) ? ir::CondKind::kOr : ir::CondKind::kAnd;
    cond.operands = {ir::CondId(Below(m->conds.size())),
                     ir::CondId(Below(m->conds.size()))};
    m->conds.push_back(cond);
    ir::Rule rule = m->rules[like];
    rule.name += "x";
    rule.guard = ir::CondId(m->conds.size() - 1);
    m->policies[rule.policy.value()].rules.emplace_back(m->rules.size());
    m->rules.push_back(std::move(rule));
  }
  static void DropRule(ir::Module* m, size_t which) {
    for (ir::Policy& policy : m->policies) {
      std::vector<ir::RuleId> left;
      for (const ir::RuleId id : policy.rules) {
        if (id.value() < which) left.push_back(id);
        if (id.value() > which) left.emplace_back(id.value() - 1);
      }
      policy.rules = std::move(left);
    }
    m->rules.erase(m->rules.begin() + static_cast<std::ptrdiff_t>(which));
  }

  testing::Random random_;
};

void CompareThroughEdits(uint64_t seed, int size, int edits,
                         const codegen::Tuning& tuning) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  testing::Generator generator(seed, size);
  ir::Module module = generator.MakeModule();
  codegen::Compiler compiler(tuning);
  Editor editor(seed);
  for (int i = 0; i <= edits; ++i) {
    if (i > 0) editor.Edit(&module);
    const auto langs =
        ir::Languages::Make(module, nullptr, compiler.languages());
    ASSERT_TRUE(langs);
    const auto all_langs = ir::Languages::Make(module);
    const auto kept = compiler.Compile(module, *langs);
    const auto anew = codegen::Compile(module, *all_langs, tuning);
    ASSERT_TRUE(kept && anew);
    ASSERT_EQ(TablesOf(**kept), TablesOf(**anew)) << "after edit " << i;
    ASSERT_EQ(ManifestOf(**kept), ManifestOf(**anew)) << "after edit " << i;
    EXPECT_EQ((*kept)->code().shape_count, (*anew)->code().shape_count);
    EXPECT_EQ((*kept)->code().memo_size, (*anew)->code().memo_size);
    EXPECT_TRUE(runtime::match::Check((*kept)->code()));
    for (int k = 0; k < 4; ++k) {
      ExpectEqualVotes(**kept, **anew, generator.MakeRequest());
    }
  }
}

TEST(Incremental, EditsMakeWhatCompilingAnewMakes) {
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    CompareThroughEdits(seed, static_cast<int>(4 + seed * 3), 8, {});
  }
}

TEST(Incremental, TheSameWithAnIndexOverEveryBucket) {
  codegen::Tuning tuning;
  tuning.index_from = 1;
  for (uint64_t seed = 21; seed <= 23; ++seed) {
    CompareThroughEdits(seed, 8, 6, tuning);
  }
}

// More functions than are written in line: whether a condition is one of them
// depends on those before it.
TEST(Incremental, TheSameWithMoreShapesThanAreWrittenInLine) {
  CompareThroughEdits(31, 150, 6, {});
}

// What one set leaves behind says nothing about another.
TEST(Incremental, SetsThatShareNothingTakeTurns) {
  codegen::Compiler compiler;
  std::vector<ir::Module> modules;
  for (uint64_t seed = 41; seed <= 43; ++seed) {
    modules.push_back(testing::Generator(seed, 8).MakeModule());
  }
  for (int round = 0; round < 3; ++round) {
    for (const ir::Module& module : modules) {
      const auto langs =
          ir::Languages::Make(module, nullptr, compiler.languages());
      const auto kept = compiler.Compile(module, *langs);
      const auto anew = codegen::Compile(module, *ir::Languages::Make(module));
      ASSERT_TRUE(kept && anew);
      EXPECT_EQ(TablesOf(**kept), TablesOf(**anew));
    }
  }
}

}  // namespace
}  // namespace polc
