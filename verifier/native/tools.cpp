#include "verifier/native/tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <span>

#include "compiler/support/check.h"
#include "compiler/support/utf8.h"

namespace polc::verifier::native {
namespace {

using automata::Dfa;
using ir::CondId;
using ir::CondKind;
using ir::Kind;
using ir::Outcome;
using ir::Verdict;
using runtime::TableName;

std::optional<Verdict> VerdictOfOutcome(Outcome outcome) {
  switch (outcome) {
    case Outcome::kTrue:
      return Verdict::kTrue;
    case Outcome::kFalse:
      return Verdict::kFalse;
    case Outcome::kError:
      return Verdict::kError;
    case Outcome::kTest:
      return std::nullopt;
  }
  POLC_UNREACHABLE("no such outcome");
}

Outcome OfStrings(const ir::Cond& cond) {
  return cond.on[static_cast<size_t>(Kind::kString)];
}

struct Named {
  std::vector<uint32_t> buckets;
  std::string_view name;
};

Named NamedAt(const Tables& tables, uint32_t at) {
  const uint64_t policies = tables.header().policies.count;
  const auto named = tables.One<runtime::TableNamed>(at);
  const auto buckets =
      tables.Items<uint32_t>(uint64_t{at} + sizeof named, policies);
  const auto name = tables.Items<char>(
      uint64_t{at} + sizeof named + 4 * policies, named.length);
  return {{buckets.begin(), buckets.end()}, {name.data(), name.size()}};
}

// As the matcher looks it up.
std::optional<std::vector<uint32_t>> Find(const Tables& tables,
                                          std::span<const TableName> names,
                                          std::string_view text) {
  const uint32_t hash = runtime::HashName(text);
  const size_t mask = names.size() - 1;
  for (size_t i = 0, at = hash & mask; i < names.size();
       ++i, at = (at + 1) & mask) {
    if (names[at].tool == 0) return std::nullopt;
    if (names[at].hash != hash) continue;
    const Named named = NamedAt(tables, names[at].tool);
    if (named.name == text) return named.buckets;
  }
  return std::nullopt;
}

}  // namespace

std::string ToolClass::Words() const {
  switch (of) {
    case Of::kAny:
      return "any request";
    case Of::kNoTool:
      return "requests without a tool";
    case Of::kUnknown:
      return "tools that the policies do not name";
    case Of::kNamed:
      return names.size() == 1 ? fmt::format("tool `{}`", names[0])
                               : fmt::format("tool `{}` and {} more", names[0],
                                             names.size() - 1);
  }
  POLC_UNREACHABLE("no such class");
}

Result<std::vector<std::pair<std::string, std::vector<uint32_t>>>> ReadNames(
    const Tables& tables) {
  std::vector<std::pair<std::string, std::vector<uint32_t>>> out;
  const auto names = tables.Items<TableName>(tables.header().names);
  if (names.empty()) return out;
  if (!std::has_single_bit(names.size())) {
    return Error{"a hash table of tools whose size is no power of two"};
  }
  std::map<std::string, std::vector<uint32_t>> found;
  for (const TableName& name : names) {
    if (name.tool == 0) continue;
    const std::string_view text = NamedAt(tables, name.tool).name;
    // A name that no look-up finds is of a tool that nobody knows.
    if (auto buckets = Find(tables, names, text)) {
      found.emplace(text, std::move(*buckets));
    }
  }
  if (tables.failed()) return Error{"a tool's name leads out of the tables"};
  out.assign(found.begin(), found.end());
  return out;
}

bool IsToolTest(const Canonical& canonical, const ir::Cond& cond) {
  if (cond.kind != CondKind::kTest) return false;
  const ir::Field& field = canonical.module().field(cond.field);
  return field.root == ir::Root::kTool && field.steps.empty();
}

std::optional<Verdict> TestName(const Canonical& canonical,
                                const ir::Cond& cond, std::string_view name) {
  const ir::Test& test = cond.test;
  if (const auto fixed = VerdictOfOutcome(OfStrings(cond))) return fixed;
  const auto of = [](bool holds) {
    return holds ? Verdict::kTrue : Verdict::kFalse;
  };
  if (test.kind == ir::TestKind::kLength) {
    const size_t length = CountCodePoints(name);
    return of(test.lo <= length && length <= test.hi);
  }
  if (test.kind != ir::TestKind::kString) return std::nullopt;
  if (test.max_bytes != 0 && name.size() > test.max_bytes) {
    return Verdict::kError;
  }
  if (test.domain.valid() &&
      !automata::Matches(canonical.DfaOf(test.domain), name)) {
    return Verdict::kError;
  }
  return of(automata::Matches(canonical.DfaOf(test.language), name));
}

std::optional<Verdict> ToolFolder::VerdictOf(const ir::Cond& cond) const {
  if (tools_.of == ToolClass::Of::kNoTool) {
    return VerdictOfOutcome(cond.on[static_cast<size_t>(Kind::kMissing)]);
  }
  // No test that the module has tells them apart.
  if (tools_.of == ToolClass::Of::kNamed) {
    return TestName(canonical_, cond, tools_.names[0]);
  }
  if (const auto fixed = VerdictOfOutcome(OfStrings(cond))) return fixed;
  const ir::Test& test = cond.test;
  if (test.kind != ir::TestKind::kString || test.domain.valid() ||
      test.max_bytes != 0) {
    return std::nullopt;
  }
  const Dfa& in = canonical_.DfaOf(test.language);
  if (automata::AreDisjoint(others_, in)) return Verdict::kFalse;
  if (automata::IsSubset(others_, in)) return Verdict::kTrue;
  return std::nullopt;
}

CondId ToolFolder::Fold(CondId id) {
  if (tools_.of == ToolClass::Of::kAny) return id;
  const auto known = folded_.find(id);
  if (known != folded_.end()) return known->second;
  const ir::Cond& cond = canonical_.cond(id);
  CondId out = id;
  if (IsToolTest(canonical_, cond)) {
    const auto verdict = VerdictOf(cond);
    if (verdict) out = canonical_.Const(*verdict);
  } else if (cond.kind == CondKind::kNot) {
    out = canonical_.Not(Fold(cond.operands[0]));
  } else if (cond.kind == CondKind::kAnd || cond.kind == CondKind::kOr) {
    const bool is_and = cond.kind == CondKind::kAnd;
    std::vector<CondId> operands = cond.operands;  // conditions are made
    const std::vector<CondId> before = operands;
    for (CondId& operand : operands) operand = Fold(operand);
    if (operands != before) {
      out = is_and ? canonical_.And(std::move(operands))
                   : canonical_.Or(std::move(operands));
    }
  }
  return folded_[id] = out;
}

CondId ToolFolder::Where() {
  if (!where_.valid()) where_ = MakeWhere();
  return where_;
}

CondId ToolFolder::MakeWhere() {
  if (tools_.of == ToolClass::Of::kAny) {
    return canonical_.Const(Verdict::kTrue);
  }
  const bool none = tools_.of == ToolClass::Of::kNoTool;
  ir::Outcomes on = ir::AllOutcomes(none ? Outcome::kTrue : Outcome::kFalse);
  ir::Test test;
  on[static_cast<size_t>(Kind::kString)] =
      none ? Outcome::kFalse : Outcome::kTest;
  if (!none) {
    test.kind = ir::TestKind::kString;
    auto dfa = tools_.of == ToolClass::Of::kUnknown
                   ? Result<Dfa>(others_)
                   : automata::FromStrings(tools_.names);
    POLC_CHECK(dfa.has_value(), "the names of tools");
    test.language = canonical_.Language(*dfa);
  }
  return canonical_.Test(canonical_.Field({ir::Root::kTool, {}}), on,
                         std::move(test));
}

}  // namespace polc::verifier::native
