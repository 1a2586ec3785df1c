// The steps of a decision, in the language's order: the schema, each policy's
// vote, their combination, and what goes with it.
#include "runtime/deciding.h"

#include <algorithm>
#include <utility>

#include "runtime/text.h"

namespace polc::runtime {
namespace {

Scratch& ThreadScratch() {
  static thread_local Scratch scratch;
  return scratch;
}

bool Names(const std::vector<std::string>& servers, std::string_view server) {
  return servers.empty() ||
         std::find(servers.begin(), servers.end(), server) != servers.end();
}

template <typename T>
bool Holds(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

uint32_t FindTool(const ManifestSchema& schema, std::string_view name) {
  const auto at = std::lower_bound(
      schema.tools.begin(), schema.tools.end(), name,
      [](const auto& tool, std::string_view n) { return tool.name < n; });
  if (at == schema.tools.end() || at->name != name) return POL_NO_TOOL;
  return static_cast<uint32_t>(at - schema.tools.begin());
}

std::string DefaultReason(const ManifestPolicy& policy, uint8_t effect) {
  if (effect == POL_DENY) {
    return "no rule of policy `" + policy.name + "` allows this call";
  }
  if (effect == POL_ASK) {
    return "policy `" + policy.name + "` asks for approval by default";
  }
  return "";
}

std::string SlotText(const pol_slot& slot) {
  switch (slot.kind) {
    case POL_BOOL:
      return slot.u.boolean ? "true" : "false";
    case POL_NUMBER:
      return NumberText(slot.u.number);
    case POL_BIG_INT:
      return "(number)";
    case POL_STRING:
      return Escaped({slot.u.text, slot.length});
    case POL_LIST:
      return "(list)";
    case POL_OBJECT:
      return "(object)";
    default:
      return "(absent)";
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

std::string ErrorReason(const Manifest& manifest, std::string_view what,
                        std::string_view name, int32_t error_field) {
  std::string out(what);
  out += " `" + std::string(name) + "` could not be decided";
  const auto field = static_cast<size_t>(error_field);
  if (error_field < 0 || field >= manifest.error_fields.size()) return out;
  return out + ": `" + manifest.error_fields[field] +
         "` is missing or of the wrong type";
}

std::string FieldReason(std::string_view what, std::string_view name,
                        const ManifestField& field) {
  return std::string(what) + " `" + std::string(name) +
         "` could not be decided: `" + field.name +
         "` is missing or of the wrong type";
}

}  // namespace

std::string TextIdentity(std::string_view text) {
  return "s" + std::to_string(text.size()) + ":" + std::string(text);
}

Deciding::Deciding(const Engine& engine, const RequestView& request,
                   const pol_slot* slots, bool abstract, Scratch* scratch)
    : engine_(engine),
      manifest_(engine.manifest_),
      request_(request),
      scratch_(scratch != nullptr ? *scratch : ThreadScratch()),
      frame_{} {
  if (slots == nullptr) {
    scratch_.slots.resize(engine.fields_.slot_count());
    engine.fields_.Read(request, scratch_.slots.data());
    slots = scratch_.slots.data();
  }
  scratch_.covered.clear();
  for (const ManifestPolicy& policy : manifest_.policies) {
    scratch_.covered.push_back(Names(policy.servers, request.server));
  }
  scratch_.votes.resize(manifest_.policies.size());
  scratch_.tools.assign(manifest_.schemas.size(), POL_NO_TOOL);
  if (request.tool) {
    for (size_t i = 0; i < manifest_.schemas.size(); ++i) {
      scratch_.tools[i] = FindTool(manifest_.schemas[i], *request.tool);
    }
  }
  frame_.slots = slots;
  frame_.host = &Host();
  frame_.context = &engine.context_;
  frame_.tools = scratch_.tools.data();
  frame_.error_field = -1;
  frame_.abstract = abstract ? 1 : 0;
  frame_.code = &engine.code_;
  scratch_.memo.resize(engine.code_.memo_size);
  frame_.memo = scratch_.memo.data();
  frame_.now = request.now;
}

bool Deciding::IsEnforced(const ManifestSchema& schema) const {
  return !schema.advisory && Names(schema.servers, request_.server);
}

std::optional<Decision> Deciding::DeniedBySchema() {
  if (!request_.tool) return std::nullopt;
  for (uint32_t i = 0; i < manifest_.schemas.size(); ++i) {
    const ManifestSchema& schema = manifest_.schemas[i];
    if (!IsEnforced(schema)) continue;
    const uint32_t tool = scratch_.tools[i];
    if (tool == POL_NO_TOOL) {
      return Denial(By::kSchema,
                    "the server has no tool `" + Escaped(*request_.tool) + "`");
    }
    int32_t demand = -1;
    if (engine_.code_.schema(&frame_, i, &demand) & POL_TRUE) continue;
    const auto& demands = schema.demands[schema.tools[tool].demands];
    if (demand < 0 || static_cast<size_t>(demand) >= demands.size()) {
      return Denial(By::kSchema, "the arguments do not fit the tool's schema");
    }
    const ManifestDemand& broken = demands[static_cast<size_t>(demand)];
    return Denial(By::kSchema, "`" + broken.path + "` " + broken.what);
  }
  return std::nullopt;
}

uint8_t Deciding::Strictest() const {
  // Effects are numbered strictest first.
  uint8_t strictest = POL_NONE;
  for (size_t i = 0; i < scratch_.votes.size(); ++i) {
    if (!scratch_.covered[i]) continue;
    strictest = std::min(strictest, scratch_.votes[i].effect);
  }
  return strictest;
}

bool Deciding::IsRedacted(uint32_t field) const {
  for (size_t i = 0; i < scratch_.votes.size(); ++i) {
    if (!scratch_.covered[i] || scratch_.votes[i].rule < 0) continue;
    const auto rule = static_cast<size_t>(scratch_.votes[i].rule);
    for (const uint32_t hidden : manifest_.rules[rule].redact) {
      if (Overlap(manifest_.fields[hidden], manifest_.fields[field])) {
        return true;
      }
    }
  }
  return false;
}

std::string Deciding::WrittenReason(const ManifestRule& rule) const {
  std::string out;
  for (const ManifestTextPart& part : rule.reason) {
    if (part.field < 0) {
      out += part.literal;
      continue;
    }
    const auto field = static_cast<uint32_t>(part.field);
    out += IsRedacted(field) ? "(redacted)" : SlotText(frame_.slots[field]);
  }
  return out;
}

std::string Deciding::RuleReason(const ManifestRule& rule,
                                 const pol_vote& vote) const {
  if (vote.is_error) {
    return ErrorReason(manifest_, "rule", rule.name, vote.error_field);
  }
  if (!rule.reason.empty()) return WrittenReason(rule);
  if (vote.effect == POL_DENY) return "denied by rule `" + rule.name + "`";
  if (vote.effect == POL_ASK)
    return "rule `" + rule.name + "` asks for approval";
  return "";
}

/// An ask takes the approvers of all that ask and the shortest time.
void Deciding::AddAsk(const pol_vote& vote, bool is_first,
                      Decision* decision) const {
  constexpr int64_t kDefaultWithin = 600;
  int64_t within = kDefaultWithin;
  if (vote.rule >= 0) {
    const ManifestRule& rule = manifest_.rules[static_cast<size_t>(vote.rule)];
    within = rule.within_seconds;
    for (const std::string& role : rule.roles) {
      auto& roles = decision->roles;
      if (std::find(roles.begin(), roles.end(), role) == roles.end()) {
        roles.push_back(role);
      }
    }
  }
  decision->within_seconds =
      is_first ? within : std::min(decision->within_seconds, within);
}

/// The first policy's vote for `effect` gives its words.
Decision Deciding::Combined(uint8_t effect) const {
  Decision decision;
  decision.effect = static_cast<Effect>(effect);
  bool is_first = true;
  for (size_t i = 0; i < scratch_.votes.size(); ++i) {
    const pol_vote& vote = scratch_.votes[i];
    if (!scratch_.covered[i] || vote.effect != effect) continue;
    if (is_first && vote.rule < 0) {
      decision.by = By::kDefault;
      decision.reason = DefaultReason(manifest_.policies[i], effect);
    } else if (is_first) {
      const auto& rule = manifest_.rules[static_cast<size_t>(vote.rule)];
      decision.by = vote.is_error ? By::kError : By::kRule;
      decision.rule = rule.name;
      decision.reason = RuleReason(rule, vote);
    }
    if (effect != POL_ASK && is_first) break;
    if (effect == POL_ASK) {
      AddAsk(vote, is_first, &decision);
      decision.grounds.votes.push_back({static_cast<uint32_t>(i), vote.rule});
    }
    is_first = false;
  }
  return decision;
}

bool Deciding::SettleVotes(const Grounds& granted) {
  for (size_t i = 0; i < scratch_.votes.size(); ++i) {
    pol_vote& vote = scratch_.votes[i];
    if (!scratch_.covered[i]) continue;
    if (vote.effect > POL_NONE ||
        vote.rule >= static_cast<int64_t>(manifest_.rules.size())) {
      return false;
    }
    // A method that the protocol revision does not know is reached by rules
    // that name it only, never by a default.
    if (!request_.defined && vote.rule < 0 && vote.effect != POL_NONE) {
      vote.effect = POL_DENY;
    }
    const Asking asking = {static_cast<uint32_t>(i), vote.rule};
    if (vote.effect == POL_ASK && Holds(granted.votes, asking)) {
      vote.effect = POL_ALLOW;
    }
  }
  return true;
}

Decision Deciding::Decide(const Grounds& granted) {
  if (auto denied = DeniedBySchema()) return *std::move(denied);
  engine_.code_.votes(&frame_, scratch_.covered.data(), scratch_.votes.data());
  if (!SettleVotes(granted)) {
    return Denial(By::kError, "the compiled policy is damaged");
  }
  const uint8_t effect = Strictest();
  if (effect == POL_NONE) {
    return Denial(By::kUncovered, "no policy covers this request");
  }
  Decision decision = Combined(effect);
  if (effect == POL_DENY) return decision;
  if (auto error = AddCharges(&decision)) {
    return Denial(By::kError, *std::move(error));
  }
  std::erase_if(decision.charges, [&](const Charge& charge) {
    return charge.or_ask && Holds(granted.limits, charge.limit);
  });
  return decision;
}

bool Deciding::MayPermit() {
  if (DeniedBySchema()) return false;
  engine_.code_.votes(&frame_, scratch_.covered.data(), scratch_.votes.data());
  bool permits = false;
  for (size_t i = 0; i < scratch_.votes.size(); ++i) {
    if (!scratch_.covered[i]) continue;
    const pol_vote& vote = scratch_.votes[i];
    if (!vote.may_permit && !vote.may_abstain) return false;
    permits = permits || vote.may_permit;
  }
  return permits;
}

bool Deciding::ReadKey(const ManifestKey& key, Charge* charge) const {
  const pol_slot& slot = frame_.slots[key.field];
  const bool is_text = slot.kind == POL_STRING;
  if (!is_text && slot.kind != POL_NUMBER) return false;
  std::string text = is_text ? std::string(slot.u.text, slot.length)
                             : NumberText(slot.u.number);
  charge->identity += is_text ? TextIdentity(text)
                              : "n" + std::to_string(text.size()) + ":" + text;
  charge->key.push_back({key.name, std::move(text), !is_text});
  return true;
}

std::optional<std::string> Deciding::AddCharge(uint32_t index, bool or_ask,
                                               Decision* decision) const {
  const ManifestLimit& limit = manifest_.limits[index];
  Charge charge;
  charge.limit = &engine_.limits_[index];
  charge.or_ask = or_ask;
  for (const ManifestKey& key : limit.keys) {
    if (!ReadKey(key, &charge)) {
      return FieldReason("limit", limit.name, manifest_.fields[key.field]);
    }
  }
  int32_t field = -1;
  const auto cost = engine_.calculator_.Cost(&frame_, index, &field);
  if (field >= 0) {
    return FieldReason("limit", limit.name,
                       manifest_.fields[static_cast<size_t>(field)]);
  }
  if (!cost || *cost < Decimal()) {
    return "limit `" + limit.name +
           "` could not be decided: its cost is negative or out of range";
  }
  charge.amount = *cost;
  for (Charge& other : decision->charges) {
    if (other.limit != charge.limit || other.identity != charge.identity) {
      continue;
    }
    other.amount = std::max(other.amount, charge.amount);
    other.or_ask = other.or_ask && or_ask;
    return std::nullopt;
  }
  decision->charges.push_back(std::move(charge));
  return std::nullopt;
}

uint32_t Deciding::Covers(const std::vector<uint32_t>& policies,
                          pol_covers_fn covers, uint32_t index) {
  const bool counts =
      std::any_of(policies.begin(), policies.end(),
                  [&](uint32_t i) { return scratch_.covered[i] != 0; });
  if (!counts) return POL_FALSE;
  frame_.error_field = -1;
  return covers(&frame_, index);
}

std::optional<std::string> Deciding::AddCovering(Decision* decision) {
  for (uint32_t i = 0; i < manifest_.limits.size(); ++i) {
    const ManifestLimit& limit = manifest_.limits[i];
    if (!limit.has_on) continue;
    const uint32_t verdict =
        Covers(limit.policies, engine_.code_.limit_covers, i);
    if (verdict == POL_FALSE) continue;
    if (verdict != POL_TRUE) {
      return ErrorReason(manifest_, "limit", limit.name, frame_.error_field);
    }
    if (auto error = AddCharge(i, false, decision)) return error;
  }
  for (uint32_t i = 0; i < manifest_.marks.size(); ++i) {
    const ManifestMark& mark = manifest_.marks[i];
    const uint32_t verdict =
        Covers(mark.policies, engine_.code_.mark_covers, i);
    if (verdict == POL_FALSE) continue;
    if (verdict != POL_TRUE) {
      return ErrorReason(manifest_, "mark", mark.name, frame_.error_field);
    }
    Charge key;
    if (!ReadKey(mark.key, &key)) {
      return FieldReason("mark", mark.name, manifest_.fields[mark.key.field]);
    }
    decision->marks.push_back({&engine_.marks_[i], key.identity});
  }
  return std::nullopt;
}

std::optional<std::string> Deciding::AddCharges(Decision* decision) {
  for (size_t i = 0; i < scratch_.votes.size(); ++i) {
    if (!scratch_.covered[i] || scratch_.votes[i].rule < 0) continue;
    const auto rule = static_cast<size_t>(scratch_.votes[i].rule);
    for (const ManifestCharge& charge : manifest_.rules[rule].charges) {
      if (auto error = AddCharge(charge.limit, charge.or_ask, decision)) {
        return error;
      }
    }
  }
  return AddCovering(decision);
}

}  // namespace polc::runtime
