#include "compiler/codegen/write_tables.h"

#include <algorithm>
#include <map>
#include <vector>

#include "compiler/codegen/index/boxes.h"
#include "compiler/codegen/index/bucket.h"
#include "compiler/codegen/index/tools.h"

namespace polc::codegen {
namespace {

using ir::CondId;
using runtime::TableSpan;

// The field that holds the tool's name, if the set has it.
ir::FieldId ToolField(const ir::Module& module, const Layout& layout) {
  for (size_t i = 0; i < module.fields.size(); ++i) {
    const ir::Field& field = module.fields[i];
    if (field.root == ir::Root::kTool && field.steps.empty() &&
        layout.slot_of[i] >= 0) {
      return ir::FieldId(i);
    }
  }
  return {};
}

class Writer : EntryWriter {
 public:
  Writer(const ir::Module& module, const ir::Languages& langs,
         const Layout& layout, const Tuning& tuning, Emitter* emitter,
         Blob* blob)
      : module_(module),
        layout_(layout),
        tool_(ToolField(module, layout)),
        emitter_(*emitter),
        blob_(*blob),
        boxes_(module, langs),
        buckets_(layout, tuning, this, blob),
        tools_(module, tool_, &buckets_, blob) {
    if (tool_.valid()) {
      header_.tool_slot = static_cast<uint32_t>(layout.slot_of[tool_.value()]);
    }
    header_.version = POL_ABI_VERSION;
    header_.slot_count = static_cast<uint32_t>(layout.slots.size());
    header_.rule_count = static_cast<uint32_t>(module.rules.size());
    inner_.resize(module.rules.size());
  }

  runtime::TablesHeader Write() {
    Policies();
    Schemas();
    header_.limits = Guards(module_.limits);
    header_.marks = Guards(module_.marks);
    return header_;
  }

 private:
  std::vector<Entry> EntriesOf(const ir::Policy& policy) {
    std::vector<Entry> entries;
    for (const ir::RuleId id : policy.rules) {
      for (const Box& box : boxes_.Of(module_.rule(id).guard)) {
        entries.push_back({static_cast<uint32_t>(id.index), &box});
      }
    }
    return entries;
  }

  // The operand of the guard that is true of a known tool whenever the rule is
  // in the tool's bucket: a test whose strings are, untouched, what the guard's
  // boxes were told apart by.
  CondId TargetOf(CondId guard) {
    const ir::Cond& cond = module_.cond(guard);
    std::vector<CondId> operands = {guard};
    if (cond.kind == ir::CondKind::kAnd) operands = cond.operands;
    for (const CondId id : operands) {
      const ir::Cond& test = module_.cond(id);
      if (test.kind != ir::CondKind::kTest || test.field != tool_ ||
          test.test.domain.valid() || test.test.max_bytes != 0) {
        continue;
      }
      const Boxes& alone = boxes_.Of(id);
      const ValueSet* names =
          alone.size() == 1 ? Find(alone[0], tool_) : nullptr;
      if (names == nullptr || !IsTrueOfStrings(test)) continue;
      const Boxes& boxes = boxes_.Of(guard);
      if (std::all_of(boxes.begin(), boxes.end(), [&](const Box& box) {
            return Find(box, tool_) == names;
          })) {
        return id;
      }
    }
    return {};
  }
  // Of the strings in its set: not an error of the kind.
  static bool IsTrueOfStrings(const ir::Cond& test) {
    const ir::Outcome outcome = test.on[static_cast<size_t>(ir::Kind::kString)];
    return outcome == ir::Outcome::kTest || outcome == ir::Outcome::kTrue;
  }

  void Policies() {
    std::vector<std::vector<Entry>> entries;
    for (const ir::Policy& policy : module_.policies) {
      entries.push_back(EntriesOf(policy));
      tools_.AddNames(entries.back());
    }
    std::vector<runtime::TablePolicy> policies;
    for (size_t i = 0; i < entries.size(); ++i) {
      policies.push_back(
          tools_.Add(entries[i], module_.policies[i].default_effect));
    }
    header_.policies = blob_.AddSpan(policies);
    header_.names = tools_.WriteNames();
  }
  runtime::TableEntry Write(uint32_t item, bool is_known) override {
    const ir::Rule& rule = module_.rules[item];
    const uint32_t vote = item << 2 | static_cast<uint32_t>(rule.effect);
    if (!is_known) return {vote, emitter_.GuardOf(rule.guard)};
    uint32_t& inner = inner_[item];
    if (inner == 0) inner = emitter_.GuardOf(rule.guard, TargetOf(rule.guard));
    return {vote, inner};
  }

  // Most demands ask for a kind; those of one slot are asked at once.
  runtime::TableTool ToolOf(const ir::ToolSchema& tool) {
    std::vector<uint32_t> demands;
    std::vector<uint32_t> rest;
    std::map<uint32_t, uint32_t> by_slot;
    for (const ir::Demand& demand : tool.demands) {
      demands.push_back(emitter_.GuardOf(demand.cond));
      if (!MeetKinds(demand.cond, &by_slot)) rest.push_back(demands.back());
    }
    std::vector<runtime::TableKinds> kinds;
    for (const auto& [slot, set] : by_slot) kinds.push_back({slot, set});
    return {blob_.AddRefSpan(demands), blob_.AddSpan(kinds),
            blob_.AddRefSpan(rest)};
  }
  // False if the condition is not such a demand.
  bool MeetKinds(CondId id, std::map<uint32_t, uint32_t>* by_slot) const {
    const ir::Cond& cond = module_.cond(id);
    if (cond.kind != ir::CondKind::kTest ||
        layout_.slot_of[cond.field.value()] < 0) {
      return false;
    }
    uint32_t kinds = 0;
    for (size_t kind = 0; kind < cond.on.size(); ++kind) {
      if (cond.on[kind] == ir::Outcome::kTest) return false;
      if (cond.on[kind] == ir::Outcome::kTrue) kinds |= 1u << kind;
    }
    const auto slot =
        static_cast<uint32_t>(layout_.slot_of[cond.field.value()]);
    by_slot->try_emplace(slot, ~0u).first->second &= kinds;
    return true;
  }

  // Tools with equal schemas share their demands.
  void Schemas() {
    std::vector<TableSpan> schemas;
    for (const ir::Schema& schema : module_.schemas) {
      std::vector<runtime::TableTool> tools;
      for (const ir::ToolSchema& tool : schema.tools) {
        tools.push_back(ToolOf(tool));
      }
      schemas.push_back(blob_.AddSpan(tools));
    }
    header_.schemas = blob_.AddSpan(schemas);
  }

  template <typename T>
  TableSpan Guards(const std::vector<T>& items) {
    std::vector<uint32_t> guards;
    for (const T& item : items) {
      guards.push_back(item.on.valid() ? emitter_.GuardOf(item.on) : 0);
    }
    return blob_.AddRefSpan(guards);
  }

  const ir::Module& module_;
  const Layout& layout_;
  ir::FieldId tool_;
  Emitter& emitter_;
  Blob& blob_;
  BoxMaker boxes_;
  BucketMaker buckets_;
  ToolIndex tools_;
  std::vector<uint32_t> inner_;  // by rule, for buckets of known tools; or 0
  runtime::TablesHeader header_;
};

}  // namespace

runtime::TablesHeader WriteTables(const ir::Module& module,
                                  const ir::Languages& langs,
                                  const Layout& layout, const Tuning& tuning,
                                  Emitter* emitter, Blob* blob) {
  return Writer(module, langs, layout, tuning, emitter, blob).Write();
}

}  // namespace polc::codegen
