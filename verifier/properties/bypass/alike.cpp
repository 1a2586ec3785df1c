#include "verifier/properties/bypass/alike.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "verifier/properties/bypass/machine.h"

namespace polc::verifier {
namespace {

using automata::Dfa;
using Status = AlikePair::Status;

// What a walk has come to: the machine's place and each automaton's.
using Place = std::u32string;

struct Reached {
  Place at;
  size_t from = 0;
  int first = Machine::kNothing;  // the bytes of the last move
  int second = Machine::kNothing;
};

class Walk {
 public:
  Walk(Alike way, const Memberships& first, const Memberships& second,
       bool differ, size_t max_states)
      : machine_(way), differ_(differ), max_states_(max_states) {
    Add(first, &first_);
    Add(second, &second_);
    for (const Dfa* dfa : first_.all) all_.push_back(dfa);
    for (const Dfa* dfa : second_.all) all_.push_back(dfa);
    ChooseBytes();
  }

  AlikePair Run() {
    Place start = {static_cast<char32_t>(machine_.start()), 0};
    for (const Dfa* dfa : all_) start += static_cast<char32_t>(dfa->start);
    known_.emplace(start, 0);
    states_.push_back({start});
    for (size_t i = 0; i < states_.size(); ++i) {
      if (Accepts(states_[i].at)) return Pair(i);
      const Place at = states_[i].at;  // the table grows
      machine_.ForMoves(static_cast<int>(at[0]), bytes_,
                        [&](const Machine::Move& move) { Step(at, i, move); });
      if (states_.size() > max_states_) return {Status::kBound, {}, {}};
    }
    return {};
  }

 private:
  struct Side {
    std::vector<const Dfa*> all;
    std::vector<bool> in;
    std::vector<std::optional<uint32_t>> dead;
  };

  static void Add(const Memberships& wanted, Side* side) {
    side->all = {&automata::NulFree()};
    side->all.insert(side->all.end(), wanted.in.begin(), wanted.in.end());
    side->in.assign(side->all.size(), true);
    side->all.insert(side->all.end(), wanted.out.begin(), wanted.out.end());
    side->in.resize(side->all.size(), false);
    for (const Dfa* dfa : side->all) {
      side->dead.push_back(automata::DeadState(*dfa));
    }
  }

  // One byte of each sort that the machine and all automata treat alike, in
  // either case; readable ones first.
  void ChooseBytes() {
    std::vector<int> order;
    for (const char* range : {"az", "09", "AZ", " ~"}) {
      for (int b = range[0]; b <= range[1]; ++b) order.push_back(b);
    }
    for (int b = 1; b < 256; ++b) order.push_back(b);
    std::set<std::vector<int>> seen;
    for (const int b : order) {
      std::vector<int> sort = {Machine::SortOf(b)};
      for (const Dfa* dfa : all_) {
        sort.push_back(dfa->byte_class[static_cast<uint8_t>(b)]);
        sort.push_back(
            dfa->byte_class[static_cast<uint8_t>(Machine::OtherCase(b))]);
      }
      if (seen.insert(std::move(sort)).second) bytes_.push_back(b);
    }
  }

  bool Accepts(const Place& at) const {
    if (differ_ && at[1] == 0) return false;
    if (!machine_.MayEnd(static_cast<int>(at[0]))) return false;
    size_t k = 2;
    for (const Side* side : {&first_, &second_}) {
      for (size_t d = 0; d < side->all.size(); ++d, ++k) {
        if ((side->all[d]->accept[at[k]] != 0) != side->in[d]) return false;
      }
    }
    return true;
  }

  void Step(const Place& at, size_t from, const Machine::Move& move) {
    Place next = at;
    next[0] = static_cast<char32_t>(move.to);
    if (move.first != move.second) next[1] = 1;
    size_t k = 2;
    for (const Side* side : {&first_, &second_}) {
      const int byte = side == &first_ ? move.first : move.second;
      for (size_t d = 0; d < side->all.size(); ++d, ++k) {
        if (byte == Machine::kNothing) continue;
        const uint32_t to =
            side->all[d]->Step(next[k], static_cast<uint8_t>(byte));
        if (side->in[d] && side->dead[d] == to) return;
        next[k] = static_cast<char32_t>(to);
      }
    }
    if (!known_.emplace(next, states_.size()).second) return;
    states_.push_back({std::move(next), from, move.first, move.second});
  }

  AlikePair Pair(size_t i) const {
    AlikePair pair;
    pair.status = Status::kFound;
    for (; i != 0; i = states_[i].from) {
      const Reached& r = states_[i];
      if (r.first != Machine::kNothing) {
        pair.first += static_cast<char>(r.first);
      }
      if (r.second != Machine::kNothing) {
        pair.second += static_cast<char>(r.second);
      }
    }
    std::reverse(pair.first.begin(), pair.first.end());
    std::reverse(pair.second.begin(), pair.second.end());
    return pair;
  }

  Machine machine_;
  bool differ_;
  size_t max_states_;
  Side first_, second_;
  std::vector<const Dfa*> all_;
  std::vector<int> bytes_;
  std::vector<Reached> states_;
  std::unordered_map<Place, size_t> known_;
};

}  // namespace

AlikePair FindAlike(const std::vector<Alike>& ways, const Memberships& first,
                    const Memberships& second, bool differ, size_t max_states) {
  bool bound = false;
  for (const Alike way : ways) {
    AlikePair pair = Walk(way, first, second, differ, max_states).Run();
    if (pair.status == Status::kFound) return pair;
    bound |= pair.status == Status::kBound;
  }
  return {bound ? Status::kBound : Status::kEmpty, {}, {}};
}

}  // namespace polc::verifier
