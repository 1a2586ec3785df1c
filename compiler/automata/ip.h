// Addresses and networks, as languages over their one canonical spelling:
// `ip(...)`, `... is ip`, `... in cidr("10.0.0.0/8")`.
//
// IPv4 is four decimals from 0 to 255 without leading zeros. IPv6 is RFC 5952:
// lower case, no leading zeros, the first longest run of two or more zero
// groups as `::`, no dotted tail. IPv4-mapped addresses (::ffff:0:0/96) are
// refused: they are a second spelling of an IPv4 one. One address has one
// string, so equality of strings is equality of addresses.
#ifndef POLC_COMPILER_AUTOMATA_IP_H_
#define POLC_COMPILER_AUTOMATA_IP_H_

#include <string_view>

#include "compiler/automata/dfa.h"

namespace polc::automata {

/// All addresses of either kind; of one kind.
const Dfa& AnyIp();
const Dfa& AnyIpv4();
const Dfa& AnyIpv6();

/// The addresses in a network such as "10.0.0.0/8" or "fe80::/10". Error: not
/// a network in canonical spelling, or bits set past its length.
Result<Dfa> InCidr(std::string_view network);

/// The numbers `lo` to `hi` in `base` (10 or 16, lower case), without leading
/// zeros. Nothing if lo > hi.
Regex NumberBetween(uint32_t lo, uint32_t hi, uint32_t base);

}  // namespace polc::automata

#endif  // POLC_COMPILER_AUTOMATA_IP_H_
