// Which tools a caller is shown: the rules evaluated on sets of verdicts, with
// everything unknown that differs from one call of the tool to the next. What
// the sets cannot rule out is listed; the call is decided all the same.
#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/eval/charge.h"

namespace polc::eval {
namespace {

using ir::Cond;
using ir::CondKind;
using ir::Root;
using ir::Verdict;

using Verdicts = unsigned;  // a set: bit i is Verdict(i)

constexpr Verdicts Only(Verdict v) { return 1u << static_cast<unsigned>(v); }
constexpr Verdicts kAll = 7;
bool May(Verdicts set, Verdict v) { return (set & Only(v)) != 0; }

Verdicts Negated(Verdicts set) {
  Verdicts out = set & Only(Verdict::kError);
  if (May(set, Verdict::kTrue)) out |= Only(Verdict::kFalse);
  if (May(set, Verdict::kFalse)) out |= Only(Verdict::kTrue);
  return out;
}

Verdicts Both(Verdicts a, Verdicts b) {
  constexpr std::array<Verdict, 3> kVerdicts = {Verdict::kFalse, Verdict::kTrue,
                                                Verdict::kError};
  Verdicts out = 0;
  for (const Verdict x : kVerdicts) {
    for (const Verdict y : kVerdicts) {
      if (May(a, x) && May(b, y)) out |= Only(ir::And(x, y));
    }
  }
  return out;
}

class Abstract {
 public:
  Abstract(const ir::Module& module, const Request& request)
      : module_(module), view_(request) {}

  Verdicts Evaluate(ir::CondId id) { return Evaluate(id, &top_); }

 private:
  struct Scope {
    const Value* element = nullptr;
    std::unordered_map<ir::CondId, Verdicts> known;
  };

  // An element here is of a known list: those of unknown ones are not looked
  // at.
  bool IsUnknown(ir::FieldId id) const {
    const Root root = module_.field(id).root;
    return root == Root::kArgs || root == Root::kSession ||
           root == Root::kMarks;
  }
  Read Find(ir::FieldId id, const Scope& scope) const {
    return view_.Find(module_.field(id), scope.element);
  }

  Verdicts Evaluate(ir::CondId id, Scope* scope) {
    const auto known = scope->known.find(id);
    if (known != scope->known.end()) return known->second;
    const Verdicts set = Compute(module_.cond(id), scope);
    scope->known.emplace(id, set);
    return set;
  }

  Verdicts Compute(const Cond& cond, Scope* scope);
  Verdicts All(const Cond& cond, const Scope& scope);
  Verdicts Calculate(const Cond& cond, const Scope& scope) const;

  const ir::Module& module_;
  RequestView view_;
  Scope top_;
};

Verdicts Abstract::Compute(const Cond& cond, Scope* scope) {
  switch (cond.kind) {
    case CondKind::kConst:
      return Only(cond.verdict);
    case CondKind::kTest:
      if (IsUnknown(cond.field)) return kAll;
      return Only(TestVerdict(module_, cond, Find(cond.field, *scope)));
    case CondKind::kCompare:
      if (IsUnknown(cond.field) || IsUnknown(cond.other)) {
        return kAll;
      }
      return Only(CompareVerdict(cond, Find(cond.field, *scope),
                                 Find(cond.other, *scope)));
    case CondKind::kCalculate:
      return Calculate(cond, *scope);
    case CondKind::kNot:
      return Negated(Evaluate(cond.operands[0], scope));
    case CondKind::kAnd: {
      Verdicts set = Only(Verdict::kTrue);
      for (const ir::CondId operand : cond.operands) {
        set = Both(set, Evaluate(operand, scope));
      }
      return set;
    }
    case CondKind::kOr: {
      Verdicts set = Only(Verdict::kTrue);
      for (const ir::CondId operand : cond.operands) {
        set = Both(set, Negated(Evaluate(operand, scope)));
      }
      return Negated(set);
    }
    case CondKind::kAll:
      return All(cond, *scope);
  }
  return kAll;
}

// The time is unknown too: a list is for all times.
Verdicts Abstract::Calculate(const Cond& cond, const Scope& scope) const {
  bool unknown = ir::ReadsNow(module_, cond);
  ir::EachField(module_, cond,
                [&](ir::FieldId id) { unknown |= IsUnknown(id); });
  if (unknown) return kAll;
  ir::FieldId blame;
  return Only(Terms(module_, view_, scope.element).Calculate(cond, &blame));
}

Verdicts Abstract::All(const Cond& cond, const Scope& scope) {
  if (IsUnknown(cond.field)) return kAll;
  const Read read = Find(cond.field, scope);
  if (read.kind != ir::Kind::kList) {
    return Only(TestVerdict(module_, cond, read));
  }
  Verdicts set = Only(Verdict::kTrue);
  for (const Value& element : read.value->items) {
    Scope inner;
    inner.element = &element;
    set = Both(set, Evaluate(cond.operands[0], &inner));
  }
  return set;
}

// What one policy may vote, denials left out.
struct MayVote {
  bool permit = false;
  bool abstain = false;
};

MayVote VotesOf(const ir::Module& module, const ir::Policy& policy,
                Abstract* abstract) {
  MayVote may;
  for (const ir::RuleId id : policy.rules) {
    const ir::Rule& rule = module.rule(id);
    const Verdicts guard = abstract->Evaluate(rule.guard);
    if (May(guard, Verdict::kTrue) && rule.effect != ir::Effect::kDeny) {
      may.permit = true;
    }
    // No request gets past this rule.
    if (!May(guard, Verdict::kFalse)) return may;
  }
  if (policy.default_effect == ir::DefaultEffect::kNone) {
    may.abstain = true;
  } else if (policy.default_effect != ir::DefaultEffect::kDeny) {
    may.permit = true;
  }
  return may;
}

bool SchemasMayAccept(const ir::Module& module, const std::string& server,
                      const std::string& tool, Abstract* abstract) {
  for (const ir::Schema& schema : module.schemas) {
    if (!IsEnforced(schema, server)) continue;
    const ir::ToolSchema* found = FindTool(schema, tool);
    if (found == nullptr) return false;
    for (const ir::Demand& demand : found->demands) {
      if (!May(abstract->Evaluate(demand.cond), Verdict::kTrue)) return false;
    }
  }
  return true;
}

}  // namespace

bool ToolVisible(const ir::Module& module, const std::string& server,
                 const Caller& caller, const std::string& tool) {
  Request request;
  request.server = server;
  request.caller = caller;
  request.tool = tool;
  Abstract abstract(module, request);
  if (!SchemasMayAccept(module, server, tool, &abstract)) return false;
  bool permits = false;
  for (const ir::Policy& policy : module.policies) {
    if (!ir::Covers(policy, server)) continue;
    const MayVote may = VotesOf(module, policy, &abstract);
    if (!may.permit && !may.abstain) return false;
    permits = permits || may.permit;
  }
  return permits;
}

}  // namespace polc::eval
