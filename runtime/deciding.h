// One decision in the making. Internal to the engine.
#ifndef POLC_RUNTIME_DECIDING_H_
#define POLC_RUNTIME_DECIDING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine.h"

namespace polc::runtime {

/// How a string stands in a counter's key: no two lists of parts are spelt
/// alike.
std::string TextIdentity(std::string_view text);

class Deciding {
 public:
  /// `slots` are the request's; null: they are read from it.
  Deciding(const Engine& engine, const RequestView& request,
           const pol_slot* slots, bool abstract, Scratch* scratch);

  Decision Decide(const Grounds& granted);
  bool MayPermit();

 private:
  bool IsEnforced(const ManifestSchema& schema) const;
  /// Empty if every enforced schema accepts the call.
  std::optional<Decision> DeniedBySchema();
  /// What is granted and what is undefined changes votes; false if the code
  /// voted what no code may.
  bool SettleVotes(const Grounds& granted);
  /// POL_NONE: no policy voted.
  uint8_t Strictest() const;
  Decision Combined(uint8_t effect) const;
  void AddAsk(const pol_vote& vote, bool is_first, Decision* decision) const;
  std::string RuleReason(const ManifestRule& rule, const pol_vote& vote) const;
  std::string WrittenReason(const ManifestRule& rule) const;
  bool IsRedacted(uint32_t field) const;

  /// Empty, or why what goes with the decision denies it.
  std::optional<std::string> AddCharges(Decision* decision);
  std::optional<std::string> AddCharge(uint32_t limit, bool or_ask,
                                       Decision* decision) const;
  std::optional<std::string> AddCovering(Decision* decision);
  /// POL_FALSE if no policy that the thing belongs to covers the server.
  uint32_t Covers(const std::vector<uint32_t>& policies, pol_covers_fn covers,
                  uint32_t index);
  bool ReadKey(const ManifestKey& key, Charge* charge) const;

  const Engine& engine_;
  const Manifest& manifest_;
  const RequestView& request_;
  Scratch& scratch_;
  pol_frame frame_;
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_DECIDING_H_
