#include "verifier/encode/search.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>

#include "verifier/cells/few.h"
#include "verifier/encode/numbers.h"

namespace polc::verifier {
namespace {

using ir::Kind;
using smt::Bool;
using smt::Not;
using smt::Or;

constexpr int kMaxRounds = 4000;
constexpr uint64_t kMaxSize = 5000;

// The rank of a number, by its thresholds.
size_t RankOf(const smt::Model& model, const Node& node) {
  size_t rank = 0;
  while (rank + 1 < node.ranks() && model.Value(node.AtLeast(rank + 1))) {
    ++rank;
  }
  return rank;
}

}  // namespace

Search::Step Search::GiveUp(std::string why) {
  reason_ = std::move(why);
  return Step::kGaveUp;
}

Found Search::Find(const std::vector<Bool>& assumptions, const char* name) {
  values_wanted_ = true;
  return Ask(assumptions, name);
}

Found Search::Exists(const std::vector<Bool>& assumptions, const char* name) {
  values_wanted_ = false;
  Found found = Ask(assumptions, name);
  found.assignment.clear();
  return found;
}

void Search::Enumerate(Bool accepted, std::vector<Bool> demands, bool show) {
  accepted_ = accepted;
  show_ = show;
  demands_ = std::move(demands);
}

Cells* Search::List() {
  if (cells_ == nullptr) cells_ = std::make_unique<Cells>(*space_, demands_);
  return cells_.get();
}

std::optional<Cells::Share> Search::Weigh(Bool of, Bool part) {
  if (!accepted_) return std::nullopt;
  return List()->Weigh(of, part);
}

std::optional<Found> Search::Look(const std::vector<Bool>& assumptions,
                                  bool with_values) {
  if (!accepted_) return std::nullopt;
  const auto assumed = [&](const Bool& b) { return b == *accepted_; };
  if (!accepted_->is_true() &&
      std::none_of(assumptions.begin(), assumptions.end(), assumed)) {
    if (with_values || !show_) return std::nullopt;
    Cells::Answer answer = AskOfFew(*space_, assumptions);
    if (answer.status == smt::Status::kUnknown) return std::nullopt;
    Found found;
    found.status = answer.status;
    found.core = std::move(answer.core);
    return found;
  }
  Cells::Answer answer = List()->Ask(assumptions);
  if (answer.status == smt::Status::kUnknown) return std::nullopt;
  Found found;
  found.status = answer.status;
  found.core = std::move(answer.core);
  if (answer.status == smt::Status::kSat) {
    found.assignment = cells_->RequestOf(answer.cell);
  }
  return found;
}

Found Search::Ask(const std::vector<Bool>& assumptions, const char* name) {
  if (show_ || !values_wanted_) {
    if (auto found = Look(assumptions, values_wanted_)) {
      return std::move(*found);
    }
  }
  Found found;
  if (space_->too_large()) {
    found.reason = "the requests have too many parts";
    return found;
  }
  if (!space_->context()->has_solver()) {
    space_->context()->NoteMissed();
    return found;
  }
  // Strings past a path's bound come last: they are thousands of bytes long.
  std::vector<Bool> shorter;
  for (const Node* node : space_->nodes()) {
    if (!node->longer.empty()) {
      shorter.push_back(Not(node->longer.begin()->second));
    }
  }
  // What is wanted of a model, in the order in which it is given up.
  std::vector<const std::vector<Bool>*> wishes = {&shorter};
  if (!space_->plain().empty()) wishes.push_back(&space_->plain());
  if (!space_->small().empty()) wishes.push_back(&space_->small());
  std::vector<Bool> asked;
  avoidances_ = 0;
  const auto ask_with_wishes = [&] {
    asked = assumptions;
    if (avoided_) asked.push_back(*avoided_);
    for (const auto* wish : wishes) {
      asked.insert(asked.end(), wish->begin(), wish->end());
    }
  };
  ask_with_wishes();
  for (int round = 0; round < kMaxRounds; ++round) {
    smt::Answer answer = space_->solver()->Check(asked, name);
    if (answer.status == smt::Status::kUnknown) {
      found.reason = answer.reason;
      return found;
    }
    if (answer.status == smt::Status::kUnsat) {
      const size_t wished = assumptions.size() + (avoided_ ? 1 : 0);
      if (!answer.core.empty() && answer.core.back() >= wished) {
        wishes.pop_back();
        ask_with_wishes();
        continue;
      }
      if (!answer.core.empty() && answer.core.back() >= assumptions.size()) {
        found.reason = reason_;
        return found;
      }
      found.status = smt::Status::kUnsat;
      found.core = std::move(answer.core);
      return found;
    }
    switch (Realize(answer.model)) {
      case Step::kDone:
        found.status = smt::Status::kSat;
        found.assignment = std::move(values_);
        found.now = now_;
        return found;
      case Step::kRefined:
        ++refinements_;
        break;
      case Step::kAvoided:
        ask_with_wishes();
        break;
      case Step::kGaveUp:
        found.reason = reason_;
        return found;
    }
  }
  found.reason = "no end of refinements";
  return found;
}

Found Search::Glance(const std::vector<Bool>& assumptions, const char* name) {
  if (auto seen = Look(assumptions, false)) return std::move(*seen);
  Found found;
  if (space_->too_large()) return found;
  if (!space_->context()->has_solver()) {
    space_->context()->NoteMissed();
    return found;
  }
  smt::Answer answer = space_->solver()->CheckOnly(assumptions, name);
  found.status = answer.status;
  found.reason = std::move(answer.reason);
  found.core = std::move(answer.core);
  return found;
}

Search::Step Search::Realize(const smt::Model& model) {
  values_.assign(space_->nodes().size(), {});
  now_ = static_cast<int64_t>(model.Value(space_->now()));
  for (int r = 0; r < ir::kRootCount; ++r) {
    const Node* node = space_->root(static_cast<ir::Root>(r));
    if (node != nullptr) ReadNode(model, *node);
  }
  if (const Step step = ReadLists(model); step != Step::kDone) return step;
  if (const Step step = RealizeStrings(model); step != Step::kDone) return step;
  return RealizeNumbers(model);
}

void Search::ReadNode(const smt::Model& model, const Node& node) {
  NodeValue& value = values_[node.number];
  value.live = true;
  for (int k = 0; k < ir::kKindCount; ++k) {
    if (!model.Value(node.kind[k])) continue;
    value.kind = static_cast<Kind>(k);
    break;
  }
  value.flag = model.Value(node.flag);
  value.extra = model.Value(node.extra);
  const bool list = value.kind == Kind::kList;
  if (!list && value.kind != Kind::kObject) return;
  for (const auto& [step, member] : node.members) {
    if ((step.index >= 0) == list) ReadNode(model, *member);
  }
  if (!list) return;
  for (const auto& [n, at_least] : node.size) {
    if (model.Value(at_least)) value.size = n;
  }
  if (node.shape->counted) {
    value.size = static_cast<uint64_t>(model.Value(node.count));
  }
  for (size_t i = 0; i < node.elements.size(); ++i) {
    if (model.Value(node.active[i])) ReadNode(model, *node.elements[i]);
  }
}

Search::Step Search::ReadLists(const smt::Model&) {
  for (const NodeValue& value : values_) {
    if (value.live && value.size > kMaxSize) {
      return GiveUp("it needs a list of " + std::to_string(value.size) +
                    " elements");
    }
  }
  return Step::kDone;
}

Search::Step Search::RealizeNumbers(const smt::Model& model) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  std::map<std::pair<const Shape*, size_t>, std::vector<Node*>> compared;
  for (Node* node : space_->nodes()) {
    NodeValue& value = values_[node->number];
    if (!value.live || value.kind != Kind::kNumber) continue;
    // Numbers that are not compared always fit.
    if (!values_wanted_ && !node->shape->compared) continue;
    if (node->shape->Leader()->scaled) {
      const Step step = PlaceUnits(model, *node);
      if (step != Step::kDone) return step;
      continue;
    }
    const size_t rank = RankOf(model, *node);
    if (rank % 2 == 1) {
      value.number = node->cuts[rank / 2];
    } else if (node->shape->compared) {
      compared[{node->shape->Leader(), rank}].push_back(node);
    } else {
      const double lo = rank == 0 ? -kInf : node->cuts[rank / 2 - 1];
      const double hi =
          rank / 2 == node->cuts.size() ? kInf : node->cuts[rank / 2];
      const auto picked = node->whole.is_const()     ? PickAny(lo, hi)
                          : model.Value(node->whole) ? Pick(lo, hi, Whole::kYes)
                                                     : Pick(lo, hi, Whole::kNo);
      POLC_CHECK(picked.has_value(), "an interval without numbers");
      value.number = *picked;
    }
  }
  for (auto& [group, nodes] : compared) {
    const auto& cuts = nodes[0]->cuts;
    const size_t i = group.second / 2;
    const double lo = i == 0 ? -kInf : cuts[i - 1];
    const double hi = i == cuts.size() ? kInf : cuts[i];
    const Step step = PlaceNumbers(model, std::move(nodes), lo, hi);
    if (step != Step::kDone) return step;
  }
  return Step::kDone;
}

