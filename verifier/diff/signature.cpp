#include "verifier/diff/signature.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "verifier/encode/fold.h"

namespace polc::verifier {
namespace {

// All that a set's decisions in a slice depend on. Conditions are shared by
// both sets, so that equal ids are equal tests.
class Signature {
 public:
  Signature(const ir::Module& module, const Slice& slice, const ir::Part& part,
            Facts* facts)
      : module_(module), slice_(slice), folder_(module, slice, facts) {
    refused_ = slice.refused;
    if (refused_) return;
    for (const ir::ToolSchema* schema : slice.schemas) {
      for (const ir::Demand& d : schema->demands) demands_.push_back(d.cond);
    }
    for (const ir::PolicyId id : slice.policies) AddPolicy(id);
    for (size_t i = part.limits.begin; i < part.limits.end; ++i) {
      const ir::Limit& limit = module.limits[i];
      std::vector<ir::FieldId> keys;
      for (const ir::Key& key : limit.keys) keys.push_back(key.field);
      limits_.emplace_back(limit.name, On(limit.on, limit.policies),
                           std::move(keys), limit.cost);
    }
    for (size_t i = part.marks.begin; i < part.marks.end; ++i) {
      const ir::Mark& mark = module.marks[i];
      marks_.emplace_back(mark.name, On(mark.on, mark.policies),
                          mark.key.field);
    }
  }

  bool operator==(const Signature& other) const {
    return refused_ == other.refused_ && demands_ == other.demands_ &&
           policies_ == other.policies_ && limits_ == other.limits_ &&
           marks_ == other.marks_;
  }

 private:
  struct RulePart {
    ir::CondId guard;
    ir::Effect effect;
    std::vector<std::pair<std::string, bool>> charges;
    bool operator==(const RulePart&) const = default;
  };
  struct PolicyPart {
    ir::DefaultEffect default_effect;
    std::vector<RulePart> rules;
    bool operator==(const PolicyPart&) const = default;
  };

  void AddPolicy(ir::PolicyId id) {
    const ir::Policy& policy = module_.policy(id);
    PolicyPart part{policy.default_effect, {}};
    for (const ir::RuleId rule_id : policy.rules) {
      const ir::Rule& rule = module_.rule(rule_id);
      if (folder_.IsFalse(rule.guard)) continue;
      RulePart& made = part.rules.emplace_back();
      made.guard = rule.guard;
      made.effect = rule.effect;
      for (const ir::Charge& charge : rule.charges) {
        made.charges.emplace_back(module_.limit(charge.limit).name,
                                  charge.or_ask);
      }
    }
    policies_.push_back(std::move(part));
  }

  // Not valid where it covers nothing of the slice.
  ir::CondId On(ir::CondId on, const std::vector<ir::PolicyId>& policies) {
    if (!on.valid() || folder_.IsFalse(on)) return {};
    const bool covers =
        std::any_of(policies.begin(), policies.end(), [&](ir::PolicyId id) {
          return std::find(slice_.policies.begin(), slice_.policies.end(),
                           id) != slice_.policies.end();
        });
    return covers ? on : ir::CondId();
  }

  const ir::Module& module_;
  const Slice& slice_;
  Folder folder_;
  bool refused_ = false;
  std::vector<ir::CondId> demands_;
  std::vector<PolicyPart> policies_;
  std::vector<
      std::tuple<std::string, ir::CondId, std::vector<ir::FieldId>, ir::TermId>>
      limits_;
  std::vector<std::tuple<std::string, ir::CondId, ir::FieldId>> marks_;
};

}  // namespace

bool SameInSlice(const ir::Joined& joined, const SlicePair& pair,
                 Facts* facts) {
  return Signature(joined.module, pair[0], joined.parts[0], facts) ==
         Signature(joined.module, pair[1], joined.parts[1], facts);
}

}  // namespace polc::verifier
