#include "verifier/cells/kinds.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "verifier/cells/residue.h"

namespace polc::verifier {
namespace {

using ir::Kind;
using smt::Bool;
using smt::NodeNo;
using smt::Wide;

constexpr size_t kMostStates = 20'000;
constexpr size_t kMostRests = 500'000;
const Wide kMostKinds =
    Wide{1'000'000'000'000'000'000} * Wide{1'000'000'000'000'000'000};

// What is left of a question: whether it matches, is taken, is accepted.
using Rest = std::array<Residues::No, 3>;

// What is known of requests whose counted arguments have some values. Others
// may still have any, which leave different rests.
struct State {
  std::set<Rest> rests;
  bool endless = false;  // they are any number
  auto operator<=>(const State&) const = default;
};

// Ways of a part that give the counted fields the same values.
struct Group {
  Wide weight = 1;
  bool endless = false;
  std::set<std::set<NodeNo>> held;
};

bool IsCut(const Node& node, double number) {
  return std::binary_search(node.cuts.begin(), node.cuts.end(), number + 0.0);
}

// Texts that are too many to list are as good as any text.
bool MayBeText(const Node* node) {
  return !node->fixed && !node->Is(Kind::kString).is_false();
}

// The value of a node in one way: what is not written down follows from the
// node above.
NodeValue ValueOf(const Node& node, const std::map<size_t, NodeValue>& values) {
  const auto it = values.find(node.number);
  if (it != values.end()) return it->second;
  NodeValue value;
  if (node.parent == nullptr) return value;
  const Kind above = ValueOf(*node.parent, values).kind;
  const bool absent = above == Kind::kMissing || above == Kind::kNull;
  value.kind = absent ? Kind::kMissing : Kind::kBad;
  return value;
}

class Grouping {
 public:
  Grouping(const Space& space, const Spoken& spoken)
      : facts_(space.facts()), spoken_(spoken) {}

  std::vector<Group> GroupsOf(const Part& part,
                              const std::vector<const Node*>& fields) {
    std::map<std::vector<std::tuple<Kind, std::string, double, bool>>, Group>
        groups;
    for (const Way& way : part.ways) {
      const std::map<size_t, NodeValue> values(way.values.begin(),
                                               way.values.end());
      std::vector<std::tuple<Kind, std::string, double, bool>> key;
      Wide weight = 1;
      bool endless = false;
      for (const Node* field : fields) {
        const NodeValue value = ValueOf(*field, values);
        key.emplace_back(value.kind, value.text, value.number, value.flag);
        const size_t like = Like(*field, value);
        endless |= like == 0;
        if (like > 1) weight *= static_cast<Wide>(like);
        if (weight > kMostKinds) endless = true, weight = 1;
      }
      Group& group = groups[key];
      group.weight = weight;
      group.endless = endless;
      std::set<NodeNo> held;
      for (const NodeNo unknown : way.holds) {
        if (spoken_.contains(unknown)) held.insert(unknown);
      }
      group.held.insert(std::move(held));
    }
    // What nothing tells apart is taken together.
    std::map<std::pair<std::set<std::set<NodeNo>>, bool>, Wide> alike;
    for (auto& [key, group] : groups) {
      alike[{std::move(group.held), group.endless}] += group.weight;
    }
    std::vector<Group> out;
    for (const auto& [what, weight] : alike) {
      out.push_back({weight, what.second, what.first});
    }
    return out;
  }

 private:
  // How many values it stands for; 0: any number.
  size_t Like(const Node& node, const NodeValue& value) {
    switch (value.kind) {
      case Kind::kList:
      case Kind::kObject:
        return 0;
      case Kind::kNumber:
        return IsCut(node, value.number) ? 1 : 0;
      case Kind::kString: {
        if (node.fixed) return 1;
        std::vector<LangNo> languages;
        for (const auto& [lang, in] : node.in) {
          if (!in.is_const() && spoken_.contains(in.node())) {
            languages.push_back(lang);
          }
        }
        if (!node.longer.empty() &&
            HasLonger(languages, node.longer.begin()->first)) {
          return 0;
        }
        return TextsLike(facts_, languages, value.text);
      }
      default:
        return 1;
    }
  }

  // Those that pass a bound in bytes are told apart by it, and not listed.
  bool HasLonger(const std::vector<LangNo>& languages, uint32_t bytes) {
    return std::any_of(languages.begin(), languages.end(), [&](LangNo lang) {
      const std::vector<std::string>* members = facts_->Members(lang);
      return members != nullptr &&
             std::any_of(members->begin(), members->end(),
                         [&](const auto& m) { return m.size() > bytes; });
    });
  }

