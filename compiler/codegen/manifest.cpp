#include "compiler/codegen/manifest.h"

#include <algorithm>
#include <bit>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/automata/flat_hash.h"
#include "runtime/abi/native.h"
#include "runtime/abi/tables.h"

namespace polc::codegen {
namespace {

static_assert(static_cast<int>(runtime::Root::kElement) ==
              static_cast<int>(ir::Root::kElement));
static_assert(static_cast<int>(ir::Effect::kDeny) == POL_DENY &&
              static_cast<int>(ir::Effect::kAsk) == POL_ASK &&
              static_cast<int>(ir::Effect::kAllow) == POL_ALLOW &&
              static_cast<int>(ir::DefaultEffect::kNone) == POL_NONE);

static_assert(static_cast<int>(runtime::TermKind::kQuery) ==
              static_cast<int>(ir::TermKind::kQuery));

class Maker {
 public:
  Maker(const ir::Module& module, const Layout& layout)
      : m_(module), layout_(layout) {}

  runtime::Manifest Make() const;

 private:
  template <typename To, typename Items, typename F>
  static std::vector<To> Each(const Items& from, F convert) {
    std::vector<To> to;
    to.reserve(from.size());
    for (const auto& item : from) to.push_back(convert(item));
    return to;
  }
  uint32_t Slot(ir::FieldId id) const {
    return static_cast<uint32_t>(layout_.slot_of[id.value()]);
  }

  runtime::ManifestField Field(ir::FieldId id) const;
  std::vector<runtime::ManifestField> Fields(
      const std::vector<ir::FieldId>& ids) const;
  runtime::ManifestRule Rule(const ir::Rule& rule) const;
  runtime::ManifestLimit Limit(const ir::Limit& limit) const;
  runtime::ManifestMark Mark(const ir::Mark& mark) const;
  // Where a field is read on elements of `quantifier`: its slot there.
  uint32_t SlotOn(ir::FieldId id, int32_t quantifier, bool* of_element) const;
  std::vector<runtime::ManifestTerm> Program(ir::TermId term,
                                             int32_t quantifier) const;
  runtime::ManifestCalculation Calculation(Layout::Calculation made) const;
  static runtime::ManifestZone Zone(const zones::Zone& zone);
  static runtime::ManifestSchema Schema(const ir::Schema& schema);
  static std::vector<uint32_t> Numbers(const std::vector<ir::PolicyId>& ids);