// A number that is computed with. Where it is a decimal, the decimal says all;
// but not every decimal is a double's.
Search::Step Search::PlaceUnits(const smt::Model& model, const Node& node) {
  if (!values_wanted_) return Step::kDone;
  constexpr double kInf = std::numeric_limits<double>::infinity();
  constexpr auto kNoDouble = "a number with so many digits is hard to find";
  const smt::Wide units = model.Value(node.units);
  NodeValue& value = values_[node.number];
  if (model.Value(node.over) == 0) {
    const auto decimal = Decimal::OfUnits(units);
    if (!decimal) return GiveUp(kNoDouble);
    value.number = std::strtod(decimal->ToString().c_str(), nullptr) + 0.0;
    if (Decimal::OfDouble(value.number) == decimal) return Step::kDone;
    return GiveUp(kNoDouble);
  }
  const size_t rank = RankOf(model, node);
  double lo = rank < 2 ? -kInf : node.cuts[rank / 2 - 1];
  double hi = rank / 2 >= node.cuts.size() ? kInf : node.cuts[rank / 2];
  if (rank % 2 == 1) {
    value.number = node.cuts[rank / 2];
  } else {
    const auto end = [](smt::Wide n) { return static_cast<double>(n) / 1e9; };
    if (units > -Decimal::kBound) lo = std::max(lo, end(units));
    if (units < Decimal::kBound) {
      hi = std::min(hi, units > -Decimal::kBound ? end(units + 1) : -1e15);
    }
    std::optional<Whole> whole;
    if (!node.whole.is_const()) {
      whole = model.Value(node.whole) ? Whole::kYes : Whole::kNo;
    }
    const auto picked = whole ? Pick(lo, hi, *whole) : PickAny(lo, hi);
    if (!picked) return GiveUp(kNoDouble);
    value.number = *picked;
  }
  const DecimalPlace place = PlaceOf(value.number);
  if (place.floor == units && !place.exact) return Step::kDone;
  return GiveUp(kNoDouble);
}

