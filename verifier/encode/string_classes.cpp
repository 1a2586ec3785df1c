// A walk through the product of the automata, breadth first: the states that
// are reached by whole strings are the combinations of memberships.
#include "verifier/encode/string_classes.h"

#include <algorithm>
#include <map>
#include <set>

namespace polc::verifier {
namespace {

using automata::Dfa;

constexpr size_t kMaxStates = 6'000;
constexpr size_t kMaxClasses = 512;
constexpr size_t kMaxSteps = 8'000'000;  // of single automata

// One byte of each class that all automata treat alike, readable ones first.
std::vector<uint8_t> BytesToTry(const std::vector<const Dfa*>& all) {
  std::vector<uint8_t> order;
  const auto range = [&](int first, int last) {
    for (int b = first; b <= last; ++b) {
      order.push_back(static_cast<uint8_t>(b));
    }
  };
  range('a', 'z');
  range('0', '9');
  range('A', 'Z');
  for (int b = 0x20; b < 0x7F; ++b) {
    if (std::find(order.begin(), order.end(), b) == order.end()) {
      order.push_back(static_cast<uint8_t>(b));
    }
  }
  range(0x80, 0xFF);
  range(0x00, 0x1F);
  order.push_back(0x7F);
  std::vector<uint8_t> bytes;
  std::set<std::vector<uint8_t>> seen;
  for (const uint8_t b : order) {
    std::vector<uint8_t> classes;
    for (const Dfa* dfa : all) classes.push_back(dfa->byte_class[b]);
    if (seen.insert(std::move(classes)).second) bytes.push_back(b);
  }
  return bytes;
}

struct Reached {
  std::vector<uint32_t> at;  // by automaton
  size_t from = 0;
  uint8_t byte = 0;
};

std::string TextOf(const std::vector<Reached>& states, size_t i) {
  std::string text;
  for (; i != 0; i = states[i].from) {
    text += static_cast<char>(states[i].byte);
  }
  std::reverse(text.begin(), text.end());
  return text;
}

}  // namespace

std::optional<std::vector<StringClass>> SplitStrings(
    std::span<const Dfa* const> languages) {
  // The first decides what is a string at all.
  std::vector<const Dfa*> all = {&automata::NulFree()};
  all.insert(all.end(), languages.begin(), languages.end());
  const auto dead = automata::DeadState(*all[0]);
  const std::vector<uint8_t> bytes = BytesToTry(all);
  std::vector<Reached> states(1);
  for (const Dfa* dfa : all) states[0].at.push_back(dfa->start);
  std::map<std::vector<uint32_t>, size_t> known = {{states[0].at, 0}};
  std::vector<StringClass> classes;
  std::set<std::vector<bool>> seen;
  size_t steps = 0;
  std::vector<uint32_t> next(all.size());
  for (size_t i = 0; i < states.size(); ++i) {
    std::vector<bool> in;
    for (size_t k = 0; k < all.size(); ++k) {
      in.push_back(all[k]->accept[states[i].at[k]] != 0);
    }
    if (in[0]) {
      in.erase(in.begin());
      if (seen.insert(in).second) classes.push_back({TextOf(states, i), in});
      if (classes.size() > kMaxClasses) return std::nullopt;
    }
    for (const uint8_t byte : bytes) {
      steps += all.size();
      for (size_t k = 0; k < all.size(); ++k) {
        next[k] = all[k]->Step(states[i].at[k], byte);
      }
      if (dead && next[0] == *dead) continue;
      if (!known.emplace(next, states.size()).second) continue;
      states.push_back({next, i, byte});
      if (states.size() > kMaxStates || steps > kMaxSteps) return std::nullopt;
    }
  }
  return classes;
}

}  // namespace polc::verifier
