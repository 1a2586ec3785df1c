// What a guard says of a request. Most of what guards are made of are tests of
// one field. They are the same dozen in every policy set, so they are compiled
// once, here; generated functions answer for the rest. Inline, because the
// matcher's loops do little else.
#ifndef POLC_RUNTIME_MATCH_GUARD_H_
#define POLC_RUNTIME_MATCH_GUARD_H_

#include <cstdint>
#include <cstring>

#include "runtime/abi/native.h"
#include "runtime/abi/tables.h"
#include "runtime/match/candidates.h"

namespace polc::runtime::match {

inline uint32_t Verdict(bool holds) { return holds ? POL_TRUE : POL_FALSE; }

/// Keeps the first field whose test was an error.
inline uint32_t Error(pol_frame* frame, const TableSite& site) {
  if (frame->error_field < 0) {
    frame->error_field = static_cast<int32_t>(site.error);
  }
  return POL_ERROR;
}

/// The outcome for a kind that needs no look at the value.
inline uint32_t Outcome(pol_frame* frame, const TableSite& site,
                        const pol_slot& slot) {
  const uint32_t verdict = (site.outcomes >> (3 * slot.kind)) & POL_ANY;
  return verdict == POL_ERROR ? Error(frame, site) : verdict;
}

template <typename T>
uint32_t StateBehind(const T* next, const TableAutomaton& automaton,
                     const pol_slot& slot) {
  uint32_t state = automaton.start;
  const auto* at = reinterpret_cast<const uint8_t*>(slot.u.text);
  for (const uint8_t* end = at + slot.length;
       at != end && state < automaton.always; ++at) {
    state = next[state + automaton.byte_class[*at]];
  }
  return state;
}

/// Whether the automaton at `offset` accepts the slot's string.
inline bool Accepts(const pol_frame* frame, uint32_t offset,
                    const pol_slot& slot) {
  const auto& automaton = *At<TableAutomaton>(frame->tables, offset);
  const void* next = &automaton + 1;
  const uint32_t state =
      automaton.is_wide != 0
          ? StateBehind(static_cast<const uint32_t*>(next), automaton, slot)
          : StateBehind(static_cast<const uint16_t*>(next), automaton, slot);
  return state >= automaton.accepting && state < automaton.never;
}

inline bool BeginsWith(const pol_frame* frame, const uint32_t* words,
                       const pol_slot& slot) {
  return slot.length >= words[1] &&
         AreSame(slot.u.text, frame->tables + words[0], words[1]);
}

inline bool IsText(const pol_frame* frame, const uint32_t* words,
                   const pol_slot& slot) {
  return slot.length == words[1] &&
         AreSame(slot.u.text, frame->tables + words[0], slot.length);
}

inline bool IsOneOf(const pol_frame* frame, const uint32_t* words,
                    const pol_slot& slot) {
  const auto* texts = At<TableSpan>(frame->tables, words[0]);
  for (uint32_t i = 0; i < words[1]; ++i) {
    if (texts[i].count == slot.length &&
        AreSame(frame->tables + texts[i].at, slot.u.text, slot.length)) {
      return true;
    }
  }
  return false;
}

inline bool HasTail(const pol_frame* frame, const uint32_t* words,
                    const pol_slot& slot) {
  if (!BeginsWith(frame, words, slot)) return false;
  pol_slot tail = slot;
  tail.u.text += words[1];
  tail.length -= words[1];
  return Accepts(frame, words[2], tail);
}

inline bool IsLong(const pol_slot& slot, uint32_t max_bytes) {
  return max_bytes != 0 && slot.length > max_bytes;
}

/// From 2^52 on every double is whole.
inline bool IsWhole(double x) {
  constexpr double kWhole = 0x1p52;
  if (!(x < kWhole && x > -kWhole)) return true;
  return static_cast<double>(static_cast<int64_t>(x)) == x;
}

/// Past the first place where the text is; null: nowhere. It has two bytes or
/// more, and strings are short: most places are ruled out by two bytes.
inline const char* PastText(const pol_slot& slot, const char* text,
                            uint32_t length) {
  if (slot.length < length) return nullptr;
  uint16_t want = 0;
  std::memcpy(&want, text, 2);
  const char* last = slot.u.text + (slot.length - length);
  for (const char* at = slot.u.text; at <= last; ++at) {
    uint16_t have = 0;
    std::memcpy(&have, at, 2);
    if (have == want && AreSame(at, text, length)) return at + length;
  }
  return nullptr;
}

inline bool HasFound(const pol_frame* frame, const uint32_t* words,
                     const pol_slot& slot) {
  const char* past = PastText(
      slot, reinterpret_cast<const char*>(frame->tables + words[0]), words[1]);
  if (past == nullptr || words[2] == 0) return past != nullptr;
  pol_slot rest = slot;
  rest.length -= static_cast<uint32_t>(past - slot.u.text);
  rest.u.text = past;
  return Accepts(frame, words[2], rest);
}

/// Both ends are inside.
inline bool IsInRange(const uint32_t* words, double x) {
  double ends[2];
  std::memcpy(ends, words, sizeof ends);
  return (static_cast<int>(x >= ends[0]) & static_cast<int>(x <= ends[1])) != 0;
}

/// The intervals are closed, sorted and disjoint.
inline bool IsInOne(const double* ends, uint32_t count, double x) {
  uint32_t low = 0;
  while (low < count) {
    const uint32_t middle = (low + count) / 2;
    if (ends[size_t{2} * middle] <= x) {
      low = middle + 1;
    } else {
      count = middle;
    }
  }
  return low != 0 && x <= ends[size_t{2} * low - 1];
}

inline uint64_t Wide(const uint32_t* words) {
  return words[0] | uint64_t{words[1]} << 32;
}

inline bool IsBetween(uint64_t n, const uint32_t* ends) {
  return n >= Wide(ends) && n <= Wide(ends + 2);
}

/// A code point has one to four bytes, so most strings need not be counted.
inline bool HasLength(const pol_frame* frame, const pol_slot& slot,
                      const uint32_t* ends) {
  const uint64_t most = slot.length;
  const uint64_t least = (most + 3) / 4;
  if (most < Wide(ends) || least > Wide(ends + 2)) return false;
  if (least >= Wide(ends) && most <= Wide(ends + 2)) return true;
  return IsBetween(frame->host->code_points(&slot), ends);
}

inline uint32_t Look(pol_frame* frame, uint32_t look, const TableSite& site,
                     const pol_slot& slot, const uint32_t* words) {
  switch (look) {
    case kTestText:
      return Verdict(IsText(frame, words, slot));
    case kTestTexts:
      return Verdict(IsOneOf(frame, words, slot));
    case kTestPrefix:
      return Verdict(BeginsWith(frame, words, slot));
    case kTestString:
      return Verdict(Accepts(frame, words[0], slot));
    case kTestTail:
      return Verdict(HasTail(frame, words, slot));
    case kTestFound:
      return Verdict(HasFound(frame, words, slot));
    case kTestBounded:
      if (IsLong(slot, words[1])) return Error(frame, site);
      return Verdict(Accepts(frame, words[0], slot));
    case kTestStrict:
      if (IsLong(slot, words[1]) || !Accepts(frame, words[2], slot)) {
        return Error(frame, site);
      }
      return Verdict(Accepts(frame, words[0], slot));
    case kTestNumber: {
      const auto* ends = At<double>(frame->tables, words[0]);
      return Verdict(IsInOne(ends, words[1], slot.u.number) &&
                     (words[2] == 0 || IsWhole(slot.u.number)));
    }
    case kTestRange:
      return Verdict(IsInRange(words, slot.u.number));
    case kTestBool:
      return Verdict(slot.u.boolean != 0);
    case kTestLength:
      return Verdict(HasLength(frame, slot, words));
    case kTestSize:
      return Verdict(IsBetween(frame->host->list_size(frame, &slot), words));
    case kTestOnly:
      return Verdict(frame->host->only_keys(frame, &slot, words[0]) != 0);
    default:
      return Outcome(frame, site, slot);
  }
}

/// The two that rules ask most are not worth a call.
template <bool kIsAbstract>
uint32_t Ask(pol_frame* frame, uint32_t look, const TableSite& site,
             const uint32_t* words) {
  if (kIsAbstract && (site.outcomes & kSiteUnknown) != 0) return POL_ANY;
  const auto& slot = *reinterpret_cast<const pol_slot*>(
      reinterpret_cast<const char*>(frame->slots) + site.slot);
  if (look == kTestRange && slot.kind == POL_NUMBER) {
    return Verdict(IsInRange(words, slot.u.number));
  }
  if (slot.kind != kLookFacts[look].kind) return Outcome(frame, site, slot);
  if (look == kTestText) return Verdict(IsText(frame, words, slot));
  return Look(frame, look, site, slot, words);
}

/// Kleene's `and` of two sets of verdicts: all that one verdict out of each
/// can give.
inline uint32_t Both(uint32_t a, uint32_t b) {
  uint32_t out = (a | b) & POL_FALSE;
  out |= a & b & POL_TRUE;
  if ((a & POL_ERROR) != 0 && (b & (POL_ERROR | POL_TRUE)) != 0) {
    out |= POL_ERROR;
  }
  if ((b & POL_ERROR) != 0 && (a & POL_TRUE) != 0) out |= POL_ERROR;
  return out;
}

/// The offset of a test's site.
inline uint32_t SiteOf(uint32_t word) { return word >> kLookBits << 2; }

/// A verdict, or of an abstract frame a set of them. `guard` is the offset of a
/// guard in the code's checked tables, which the frame must know.
template <bool kIsAbstract>
uint32_t Evaluate(pol_frame* frame, const pol_code& code, uint32_t guard) {
  const uint8_t* tables = frame->tables;
  const auto* word = At<uint32_t>(tables, guard);
  uint32_t count = *word++;
  frame->error_field = -1;
  if ((count & kGuardRemembers) != 0) {
    count &= ~kGuardRemembers;
    std::memset(frame->memo + word[0], 0, word[1]);
    word += 2;
  }
  uint32_t all = POL_TRUE;
  for (; count != 0; --count) {
    const uint32_t head = *word++;
    const uint32_t look = head & kLookMask;
    const uint32_t one =
        look == kTestCall
            ? code.shapes[word[0] + (kIsAbstract ? code.shape_count : 0)](
                  frame, nullptr, At<uint32_t>(tables, word[1]))
            : Ask<kIsAbstract>(frame, look,
                               *At<TableSite>(tables, SiteOf(head)), word);
    if (one == POL_FALSE) return POL_FALSE;
    if (one != POL_TRUE) all = Both(all, one);
    word += kLookFacts[look].words;
  }
  return all;
}

/// Where little else is asked.
inline uint32_t Evaluate(pol_frame* frame, const pol_code& code,
                         uint32_t guard) {
  return frame->abstract != 0 ? Evaluate<true>(frame, code, guard)
                              : Evaluate<false>(frame, code, guard);
}

}  // namespace polc::runtime::match

#endif  // POLC_RUNTIME_MATCH_GUARD_H_
