// A network is an interval for each byte (IPv4) or group (IPv6) of an
// address; the IPv6 spelling depends on which groups are zero, so there is one
// shape for each of the 256 ways.
#include "compiler/automata/ip.h"

#include <algorithm>
#include <array>
#include <span>
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

// A written piece of an IPv6 address: a group in lo..hi, or `::`.
using Piece = std::pair<uint32_t, uint32_t>;
constexpr Piece kGap = {1, 0};

// How the addresses are written whose zero groups are exactly `zeros`.
std::vector<Piece> Ipv6Shape(unsigned zeros,
                             const std::array<Interval, 8>& groups) {
  unsigned run_start = 8;
  unsigned run_length = 1;  // shorter runs are written out
  for (unsigned i = 0; i < 8; ++i) {
    unsigned end = i;
    while (end < 8 && (zeros >> end & 1)) ++end;
    if (end - i > run_length) run_start = i, run_length = end - i;
  }
  std::vector<Piece> out;
  for (unsigned i = 0; i < 8; ++i) {
    if (i == run_start) {
      out.push_back(kGap);
      i += run_length - 1;
    } else if (zeros >> i & 1) {
      out.push_back({0, 0});
    } else {
      // ::ffff:0:0/96 is left out.
      const bool mapped = i == 5 && (zeros & 0x1F) == 0x1F;
      out.push_back({std::max(groups[i].lo, 1u),
                     std::min(groups[i].hi, mapped ? 0xFFFEu : 0xFFFFu)});
    }
  }
  return out;
}

// What sorted shapes, equal up to `depth`, have from there on: shared
// beginnings are written once, which keeps the subset construction small.
Regex Ipv6Rest(std::span<const std::vector<Piece>> shapes, size_t depth) {
  std::vector<Regex> choices;
  for (size_t i = 0; i < shapes.size();) {
    if (shapes[i].size() == depth) {
      choices.push_back(Regex());
      ++i;
      continue;
    }
    const Piece piece = shapes[i][depth];
    size_t end = i;
    while (end < shapes.size() && shapes[end][depth] == piece) ++end;
    std::vector<Regex> parts;
    if (piece == kGap) {
      parts.push_back(LiteralRegex("::"));
    } else {
      const bool colon = depth > 0 && shapes[i][depth - 1] != kGap;
      if (colon) parts.push_back(LiteralRegex(":"));
      parts.push_back(NumberBetween(piece.first, piece.second, 16));
    }
    parts.push_back(Ipv6Rest(shapes.subspan(i, end - i), depth + 1));
    choices.push_back(Concat(std::move(parts)));
    i = end;
  }
  return Alternate(std::move(choices));
}

Regex Ipv6Regex(const std::array<Interval, 8>& groups) {
  std::vector<std::vector<Piece>> shapes;
  for (unsigned zeros = 0; zeros < 256; ++zeros) {
    bool possible = true;
    for (unsigned i = 0; i < 8; ++i) {
      possible &= (zeros >> i & 1) ? groups[i].lo == 0 : groups[i].hi > 0;
    }
    if (possible) shapes.push_back(Ipv6Shape(zeros, groups));
  }
  std::sort(shapes.begin(), shapes.end());
  return Ipv6Rest(shapes, 0);
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
