// Lists. A list is as long as the thresholds say that tests tell apart. Its
// elements are those that are read by index, and as many more as quantifiers
// range over it; further places repeat one of these.
#include "verifier/encode/space.h"

namespace polc::verifier {
namespace {

using ir::Kind;
using smt::And;
using smt::Bool;
using smt::Implies;

// The least size at which `count` places are not among `indexed` (sorted).
uint64_t SizeFor(uint64_t count, const std::vector<uint64_t>& indexed) {
  uint64_t size = count;
  for (const uint64_t i : indexed) {
    if (i < size) ++size;
  }
  return size;
}

}  // namespace

void Space::MakeList(Node* node) {
  Shape* shape = node->shape;
  std::vector<uint64_t> indexed;
  std::set<uint64_t> thresholds = shape->sizes;
  for (const auto& [step, member] : node->members) {
    if (step.index < 0) continue;
    indexed.push_back(static_cast<uint64_t>(step.index));
    thresholds.insert(indexed.back() + 1);
  }
  const size_t floating = shape->quantifiers.size();
  for (size_t i = 0; i < floating; ++i) {
    thresholds.insert(SizeFor(i + 1, indexed));
  }
  if (floating > 0) thresholds.insert(1);
  Bool smaller = Bool::Of(true);
  for (const uint64_t n : thresholds) {
    const Bool b =
        context_->FreshBool(NodeName(*node) + ".size" + std::to_string(n));
    Add(Implies(b, smaller));
    node->size[n] = smaller = b;
  }
  for (size_t i = 0; i < floating; ++i) {
    const Bool active =
        context_->FreshBool(NodeName(*node) + ".has" + std::to_string(i));
    Add(Implies(active, node->size[SizeFor(i + 1, indexed)]));
    if (i > 0) Add(Implies(active, node->active.back()));
    node->active.push_back(active);
    node->elements.push_back(Make(shape->Element(), node));
  }
  if (shape->counted) {
    constexpr int64_t kMost = int64_t{1} << 32;
    node->count = Between(NodeName(*node) + ".count", 0, kMost);
    for (const auto& [n, at_least] : node->size) {
      Add(smt::Iff(at_least, smt::LessEqual(smt::Int::Of(n), node->count)));
    }
    Prefer(&small_, smt::Less(node->count, smt::Int::Of(20)));
  }
  LinkElements(node);
}

// What is not a list is an error; in an empty one nothing is found.
Tri Space::OpenMember(Node* list) {
  const Bool is_list = list->Is(Kind::kList);
  if (is_list.is_false()) return Tri::Of(ir::Verdict::kError);
  MarkApproximate();
  const Bool filled = list->size.at(1);
  const Bool has_value = context_->FreshBool("member_has_value");
  const Bool found = context_->FreshBool("member");
  const Bool looked = And({is_list, filled, has_value});
  return {And(looked, found),
          smt::Or(And(looked, Not(found)), And(is_list, Not(filled)))};
}

void Space::LinkElements(Node* node) {
  const Bool list = node->Is(Kind::kList);
  bool first_indexed = false;
  for (const auto& [step, member] : node->members) {
    if (step.index < 0) continue;
    first_indexed |= step.index == 0;
    const Bool there = node->size[static_cast<uint64_t>(step.index) + 1];
    Add(Implies(list, smt::Iff(Not(member->Is(Kind::kMissing)), there)));
  }
  if (node->elements.empty() || first_indexed) return;
  // Something has to stand at the first place of a list that has one.
  Add(Implies(And(list, node->size[1]), node->active[0]));
}

}  // namespace polc::verifier
