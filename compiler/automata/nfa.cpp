// Building byte NFAs. See nfa.h.
#include "compiler/automata/nfa.h"

#include "compiler/automata/utf8_ranges.h"

namespace polc::automata {
namespace {

bool IsRun(const Regex& re) {
  return re.kind == Regex::Kind::kRepeat && re.min == 0 &&
         re.max == Regex::kUnbounded &&
         re.children[0].kind == Regex::Kind::kClass &&
         re.children[0].set == AllCodePoints();
}

}  // namespace

Nfa::Nfa() { NewState(Kind::kAccept, 0, 0); }

Nfa::StateId Nfa::NewState(Kind kind, uint32_t a, uint32_t b) {
  states_.push_back({kind, false, stage_, a, b});
  return static_cast<StateId>(states_.size() - 1);
}

Nfa::StateId Nfa::AddEither(StateId a, StateId b) {
  return NewState(Kind::kSplit, a, b);
}

Nfa::StateId Nfa::AddText(std::string_view text, StateId next) {
  for (size_t i = text.size(); i-- > 0;) {
    const auto byte = static_cast<uint8_t>(text[i]);
    const auto edge = static_cast<uint32_t>(edges_.size());
    edges_.push_back({byte, byte, next});
    next = NewState(Kind::kBytes, edge, edge + 1);
  }
  return next;
}

Nfa::StateId Nfa::AddClass(const CodePointSet& set, StateId next) {
  // ASCII needs no sequences; most classes of real patterns end here.
  std::vector<Edge> first;
  std::vector<ByteSequence> sequences;
  for (const CodePointRange& r : set) {
    if (r.hi < 0x80) {
      first.push_back(
          {static_cast<uint8_t>(r.lo), static_cast<uint8_t>(r.hi), next});
    } else {
      SplitUtf8(r, &sequences);
    }
  }
  // Equal tails are shared: few are live at once, so a linear search does.
  constexpr size_t kLookBack = 16;
  std::vector<std::pair<Edge, StateId>> tails;
  for (const ByteSequence& seq : sequences) {
    StateId to = next;
    for (size_t i = seq.length; i-- > 1;) {
      const Edge edge = {seq.lo[i], seq.hi[i], to};
      StateId found = kAccept;
      for (size_t t = tails.size(); t-- > 0 && t + kLookBack >= tails.size();) {
        const Edge& other = tails[t].first;
        if (other.lo == edge.lo && other.hi == edge.hi && other.to == to) {
          found = tails[t].second;
          break;
        }
      }
      if (found == kAccept) {
        edges_.push_back(edge);
        const auto e = static_cast<uint32_t>(edges_.size());
        found = NewState(Kind::kBytes, e - 1, e);
        tails.push_back({edge, found});
      }
      to = found;
    }
    first.push_back({seq.lo[0], seq.hi[0], to});
  }
  const auto begin = static_cast<uint32_t>(edges_.size());
  edges_.insert(edges_.end(), first.begin(), first.end());
  return NewState(Kind::kBytes, begin, static_cast<uint32_t>(edges_.size()));
}

Nfa::StateId Nfa::AddRepeat(const Regex& re, StateId next, bool top_level) {
  const Regex& child = re.children[0];
  StateId at = next;
  if (re.max == Regex::kUnbounded) {
    const size_t from = states_.size();
    const StateId loop = NewState(Kind::kSplit, 0, next);
    const StateId entry = Add(child, loop);
    states_[loop].a = entry;
    at = loop;
    if (top_level && IsRun(re)) {
      for (size_t s = from; s < states_.size(); ++s) states_[s].in_run = true;
      ++stage_;
    }
  } else {
    for (uint32_t i = re.min; i < re.max; ++i) {
      at = NewState(Kind::kSplit, Add(child, at), next);
    }
  }
  for (uint32_t i = 0; i < re.min; ++i) at = Add(child, at);
  return at;
}

Nfa::StateId Nfa::Add(const Regex& re, StateId next, bool top_level) {
  switch (re.kind) {
    case Regex::Kind::kEmpty:
      return next;
    case Regex::Kind::kNothing:
      return NewState(Kind::kBytes, 0, 0);
    case Regex::Kind::kClass:
      return AddClass(re.set, next);
    case Regex::Kind::kConcat:
      for (size_t i = re.children.size(); i-- > 0;) {
        next = Add(re.children[i], next, top_level);
      }
      return next;
    case Regex::Kind::kAlternate: {
      StateId at = Add(re.children.back(), next);
      for (size_t i = re.children.size() - 1; i-- > 0;) {
        const StateId choice = Add(re.children[i], next);
        at = NewState(Kind::kSplit, choice, at);
      }
      return at;
    }
    case Regex::Kind::kRepeat:
      return AddRepeat(re, next, top_level);
    case Regex::Kind::kBegin:
      return NewState(Kind::kBegin, next, 0);
    case Regex::Kind::kEnd:
      return NewState(Kind::kEnd, next, 0);
  }
  return next;
}

Nfa::StateId Nfa::AddDfa(const Dfa& dfa, StateId next) {
  const auto n = static_cast<uint32_t>(dfa.num_states());
  const uint32_t dead = DeadState(dfa).value_or(n);
  // State q enters at 2q: a split to its bytes (2q + 1) and, if it accepts,
  // to `next`; a split to itself twice would do for the others.
  const auto base = static_cast<StateId>(states_.size());
  for (uint32_t q = 0; q < n; ++q) {
    const StateId bytes = base + 2 * q + 1;
    NewState(Kind::kSplit, bytes, dfa.accept[q] ? next : bytes);
    const auto begin = static_cast<uint32_t>(edges_.size());
    for (unsigned byte = 0; byte < 256; ++byte) {
      const auto b = static_cast<uint8_t>(byte);
      const uint32_t to = dfa.Step(q, b);
      if (to == dead) continue;
      const StateId entry = base + 2 * to;
      if (edges_.size() > begin && edges_.back().to == entry &&
          edges_.back().hi + 1 == b) {
        edges_.back().hi = b;
      } else {
        edges_.push_back({b, b, entry});
      }
    }
    NewState(Kind::kBytes, begin, static_cast<uint32_t>(edges_.size()));
  }
  return base + 2 * dfa.start;
}

}  // namespace polc::automata
