// Native code against the reference evaluator, on generated policy sets and
// requests: votes and their error fields, schemas, limits, marks, visibility.
// POLC_DIFF_PAIRS and POLC_DIFF_SEED change the amount and the seed.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "compiler/codegen/codegen.h"
#include "compiler/eval/eval.h"
#include "compiler/eval/evaluator.h"
#include "compiler/ir/languages.h"
#include "compiler/ir/text.h"
#include "test/diff/amount.h"
#include "test/diff/coverage.h"
#include "test/unit/support/ir_generator.h"
#include "test/unit/support/native_host.h"

namespace polc {
namespace {

using ir::Verdict;
using testing::FromEnvironment;
using testing::NativeRequest;
using testing::NativeSet;
using testing::VerdictOf;

constexpr int kRequestsPerSet = 200;

// Every other set has an index, however small it is.
codegen::Tuning TuningOf(long set) {
  codegen::Tuning tuning;
  if (set % 2 == 1) tuning.index_from = 1;
  return tuning;
}

struct Subject {
  ir::Module module;
  std::unique_ptr<codegen::Native> native;
  std::unique_ptr<NativeSet> set;
};

// The generator's `on` is never an error; a rule's guard often is.
void CoverByGuards(ir::Module* module) {
  for (size_t i = 0; i < module->limits.size(); i += 2) {
    if (module->rules.empty()) return;
    module->limits[i].on = module->rules[i % module->rules.size()].guard;
  }
}

Subject MakeSubject(ir::Module module, const codegen::Tuning& tuning) {
  Subject subject;
  CoverByGuards(&module);
  subject.module = std::move(module);
  auto langs = ir::Languages::Make(subject.module);
  if (!langs) {
    ADD_FAILURE() << langs.error().message;
    return subject;
  }
  auto native = codegen::Compile(subject.module, *langs, tuning);
  if (!native) {
    ADD_FAILURE() << native.error().message;
    return subject;
  }
  subject.native = std::move(*native);
  subject.set = std::make_unique<NativeSet>(subject.native->code());
  return subject;
}

std::string NameOf(const ir::Module& module, ir::FieldId field) {
  return field.valid() ? ir::FieldName(module.field(field)) : "(none)";
}

std::string NameOf(const NativeSet& set, int32_t error_field) {
  return error_field >= 0
             ? set.manifest.error_fields.at(static_cast<size_t>(error_field))
             : "(none)";
}

// What the policy votes, as "effect rule error field".
std::string VoteByEval(const ir::Module& module, const ir::Policy& policy,
                       eval::Evaluator* evaluator) {
  for (const ir::RuleId id : policy.rules) {
    const eval::Finding guard = evaluator->Evaluate(module.rule(id).guard);
    if (guard.verdict == Verdict::kFalse) continue;
    if (guard.verdict == Verdict::kError) {
      return "0 " + std::to_string(id.index) + " error at " +
             NameOf(module, guard.error_field);
    }
    return std::to_string(static_cast<int>(module.rule(id).effect)) + " " +
           std::to_string(id.index);
  }
  return std::to_string(static_cast<int>(policy.default_effect)) + " -1";
}

std::string VoteByNative(const NativeSet& set, const pol_vote& vote) {
  std::string text =
      std::to_string(vote.effect) + " " + std::to_string(vote.rule);
  if (vote.is_error) text += " error at " + NameOf(set, vote.error_field);
  return text;
}

// All votes in one line, for telling constant sets from others.
std::string CompareVotes(const Subject& subject, const eval::Request& request,
                         eval::Evaluator* evaluator, NativeRequest* native) {
  std::string all;
  const std::vector<pol_vote> votes = native->Votes();
  for (size_t i = 0; i < subject.module.policies.size(); ++i) {
    const ir::Policy& policy = subject.module.policies[i];
    if (!ir::Covers(policy, request.server)) {
      EXPECT_EQ(votes[i].effect, 0x5A) << "a vote that nobody asked for";
      continue;
    }
    const std::string expected = VoteByEval(subject.module, policy, evaluator);
    EXPECT_EQ(VoteByNative(*subject.set, votes[i]), expected)
        << "policy " << policy.name;
    all += expected + "; ";
  }
  return all;
}

void CompareSchemas(const Subject& subject, const eval::Request& request,
                    eval::Evaluator* evaluator, NativeRequest* native,
                    testing::Coverage* coverage) {
  for (size_t k = 0; k < subject.module.schemas.size(); ++k) {
    uint32_t expected = POL_FALSE;
    int32_t expected_demand = -1;
    for (const ir::ToolSchema& tool : subject.module.schemas[k].tools) {
      if (tool.tool != request.tool) continue;
      expected = POL_TRUE;
      for (size_t d = 0; d < tool.demands.size(); ++d) {
        const Verdict verdict =
            evaluator->Evaluate(tool.demands[d].cond).verdict;
        coverage->Count("(demand)", verdict);
        if (verdict == Verdict::kTrue) continue;
        expected = verdict == Verdict::kFalse ? POL_FALSE : POL_ERROR;
        expected_demand = static_cast<int32_t>(d);
        break;
      }
    }
    int32_t demand = 77;
    EXPECT_EQ(native->Schema(k, &demand), expected);
    EXPECT_EQ(demand, expected_demand);
  }
}

template <typename T>
void CompareCovers(const Subject& subject, const std::vector<T>& items,
                   uint32_t (NativeRequest::*covers)(size_t),
                   eval::Evaluator* evaluator, NativeRequest* native,
                   testing::Coverage* coverage) {
  for (size_t i = 0; i < items.size(); ++i) {
    const uint32_t bits = (native->*covers)(i);
    if (!items[i].on.valid()) {
      EXPECT_EQ(bits, uint32_t{POL_FALSE});
      continue;
    }
    const eval::Finding expected = evaluator->Evaluate(items[i].on);
    coverage->Count("(covers)", expected.verdict);
    EXPECT_EQ(VerdictOf(bits), expected.verdict);
    if (expected.verdict == Verdict::kError) {
      EXPECT_EQ(NameOf(*subject.set, native->frame()->error_field),
                NameOf(subject.module, expected.error_field));
    }
  }
}

void CompareVisible(const Subject& subject, const eval::Request& from) {
  if (!from.tool) return;
  eval::Request request;
  request.server = from.server;
  request.caller = from.caller;
  request.tool = from.tool;
  NativeRequest native(*subject.set, request, /*is_abstract=*/true);
  bool accepted = true;
  for (size_t k = 0; k < subject.module.schemas.size(); ++k) {
    const ir::Schema& schema = subject.module.schemas[k];
    ir::Policy covering;
    covering.servers = schema.servers;
    if (schema.advisory || !ir::Covers(covering, request.server)) continue;
    int32_t demand = -1;
    accepted = accepted && (native.Schema(k, &demand) & POL_TRUE) != 0;
  }
  bool permits = false;
  bool refused = false;
  const std::vector<pol_vote> votes = native.Votes();
  for (size_t i = 0; i < votes.size(); ++i) {
    if (!ir::Covers(subject.module.policies[i], request.server)) continue;
    permits = permits || votes[i].may_permit != 0;
    refused = refused || (!votes[i].may_permit && !votes[i].may_abstain);
  }
  EXPECT_EQ(accepted && permits && !refused,
            eval::ToolVisible(subject.module, request.server, request.caller,
                              *request.tool))
      << "visibility of " << *request.tool;
}

TEST(NativeVsEval, AgreeOnGeneratedPolicySets) {
  const long pairs = FromEnvironment("POLC_DIFF_PAIRS", testing::kVotePairs);
  const long seed = FromEnvironment("POLC_DIFF_SEED", 20260101);
  testing::Coverage coverage;
  long sets = 0;
  long constant_sets = 0;
  for (long done = 0; done < pairs && !HasFailure(); ++sets) {
    const auto set_seed = static_cast<uint64_t>(seed + sets);
    testing::Generator generator(set_seed, sets % 50 == 49 ? 40 : 6);
    const Subject subject = MakeSubject(generator.MakeModule(), TuningOf(sets));
    ASSERT_NE(subject.set, nullptr) << "seed " << set_seed;
    std::string first;
    bool is_constant = true;
    for (int i = 0; i < kRequestsPerSet; ++i, ++done) {
      SCOPED_TRACE("seed " + std::to_string(set_seed) + ", request " +
                   std::to_string(i));
      const eval::Request request = generator.MakeRequest();
      eval::Evaluator evaluator(subject.module, request);
      NativeRequest native(*subject.set, request);
      const std::string votes =
          CompareVotes(subject, request, &evaluator, &native);
      if (i == 0) first = votes;
      is_constant = is_constant && votes == first;
      CompareSchemas(subject, request, &evaluator, &native, &coverage);
      CompareCovers(subject, subject.module.limits, &NativeRequest::LimitCovers,
                    &evaluator, &native, &coverage);
      CompareCovers(subject, subject.module.marks, &NativeRequest::MarkCovers,
                    &evaluator, &native, &coverage);
      if (i % 8 == 0) CompareVisible(subject, request);
      if (i % 16 == 0) coverage.CountAll(subject.module, &evaluator);
      if (HasFailure()) {
        std::fputs(ir::Print(subject.module).c_str(), stderr);
        break;
      }
    }
    if (is_constant) ++constant_sets;
  }
  std::printf("seed %ld: %ld policy sets, %ld constant\n", seed, sets,
              constant_sets);
  coverage.Print();
  EXPECT_LT(constant_sets * 10, sets);
  // A short run cannot be expected to see everything.
  if (testing::kIsSanitized || pairs < testing::kVotePairs) return;
  EXPECT_EQ(coverage.Missing(), std::vector<std::string>());
}

}  // namespace
}  // namespace polc
