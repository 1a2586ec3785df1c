// The same languages read slowly: no automata, the definitions written down.
// The reference evaluator uses these, the tests hold every DFA to them, and
// nothing in reference.cpp may use dfa.h or nfa.h.
#ifndef POLC_COMPILER_AUTOMATA_REFERENCE_H_
#define POLC_COMPILER_AUTOMATA_REFERENCE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/automata/regex.h"

namespace polc::automata {

/// Whether `re` matches `text` (valid UTF-8): the whole of it, or if
/// `anywhere` some part.
bool RegexMatches(const Regex& re, bool anywhere, std::string_view text);

/// Whether a valid glob (ParseGlob took it) matches the whole of `text`.
bool GlobMatches(std::string_view pattern, std::string_view text);

/// `text` (valid UTF-8) with each code point replaced by the least one that is
/// equal to it ignoring case: equal results are texts equal ignoring case.
std::u32string FoldCase(std::string_view text);

/// The segments that count of a path() argument, nullopt where path() is an
/// error (path.h has the rules; this includes the length).
std::optional<std::vector<std::string>> ParsePath(std::string_view text);

/// Whether `text` is one segment of a path as it stands, so that "/" and it
/// are a path of just that segment.
bool IsPathSegment(std::string_view text);

/// An address; IPv4 is in the first four bytes.
struct Ip {
  bool is_v6 = false;
  std::array<uint8_t, 16> bytes = {};
  bool operator==(const Ip&) const = default;
};

/// Reads the one spelling that ip.h takes, nullopt for any other.
std::optional<Ip> ParseIp(std::string_view text);

/// `cidr("...")`: a network and the number of its leading bits.
struct Cidr {
  Ip network;
  unsigned bits = 0;
};

/// nullopt unless the address is in its one spelling, the length a decimal
/// in range, and every bit past it zero.
std::optional<Cidr> ParseCidr(std::string_view text);
bool Contains(const Cidr& cidr, const Ip& ip);

/// The canonical components of a url() argument (url.h).
struct Url {
  std::string scheme;
  std::string host;
  std::optional<uint32_t> port;  // the scheme's own if known and not written
  std::string path;
  std::string query;
};

/// nullopt where url() is an error.
std::optional<Url> ParseUrl(std::string_view text);

}  // namespace polc::automata

#endif  // POLC_COMPILER_AUTOMATA_REFERENCE_H_