  const ir::Module& m_;
  const Layout& layout_;
};

runtime::ManifestField Maker::Field(ir::FieldId id) const {
  const ir::Field& field = m_.field(id);
  runtime::ManifestField out;
  out.root = static_cast<runtime::Root>(field.root);
  out.steps =
      Each<runtime::ManifestStep>(field.steps, [](const ir::Step& step) {
        return runtime::ManifestStep{step.member, step.index};
      });
  out.name = ir::FieldName(field);
  return out;
}

std::vector<runtime::ManifestField> Maker::Fields(
    const std::vector<ir::FieldId>& ids) const {
  return Each<runtime::ManifestField>(
      ids, [this](ir::FieldId id) { return Field(id); });
}

std::vector<uint32_t> Maker::Numbers(const std::vector<ir::PolicyId>& ids) {
  return Each<uint32_t>(
      ids, [](ir::PolicyId id) { return static_cast<uint32_t>(id.index); });
}

runtime::ManifestRule Maker::Rule(const ir::Rule& rule) const {
  runtime::ManifestRule out;
  out.name = rule.name;
  out.policy = static_cast<uint32_t>(rule.policy.index);
  out.effect = static_cast<uint8_t>(rule.effect);
  out.reason = Each<runtime::ManifestTextPart>(
      rule.reason, [this](const ir::TextPart& part) {
        return runtime::ManifestTextPart{
            part.literal,
            part.field.valid() ? layout_.slot_of[part.field.value()] : -1};
      });
  out.charges =
      Each<runtime::ManifestCharge>(rule.charges, [](const ir::Charge& charge) {
        return runtime::ManifestCharge{
            static_cast<uint32_t>(charge.limit.index), charge.or_ask};
      });
  out.roles = rule.roles;
  out.within_seconds = rule.within_seconds;
  out.redact =
      Each<uint32_t>(rule.redact, [this](ir::FieldId id) { return Slot(id); });
  return out;
}

runtime::ManifestLimit Maker::Limit(const ir::Limit& limit) const {
  runtime::ManifestLimit out;
  out.name = limit.name;
  out.amount = limit.amount.ToString();
  out.window = static_cast<uint8_t>(limit.window);
  out.rolling = limit.rolling;
  out.refund_on_error = limit.refund_on_error;
  out.has_on = limit.on.valid();
  out.keys = Each<runtime::ManifestKey>(limit.keys, [this](const ir::Key& key) {
    return runtime::ManifestKey{key.name, Slot(key.field)};
  });
  out.cost = Program(limit.cost, -1);
  out.policies = Numbers(limit.policies);
  return out;
}

uint32_t Maker::SlotOn(ir::FieldId id, int32_t quantifier,
                       bool* of_element) const {
  *of_element = m_.field(id).root == ir::Root::kElement;
  if (!*of_element) return Slot(id);
  const auto& fields =
      layout_.quantifiers[static_cast<size_t>(quantifier)].fields;
  const auto at = std::lower_bound(fields.begin(), fields.end(), id);
  return static_cast<uint32_t>(at - fields.begin());
}

std::vector<runtime::ManifestTerm> Maker::Program(ir::TermId id,
                                                  int32_t quantifier) const {
  std::vector<runtime::ManifestTerm> out;
  ir::EachTerm(m_, id, [&](const ir::Term& term) {
    runtime::ManifestTerm& made = out.emplace_back();
    made.kind = static_cast<runtime::TermKind>(term.kind);
    if (term.kind == ir::TermKind::kConstant) made.text = term.value.ToString();
    if (term.zone.valid()) made.zone = static_cast<uint32_t>(term.zone.index);
    if (!term.field.valid()) return;
    made.slot = SlotOn(term.field, quantifier, &made.of_element);
    made.error = layout_.error_of[term.field.value()];
    made.has_default =
        term.if_absent.has_value() || term.if_absent_text.has_value();
    if (term.if_absent) made.text = term.if_absent->ToString();
    if (term.if_absent_text) made.text = *term.if_absent_text;
  });
  return out;
}

runtime::ManifestCalculation Maker::Calculation(
    Layout::Calculation calculation) const {
  const auto [id, quantifier] = calculation;
  const ir::Cond& cond = m_.cond(id);
  runtime::ManifestCalculation out;
  out.operation = static_cast<uint8_t>(cond.calculation);
  out.quantifier = quantifier;
  out.left = Program(cond.left, quantifier);
  if (cond.right.valid()) out.right = Program(cond.right, quantifier);
  out.intervals = Each<runtime::ManifestInterval>(
      cond.test.intervals, [](const ir::Interval& interval) {
        return runtime::ManifestInterval{std::bit_cast<uint64_t>(interval.lo),
                                         std::bit_cast<uint64_t>(interval.hi),
                                         interval.lo_open, interval.hi_open};
      });
  if (cond.field.valid()) {
    out.list = SlotOn(cond.field, quantifier, &out.list_of_element);
    out.list_error = layout_.error_of[cond.field.value()];
  }
  return out;
}

// The rule after the last change is written out for 400 years: then the
// calendar, and with it the rule, begins again.
runtime::ManifestZone Maker::Zone(const zones::Zone& zone) {
  constexpr int64_t kCycle = int64_t{146'097} * 86'400;
  runtime::ManifestZone out;
  out.name = zone.name;
  out.first_offset = zone.first_offset;
  const int64_t last = zone.changes.empty() ? 0 : zone.changes.back().at;
  out.end = last + kCycle + kCycle / 100;
  for (const zones::Change& change : zones::ChangesUntil(zone, out.end)) {
    out.at.push_back(change.at);
    out.offsets.push_back(change.offset);
  }
  out.repeats = !zone.footer.empty();
  return out;
}

runtime::ManifestMark Maker::Mark(const ir::Mark& mark) const {
  return {mark.name,
          {mark.key.name, Slot(mark.key.field)},
          mark.lifetime_seconds,
          Numbers(mark.policies)};
}

runtime::ManifestSchema Maker::Schema(const ir::Schema& schema) {
  runtime::ManifestSchema out;
  out.servers = schema.servers;
  out.advisory = schema.advisory;
  // Lists of demands that read alike are one.
  const auto same = [](const ir::Demand& a, const ir::Demand& b) {
    return a.path == b.path && a.what == b.what;
  };
  automata::FlatHash known;
  std::unordered_map<const ir::Demand*, uint32_t> list_of;
  std::vector<const ir::ToolSchema*> lists;
  out.tools.reserve(schema.tools.size());
  for (const ir::ToolSchema& tool : schema.tools) {
    const auto [at, is_new] = list_of.try_emplace(tool.demands.begin());
    if (!is_new) {
      out.tools.push_back({tool.tool, at->second});
      continue;
    }
    uint64_t hash = tool.demands.size();
    for (const ir::Demand& d : tool.demands) {
      hash = automata::MixHash(hash, runtime::HashName(d.path));
      hash = automata::MixHash(hash, runtime::HashName(d.what));
    }
    uint32_t list = known.Find(hash, [&](uint32_t i) {
      return std::equal(lists[i]->demands.begin(), lists[i]->demands.end(),
                        tool.demands.begin(), tool.demands.end(), same);
    });
    if (list == automata::FlatHash::kNone) {
      list = static_cast<uint32_t>(lists.size());
      known.Insert(hash, list);
      lists.push_back(&tool);
      out.demands.push_back(
          Each<runtime::ManifestDemand>(tool.demands, [](const ir::Demand& d) {
            return runtime::ManifestDemand{d.path, d.what};
          }));
    }
    at->second = list;
    out.tools.push_back({tool.tool, list});
  }
  return out;
}

runtime::Manifest Maker::Make() const {
  runtime::Manifest out;
  out.digest = m_.digest;
  out.compiler = POLC_VERSION;
  out.fields = Fields(layout_.slots);
  out.error_fields = Each<std::string>(layout_.errors, [this](ir::FieldId id) {
    return ir::FieldName(m_.field(id));
  });
  out.quantifiers = Each<runtime::ManifestQuantifier>(
      layout_.quantifiers, [this](const Layout::Quantifier& q) {
        return runtime::ManifestQuantifier{Fields(q.fields)};
      });
  out.key_sets = layout_.key_sets;
  out.zones = Each<runtime::ManifestZone>(m_.zones, Zone);
  out.calculations = Each<runtime::ManifestCalculation>(
      layout_.calculations,
      [this](Layout::Calculation made) { return Calculation(made); });
  out.policies =
      Each<runtime::ManifestPolicy>(m_.policies, [](const ir::Policy& p) {
        return runtime::ManifestPolicy{p.name, p.servers,
                                       static_cast<uint8_t>(p.default_effect)};
      });
  out.rules = Each<runtime::ManifestRule>(
      m_.rules, [this](const ir::Rule& rule) { return Rule(rule); });
  out.limits = Each<runtime::ManifestLimit>(
      m_.limits, [this](const ir::Limit& limit) { return Limit(limit); });
  out.marks = Each<runtime::ManifestMark>(
      m_.marks, [this](const ir::Mark& mark) { return Mark(mark); });
  out.schemas = Each<runtime::ManifestSchema>(m_.schemas, Schema);
  return out;
}

}  // namespace

runtime::Manifest MakeManifest(const ir::Module& module, const Layout& layout) {
  return Maker(module, layout).Make();
}

}  // namespace polc::codegen
