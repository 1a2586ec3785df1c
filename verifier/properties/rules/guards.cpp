#include "verifier/properties/rules/guards.h"

#include "verifier/properties/explain.h"

namespace polc::verifier {
namespace {

using ir::CondKind;
using smt::And;
using smt::Bool;
using smt::Or;

bool IsOpen(const Tri& tri) {
  return !tri.is_true.is_const() || !tri.is_false.is_const();
}

void Visit(const ir::Module& module, SliceModel* model, ir::CondId id,
           bool positive, const Visitor& visit) {
  if (!IsOpen(model->Encode(id))) return;
  const ir::Cond& cond = module.cond(id);
  switch (cond.kind) {
    case CondKind::kNot:
      return Visit(module, model, cond.operands[0], !positive, visit);
    case CondKind::kAnd:
    case CondKind::kOr:
      for (const ir::CondId operand : cond.operands) {
        Visit(module, model, operand, positive, visit);
      }
      return;
    default:
      return visit(id, positive);
  }
}

}  // namespace

Tri EncodeWith(const ir::Module& module, SliceModel* model, ir::CondId id,
               ir::CondId part, Tri instead) {
  if (id == part) return instead;
  const Tri as_is = model->Encode(id);
  if (!IsOpen(as_is)) return as_is;
  const ir::Cond& cond = module.cond(id);
  switch (cond.kind) {
    case CondKind::kNot: {
      const Tri t = EncodeWith(module, model, cond.operands[0], part, instead);
      return {t.is_false, t.is_true};
    }
    case CondKind::kAnd:
    case CondKind::kOr: {
      std::vector<Bool> trues, falses;
      for (const ir::CondId operand : cond.operands) {
        const Tri t = EncodeWith(module, model, operand, part, instead);
        trues.push_back(t.is_true);
        falses.push_back(t.is_false);
      }
      if (cond.kind == CondKind::kAnd) return {And(trues), Or(falses)};
      return {Or(trues), And(falses)};
    }
    default:
      return as_is;
  }
}

void VisitLeaves(const ir::Module& module, SliceModel* model, ir::CondId cond,
                 const Visitor& visit) {
  Visit(module, model, cond, true, visit);
}

std::vector<Bool> DecidesAsked(const ir::Module& module, SliceModel* model,
                               ir::RuleId rule) {
  std::vector<Bool> asked = {model->accepted(),
                             model->Literal(model->Rule(rule)->guard.is_true)};
  for (const Taker& taker : TakersOf(module, model, rule)) {
    asked.push_back(taker.spares);
  }
  return asked;
}

}  // namespace polc::verifier
