#include "compiler/codegen/manifest.h"

#include <string>
#include <utility>
#include <vector>

#include "runtime/abi/native.h"

namespace polc::codegen {
namespace {

static_assert(static_cast<int>(runtime::Root::kElement) ==
              static_cast<int>(ir::Root::kElement));
static_assert(static_cast<int>(ir::Effect::kDeny) == POL_DENY &&
              static_cast<int>(ir::Effect::kAsk) == POL_ASK &&
              static_cast<int>(ir::Effect::kAllow) == POL_ALLOW &&
              static_cast<int>(ir::DefaultEffect::kNone) == POL_NONE);

class Maker {
 public:
  Maker(const ir::Module& module, const Layout& layout)
      : m_(module), layout_(layout) {}

  runtime::Manifest Make() const;

 private:
  template <typename To, typename From, typename F>
  static std::vector<To> Each(const std::vector<From>& from, F convert) {
    std::vector<To> to;
    to.reserve(from.size());
    for (const From& item : from) to.push_back(convert(item));
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
  out.cost_constant = limit.cost.constant.ToString();
  out.cost_terms = Each<runtime::ManifestTerm>(
      limit.cost.terms, [this](const ir::Term& term) {
        runtime::ManifestTerm made{
            term.coefficient.ToString(), Slot(term.field), {}};
        if (term.if_absent) made.if_absent = term.if_absent->ToString();
        return made;
      });
  out.policies = Numbers(limit.policies);
  return out;
}

runtime::ManifestMark Maker::Mark(const ir::Mark& mark) const {
  return {mark.name,
          {mark.key.name, Slot(mark.key.field)},
          mark.lifetime_seconds,
          Numbers(mark.policies)};
}

runtime::ManifestSchema Maker::Schema(const ir::Schema& schema) {
  auto demand = [](const ir::Demand& d) {
    return runtime::ManifestDemand{d.path, d.what};
  };
  auto tool = [&](const ir::ToolSchema& t) {
    return runtime::ManifestTool{
        t.tool, Each<runtime::ManifestDemand>(t.demands, demand)};
  };
  return {schema.servers, schema.advisory,
          Each<runtime::ManifestTool>(schema.tools, tool)};
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
