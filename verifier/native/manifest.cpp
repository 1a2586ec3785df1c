#include "verifier/native/manifest.h"

#include <algorithm>
#include <vector>

#include "compiler/zones/zone.h"

namespace polc::verifier::native {
namespace {

using runtime::Manifest;

// After so many seconds the calendar begins again.
constexpr int64_t kCycle = int64_t{146'097} * 86'400;

class Comparison {
 public:
  Comparison(const ir::Module& module, const Manifest& manifest,
             Canonical* canonical, Decoder* decoder)
      : m_(module),
        manifest_(manifest),
        canonical_(*canonical),
        decoder_(*decoder) {}

  std::optional<Problem> Run() {
    Expect(m_.digest == manifest_.digest, "the set's digest");
    Fields();
    Each(m_.policies, manifest_.policies, &Comparison::Policy, "policies");
    Each(m_.rules, manifest_.rules, &Comparison::Rule, "rules");
    Each(m_.limits, manifest_.limits, &Comparison::Limit, "limits");
    Each(m_.marks, manifest_.marks, &Comparison::Mark, "marks");
    Each(m_.schemas, manifest_.schemas, &Comparison::Schema, "catalogs");
    Each(m_.zones, manifest_.zones, &Comparison::Zone, "time zones");
    return problem_;
  }

 private:
  // Keeps the first that does not hold.
  void Expect(bool holds, const std::string& what) {
    if (holds || problem_) return;
    problem_ = Problem{range_, rule_, what + " in the manifest",
                       "it is not what the policies say"};
  }
  template <typename From, typename To>
  void Each(const std::vector<From>& from, const std::vector<To>& to,
            void (Comparison::*compare)(const From&, const To&),
            const char* what) {
    Expect(from.size() == to.size(), what);
    for (size_t i = 0; i < from.size() && !problem_; ++i) {
      (this->*compare)(from[i], to[i]);
    }
  }
  bool Is(uint32_t slot, ir::FieldId field) {
    return decoder_.FieldOf(slot) ==
           (field.valid() ? canonical_.Field(m_.field(field)) : field);
  }
  static bool SameNumbers(const std::vector<ir::PolicyId>& ids,
                          const std::vector<uint32_t>& numbers) {
    return std::equal(
        ids.begin(), ids.end(), numbers.begin(), numbers.end(),
        [](ir::PolicyId id, uint32_t n) { return id.value() == n; });
  }
  bool SameKey(const ir::Key& from, const runtime::ManifestKey& to) {
    return from.name == to.name && Is(to.field, from.field);
  }

  void Fields() {
    const auto named = [&](const runtime::ManifestField& field,
                           ir::FieldId id) {
      Expect(id.valid() &&
                 field.name == ir::FieldName(canonical_.module().field(id)),
             "the name of a field");
    };
    for (size_t i = 0; i < manifest_.fields.size(); ++i) {
      named(manifest_.fields[i], decoder_.FieldOf(static_cast<uint32_t>(i)));
    }
  }

  void Policy(const ir::Policy& from, const runtime::ManifestPolicy& to) {
    range_ = from.range;
    Expect(from.name == to.name && from.servers == to.servers,
           "policy `" + from.name + "`");
    Expect(static_cast<uint8_t>(from.default_effect) == to.default_effect,
           "the default of policy `" + from.name + "`");
  }

  void Rule(const ir::Rule& from, const runtime::ManifestRule& to) {
    range_ = from.range;
    rule_ = from.name;
    const std::string of = " of rule `" + from.name + "`";
    Expect(from.name == to.name && from.policy.value() == to.policy,
           "the place" + of);
    Expect(static_cast<uint8_t>(from.effect) == to.effect, "the effect" + of);
    Expect(std::equal(from.reason.begin(), from.reason.end(), to.reason.begin(),
                      to.reason.end(),
                      [&](const auto& a, const auto& b) {
                        return a.field.valid()
                                   ? b.field >= 0 &&
                                         Is(static_cast<uint32_t>(b.field),
                                            a.field)
                                   : b.field < 0 && a.literal == b.literal;
                      }),
           "the reason" + of);
    Expect(std::equal(from.charges.begin(), from.charges.end(),
                      to.charges.begin(), to.charges.end(),
                      [](const auto& a, const auto& b) {
                        return a.limit.value() == b.limit &&
                               a.or_ask == b.or_ask;
                      }),
           "the charges" + of);
    Expect(from.roles == to.roles && from.within_seconds == to.within_seconds,
           "who approves" + of);
    Expect(std::equal(from.redact.begin(), from.redact.end(), to.redact.begin(),
                      to.redact.end(),
                      [&](ir::FieldId a, uint32_t b) { return Is(b, a); }),
           "what is redacted" + of);
    rule_.clear();
  }

  void Limit(const ir::Limit& from, const runtime::ManifestLimit& to) {
    range_ = from.range;
    const auto cost = decoder_.Program(to.cost, -1);
    Expect(from.name == to.name && from.amount.ToString() == to.amount &&
               static_cast<uint8_t>(from.window) == to.window &&
               from.rolling == to.rolling &&
               from.refund_on_error == to.refund_on_error &&
               from.on.valid() == to.has_on &&
               SameNumbers(from.policies, to.policies),
           "limit `" + from.name + "`");
    Expect(
        std::equal(from.keys.begin(), from.keys.end(), to.keys.begin(),
                   to.keys.end(),
                   [&](const auto& a, const auto& b) { return SameKey(a, b); }),
        "the keys of limit `" + from.name + "`");
    Expect(cost && *cost == canonical_.Of(from.cost),
           "the cost of limit `" + from.name + "`");
  }

  void Mark(const ir::Mark& from, const runtime::ManifestMark& to) {
    range_ = from.range;
    Expect(from.name == to.name && SameKey(from.key, to.key) &&
               from.lifetime_seconds == to.lifetime_seconds &&
               SameNumbers(from.policies, to.policies),
           "mark `" + from.name + "`");
  }

  void Schema(const ir::Schema& from, const runtime::ManifestSchema& to) {
    range_ = from.range;
    Expect(from.servers == to.servers && from.advisory == to.advisory &&
               from.tools.size() == to.tools.size(),
           "catalog `" + from.path + "`");
    for (size_t i = 0; i < from.tools.size() && !problem_; ++i) {
      const ir::DemandList& demands = from.tools[i].demands;
      const bool is_there = to.tools[i].demands < to.demands.size();
      Expect(
          is_there && from.tools[i].tool == to.tools[i].name &&
              std::equal(demands.begin(), demands.end(),
                         to.demands[to.tools[i].demands].begin(),
                         to.demands[to.tools[i].demands].end(),
                         [](const auto& a, const auto& b) {
                           return a.path == b.path && a.what == b.what;
                         }),
          "tool `" + from.tools[i].tool + "` of catalog `" + from.path + "`");
    }
  }

  // Offsets change at instants only, so those of one table and of the other
  // are enough. Past `end` a table repeats what it says of 400 years before,
  // and so does a rule.
  void Zone(const zones::Zone& from, const runtime::ManifestZone& to) {
    range_ = {};
    const std::string what = "time zone `" + from.name + "`";
    Expect(from.name == to.name && from.first_offset == to.first_offset &&
               to.at.size() == to.offsets.size() &&
               std::is_sorted(to.at.begin(), to.at.end()) &&
               to.repeats == !from.footer.empty(),
           what);
    const int64_t last = from.changes.empty() ? 0 : from.changes.back().at;
    Expect(!to.repeats || to.end - kCycle >= last, what);
    if (problem_) return;
    const auto of_table = [&](int64_t instant) {
      const auto past = std::upper_bound(to.at.begin(), to.at.end(), instant);
      return past == to.at.begin()
                 ? to.first_offset
                 : to.offsets[static_cast<size_t>(past - to.at.begin()) - 1];
    };
    std::vector<int64_t> instants = to.at;
    for (const zones::Change& change : zones::ChangesUntil(from, to.end)) {
      instants.push_back(change.at);
    }
    Expect(std::all_of(instants.begin(), instants.end(),
                       [&](int64_t instant) {
                         return of_table(instant) ==
                                zones::OffsetAt(from, instant);
                       }),
           what);
  }

  const ir::Module& m_;
  const Manifest& manifest_;
  Canonical& canonical_;
  Decoder& decoder_;
  source::Range range_;
  std::string rule_;
  std::optional<Problem> problem_;
};

}  // namespace

std::optional<Problem> CompareManifest(const ir::Module& module,
                                       const Manifest& manifest,
                                       Canonical* canonical, Decoder* decoder) {
  return Comparison(module, manifest, canonical, decoder).Run();
}

}  // namespace polc::verifier::native
