// The subset construction, over byte classes, with a bound on states and on
// work. A set keeps the NFA states that read bytes, that test the end, or
// that accept; the rest is passed through on the way.
#include <algorithm>
#include <array>
#include <string>

#include "compiler/automata/flat_hash.h"
#include "compiler/automata/nfa.h"

namespace polc::automata {
namespace {

// Elementary steps before a pattern is refused: two orders more than 4,096
// states of an ordinary pattern take, and about a tenth of a second.
constexpr uint64_t kMaxWork = 20'000'000;

// Subsets may outnumber minimal states; past this factor they won't shrink.
constexpr size_t kSubsetFactor = 4;

class Determinizer {
 public:
  Determinizer(const Nfa& nfa, size_t max_states)
      : nfa_(nfa), max_states_(max_states), mark_(nfa.states().size(), 0) {}

  Result<Dfa> Run(Nfa::StateId start) {
    MakeClasses();
    StartSet(start);
    Intern();
    for (uint32_t set = 0; set < accept_.size(); ++set) {
      if (!Expand(set)) return TooLarge();
    }
    Dfa raw;
    raw.num_classes = num_classes_;
    raw.byte_class = byte_class_;
    raw.next = std::move(next_);
    raw.accept = std::move(accept_);
    Dfa out = Minimize(raw);
    if (out.num_states() > max_states_) return TooLarge();
    return out;
  }

 private:
  struct ClassEdge {
    uint32_t lo;  // classes, both included
    uint32_t hi;
    Nfa::StateId to;
  };

  Error TooLarge() const {
    return {"pattern needs more than " + std::to_string(max_states_) +
            " states"};
  }

  // A class is a maximal run of bytes that no edge tells apart.
  void MakeClasses() {
    std::array<bool, 257> starts = {};
    for (const Nfa::Edge& e : nfa_.edges()) {
      starts[e.lo] = true;
      starts[e.hi + 1u] = true;
    }
    uint32_t at = 0;
    for (unsigned byte = 0; byte < 256; ++byte) {
      if (byte > 0 && starts[byte]) ++at;
      byte_class_[byte] = static_cast<uint8_t>(at);
    }
    num_classes_ = at + 1;
  }

  void Visit(Nfa::StateId state) {
    if (mark_[state] == round_) return;
    mark_[state] = round_;
    stack_.push_back(state);
  }

  // Adds to set_ what can be reached from the visited states without reading.
  // `pass_begin`, `pass_end`: which position tests hold.
  void Close(bool pass_begin, bool pass_end) {
    while (!stack_.empty()) {
      const Nfa::StateId id = stack_.back();
      stack_.pop_back();
      ++work_;
      const Nfa::State& state = nfa_.states()[id];
      switch (state.kind) {
        case Nfa::Kind::kSplit:
          Visit(state.a);
          Visit(state.b);
          break;
        case Nfa::Kind::kBegin:
          if (pass_begin) Visit(state.a);
          break;
        case Nfa::Kind::kEnd:
          if (pass_end) {
            Visit(state.a);
          } else {
            set_.push_back(id);
          }
          break;
        case Nfa::Kind::kBytes:
        case Nfa::Kind::kAccept:
          set_.push_back(id);
          break;
      }
    }
  }

  // Drops what stands before a run that the set has reached (nfa.h).
  void Prune() {
    uint32_t stage = UINT32_MAX;
    for (const Nfa::StateId id : set_) {
      const Nfa::State& state = nfa_.states()[id];
      if (state.in_run) stage = std::min(stage, state.stage);
    }
    if (stage == UINT32_MAX) return;
    std::erase_if(
        set_, [&](Nfa::StateId id) { return nfa_.states()[id].stage > stage; });
  }

  void StartSet(Nfa::StateId start) {
    ++round_;
    Visit(start);
    Close(/*pass_begin=*/true, /*pass_end=*/false);
    // Only here can `^` and `$` hold together; accepting is all that is left
    // to do then, so the accepting state itself stands for it.
    if (Accepts(/*at_start=*/true)) {
      set_.push_back(Nfa::kAccept);
      std::sort(set_.begin(), set_.end());
      set_.erase(std::unique(set_.begin(), set_.end()), set_.end());
    }
  }

