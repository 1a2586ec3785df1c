// Charges of a permitted call. Fail closed: a key or cost without a value is
// an error, which denies, never a charge left out.
#include "compiler/eval/charge.h"

#include <algorithm>
#include <utility>

#include "compiler/eval/reason.h"

namespace polc::eval {
namespace {

using ir::Kind;

}  // namespace

void Charging::Fail(std::string reason) {
  if (!error_) error_ = std::move(reason);
}

// The identity tells "1" from 1; the length keeps neighbours apart.
bool Charging::ReadKey(const ir::Key& key, Charge* charge) const {
  const Read read = evaluator_->Find(key.field);
  const bool is_text = read.kind == Kind::kString;
  if (!is_text && read.kind != Kind::kNumber) return false;
  const std::string text =
      is_text ? read.value->text : NumberText(read.value->number);
  charge->key.push_back({key.name, text, !is_text});
  charge->identity += is_text ? "s" : "n";
  charge->identity += std::to_string(text.size()) + ":" + text;
  return true;
}

void Charging::Add(ir::LimitId id, bool or_ask) {
  const ir::Limit& limit = module_.limit(id);
  Charge charge;
  charge.limit = id;
  charge.or_ask = or_ask;
  for (const ir::Key& key : limit.keys) {
    if (!ReadKey(key, &charge)) {
      Fail(ErrorReason(module_, "limit", limit.name, key.field));
      return;
    }
  }
  const TermValue value = evaluator_->Find(limit.cost);
  const auto cost = value.ok ? value.number.decimal() : std::nullopt;
  ir::FieldId field;  // that has no value
  if (!value.ok && !value.out_of_range) field = value.blame;
  if (value.ok && !cost) field = module_.term(limit.cost).field;
  if (!cost || *cost < Decimal()) {
    const std::string reason = ErrorReason(module_, "limit", limit.name, field);
    Fail(field.valid() ? reason
                       : reason + ": its cost is negative or out of range");
    return;
  }
  charge.amount = *cost;
  for (Charge& other : charges_) {
    if (other.limit != id || other.identity != charge.identity) continue;
    other.amount = std::max(other.amount, charge.amount);
    other.or_ask = other.or_ask && or_ask;
    return;
  }
  charges_.push_back(std::move(charge));
}

bool Charging::IsCovered(ir::CondId on,
                         const std::vector<ir::PolicyId>& policies,
                         std::string_view server, std::string_view what,
                         const std::string& name) {
  const bool counts =
      on.valid() &&
      std::any_of(policies.begin(), policies.end(), [&](ir::PolicyId id) {
        return ir::Covers(module_.policy(id), server);
      });
  if (!counts) return false;
  const Finding finding = evaluator_->Evaluate(on);
  if (finding.verdict == ir::Verdict::kError) {
    Fail(ErrorReason(module_, what, name, finding.error_field));
  }
  return finding.verdict == ir::Verdict::kTrue;
}

void Charging::AddCovering(std::string_view server) {
  for (size_t i = 0; i < module_.limits.size(); ++i) {
    const ir::Limit& limit = module_.limits[i];
    if (IsCovered(limit.on, limit.policies, server, "limit", limit.name)) {
      Add(ir::LimitId(i), false);
    }
  }
  for (size_t i = 0; i < module_.marks.size(); ++i) {
    const ir::Mark& mark = module_.marks[i];
    if (!IsCovered(mark.on, mark.policies, server, "mark", mark.name)) continue;
    Charge key;
    if (ReadKey(mark.key, &key)) {
      marks_.emplace_back(i);
    } else {
      Fail(ErrorReason(module_, "mark", mark.name, mark.key.field));
    }
  }
}

}  // namespace polc::eval
