// Languages of patterns and the plain questions. Boolean operations are in
// boolean.cpp, sets of strings in strings.cpp.
#include "compiler/automata/dfa.h"

#include <algorithm>
#include <utility>

#include "compiler/automata/nfa.h"
#include "compiler/support/utf8.h"

namespace polc::automata {
namespace {

Dfa MustBuild(Result<Dfa> result) {
  POLC_CHECK(result.has_value(), "a fixed language does not fit its bound");
  return std::move(*result);
}

// The byte strings that end with `text` or, if `sticky`, contain it: Knuth,
// Morris and Pratt's automaton. Not yet restricted to UTF-8.
Dfa Kmp(std::string_view text, bool sticky) {
  Dfa out;
  out.byte_class.fill(0);
  for (const char c : text) {
    uint8_t& cls = out.byte_class[static_cast<uint8_t>(c)];
    if (cls == 0) cls = static_cast<uint8_t>(out.num_classes++);
  }
  const uint32_t k = out.num_classes;
  const auto m = static_cast<uint32_t>(text.size());
  out.next.assign((size_t{m} + 1) * k, 0);
  out.accept.assign(m + 1, 0);
  out.accept[m] = 1;
  uint32_t border = 0;  // the state after text[1..q)
  for (uint32_t q = 0; q <= m; ++q) {
    uint32_t* row = &out.next[size_t{q} * k];
    if (q == m && sticky) {
      std::fill(row, row + k, m);
      break;
    }
    if (q > 0) std::copy_n(&out.next[size_t{border} * k], k, row);
    if (q == m) break;
    const uint32_t c = out.byte_class[static_cast<uint8_t>(text[q])];
    const uint32_t after = row[c];
    row[c] = q + 1;
    if (q > 0) border = after;
  }
  return out;
}

Result<Dfa> FromKmp(std::string_view text, bool sticky, size_t max_states) {
  if (FindInvalidUtf8(text) != std::string_view::npos) {
    return Error{"text is not valid UTF-8"};
  }
  if (text.size() > max_states) {
    return Error{"text needs more than " + std::to_string(max_states) +
                 " states"};
  }
  return Intersect(Kmp(text, sticky), AnyString(), max_states);
}

}  // namespace

Result<Dfa> FromRegex(const Regex& re, MatchMode mode, size_t max_states) {
  Nfa nfa;
  const bool anywhere = mode == MatchMode::kAnywhere;
  const Regex margin = AnyText();
  Nfa::StateId at = Nfa::kAccept;
  if (anywhere) at = nfa.Add(margin, at, /*top_level=*/true);
  at = nfa.Add(re, at, /*top_level=*/true);
  if (anywhere) at = nfa.Add(margin, at, /*top_level=*/true);
  return Determinize(nfa, at, max_states);
}

Result<Dfa> Prefix(std::string_view text, size_t max_states) {
  if (FindInvalidUtf8(text) != std::string_view::npos) {
    return Error{"text is not valid UTF-8"};
  }
  Nfa nfa;
  const Nfa::StateId rest = nfa.Add(AnyText(), Nfa::kAccept, true);
  return Determinize(nfa, nfa.AddText(text, rest), max_states);
}

Result<Dfa> Suffix(std::string_view text, size_t max_states) {
  return FromKmp(text, /*sticky=*/false, max_states);
}

Result<Dfa> Contains(std::string_view text, size_t max_states) {
  return FromKmp(text, /*sticky=*/true, max_states);
}

Result<Dfa> LengthBetween(size_t min, std::optional<size_t> max,
                          size_t max_states) {
  if (std::max(min, max.value_or(0)) > max_states) {
    return Error{"length needs more than " + std::to_string(max_states) +
                 " states"};
  }
  if (max && *max < min) return Nothing();
  return FromRegex(
      Repeat(ClassOf(AllCodePoints()), static_cast<uint32_t>(min),
             max ? static_cast<uint32_t>(*max) : Regex::kUnbounded),
      MatchMode::kWhole, max_states);
}

const Dfa& AnyString() {
  static const Dfa dfa = MustBuild(FromRegex(AnyText(), MatchMode::kWhole));
  return dfa;
}

const Dfa& Nothing() {
  static const Dfa dfa = [] {
    Dfa out;
    out.next = {0};
    out.accept = {0};
    return out;
  }();
  return dfa;
}

const Dfa& NulFree() {
  static const Dfa dfa = MustBuild(
      FromRegex(Repeat(ClassOf(Negate({{0, 0}})), 0, Regex::kUnbounded),
                MatchMode::kWhole));
  return dfa;
}

bool Matches(const Dfa& dfa, std::string_view text) {
  uint32_t state = dfa.start;
  for (const char c : text) state = dfa.Step(state, static_cast<uint8_t>(c));
  return dfa.accept[state] != 0;
}

bool IsEmpty(const Dfa& dfa) {
  return std::find(dfa.accept.begin(), dfa.accept.end(), 1) == dfa.accept.end();
}

std::optional<uint32_t> DeadState(const Dfa& dfa) {
  const uint32_t k = dfa.num_classes;
  for (uint32_t q = 0; q < dfa.num_states(); ++q) {
    if (dfa.accept[q]) continue;
    const uint32_t* row = &dfa.next[size_t{q} * k];
    if (std::all_of(row, row + k, [q](uint32_t to) { return to == q; })) {
      return q;
    }
  }
  return std::nullopt;
}

namespace {

// Whether a byte of this value starts a code point.
bool StartsCodePoint(unsigned byte) { return (byte & 0xC0) != 0x80; }

// Depth-first longest path in code points; nullopt through a cycle.
std::optional<size_t> LongestFrom(const Dfa& dfa, uint32_t dead) {
  enum : uint8_t { kNew, kOpen, kDone };
  std::vector<uint8_t> mark(dfa.num_states(), kNew);
  std::vector<size_t> longest(dfa.num_states(), 0);
  std::vector<std::pair<uint32_t, unsigned>> stack = {{dfa.start, 0}};
  mark[dfa.start] = kOpen;
  while (!stack.empty()) {
    auto& [q, byte] = stack.back();
    if (byte == 256) {
      mark[q] = kDone;
      stack.pop_back();
      continue;
    }
    const uint32_t to = dfa.Step(q, static_cast<uint8_t>(byte));
    if (to == dead) {
      ++byte;
    } else if (mark[to] == kOpen) {
      return std::nullopt;
    } else if (mark[to] == kNew) {
      mark[to] = kOpen;
      stack.push_back({to, 0});
    } else {
      longest[q] =
          std::max(longest[q], longest[to] + (StartsCodePoint(byte) ? 1 : 0));
      ++byte;
    }
  }
  return longest[dfa.start];
}

}  // namespace

std::optional<LengthBounds> LengthsOf(const Dfa& dfa) {
  if (IsEmpty(dfa)) return std::nullopt;
  const auto n = static_cast<uint32_t>(dfa.num_states());
  const uint32_t dead = DeadState(dfa).value_or(n);
  LengthBounds out;
  // Breadth first by code points: continuation bytes are free.
  std::vector<uint8_t> seen(n, 0);
  std::vector<uint32_t> level = {dfa.start};
  seen[dfa.start] = 1;
  for (bool found = false; !found; ++out.min) {
    std::vector<uint32_t> next_level;
    const auto spread = [&](bool starts, std::vector<uint32_t>* into) {
      for (size_t i = 0; i < level.size(); ++i) {
        for (unsigned byte = 0; byte < 256; ++byte) {
          if (StartsCodePoint(byte) != starts) continue;
          const uint32_t to = dfa.Step(level[i], static_cast<uint8_t>(byte));
          if (to == dead || seen[to]) continue;
          seen[to] = 1;
          into->push_back(to);
        }
      }
    };
    spread(/*starts=*/false, &level);
    for (const uint32_t q : level) found |= dfa.accept[q] != 0;
    spread(/*starts=*/true, &next_level);
    level = std::move(next_level);
  }
  --out.min;
  out.max = LongestFrom(dfa, dead);
  return out;
}

}  // namespace polc::automata
