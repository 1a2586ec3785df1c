#include "compiler/codegen/write_tables.h"

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

class Writer {
 public:
  Writer(const ir::Module& module, const ir::Languages& langs,
         const Layout& layout, const Tuning& tuning, Emitter* emitter,
         Blob* blob)
      : module_(module),
        tool_(ToolField(module, layout)),
        emitter_(*emitter),
        blob_(*blob),
        boxes_(module, langs),
        buckets_(layout, tuning, blob),
        tools_(module, tool_, &buckets_, blob) {
    if (tool_.valid()) {
      header_.tool_slot = static_cast<uint32_t>(layout.slot_of[tool_.value()]);
    }
    header_.version = POL_ABI_VERSION;
    header_.slot_count = static_cast<uint32_t>(layout.slots.size());
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

  void Policies() {
    std::vector<std::vector<Entry>> entries;
    for (const ir::Policy& policy : module_.policies) {
      entries.push_back(EntriesOf(policy));
      tools_.AddNames(entries.back());
    }
    header_.names = tools_.WriteNames();
    header_.tool_count = tools_.tool_count();
    std::vector<runtime::TablePolicy> policies;
    for (size_t i = 0; i < entries.size(); ++i) {
      policies.push_back(
          {static_cast<uint32_t>(module_.policies[i].default_effect),
           tools_.Add(entries[i])});
    }
    std::vector<runtime::TableRule> rules;
    for (const ir::Rule& rule : module_.rules) {
      rules.push_back(
          {static_cast<uint32_t>(rule.effect), emitter_.GuardOf(rule.guard)});
    }
    header_.policies = blob_.AddSpan(policies);
    header_.rules = blob_.AddSpan(rules);
  }

  // Tools with equal schemas share their demands.
  void Schemas() {
    std::vector<TableSpan> schemas;
    for (const ir::Schema& schema : module_.schemas) {
      std::vector<TableSpan> tools;
      for (const ir::ToolSchema& tool : schema.tools) {
        std::vector<uint32_t> demands;
        for (const ir::Demand& demand : tool.demands) {
          demands.push_back(emitter_.GuardOf(demand.cond));
        }
        tools.push_back(blob_.AddSpan(demands));
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
    return blob_.AddSpan(guards);
  }

  const ir::Module& module_;
  ir::FieldId tool_;
  Emitter& emitter_;
  Blob& blob_;
  BoxMaker boxes_;
  BucketMaker buckets_;
  ToolIndex tools_;
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
