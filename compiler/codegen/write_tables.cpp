#include "compiler/codegen/write_tables.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
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
         const ir::Digests& digests, const Layout& layout, const Tuning& tuning,
         Emitter* emitter, Kept* kept)
      : module_(module),
        digests_(digests),
        layout_(layout),
        tool_(ToolField(module, layout)),
        emitter_(*emitter),
        kept_(*kept),
        blob_(kept->blob),
        boxes_(module, langs),
        buckets_(layout, tuning, digests, &boxes_, this, kept),
        tools_(module, tool_, &buckets_, kept) {
    if (tool_.valid()) {
      header_.tool_slot = static_cast<uint32_t>(layout.slot_of[tool_.value()]);
    }
    header_.version = POL_ABI_VERSION;
    header_.slot_count = static_cast<uint32_t>(layout.slots.size());
    header_.rule_count = static_cast<uint32_t>(module.rules.size());
    for (auto& pieces : pieces_) pieces.resize(module.rules.size());
  }

  runtime::TablesHeader Write() {
    Policies();
    Schemas();
    header_.limits = Guards(module_.limits);
    header_.marks = Guards(module_.marks);
    return header_;
  }

 private:
  // What is kept of each rule's condition.
  void FindRules() {
    rules_.reserve(module_.rules.size());
    for (const ir::Rule& rule : module_.rules) {
      const ir::Digest& digest = digests_.of(rule.guard);
      uint32_t found = kept_.rules.Find(digest);
      if (found == kept_.rules.kNone) {
        found = kept_.rules.Add(digest, MakeRule(rule.guard));
      }
      rules_.push_back({found, static_cast<uint32_t>(rule.effect), rule.guard});
    }
  }
  KeptRule MakeRule(CondId guard) {
    KeptRule rule;
    rule.first_box = static_cast<uint32_t>(kept_.box_tools.size());
    for (const Box& box : boxes_.Of(guard)) {
      kept_.box_tools.push_back(ToolsOf(box));
      ++rule.boxes;
    }
    rule.target = TargetOf(guard);
    return rule;
  }
  uint32_t ToolsOf(const Box& box) {
    const ValueSet* set = tool_.valid() ? Find(box, tool_) : nullptr;
    if (set == nullptr) return KeptTools::kOpen;
    const auto [at, is_new] = tool_sets_.try_emplace(set, 0);
    if (is_new) at->second = kept_.tools.Add(*set);
    return at->second;
  }

  std::vector<Entry> EntriesOf(const ir::Policy& policy) {
    std::vector<Entry> entries;
    entries.reserve(policy.rules.size());
    for (const ir::RuleId id : policy.rules) {
      const KnownRule& known = rules_[id.value()];
      const KeptRule& rule = kept_.rules[known.kept];
      for (uint32_t box = 0; box < rule.boxes; ++box) {
        entries.push_back({static_cast<uint32_t>(id.index),
                           kept_.box_tools[rule.first_box + box], known.guard,
                           box});
      }
    }
    return entries;
  }

  // The operand of the guard that is true of a known tool whenever the rule is
  // in the tool's bucket: a test whose strings are, untouched, what the guard's
  // boxes were told apart by.
  uint32_t TargetOf(CondId guard) {
    const ir::Cond& cond = module_.cond(guard);
    const bool is_and = cond.kind == ir::CondKind::kAnd;
    const size_t count = is_and ? cond.operands.size() : 1;
    for (uint32_t i = 0; i < count; ++i) {
      const CondId id = is_and ? cond.operands[i] : guard;
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
        return i;
      }
    }
    return KeptRule::kNoTarget;
  }
  CondId OperandOf(CondId guard, uint32_t place) const {
    if (place == KeptRule::kNoTarget) return {};
    const ir::Cond& cond = module_.cond(guard);
    return cond.kind == ir::CondKind::kAnd ? cond.operands[place] : guard;
  }

  // The guard's piece: as it was, if that is what it would be now; most are,
  // and then the condition is not looked at.
  uint32_t GuardOf(CondId guard, uint32_t known, KeptGuard* kept) {
    if (kept->piece != 0 &&
        Use(kept->uses, [&](const ShapeUse&) { return guard; })) {
      return kept->piece;
    }
    return emitter_.GuardOf(guard, OperandOf(guard, known), 0, kept);
  }
  template <typename F>
  bool Use(ShapeUses uses, F guard_of) {
    for (uint32_t i = 0; i < uses.count; ++i) {
      const ShapeUse& use = kept_.uses[uses.first + i];
      if (!emitter_.Use(guard_of(use), use)) return false;
    }
    return true;
  }
  // Of the strings in its set: not an error of the kind.
  static bool IsTrueOfStrings(const ir::Cond& test) {
    const ir::Outcome outcome = test.on[static_cast<size_t>(ir::Kind::kString)];
    return outcome == ir::Outcome::kTest || outcome == ir::Outcome::kTrue;
  }

  void Policies() {
    FindRules();
    std::vector<std::vector<Entry>> entries;
    if (tool_.valid() && !module_.policies.empty()) tools_.AddCatalogs();
    for (const ir::Policy& policy : module_.policies) {
      entries.push_back(EntriesOf(policy));
      tools_.AddNames(entries.back());
    }
    std::vector<runtime::TablePolicy> policies;
    for (size_t i = 0; i < entries.size(); ++i) {
      policies.push_back(
          tools_.Add(entries[i], module_.policies[i].default_effect));
    }
    header_.policies = blob_.AddOnceSpan(policies);
    header_.names = tools_.WriteNames();
  }
  runtime::TableEntry Write(uint32_t item, bool is_known) override {
    const KnownRule& rule = rules_[item];
    const uint32_t vote = item << 2 | rule.effect;
    // Several buckets may have it.
    uint32_t& piece = pieces_[is_known ? 1 : 0][item];
    if (piece == 0) {
      KeptRule& kept = kept_.rules[rule.kept];
      piece = is_known ? GuardOf(rule.guard, kept.target, &kept.inner)
                       : GuardOf(rule.guard, KeptRule::kNoTarget, &kept.guard);
    }
    return {vote, piece};
  }

  runtime::TableTool ToolOf(const ir::ToolSchema& tool) {
    ir::Digester key(kept_.seed);
    for (const ir::Demand& demand : tool.demands) {
      key.Add(digests_.of(demand.cond));
    }
    const uint32_t found = kept_.demands.Find(key.digest());
    if (found != kept_.demands.kNone &&
        Use(kept_.demands[found].uses, [&](const ShapeUse& use) {
          return tool.demands[use.demand].cond;
        })) {
      return kept_.demands[found].table;
    }
    KeptTool made;
    made.uses.first = static_cast<uint32_t>(kept_.uses.size());
    const bool is_own = MakeTool(tool, &made);
    if (is_own && found == kept_.demands.kNone) {
      kept_.demands.Add(key.digest(), made);
    }
    return made.table;
  }
  // Most demands ask for a kind; those of one slot are asked at once. False if
  // another set may have other guards.
  bool MakeTool(const ir::ToolSchema& tool, KeptTool* out) {
    std::vector<uint32_t> demands;
    std::vector<uint32_t> rest;
    std::map<uint32_t, uint32_t> by_slot;
    bool is_own = true;
    for (const ir::Demand& demand : tool.demands) {
      KeptGuard guard;
      demands.push_back(emitter_.GuardOf(
          demand.cond, {}, static_cast<uint32_t>(demands.size()), &guard));
      is_own = is_own && guard.piece != 0;
      out->uses.count += guard.uses.count;
      if (!MeetKinds(demand.cond, &by_slot)) rest.push_back(demands.back());
    }
    std::vector<runtime::TableKinds> kinds;
    for (const auto& [slot, set] : by_slot) kinds.push_back({slot, set});
    out->table = {blob_.AddRefSpan(demands), blob_.AddSpan(kinds),
                  blob_.AddRefSpan(rest)};
    return is_own;
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
    std::unordered_map<const ir::Demand*, runtime::TableTool> known;
    for (const ir::Schema& schema : module_.schemas) {
      std::vector<runtime::TableTool> tools;
      for (const ir::ToolSchema& tool : schema.tools) {
        const auto [at, is_new] = known.try_emplace(tool.demands.begin());
        if (is_new) at->second = ToolOf(tool);
        tools.push_back(at->second);
      }
      schemas.push_back(blob_.AddOnceSpan(tools));
    }
    header_.schemas = blob_.AddOnceSpan(schemas);
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
  const ir::Digests& digests_;
  const Layout& layout_;
  ir::FieldId tool_;
  Emitter& emitter_;
  Kept& kept_;
  Blob& blob_;
  BoxMaker boxes_;
  BucketMaker buckets_;
  ToolIndex tools_;
  std::unordered_map<const ValueSet*, uint32_t> tool_sets_;
  // What writing needs of a rule, side by side.
  struct KnownRule {
    uint32_t kept;  // of Kept::rules
    uint32_t effect;
    CondId guard;
  };
  std::vector<KnownRule> rules_;
  // By rule, for buckets of known tools second: its guard's piece, or 0.
  std::array<std::vector<uint32_t>, 2> pieces_;
  runtime::TablesHeader header_;
};

}  // namespace

runtime::TablesHeader WriteTables(const ir::Module& module,
                                  const ir::Languages& langs,
                                  const ir::Digests& digests,
                                  const Layout& layout, const Tuning& tuning,
                                  Emitter* emitter, Kept* kept) {
  return Writer(module, langs, digests, layout, tuning, emitter, kept).Write();
}

}  // namespace polc::codegen