  // Whether set_ accepts if the text ends here.
  bool Accepts(bool at_start) {
    bool tests_end = false;
    for (const Nfa::StateId id : set_) {
      if (id == Nfa::kAccept) return true;
      tests_end |= nfa_.states()[id].kind == Nfa::Kind::kEnd;
    }
    if (!tests_end) return false;
    const std::vector<Nfa::StateId> kept = set_;
    ++round_;
    for (const Nfa::StateId id : kept) {
      if (nfa_.states()[id].kind == Nfa::Kind::kEnd) Visit(id);
    }
    Close(at_start, /*pass_end=*/true);
    const bool out = std::find(set_.begin() + kept.size(), set_.end(),
                               Nfa::kAccept) != set_.end();
    set_ = kept;
    return out;
  }

  // The number of the DFA state for set_, made if it is new.
  uint32_t Intern() {
    Prune();
    std::sort(set_.begin(), set_.end());
    const uint64_t hash = HashWords(set_);
    const uint32_t found = table_.Find(hash, [&](uint32_t id) {
      const size_t size = offsets_[id + 1] - offsets_[id];
      return size == set_.size() &&
             std::equal(set_.begin(), set_.end(),
                        pool_.begin() + static_cast<ptrdiff_t>(offsets_[id]));
    });
    if (found != FlatHash::kNone) return found;
    const auto id = static_cast<uint32_t>(accept_.size());
    table_.Insert(hash, id);
    pool_.insert(pool_.end(), set_.begin(), set_.end());
    offsets_.push_back(pool_.size());
    accept_.push_back(Accepts(/*at_start=*/false) ? 1 : 0);
    return id;
  }

  // Fills the row of `set`. False past a bound.
  bool Expand(uint32_t set) {
    gathered_.clear();
    cut_.assign(num_classes_ + 1, 0);
    cut_[0] = 1;
    for (size_t i = offsets_[set]; i < offsets_[set + 1]; ++i) {
      const Nfa::State& state = nfa_.states()[pool_[i]];
      if (state.kind != Nfa::Kind::kBytes) continue;
      for (uint32_t e = state.a; e < state.b; ++e) {
        const Nfa::Edge& edge = nfa_.edges()[e];
        const ClassEdge in_classes = {byte_class_[edge.lo],
                                      byte_class_[edge.hi], edge.to};
        gathered_.push_back(in_classes);
        cut_[in_classes.lo] = 1;
        cut_[in_classes.hi + 1] = 1;
      }
    }
    uint32_t to = 0;
    for (uint32_t c = 0; c < num_classes_; ++c) {
      if (cut_[c]) {
        ++round_;
        set_.clear();
        for (const ClassEdge& edge : gathered_) {
          if (edge.lo <= c && c <= edge.hi) Visit(edge.to);
        }
        work_ += gathered_.size() / 4 + 1;
        Close(false, false);
        to = Intern();
        if (accept_.size() > kSubsetFactor * max_states_ + 64) return false;
        if (work_ > kMaxWork) return false;
      }
      next_.push_back(to);
    }
    return true;
  }

  const Nfa& nfa_;
  const size_t max_states_;
  uint32_t num_classes_ = 1;
  std::array<uint8_t, 256> byte_class_ = {};

  std::vector<uint32_t> mark_;  // by NFA state: the round it was last visited
  uint32_t round_ = 0;
  std::vector<Nfa::StateId> stack_;
  std::vector<Nfa::StateId> set_;
  std::vector<ClassEdge> gathered_;
  std::vector<uint8_t> cut_;
  uint64_t work_ = 0;

  FlatHash table_;
  std::vector<Nfa::StateId> pool_;  // all sets, one after another
  std::vector<size_t> offsets_ = {0};
  std::vector<uint32_t> next_;
  std::vector<uint8_t> accept_;
};

}  // namespace

Result<Dfa> Determinize(const Nfa& nfa, Nfa::StateId start, size_t max_states) {
  return Determinizer(nfa, max_states).Run(start);
}

}  // namespace polc::automata
