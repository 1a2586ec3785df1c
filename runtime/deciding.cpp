// The steps of a decision, in the language's order: the schema, each policy's
// vote, their combination, and what goes with it.
#include "runtime/deciding.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <utility>

#include "runtime/match/matcher.h"
#include "runtime/text.h"

namespace polc::runtime {
namespace {

Scratch& ThreadScratch() {
  static thread_local Scratch scratch;
  return scratch;
}

/// Mostly it has that size already.
template <typename T>
void Fit(size_t size, std::vector<T>* buffer) {
  if (buffer->size() != size) buffer->resize(size);
}

template <typename T>
bool Holds(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

[[gnu::hot]] void Say(std::initializer_list<std::string_view> parts,
                      std::string* out) {
  for (const std::string_view part : parts) out->append(part);
}

/// Makes `out`, whatever it was, a denial that says nothing yet.
std::string* Deny(By by, Decision* out) {
  out->Clear();
  out->by = by;
  return &out->reason;
}

void SayDefault(const ManifestPolicy& policy, uint8_t effect,
                std::string* out) {
  if (effect == POL_DENY) {
    Say({"no rule of policy `", policy.name, "` allows this call"}, out);
  } else if (effect == POL_ASK) {
    Say({"policy `", policy.name, "` asks for approval by default"}, out);
  }
}

void SaySlot(const pol_slot& slot, std::string* out) {
  switch (slot.kind) {
    case POL_BOOL:
      out->append(slot.u.boolean ? "true" : "false");
      return;
    case POL_NUMBER:
      AppendNumber(slot.u.number, out);
      return;
    case POL_BIG_INT:
      out->append("(number)");
      return;
    case POL_STRING:
      AppendEscaped({slot.u.text, slot.length}, out);
      return;
    case POL_LIST:
      out->append("(list)");
      return;
    case POL_OBJECT:
      out->append("(object)");
      return;
    default:
      out->append("(absent)");
  }
}

bool Overlap(const ManifestField& a, const ManifestField& b) {
  const size_t n = std::min(a.steps.size(), b.steps.size());
  return a.root == b.root &&
         std::equal(a.steps.begin(), a.steps.begin() + static_cast<long>(n),
                    b.steps.begin(), [](const auto& x, const auto& y) {
                      return x.index == y.index && x.member == y.member;
                    });
}

void SayUndecided(std::string_view what, std::string_view name,
                  std::string_view field, std::string* out) {
  Say({what, " `", name, "` could not be decided"}, out);
  if (field.empty()) return;
  Say({": `", field, "` is missing or of the wrong type"}, out);
}

/// Empty if no field is to blame.
std::string_view ErrorField(const Manifest& manifest, int32_t error_field) {
  const auto field = static_cast<size_t>(error_field);
  return error_field < 0 || field >= manifest.error_fields.size()
             ? std::string_view()
             : manifest.error_fields[field];
}

/// Of a part of a counter's key, so long.
void AppendLength(char kind, size_t length, std::string* out) {
  char buffer[24];
  buffer[0] = kind;
  const auto end = std::to_chars(buffer + 1, buffer + sizeof buffer, length);
  out->append(buffer, end.ptr);
  *out += ':';
}

}  // namespace

std::string TextIdentity(std::string_view text) {
  std::string out;
  AppendLength('s', text.size(), &out);
  return out.append(text);
}

[[gnu::hot]] Deciding::Deciding(const Engine& engine,
                                const RequestView& request,
                                const pol_slot* slots, bool abstract,
                                Scratch* scratch)
    : engine_(engine),
      manifest_(engine.manifest_),
      request_(request),
      part_(engine.servers_.Of(request.server)),
      scratch_(scratch != nullptr ? *scratch : ThreadScratch()),
      frame_{} {
  // Who calls was read with another message, if at all.
  if (request.caller.fields != nullptr) {
    request.caller.fields->Foresee();
  } else {
    request.caller.claims.Foresee();
  }
  Fit(manifest_.policies.size(), &scratch_.votes);
  Fit(manifest_.schemas.size(), &scratch_.tools);
  Fit(engine.code_.memo_size, &scratch_.memo);
  frame_.host = &Host();
  frame_.context = &engine.context_;
  frame_.tools = scratch_.tools.data();
  frame_.error_field = -1;
  frame_.abstract = abstract ? 1 : 0;
  frame_.code = &engine.code_;
  frame_.memo = scratch_.memo.data();
  frame_.now = request.now;
  frame_.named = engine.tools_.Find(request.tool, scratch_.tools.data());
  match::Foresee(frame_);
  if (slots == nullptr) {
    engine.fields_.Read(request, &scratch_.slots);
    slots = scratch_.slots.data();
  }
  frame_.slots = slots;
}

void Deciding::SayDemand(const ManifestSchema& schema, uint32_t tool,
                         int32_t demand, Decision* out) const {
  std::string* reason = Deny(By::kSchema, out);
  const auto& demands = schema.demands[schema.tools[tool].demands];
  const auto index = static_cast<size_t>(demand);
  if (demand < 0 || index >= demands.size()) {
    reason->append("the arguments do not fit the tool's schema");
    return;
  }
  Say({"`", demands[index].path, "` ", demands[index].what}, reason);
}

[[gnu::hot]] bool Deciding::IsDeniedBySchema(Decision* out) {
  if (!request_.tool) return false;
  for (const uint32_t i : part_.schemas) {
    const ManifestSchema& schema = manifest_.schemas[i];
    const uint32_t tool = scratch_.tools[i];
    if (tool == POL_NO_TOOL) {
      if (out == nullptr) return true;
      std::string* reason = Deny(By::kSchema, out);
      reason->append("the server has no tool `");
      AppendEscaped(*request_.tool, reason);
      *reason += '`';
      return true;
    }
    int32_t demand = -1;
    if (engine_.code_.schema(&frame_, i, &demand) & POL_TRUE) continue;
    if (out != nullptr) SayDemand(schema, tool, demand, out);
    return true;
  }
  return false;
}

[[gnu::hot]] uint8_t Deciding::Strictest() const {
  // Effects are numbered strictest first.
  uint8_t strictest = POL_NONE;
  for (const uint32_t i : part_.policies) {
    strictest = std::min(strictest, scratch_.votes[i].effect);
  }
  return strictest;
}

bool Deciding::IsRedacted(uint32_t field) const {
  for (const uint32_t i : part_.policies) {
    if (scratch_.votes[i].rule < 0) continue;
    const auto rule = static_cast<size_t>(scratch_.votes[i].rule);
    for (const uint32_t hidden : manifest_.rules[rule].redact) {
      if (Overlap(manifest_.fields[hidden], manifest_.fields[field])) {
        return true;
      }
    }
  }
  return false;
}

void Deciding::SayWritten(const ManifestRule& rule, std::string* out) const {
  for (const ManifestTextPart& part : rule.reason) {
    if (part.field < 0) {
      out->append(part.literal);
      continue;
    }
    const auto field = static_cast<uint32_t>(part.field);
    if (IsRedacted(field)) {
      out->append("(redacted)");
    } else {
      SaySlot(frame_.slots[field], out);
    }
  }
}

[[gnu::hot]] void Deciding::SayRule(const ManifestRule& rule,
                                    const pol_vote& vote,
                                    std::string* out) const {
  if (vote.is_error) {
    SayUndecided("rule", rule.name, ErrorField(manifest_, vote.error_field),
                 out);
  } else if (!rule.reason.empty()) {
    SayWritten(rule, out);
  } else if (vote.effect == POL_DENY) {
    Say({"denied by rule `", rule.name, "`"}, out);
  } else if (vote.effect == POL_ASK) {
    Say({"rule `", rule.name, "` asks for approval"}, out);
  }
}

/// An ask takes the approvers of all that ask and the shortest time.
[[gnu::noinline]] void Deciding::AddAsk(const pol_vote& vote, bool is_first,
                                        Decision* out) const {
  constexpr int64_t kDefaultWithin = 600;
  int64_t within = kDefaultWithin;
  if (vote.rule >= 0) {
    const ManifestRule& rule = manifest_.rules[static_cast<size_t>(vote.rule)];
    within = rule.within_seconds;
    for (const std::string& role : rule.roles) {
      auto& roles = out->roles;
      if (std::find(roles.begin(), roles.end(), role) == roles.end()) {
        roles.push_back(role);
      }
    }
  }
  out->within_seconds =
      is_first ? within : std::min(out->within_seconds, within);
}

/// The first policy's vote for `effect` gives its words.
[[gnu::hot]] void Deciding::Combine(uint8_t effect, Decision* out) const {
  out->effect = static_cast<Effect>(effect);
  bool is_first = true;
  for (const uint32_t i : part_.policies) {
    const pol_vote& vote = scratch_.votes[i];
    if (vote.effect != effect) continue;
    if (is_first && vote.rule < 0) {
      out->by = By::kDefault;
      SayDefault(manifest_.policies[i], effect, &out->reason);
    } else if (is_first) {
      const auto& rule = manifest_.rules[static_cast<size_t>(vote.rule)];
      out->by = vote.is_error ? By::kError : By::kRule;
      out->rule = rule.name;
      SayRule(rule, vote, &out->reason);
    }
    if (effect != POL_ASK) return;
    AddAsk(vote, is_first, out);
    out->grounds.votes.push_back({i, vote.rule});
    is_first = false;
  }
}

[[gnu::hot]] bool Deciding::SettleVotes(const Grounds& granted) {
  for (const uint32_t i : part_.policies) {
    pol_vote& vote = scratch_.votes[i];
    if (vote.effect > POL_NONE ||
        vote.rule >= static_cast<int64_t>(manifest_.rules.size())) {
      return false;
    }
    // A method that the protocol revision does not know is reached by rules
    // that name it only, never by a default.
    if (!request_.defined && vote.rule < 0 && vote.effect != POL_NONE) {
      vote.effect = POL_DENY;
    }
    const Asking asking = {i, vote.rule};
    if (vote.effect == POL_ASK && Holds(granted.votes, asking)) {
      vote.effect = POL_ALLOW;
    }
  }
  return true;
}

[[gnu::hot]] void Deciding::Decide(const Grounds& granted, Decision* out) {
  out->Clear();
  if (IsDeniedBySchema(out)) return;
  engine_.code_.votes(&frame_, part_.covered.data(), scratch_.votes.data());
  if (!SettleVotes(granted)) {
    Deny(By::kError, out)->append("the compiled policy is damaged");
    return;
  }
  const uint8_t effect = Strictest();
  if (effect == POL_NONE) {
    Deny(By::kUncovered, out)->append("no policy covers this request");
    return;
  }
  Combine(effect, out);
  if (effect == POL_DENY || !AddCharges(out)) return;
  for (size_t i = out->charges.size(); i-- > 0;) {
    const Charge& charge = out->charges[i];
    if (charge.or_ask && Holds(granted.limits, charge.limit)) {
      out->DropCharge(i);
    }
  }
}

bool Deciding::MayPermit() {
  if (IsDeniedBySchema(nullptr)) return false;
  engine_.code_.votes(&frame_, part_.covered.data(), scratch_.votes.data());
  bool permits = false;
  for (const uint32_t i : part_.policies) {
    const pol_vote& vote = scratch_.votes[i];
    if (!vote.may_permit && !vote.may_abstain) return false;
    permits = permits || vote.may_permit;
  }
  return permits;
}

bool Deciding::ReadKey(const ManifestKey& key, ChargeKey* part,
                       std::string* identity) const {
  const pol_slot& slot = frame_.slots[key.field];
  if (slot.kind != POL_NUMBER && slot.kind != POL_STRING) return false;
  NumberBuffer buffer;
  const bool is_number = slot.kind == POL_NUMBER;
  const std::string_view text =
      is_number ? NumberText(slot.u.number, &buffer)
                : std::string_view(slot.u.text, slot.length);
  AppendLength(is_number ? 'n' : 's', text.size(), identity);
  identity->append(text);
  if (part != nullptr) {
    part->name = key.name;
    part->value.assign(text);
    part->is_number = is_number;
  }
  return true;
}

bool Deciding::AddCharge(uint32_t index, bool or_ask, Decision* out) const {
  const ManifestLimit& limit = manifest_.limits[index];
  Charge& charge = out->AddCharge();
  charge.limit = &engine_.limits_[index];
  charge.or_ask = or_ask;
  charge.identity.clear();
  charge.key.resize(limit.keys.size());
  for (size_t i = 0; i < limit.keys.size(); ++i) {
    if (!ReadKey(limit.keys[i], &charge.key[i], &charge.identity)) {
      SayUndecided("limit", limit.name,
                   manifest_.fields[limit.keys[i].field].name,
                   Deny(By::kError, out));
      return false;
    }
  }
  int32_t field = -1;
  const auto cost = engine_.calculator_.Cost(&frame_, index, &field);
  if (field >= 0) {
    SayUndecided("limit", limit.name,
                 manifest_.fields[static_cast<size_t>(field)].name,
                 Deny(By::kError, out));
    return false;
  }
  if (!cost || *cost < Decimal()) {
    Say({"limit `", limit.name,
         "` could not be decided: its cost is negative or out of range"},
        Deny(By::kError, out));
    return false;
  }
  charge.amount = *cost;
  const size_t last = out->charges.size() - 1;
  for (size_t i = 0; i < last; ++i) {
    Charge& other = out->charges[i];
    if (other.limit != charge.limit || other.identity != charge.identity) {
      continue;
    }
    other.amount = std::max(other.amount, charge.amount);
    other.or_ask = other.or_ask && or_ask;
    out->DropCharge(last);
    return true;
  }
  return true;
}

uint32_t Deciding::Covers(const std::vector<uint32_t>& policies,
                          pol_covers_fn covers, uint32_t index) {
  const bool counts =
      std::any_of(policies.begin(), policies.end(),
                  [&](uint32_t i) { return part_.covered[i] != 0; });
  if (!counts) return POL_FALSE;
  frame_.error_field = -1;
  return covers(&frame_, index);
}

bool Deciding::AddMark(uint32_t index, Decision* out) const {
  const ManifestMark& mark = manifest_.marks[index];
  Marking& marking = out->AddMark();
  marking.mark = &engine_.marks_[index];
  marking.holder.clear();
  if (ReadKey(mark.key, nullptr, &marking.holder)) return true;
  SayUndecided("mark", mark.name, manifest_.fields[mark.key.field].name,
               Deny(By::kError, out));
  return false;
}

[[gnu::hot]] bool Deciding::AddCovering(Decision* out) {
  for (uint32_t i = 0; i < manifest_.limits.size(); ++i) {
    const ManifestLimit& limit = manifest_.limits[i];
    if (!limit.has_on) continue;
    const uint32_t verdict =
        Covers(limit.policies, engine_.code_.limit_covers, i);
    if (verdict == POL_FALSE) continue;
    if (verdict != POL_TRUE) {
      SayUndecided("limit", limit.name,
                   ErrorField(manifest_, frame_.error_field),
                   Deny(By::kError, out));
      return false;
    }
    if (!AddCharge(i, false, out)) return false;
  }
  for (uint32_t i = 0; i < manifest_.marks.size(); ++i) {
    const ManifestMark& mark = manifest_.marks[i];
    const uint32_t verdict =
        Covers(mark.policies, engine_.code_.mark_covers, i);
    if (verdict == POL_FALSE) continue;
    if (verdict != POL_TRUE) {
      SayUndecided("mark", mark.name, ErrorField(manifest_, frame_.error_field),
                   Deny(By::kError, out));
      return false;
    }
    if (!AddMark(i, out)) return false;
  }
  return true;
}

[[gnu::hot]] bool Deciding::AddCharges(Decision* out) {
  for (const uint32_t i : part_.policies) {
    if (scratch_.votes[i].rule < 0) continue;
    const auto rule = static_cast<size_t>(scratch_.votes[i].rule);
    for (const ManifestCharge& charge : manifest_.rules[rule].charges) {
      if (!AddCharge(charge.limit, charge.or_ask, out)) return false;
    }
  }
  return AddCovering(out);
}

}  // namespace polc::runtime
