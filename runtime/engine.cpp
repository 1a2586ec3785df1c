#include "runtime/engine.h"

#include <algorithm>
#include <set>
#include <utility>

#include "runtime/deciding.h"
#include "runtime/match/matcher.h"

namespace polc::runtime {
namespace {

/// Every number of a manifest that indexes something, held against it: the
/// rest of the runtime then need not look.
class ManifestCheck {
 public:
  explicit ManifestCheck(const Manifest& manifest) : m_(manifest) {}

  bool Holds() const {
    return m_.schemas.size() < ToolNames::kMaxSchemas &&
           All(m_.policies, &ManifestCheck::Policy) &&
           All(m_.rules, &ManifestCheck::Rule) &&
           All(m_.limits, &ManifestCheck::Limit) &&
           All(m_.marks, &ManifestCheck::Mark) &&
           All(m_.schemas, &ManifestCheck::Schema) &&
           std::all_of(
               m_.key_sets.begin(), m_.key_sets.end(),
               [](const auto& keys) {
                 return std::is_sorted(keys.begin(), keys.end());
               });
  }

 private:
  template <typename T>
  bool All(const std::vector<T>& values,
           bool (ManifestCheck::*holds)(const T&) const) const {
    return std::all_of(values.begin(), values.end(),
                       [&](const T& value) { return (this->*holds)(value); });
  }
  bool Policy(const ManifestPolicy& policy) const {
    return policy.default_effect <= POL_NONE;
  }
  bool Rule(const ManifestRule& rule) const {
    return rule.policy < m_.policies.size() && rule.effect <= POL_ALLOW &&
           All(rule.reason, &ManifestCheck::Part) &&
           All(rule.charges, &ManifestCheck::Charge) &&
           All(rule.redact, &ManifestCheck::Field);
  }
  bool Part(const ManifestTextPart& part) const {
    return part.field < 0 || Field(static_cast<uint32_t>(part.field));
  }
  bool Charge(const ManifestCharge& charge) const {
    return charge.limit < m_.limits.size();
  }
  bool Field(const uint32_t& field) const { return field < m_.fields.size(); }
  bool PolicyIndex(const uint32_t& policy) const {
    return policy < m_.policies.size();
  }
  bool Key(const ManifestKey& key) const { return Field(key.field); }
  bool Limit(const ManifestLimit& limit) const {
    return limit.window < kWindowCount &&
           All(limit.keys, &ManifestCheck::Key) &&
           All(limit.policies, &ManifestCheck::PolicyIndex);
  }
  bool Mark(const ManifestMark& mark) const {
    if (!Key(mark.key) || mark.lifetime_seconds < 0) return false;
    const ManifestField& key = m_.fields[mark.key.field];
    return key.steps.empty() &&
           (key.root == Root::kGrant || key.root == Root::kSubject ||
            key.root == Root::kSession) &&
           All(mark.policies, &ManifestCheck::PolicyIndex);
  }
  bool Schema(const ManifestSchema& schema) const {
    return std::is_sorted(
               schema.tools.begin(), schema.tools.end(),
               [](const auto& a, const auto& b) { return a.name < b.name; }) &&
           std::all_of(schema.tools.begin(), schema.tools.end(),
                       [&](const ManifestTool& tool) {
                         return tool.demands < schema.demands.size();
                       });
  }

