// A first policy for a server: what it offers, by risk class, with limits and
// asks where they belong, and the reason for every class in a comment.
#ifndef POLC_COMPILER_SCAN_FIRST_POLICY_H_
#define POLC_COMPILER_SCAN_FIRST_POLICY_H_

#include <array>
#include <optional>
#include <string>

#include "compiler/scan/offer.h"
#include "compiler/scan/risk.h"

namespace polc::scan {

struct FirstPolicy {
  std::string text;  // Pol; what `polc fmt` makes of it is for the caller
  std::array<size_t, 6> tools_by_risk = {};
};

/// `catalog`: its path as the policy should name it. `grant`: the only grant
/// that may use the server, if one is given. Nothing if the server offers
/// nothing that a rule could name.
std::optional<FirstPolicy> ProposePolicy(
    const Offer& offer, const std::string& catalog,
    const std::optional<std::string>& grant);

}  // namespace polc::scan

#endif  // POLC_COMPILER_SCAN_FIRST_POLICY_H_
