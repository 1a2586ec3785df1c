#include "verifier/callers.h"

#include <algorithm>
#include <set>

#include "compiler/automata/witness.h"

namespace polc::verifier {
namespace {

using ir::Cond;
using ir::CondKind;
using ir::Root;

// The strings that stand for a language: its members if it was written as a
// set, else the shortest one. Nothing of a language that leaves strings out.
class Named {
 public:
  Named(const ir::Module& module, const ir::Languages& languages)
      : module_(module), languages_(languages) {}

  void Add(ir::LangId id) {
    const ir::Lang& lang = module_.lang(id);
    switch (lang.kind) {
      case ir::LangKind::kAny:
      case ir::LangKind::kNot:
        return;
      case ir::LangKind::kSet:
        names_.insert(lang.texts.begin(), lang.texts.end());
        return;
      case ir::LangKind::kOr:
        for (const ir::LangId operand : lang.operands) Add(operand);
        return;
      default:
        break;
    }
    const auto shortest = automata::ShortestWitness(languages_.dfa(id));
    if (shortest) names_.insert(*shortest);
  }

  const std::set<std::string>& names() const { return names_; }

 private:
  const ir::Module& module_;
  const ir::Languages& languages_;
  std::set<std::string> names_;
};

bool Is(const ir::Module& module, ir::FieldId id, Root root) {
  return module.field(id).root == root;
}

// Adds what the tests of `id` compare `root` with.
void Gather(const ir::Module& module, ir::CondId id, Root root, Named* named) {
  const Cond& cond = module.cond(id);
  if (cond.kind == CondKind::kTest && Is(module, cond.field, root) &&
      cond.test.kind == ir::TestKind::kString) {
    named->Add(cond.test.language);
  }
  for (const ir::CondId operand : cond.operands) {
    Gather(module, operand, root, named);
  }
}

// Whether the verdict hangs on nothing but the caller's grant and roles.
bool IsOfCaller(const ir::Module& module, ir::CondId id, bool in_roles) {
  const Cond& cond = module.cond(id);
  const auto known = [&](ir::FieldId field) {
    return Is(module, field, Root::kGrant) || Is(module, field, Root::kRoles) ||
           (in_roles && Is(module, field, Root::kElement));
  };
  switch (cond.kind) {
    case CondKind::kConst:
      return true;
    case CondKind::kTest:
      return known(cond.field);
    case CondKind::kCompare:
      return known(cond.field) && known(cond.other);
    case CondKind::kCalculate:
      return false;
    case CondKind::kAll:
      return Is(module, cond.field, Root::kRoles) &&
             IsOfCaller(module, cond.operands[0], true);
    case CondKind::kNot:
    case CondKind::kAnd:
    case CondKind::kOr:
      return std::ranges::all_of(cond.operands, [&](ir::CondId operand) {
        return IsOfCaller(module, operand, in_roles);
      });
  }
  return false;
}

}  // namespace

std::vector<CallerKind> CallerKinds(const ir::Module& module,
                                    const ir::Languages& languages) {
  Named grants(module, languages);
  Named roles(module, languages);
  for (size_t i = 0; i < module.conds.size(); ++i) {
    const Cond& cond = module.conds[i];
    if (cond.kind == CondKind::kTest) {
      Gather(module, ir::CondId(i), Root::kGrant, &grants);
    } else if (cond.kind == CondKind::kAll &&
               Is(module, cond.field, Root::kRoles)) {
      Gather(module, cond.operands[0], Root::kElement, &roles);
    }
  }
  std::string other = eval::Caller().grant;
  while (grants.names().contains(other)) other += "-other";
  std::vector<CallerKind> kinds(1);
  kinds[0].caller.grant = other;
  for (const std::string& name : grants.names()) {
    kinds.push_back({CallerKind::By::kGrant, name, {}});
    kinds.back().caller.grant = name;
  }
  for (const std::string& name : roles.names()) {
    kinds.push_back({CallerKind::By::kRole, name, {}});
    kinds.back().caller.grant = other;
    kinds.back().caller.roles = {name};
  }
  return kinds;
}

ir::Module ForCaller(const ir::Module& module, const eval::Caller& caller) {
  ir::Module out = module;
  eval::Request request;
  request.caller = caller;
  for (size_t i = 0; i < module.conds.size(); ++i) {
    const ir::CondId id(i);
    if (!IsOfCaller(module, id, false)) continue;
    Cond decided;
    decided.verdict = eval::Evaluate(module, id, request);
    out.conds[i] = decided;
  }
  return out;
}

}  // namespace polc::verifier
