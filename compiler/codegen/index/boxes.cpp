#include "compiler/codegen/index/boxes.h"

#include <algorithm>

namespace polc::codegen {
namespace {

using ir::Cond;
using ir::CondId;
using ir::CondKind;

// A union of more boxes becomes one that holds them all.
constexpr size_t kMaxBoxes = 8;

Box MeetBoxes(const Box& a, const Box& b) {
  Box out;
  out.reserve(a.size() + b.size());
  auto x = a.begin();
  auto y = b.begin();
  while (x != a.end() || y != b.end()) {
    if (y == b.end() || (x != a.end() && x->first < y->first)) {
      out.push_back(*x++);
    } else if (x == a.end() || y->first < x->first) {
      out.push_back(*y++);
    } else {
      const bool same = x->second == y->second;
      out.emplace_back(x->first, same ? x->second
                                      : std::make_shared<const ValueSet>(
                                            Meet(*x->second, *y->second)));
      ++x;
      ++y;
    }
  }
  return out;
}

// The fields that both bound.
Box JoinBoxes(const Box& a, const Box& b) {
  Box out;
  for (const auto& [field, set] : a) {
    const ValueSet* other = Find(b, field);
    if (other == nullptr) continue;
    auto both = set.get() == other
                    ? set
                    : std::make_shared<const ValueSet>(Join(*set, *other));
    if (!both->is_all()) out.emplace_back(field, std::move(both));
  }
  return out;
}

Box Hull(const Boxes& boxes) {
  Box all = boxes[0];
  for (const Box& box : boxes) all = JoinBoxes(all, box);
  return all;
}

// Boxes of one field join without loss.
bool AreOfOneField(const Box& a, const Box& b) {
  return a.size() == 1 && b.size() == 1 && a[0].first == b[0].first;
}

void AddBox(Boxes* boxes, const Box& box) {
  for (Box& other : *boxes) {
    if (!AreOfOneField(other, box)) continue;
    other = JoinBoxes(other, box);
    return;
  }
  boxes->push_back(box);
}

}  // namespace

const ValueSet* Find(const Box& box, ir::FieldId field) {
  const auto at = std::lower_bound(
      box.begin(), box.end(), field,
      [](const auto& item, ir::FieldId id) { return item.first < id; });
  return at != box.end() && at->first == field ? at->second.get() : nullptr;
}

BoxMaker::Shared BoxMaker::Make(CondId id, bool wanted) {
  auto& known = known_[wanted ? 1 : 0];
  const auto found = known.find(id);
  if (found != known.end()) return found->second;
  Shared made = Compute(id, wanted);
  known.emplace(id, made);
  return made;
}

BoxMaker::Shared BoxMaker::Compute(CondId id, bool wanted) {
  const Cond& cond = module_.cond(id);
  switch (cond.kind) {
    case CondKind::kConst: {
      const bool never =
          cond.verdict == (wanted ? ir::Verdict::kFalse : ir::Verdict::kTrue);
      return std::make_shared<const Boxes>(never ? Boxes() : Boxes(1));
    }
    case CondKind::kTest:
    case CondKind::kAll:
      return Tested(cond, wanted);
    case CondKind::kNot:
      return Make(cond.operands[0], !wanted);
    case CondKind::kAnd:
      return wanted ? All(cond, wanted) : Any(cond, wanted);
    case CondKind::kOr:
      return wanted ? Any(cond, wanted) : All(cond, wanted);
    default:
      // Of two fields, or of a kind that the index has not learned.
      return std::make_shared<const Boxes>(Boxes(1));
  }
}

// A test, or a quantifier: it looks at its list, and may be anything then.
BoxMaker::Shared BoxMaker::Tested(const Cond& cond, bool wanted) const {
  Boxes boxes(1);
  if (module_.field(cond.field).root != ir::Root::kElement) {
    ValueSet set = ValuesOf(module_, langs_, cond, wanted);
    if (set.kinds == 0) return std::make_shared<const Boxes>();
    if (!set.is_all()) {
      boxes[0].emplace_back(cond.field,
                            std::make_shared<const ValueSet>(std::move(set)));
    }
  }
  return std::make_shared<const Boxes>(std::move(boxes));
}

// An `and` is not false where no operand is.
BoxMaker::Shared BoxMaker::All(const Cond& cond, bool wanted) {
  Boxes all(1);
  for (const CondId operand : cond.operands) {
    const Shared one = Make(operand, wanted);
    if (one->empty()) return one;
    Boxes next;
    if (all.size() * one->size() <= kMaxBoxes) {
      for (const Box& a : all) {
        for (const Box& b : *one) next.push_back(MeetBoxes(a, b));
      }
    } else {
      const Box hull = Hull(*one);
      for (const Box& a : all) next.push_back(MeetBoxes(a, hull));
    }
    all = std::move(next);
  }
  return std::make_shared<const Boxes>(std::move(all));
}

BoxMaker::Shared BoxMaker::Any(const Cond& cond, bool wanted) {
  Boxes all;
  for (const CondId operand : cond.operands) {
    for (const Box& box : *Make(operand, wanted)) AddBox(&all, box);
    if (all.size() > kMaxBoxes) all = {Hull(all)};
    if (all.size() == 1 && all[0].empty()) break;
  }
  return std::make_shared<const Boxes>(std::move(all));
}

}  // namespace polc::codegen