  Facts* facts_;
  const Spoken& spoken_;
};

}  // namespace

Kinds::Kinds(const Space& space, std::vector<Bool> demands)
    : space_(space), demands_(std::move(demands)) {
  demands_.insert(demands_.end(), space.joint().begin(), space.joint().end());
  size_t top = 0;
  for (int r = 0; r < ir::kRootCount; ++r) {
    const Node* root = space.root(static_cast<ir::Root>(r));
    if (root == nullptr) continue;
    if (!root->Is(Kind::kObject).is_true()) {
      Number(*root, top++);
      continue;
    }
    node_tops_[root] = top;
    if (!root->extra.is_const()) tops_[root->extra.node()] = top;
    ++top;
    for (const auto& [step, member] : root->members) Number(*member, top++);
  }
  for (const Bool& demand : demands_) abouts_.push_back(AboutOf(demand));
}

// As the parts of a request are made.
void Kinds::Number(const Node& node, size_t top) {
  node_tops_[&node] = top;
  const auto note = [&](Bool unknown) {
    if (!unknown.is_const()) tops_[unknown.node()] = top;
  };
  for (const Bool& kind : node.kind) note(kind);
  note(node.flag);
  note(node.extra);
  note(node.whole);
  for (const auto& [lang, in] : node.in) note(in);
  for (const auto& [bytes, longer] : node.longer) note(longer);
  for (const Bool& at_least : node.at_least) note(at_least);
  for (const auto& [n, size] : node.size) note(size);
  for (const Bool& active : node.active) note(active);
  for (const auto& [step, member] : node.members) Number(*member, top);
  for (const auto& element : node.elements) Number(*element, top);
}

Kinds::About Kinds::AboutOf(Bool b) const {
  About about;
  AddSpoken(*space_.context(), b, &about.spoken);
  for (const NodeNo unknown : about.spoken) {
    const auto top = tops_.find(unknown);
    if (top == tops_.end()) {
      about.of_parts_alone = false;
    } else {
      about.tops.insert(top->second);
    }
  }
  return about;
}

Kinds::Count Kinds::Of(const std::vector<const Node*>& fields, Bool matches,
                       Bool taken) const {
  Count count;
  // The parts that the fields are in, and those that demands tie to them.
  About all = AboutOf(matches);
  const About of_taken = AboutOf(taken);
  all.spoken.insert(of_taken.spoken.begin(), of_taken.spoken.end());
  all.tops.insert(of_taken.tops.begin(), of_taken.tops.end());
  if (!all.of_parts_alone || !of_taken.of_parts_alone) {
    return {.status = Status::kTied};
  }
  std::set<size_t> counted;
  for (const Node* field : fields) counted.insert(node_tops_.at(field));
  all.tops.insert(counted.begin(), counted.end());
  // Of a member that no condition of the slice tells apart there is no part.
  for (const Node* field : fields) {
    for (const Bool& kind : field->kind) {
      if (!kind.is_const()) all.spoken.insert(kind.node());
    }
  }
  std::vector<Bool> demands;
  std::vector<bool> used(demands_.size());
  for (bool more = true; more;) {
    more = false;
    for (size_t d = 0; d < demands_.size(); ++d) {
      const About& about = abouts_[d];
      const bool touches =
          std::any_of(about.tops.begin(), about.tops.end(),
                      [&](size_t top) { return all.tops.contains(top); });
      if (used[d] || !touches) continue;
      if (!about.of_parts_alone) return {.status = Status::kTied};
      used[d] = more = true;
      demands.push_back(demands_[d]);
      all.tops.insert(about.tops.begin(), about.tops.end());
      all.spoken.insert(about.spoken.begin(), about.spoken.end());
    }
  }
  Residues residues;
  const auto take = [&](Bool b) { return residues.Take(*space_.context(), b); };
  const auto match = take(matches);
  const auto take_away = take(taken);
  const auto accept = take(smt::And(demands));
  if (!match || !take_away || !accept) return {.status = Status::kTied};
  Grouping grouping(space_, all.spoken);
  std::map<State, Wide> states = {
      {{{Rest{*match, *take_away, *accept}}, false}, 1}};
  for (const Part& part : PartsSpokenOf(space_, all.spoken)) {
    if (part.unknowns.empty()) continue;
    const size_t top = tops_.at(part.unknowns[0]);
    std::vector<const Node*> here;
    for (const Node* field : fields) {
      if (node_tops_.at(field) == top) here.push_back(field);
    }
    if (!part.all) {
      const bool is_text = std::any_of(here.begin(), here.end(), MayBeText);
      return {.status = is_text ? Status::kUncounted : Status::kTooMany};
    }
    if (here.empty() && !part.IsWhole()) return {.status = Status::kTied};
    const std::set<NodeNo> unknowns(part.unknowns.begin(), part.unknowns.end());
    const std::vector<Group> groups = grouping.GroupsOf(part, here);
    std::vector<std::vector<Residues::Values>> values(groups.size());
    for (size_t g = 0; g < groups.size(); ++g) {
      for (const std::set<NodeNo>& held : groups[g].held) {
        values[g].push_back({&unknowns, &held});
      }
    }
    std::map<State, Wide> next;
    for (const auto& [state, weight] : states) {
      for (size_t g = 0; g < groups.size(); ++g) {
        const Group& group = groups[g];
        State after;
        for (const Rest& rest : state.rests) {
          for (Residues::Values& with : values[g]) {
            Rest left;
            left[0] = residues.Restrict(rest[0], &with);
            if (left[0] == Residues::kFalse) continue;
            left[2] = residues.Restrict(rest[2], &with);
            if (left[2] == Residues::kFalse) continue;
            left[1] = residues.Restrict(rest[1], &with);
            after.rests.insert(left);
          }
        }
        if (after.rests.empty()) continue;
        after.endless = state.endless || group.endless;
        Wide& sum = next[after];
        if (weight > kMostKinds / group.weight ||
            (sum += weight * group.weight) > kMostKinds) {
          return {.status = Status::kUncounted};
        }
      }
      if (next.size() > kMostStates || residues.size() > kMostRests) {
        return {.status = Status::kTooMany};
      }
    }
    states = std::move(next);
  }
  for (const auto& [state, weight] : states) {
    if (state.endless) return {.status = Status::kUncounted};
    count.all += weight;
    if ((*state.rests.begin())[1] == Residues::kTrue) count.taken += weight;
  }
  return count;
}

}  // namespace polc::verifier
