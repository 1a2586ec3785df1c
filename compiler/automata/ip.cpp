// A network is an interval for each byte (IPv4) or group (IPv6) of an
// address; the IPv6 spelling depends on which groups are zero, so it is one
// alternative for each of the 256 ways.
#include "compiler/automata/ip.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "compiler/automata/reference.h"

namespace polc::automata {
namespace {

struct Interval {
  uint32_t lo;
  uint32_t hi;
};

// One digit from `lo` to `hi`.
Regex Digit(uint32_t lo, uint32_t hi) {
  std::vector<CodePointRange> ranges;
  if (lo < 10) ranges.push_back({'0' + lo, '0' + std::min(hi, 9u)});
  if (hi >= 10) {
    ranges.push_back({'a' + std::max(lo, 10u) - 10, 'a' + hi - 10});
  }
  return ClassOf(MakeSet(std::move(ranges)));
}

// lo..hi written with exactly as many digits as `unit` (a power of the base)
// has as a number.
Regex FixedWidth(uint32_t lo, uint32_t hi, uint32_t unit, uint32_t base) {
  const uint32_t first = lo / unit;
  const uint32_t last = hi / unit;
  if (unit == 1) return Digit(first, last);
  const uint32_t rest = unit / base;
  const auto tail = [&](uint32_t from, uint32_t to) {
    return FixedWidth(from, to, rest, base);
  };
  if (first == last) {
    return Concat({Digit(first, last), tail(lo % unit, hi % unit)});
  }
  std::vector<Regex> choices;
  choices.push_back(Concat({Digit(first, first), tail(lo % unit, unit - 1)}));
  if (first + 1 < last) {
    choices.push_back(Concat({Digit(first + 1, last - 1), tail(0, unit - 1)}));
  }
  choices.push_back(Concat({Digit(last, last), tail(0, hi % unit)}));
  return Alternate(std::move(choices));
}

std::array<Interval, 4> Ipv4Intervals(const Cidr& cidr) {
  std::array<Interval, 4> out;
  for (unsigned i = 0; i < 4; ++i) {
    const unsigned fixed = std::min(8u, std::max(cidr.bits, 8 * i) - 8 * i);
    const uint32_t lo = cidr.network.bytes[i];
    out[i] = {lo, lo | (0xFFu >> fixed)};
  }
  return out;
}

std::array<Interval, 8> Ipv6Intervals(const Cidr& cidr) {
  std::array<Interval, 8> out;
  for (unsigned i = 0; i < 8; ++i) {
    const unsigned fixed = std::min(16u, std::max(cidr.bits, 16 * i) - 16 * i);
    const uint32_t lo = uint32_t{cidr.network.bytes[2 * i]} << 8 |
                        cidr.network.bytes[2 * i + 1];
    out[i] = {lo, lo | (0xFFFFu >> fixed)};
  }
  return out;
}

Regex Ipv4Regex(const std::array<Interval, 4>& bytes) {
  std::vector<Regex> parts;
  for (const Interval& byte : bytes) {
    if (!parts.empty()) parts.push_back(LiteralRegex("."));
    parts.push_back(NumberBetween(byte.lo, byte.hi, 10));
  }
  return Concat(std::move(parts));
}

// The spelling of the addresses whose zero groups are exactly `zeros`.
Regex Ipv6Shape(unsigned zeros, const std::array<Interval, 8>& groups) {
  unsigned run_start = 8;
  unsigned run_length = 1;  // shorter runs are written out
  for (unsigned i = 0; i < 8; ++i) {
    unsigned end = i;
    while (end < 8 && (zeros >> end & 1)) ++end;
    if (end - i > run_length) run_start = i, run_length = end - i;
  }
  std::vector<Regex> parts;
  bool colon = false;
  for (unsigned i = 0; i < 8; ++i) {
    if (i == run_start) {
      parts.push_back(LiteralRegex("::"));
      i += run_length - 1;
      colon = false;
      continue;
    }
    if (colon) parts.push_back(LiteralRegex(":"));
    colon = true;
    const bool zero = zeros >> i & 1;
    // ::ffff:0:0/96 is left out.
    const bool mapped = i == 5 && (zeros & 0x1F) == 0x1F;
    parts.push_back(
        zero ? LiteralRegex("0")
             : NumberBetween(std::max(groups[i].lo, 1u),
                             std::min(groups[i].hi, mapped ? 0xFFFEu : 0xFFFFu),
                             16));
  }
  return Concat(std::move(parts));
}

Regex Ipv6Regex(const std::array<Interval, 8>& groups) {
  std::vector<Regex> shapes;
  for (unsigned zeros = 0; zeros < 256; ++zeros) {
    bool possible = true;
    for (unsigned i = 0; i < 8; ++i) {
      possible &= (zeros >> i & 1) ? groups[i].lo == 0 : groups[i].hi > 0;
    }
    if (possible) shapes.push_back(Ipv6Shape(zeros, groups));
  }
  return Alternate(std::move(shapes));
}

Result<Dfa> FromCidr(const Cidr& cidr) {
  return FromRegex(cidr.network.is_v6 ? Ipv6Regex(Ipv6Intervals(cidr))
                                      : Ipv4Regex(Ipv4Intervals(cidr)),
                   MatchMode::kWhole);
}

}  // namespace

Regex NumberBetween(uint32_t lo, uint32_t hi, uint32_t base) {
  if (lo > hi) return Alternate({});
  std::vector<Regex> choices;
  uint32_t unit = 1;
  for (uint64_t from = 0; from <= hi; unit *= base) {
    const uint64_t to = uint64_t{unit} * base - 1;
    if (lo <= to) {
      choices.push_back(FixedWidth(
          static_cast<uint32_t>(std::max<uint64_t>(from, lo)),
          static_cast<uint32_t>(std::min<uint64_t>(to, hi)), unit, base));
    }
    from = to + 1;
  }
  return Alternate(std::move(choices));
}

const Dfa& AnyIpv4() {
  static const Dfa dfa = *FromCidr({});
  return dfa;
}

const Dfa& AnyIpv6() {
  static const Dfa dfa = *FromCidr({{true, {}}, 0});
  return dfa;
}

const Dfa& AnyIp() {
  static const Dfa dfa = *Union(AnyIpv4(), AnyIpv6());
  return dfa;
}

Result<Dfa> InCidr(std::string_view network) {
  const std::optional<Cidr> cidr = ParseCidr(network);
  if (!cidr) {
    return Error{
        "not a network: write an address in its shortest form, `/` and the "
        "number of leading bits, with all other bits zero"};
  }
  return FromCidr(*cidr);
}

}  // namespace polc::automata
