#include "test/diff/tables/subject.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "compiler/eval/evaluator.h"
#include "runtime/abi/tables.h"
#include "test/unit/support/native_host.h"

namespace polc::testing {
namespace {

using ir::Verdict;

uint32_t BitOf(Verdict verdict) {
  return verdict == Verdict::kTrue    ? POL_TRUE
         : verdict == Verdict::kFalse ? POL_FALSE
                                      : POL_ERROR;
}

std::string VoteOf(const ir::Module& module, const ir::Policy& policy,
                   eval::Evaluator* evaluator) {
  for (const ir::RuleId id : policy.rules) {
    const Verdict guard = evaluator->Evaluate(module.rule(id).guard).verdict;
    if (guard == Verdict::kFalse) continue;
    const bool is_error = guard == Verdict::kError;
    const int effect =
        is_error ? POL_DENY : static_cast<int>(module.rule(id).effect);
    return std::to_string(effect) + " " + std::to_string(id.index) +
           (is_error ? " error" : "");
  }
  return std::to_string(static_cast<int>(policy.default_effect)) + " -1";
}

std::string VoteOf(const pol_vote& vote) {
  return std::to_string(vote.effect) + " " + std::to_string(vote.rule) +
         (vote.is_error != 0 ? " error" : "");
}

// The first demand that is not true, and its verdict.
std::pair<uint32_t, int32_t> AcceptedBy(const ir::Schema& schema,
                                        const eval::Request& request,
                                        eval::Evaluator* evaluator) {
  for (const ir::ToolSchema& tool : schema.tools) {
    if (tool.tool != request.tool) continue;
    for (size_t d = 0; d < tool.demands.size(); ++d) {
      const Verdict verdict = evaluator->Evaluate(tool.demands[d].cond).verdict;
      if (verdict != Verdict::kTrue) {
        return {BitOf(verdict), static_cast<int32_t>(d)};
      }
    }
    return {POL_TRUE, -1};
  }
  return {POL_FALSE, -1};
}

// Denied before anybody votes: an enforced catalog does not have the tool.
bool IsUnknownTool(const ir::Module& module, const eval::Request& request) {
  const auto has = [&](const ir::ToolSchema& tool) {
    return tool.tool == request.tool;
  };
  const auto refuses = [&](const ir::Schema& schema) {
    const auto& servers = schema.servers;
    return request.tool && !schema.advisory &&
           (servers.empty() || std::find(servers.begin(), servers.end(),
                                         request.server) != servers.end()) &&
           std::none_of(schema.tools.begin(), schema.tools.end(), has);
  };
  return std::any_of(module.schemas.begin(), module.schemas.end(), refuses);
}

}  // namespace

void Subject::Restore() {
  std::memcpy(tables.data(), native->code().tables, code.tables_size);
}

void Subject::Seal() {
  auto* header = reinterpret_cast<runtime::TablesHeader*>(bytes());
  header->checksum = runtime::TablesChecksum(bytes(), code.tables_size);
}

verifier::native::Report Subject::Prove() const {
  // What is not settled soon is unknown: there are many to ask about.
  smt::Options solver;
  solver.resource_limit = 2'000'000;
  return verifier::native::Prove(module, *languages, code, manifest, solver,
                                 nullptr);
}

std::unique_ptr<Subject> MakeSubject(ir::Module module,
                                     const codegen::Tuning& tuning) {
  auto subject = std::make_unique<Subject>();
  subject->module = std::move(module);
  auto languages = ir::Languages::Make(subject->module);
  if (!languages) {
    ADD_FAILURE() << languages.error().message;
    return nullptr;
  }
  subject->languages = std::make_unique<ir::Languages>(std::move(*languages));
  auto native = codegen::Compile(subject->module, *subject->languages, tuning);
  if (!native) {
    ADD_FAILURE() << native.error().message;
    return nullptr;
  }
  subject->native = std::move(*native);
  subject->code = subject->native->code();
  subject->manifest = NativeSet(subject->code).manifest;
  subject->tables.resize((subject->code.tables_size + 7) / 8);
  subject->code.tables = subject->bytes();
  subject->Restore();
  return subject;
}

std::string Difference(const Subject& subject, const eval::Request& request) {
  const ir::Module& module = subject.module;
  if (IsUnknownTool(module, request)) return "";
  const NativeSet set(subject.code);
  eval::Evaluator evaluator(module, request);
  NativeRequest native(set, request);
  const std::vector<pol_vote> votes = native.Votes();
  for (size_t i = 0; i < module.policies.size(); ++i) {
    if (!ir::Covers(module.policies[i], request.server)) continue;
    const std::string expected = VoteOf(module, module.policies[i], &evaluator);
    const std::string found = VoteOf(votes[i]);
    if (found != expected) {
      return "policy " + module.policies[i].name + ": " + found +
             " instead of " + expected;
    }
  }
  for (size_t i = 0; i < module.schemas.size(); ++i) {
    int32_t demand = -1;
    const uint32_t found = native.Schema(i, &demand);
    const auto expected = AcceptedBy(module.schemas[i], request, &evaluator);
    if (std::pair(found, demand) != expected) return "a schema";
  }
  const auto covers = [&](ir::CondId on) {
    return on.valid() ? BitOf(evaluator.Evaluate(on).verdict)
                      : uint32_t{POL_FALSE};
  };
  for (size_t i = 0; i < module.limits.size(); ++i) {
    if (native.LimitCovers(i) != covers(module.limits[i].on)) return "a limit";
  }
  for (size_t i = 0; i < module.marks.size(); ++i) {
    if (native.MarkCovers(i) != covers(module.marks[i].on)) return "a mark";
  }
  return "";
}

}  // namespace polc::testing
