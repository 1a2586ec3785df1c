#include "compiler/codegen/layout.h"

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

namespace polc::codegen {
namespace {

using ir::Cond;
using ir::CondId;
using ir::CondKind;
using ir::FieldId;

// Calls `use` for each condition that a decision begins at.
template <typename F>
void EachRoot(const ir::Module& module, F use) {
  for (const ir::Rule& rule : module.rules) use(rule.guard);
  for (const ir::Limit& limit : module.limits) {
    if (limit.on.valid()) use(limit.on);
  }
  for (const ir::Mark& mark : module.marks) {
    if (mark.on.valid()) use(mark.on);
  }
  for (const ir::Schema& schema : module.schemas) {
    // Tools with the same demands are mostly neighbors, or nearly.
    std::unordered_set<const ir::Demand*> seen;
    for (const ir::ToolSchema& tool : schema.tools) {
      if (!seen.insert(tool.demands.begin()).second) continue;
      for (const ir::Demand& demand : tool.demands) use(demand.cond);
    }
  }
}

// What decisions reach.
struct Reached {
  std::vector<bool> fields;     // by field: conditions that are reached read it
  std::vector<CondId> special;  // conditions with numbers of their own, by id
};

bool IsSpecial(const Cond& cond) {
  return cond.kind == CondKind::kAll || cond.kind == CondKind::kCalculate ||
         (cond.kind == CondKind::kTest &&
          cond.test.kind == ir::TestKind::kOnly);
}

// Operands have smaller ids than their node, so one pass down reaches all.
Reached Reach(const ir::Module& module) {
  Reached out;
  out.fields.resize(module.fields.size());
  std::vector<bool> reached(module.conds.size());
  EachRoot(module, [&](CondId id) { reached[id.value()] = true; });
  for (size_t i = module.conds.size(); i-- > 0;) {
    if (!reached[i]) continue;
    const Cond& cond = module.conds[i];
    for (const CondId id : cond.operands) reached[id.value()] = true;
    ir::EachField(module, cond,
                  [&](FieldId id) { out.fields[id.value()] = true; });
    if (IsSpecial(cond)) out.special.emplace_back(i);
  }
  std::reverse(out.special.begin(), out.special.end());
  return out;
}

// Of a condition whose operands are known.
bool ReadsElement(const ir::Module& module, const Cond& cond,
                  const std::vector<bool>& reads) {
  bool any = false;
  ir::EachField(module, cond, [&](FieldId id) {
    any = any || module.field(id).root == ir::Root::kElement;
  });
  if (cond.kind == CondKind::kAll) return any;  // its operand's is its own
  for (const CondId id : cond.operands) any = any || reads[id.value()];
  return any;
}

// By condition. Few sets have quantifiers at all.
std::vector<bool> ReadElements(const ir::Module& module) {
  std::vector<bool> reads(module.conds.size());
  const bool has_elements = std::any_of(
      module.fields.begin(), module.fields.end(),
      [](const ir::Field& field) { return field.root == ir::Root::kElement; });
  if (!has_elements) return reads;
  for (size_t i = 0; i < reads.size(); ++i) {
    reads[i] = ReadsElement(module, module.conds[i], reads);
  }
  return reads;
}

// What the texts, keys and costs of a decision read, besides its conditions.
void AddPlainFields(const ir::Module& module, std::set<FieldId>* used) {
  for (const ir::Rule& rule : module.rules) {
    for (const ir::TextPart& part : rule.reason) {
      if (part.field.valid()) used->insert(part.field);
    }
    used->insert(rule.redact.begin(), rule.redact.end());
  }
  for (const ir::Limit& limit : module.limits) {
    for (const ir::Key& key : limit.keys) used->insert(key.field);
    ir::EachTerm(module, limit.cost, [&](const ir::Term& term) {
      if (term.field.valid()) used->insert(term.field);
    });
  }
  for (const ir::Mark& mark : module.marks) used->insert(mark.key.field);
}

// The element's fields under `body`, without those of nested quantifiers'
// elements (but with their lists), and the calculations that read them.
std::vector<FieldId> ElementFields(const ir::Module& module,
                                   const std::vector<bool>& reads_element,
                                   CondId body,
                                   std::vector<CondId>* calculations) {
  std::set<FieldId> fields;
  std::set<CondId> seen;
  std::vector<CondId> todo = {body};
  auto add = [&](FieldId id) {
    if (module.field(id).root == ir::Root::kElement) fields.insert(id);
  };
  while (!todo.empty()) {
    const CondId id = todo.back();
    todo.pop_back();
    if (!reads_element[id.value()] || !seen.insert(id).second) continue;
    const Cond& cond = module.cond(id);
    ir::EachField(module, cond, add);
    if (cond.kind == CondKind::kCalculate) calculations->push_back(id);
    if (cond.kind == CondKind::kAll) continue;
    todo.insert(todo.end(), cond.operands.begin(), cond.operands.end());
  }
  return {fields.begin(), fields.end()};
}

void NumberFields(const ir::Module& module, const std::vector<bool>& is_tested,
                  Layout* layout) {
  std::set<FieldId> tested;
  for (size_t i = 0; i < is_tested.size(); ++i) {
    if (is_tested[i]) tested.insert(FieldId(i));
  }
  layout->error_of.assign(module.fields.size(), -1);
  for (const FieldId id : tested) {
    layout->error_of[id.value()] = static_cast<int32_t>(layout->errors.size());
    layout->errors.push_back(id);
  }
  std::set<FieldId> used = std::move(tested);
  AddPlainFields(module, &used);
  layout->slot_of.assign(module.fields.size(), -1);
  for (const FieldId id : used) {
    if (module.field(id).root == ir::Root::kElement) continue;
    layout->slot_of[id.value()] = static_cast<int32_t>(layout->slots.size());
    layout->slots.push_back(id);
  }
}

}  // namespace

Layout MakeLayout(const ir::Module& module) {
  Layout layout;
  const Reached reached = Reach(module);
  layout.reads_element = ReadElements(module);
  std::map<std::vector<std::string>, int32_t> key_sets;
  const auto add_calculation = [&](CondId id, int32_t quantifier) {
    const auto next = static_cast<int32_t>(layout.calculations.size());
    if (!layout.calculation_of.emplace(std::pair(id, quantifier), next)
             .second) {
      return;
    }
    layout.calculations.emplace_back(id, quantifier);
  };
  for (const CondId id : reached.special) {
    const Cond& cond = module.cond(id);
    if (cond.kind == CondKind::kAll) {
      const CondId body = cond.operands[0];
      const auto next = static_cast<int32_t>(layout.quantifiers.size());
      if (!layout.quantifier_of.emplace(body, next).second) continue;
      std::vector<CondId> calculations;
      layout.quantifiers.push_back(
          {body,
           ElementFields(module, layout.reads_element, body, &calculations)});
      for (const CondId made : calculations) add_calculation(made, next);
    } else if (cond.kind == CondKind::kCalculate) {
      if (!layout.reads_element[id.value()]) add_calculation(id, -1);
    } else {
      const auto next = static_cast<int32_t>(layout.key_sets.size());
      const auto [at, is_new] = key_sets.emplace(cond.test.keys, next);
      if (is_new) layout.key_sets.push_back(cond.test.keys);
      layout.key_set_of[id] = at->second;
    }
  }
  NumberFields(module, reached.fields, &layout);
  return layout;
}

}  // namespace polc::codegen