  const Manifest& m_;
};

}  // namespace

Engine::Engine(const pol_code& code, std::shared_ptr<void> owner,
               Manifest manifest)
    : code_(code),
      owner_(std::move(owner)),
      manifest_(std::move(manifest)),
      servers_(manifest_),
      tools_(manifest_, code_),
      fields_(manifest_),
      context_{&manifest_, &fields_, &calculator_} {}

std::unique_ptr<Engine> Engine::Create(const pol_code& code,
                                       std::shared_ptr<void> owner,
                                       std::string* error) {
  if (code.abi_version != POL_ABI_VERSION || code.size < sizeof(pol_code)) {
    *error = "the compiled policy is for another version of the runtime";
    return nullptr;
  }
  auto manifest = DecodeManifest(
      {reinterpret_cast<const char*>(code.manifest), code.manifest_size});
  if (!manifest || !ManifestCheck(*manifest).Holds()) {
    *error = "the compiled policy's manifest is damaged";
    return nullptr;
  }
  // Code without tables answers for itself.
  if (code.tables_size != 0 && !match::Check(code)) {
    *error = "the compiled policy's tables are damaged";
    return nullptr;
  }
  std::unique_ptr<Engine> engine(
      new Engine(code, std::move(owner), *std::move(manifest)));
  if (!engine->calculator_.Load(engine->manifest_, NextItem)) {
    *error = "the compiled policy's manifest holds a damaged program";
    return nullptr;
  }
  if (!engine->ReadNumbers()) {
    *error = "the compiled policy's manifest holds a bad number";
    return nullptr;
  }
  return engine;
}

bool Engine::ReadNumbers() {
  for (const ManifestMark& mark : manifest_.marks) {
    const auto names_it = [&](const ManifestField& field) {
      return field.root == Root::kMarks && field.steps.size() == 1 &&
             field.steps[0].member == mark.name;
    };
    if (std::any_of(manifest_.fields.begin(), manifest_.fields.end(),
                    names_it)) {
      marks_read_.push_back(marks_.size());
    }
    marks_.push_back({mark.name, mark.key.name, mark.lifetime_seconds});
  }
  for (const ManifestLimit& limit : manifest_.limits) {
    const auto amount = Decimal::OfText(limit.amount);
    if (!amount) return false;
    limits_.push_back({limit.name, *amount, static_cast<Window>(limit.window),
                       limit.rolling, limit.refund_on_error});
  }
  return true;
}

std::vector<Marking> Engine::MarksRead(const RequestView& request) const {
  std::vector<Marking> out;
  for (const size_t i : marks_read_) {
    std::optional<std::string_view> holder;
    switch (manifest_.fields[manifest_.marks[i].key.field].root) {
      case Root::kGrant:
        holder = request.caller.grant;
        break;
      case Root::kSubject:
        holder = request.caller.subject;
        break;
      default:
        holder = request.session;
    }
    if (holder) out.push_back({&marks_[i], TextIdentity(*holder)});
  }
  return out;
}

Decision Engine::Decide(const RequestView& request, const Grounds& granted,
                        Scratch* scratch) const {
  Decision decision;
  Deciding(*this, request, nullptr, false, scratch).Decide(granted, &decision);
  return decision;
}

[[gnu::hot]] void Engine::Decide(const RequestView& request,
                                 const Grounds& granted, Decision* out) const {
  Deciding(*this, request, nullptr, false, nullptr).Decide(granted, out);
}

Decision Engine::DecideOn(const pol_slot* slots, const RequestView& request,
                          const Grounds& granted) const {
  Decision decision;
  DecideOn(slots, request, granted, &decision);
  return decision;
}

void Engine::DecideOn(const pol_slot* slots, const RequestView& request,
                      const Grounds& granted, Decision* out) const {
  Deciding(*this, request, slots, false, nullptr).Decide(granted, out);
}

bool Engine::MayPermit(const RequestView& request, Scratch* scratch) const {
  return Deciding(*this, request, nullptr, true, scratch).MayPermit();
}

bool Engine::ToolVisible(std::string_view server, const Caller& caller,
                         std::string_view tool) const {
  RequestView request;
  request.server = server;
  request.caller = caller;
  request.tool = tool;
  return MayPermit(request);
}

std::vector<std::string> Engine::Servers() const {
  std::set<std::string> names;
  for (const ManifestPolicy& policy : manifest_.policies) {
    names.insert(policy.servers.begin(), policy.servers.end());
  }
  return {names.begin(), names.end()};
}

}  // namespace polc::runtime
