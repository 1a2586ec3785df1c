// One decision in the making. Internal to the engine.
#ifndef POLC_RUNTIME_DECIDING_H_
#define POLC_RUNTIME_DECIDING_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine.h"
#include "runtime/names.h"

namespace polc::runtime {

/// How a string stands in a counter's key: no two lists of parts are spelt
/// alike.
std::string TextIdentity(std::string_view text);

class Deciding {
 public:
  /// `slots` are the request's; null: they are read from it.
  Deciding(const Engine& engine, const RequestView& request,
           const pol_slot* slots, bool abstract, Scratch* scratch);

  void Decide(const Grounds& granted, Decision* out);
  bool MayPermit();

 private:
  /// Whether some enforced schema does not accept the call; says which in
  /// `out`, unless it is null.
  bool IsDeniedBySchema(Decision* out);
  void SayDemand(const ManifestSchema& schema, uint32_t tool, int32_t demand,
                 Decision* out) const;
  /// What is granted and what is undefined changes votes; false if the code
  /// voted what no code may.
  bool SettleVotes(const Grounds& granted);
  /// POL_NONE: no policy voted.
  uint8_t Strictest() const;
  void Combine(uint8_t effect, Decision* out) const;
  void AddAsk(const pol_vote& vote, bool is_first, Decision* out) const;
  void SayRule(const ManifestRule& rule, const pol_vote& vote,
               std::string* out) const;
  void SayWritten(const ManifestRule& rule, std::string* out) const;
  bool IsRedacted(uint32_t field) const;

  /// False if what goes with the decision denies it: then `out` is that denial.
  bool AddCharges(Decision* out);
  bool AddCharge(uint32_t limit, bool or_ask, Decision* out) const;
  bool AddCovering(Decision* out);
  bool AddMark(uint32_t mark, Decision* out) const;
  /// POL_FALSE if no policy that the thing belongs to covers the server.
  uint32_t Covers(const std::vector<uint32_t>& policies, pol_covers_fn covers,
                  uint32_t index);
  /// Fills `part`, unless it is null, and appends how the key's value stands in
  /// a counter's key. False if the request does not have it.
  bool ReadKey(const ManifestKey& key, ChargeKey* part,
               std::string* identity) const;

  const Engine& engine_;
  const Manifest& manifest_;
  const RequestView& request_;
  const ServerPart& part_;
  Scratch& scratch_;
  pol_frame frame_;
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_DECIDING_H_
