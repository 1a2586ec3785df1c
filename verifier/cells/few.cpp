#include "verifier/cells/few.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace polc::verifier {
using smt::Bool;
using smt::NodeNo;

// What shares no part is asked apart: each product is small.
Cells::Answer AskOfFew(const Space& space, const std::vector<Bool>& asked) {
  std::vector<Spoken> spoken(asked.size());
  Spoken all;
  for (size_t i = 0; i < asked.size(); ++i) {
    if (asked[i].is_false()) {
      return {.status = smt::Status::kUnsat, .cell = 0, .core = {i}};
    }
    if (asked[i].is_true()) continue;
    AddSpoken(*space.context(), asked[i], &spoken[i]);
    all.insert(spoken[i].begin(), spoken[i].end());
  }
  // What holds between parts cannot be told from some of them.
  if (!space.joint().empty()) return {};
  const std::vector<Part> parts = PartsSpokenOf(space, all);
  std::unordered_map<NodeNo, size_t> part_of;
  for (size_t p = 0; p < parts.size(); ++p) {
    for (const NodeNo unknown : parts[p].unknowns) part_of[unknown] = p;
  }
  std::vector<size_t> group(parts.size());
  std::iota(group.begin(), group.end(), size_t{0});
  const auto find = [&](size_t p) {
    while (group[p] != p) p = group[p];
    return p;
  };
  for (const Spoken& of : spoken) {
    std::optional<size_t> first;
    for (const NodeNo unknown : of) {
      const auto part = part_of.find(unknown);
      if (part == part_of.end()) return {};
      if (first) group[find(part->second)] = find(*first);
      first = part->second;
    }
  }
  Cells::Answer answer;
  answer.status = smt::Status::kSat;
  for (size_t g = 0; g < parts.size(); ++g) {
    if (group[g] != g) continue;
    std::vector<Part> of;
    for (size_t p = 0; p < parts.size(); ++p) {
      if (find(p) == g) of.push_back(parts[p]);
    }
    std::vector<Bool> about;
    std::vector<size_t> places;
    for (size_t i = 0; i < asked.size(); ++i) {
      if (spoken[i].empty()) continue;
      if (find(part_of[*spoken[i].begin()]) != g) continue;
      about.push_back(asked[i]);
      places.push_back(i);
    }
    Cells::Answer one = Cells(space, std::move(of)).Ask(about);
    if (one.status == smt::Status::kUnsat) {
      for (size_t& i : one.core) i = places[i];
      return one;
    }
    if (one.status == smt::Status::kUnknown) answer.status = one.status;
  }
  return answer;
}

}  // namespace polc::verifier