Search::Step Search::PlaceNumbers(const smt::Model& model,
                                  std::vector<Node*> nodes, double lo,
                                  double hi) {
  const auto key = [&](const Node* n) {
    return std::pair(model.Value(n->order), model.Value(n->whole));
  };
  std::sort(nodes.begin(), nodes.end(), [&](Node* a, Node* b) {
    return std::pair(key(a), a->number) < std::pair(key(b), b->number);
  });
  for (const bool least : {false, true}) {
    double at = lo;
    bool placed = true;
    for (size_t i = 0; i < nodes.size() && placed; ++i) {
      if (i > 0 && key(nodes[i]) == key(nodes[i - 1])) {
        values_[nodes[i]->number].number = at;
        continue;
      }
      std::optional<Whole> whole;
      if (!nodes[i]->whole.is_const()) {
        whole = model.Value(nodes[i]->whole) ? Whole::kYes : Whole::kNo;
      }
      const auto value = least   ? PickLeast(at, hi, whole)
                         : whole ? Pick(at, hi, *whole)
                                 : PickAny(at, hi);
      placed = value.has_value();
      if (placed) values_[nodes[i]->number].number = at = *value;
    }
    if (placed) return Step::kDone;
  }
  // Too few numbers between the cuts for this order.
  std::vector<Bool> block;
  const size_t rank = RankOf(model, *nodes[0]);
  for (size_t i = 0; i < nodes.size(); ++i) {
    block.push_back(Not(nodes[i]->RankIs(rank)));
    if (!nodes[i]->whole.is_const()) {
      const bool whole = model.Value(nodes[i]->whole);
      block.push_back(whole ? Not(nodes[i]->whole) : nodes[i]->whole);
    }
    if (i == 0) continue;
    const bool equal =
        model.Value(nodes[i]->order) == model.Value(nodes[i - 1]->order);
    const auto& a = nodes[i - 1]->order;
    const auto& b = nodes[i]->order;
    block.push_back(Not(equal ? smt::Equal(a, b) : smt::Less(a, b)));
  }
  space_->solver()->Add(Or(block));
  return Step::kRefined;
}

}  // namespace polc::verifier
