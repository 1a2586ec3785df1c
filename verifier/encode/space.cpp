#include "verifier/encode/space.h"

#include <algorithm>
#include <limits>

#include "verifier/encode/numbers.h"

namespace polc::verifier {
namespace {

using ir::Kind;
using ir::Root;
using smt::And;
using smt::Bool;
using smt::Implies;
using smt::Int;
using smt::Not;
using smt::Or;

constexpr size_t kMaxNodes = 20'000;
// Pairs of languages whose relation is asked for; the rest shows in models.
constexpr size_t kMaxLemmaPairs = 600'000;
constexpr size_t kMaxEnum = 64;
// Numbers between two cuts that may have to be told apart.
constexpr int64_t kMaxOrder = 15;

const std::vector<Kind> kPresent = {Kind::kNull,   Kind::kBool,   Kind::kNumber,
                                    Kind::kBigInt, Kind::kString, Kind::kList,
                                    Kind::kObject};

std::vector<Kind> MemberKinds() {
  std::vector<Kind> kinds = kPresent;
  kinds.push_back(Kind::kMissing);
  kinds.push_back(Kind::kBad);
  return kinds;
}

std::vector<Kind> KindsOf(const Shape& shape) {
  if (shape.parent == nullptr) {
    if (shape.root == Root::kSubject) return {Kind::kString, Kind::kMissing};
    if (shape.root == Root::kSession) return {Kind::kString, Kind::kBad};
    return {Kind::kString};
  }
  // A mark that is not held is not there.
  if (shape.root == Root::kMarks) return {Kind::kBool, Kind::kMissing};
  if (shape.root == Root::kRoles && shape.parent->parent == nullptr) {
    if (shape.is_element) return {Kind::kString};
    if (shape.step.index >= 0) return {Kind::kString, Kind::kMissing};
  }
  return shape.is_element ? kPresent : MemberKinds();
}

}  // namespace

// Without quantifiers each step of a path is one value, and each key that is
// listed by name.
bool MayBeTooLarge(const ir::Module& module) {
  size_t most = ir::kRootCount;
  for (const ir::Field& field : module.fields) most += field.steps.size();
  for (const ir::Cond& cond : module.conds) {
    if (cond.kind == ir::CondKind::kAll) return true;
    most += cond.test.keys.size();
  }
  return most > kMaxNodes;
}

Bool Node::AtLeast(size_t rank) const {
  if (rank == 0) return Bool::Of(true);
  return rank < at_least.size() ? at_least[rank] : Bool::Of(false);
}

Bool Node::RankIs(size_t rank) const {
  return And(AtLeast(rank), Not(AtLeast(rank + 1)));
}

Space::Space(const ir::Module& module, const Slice& slice, Shapes* shapes,
             Facts* facts, smt::Context* context, smt::Solver* solver)
    : module_(module),
      slice_(slice),
      shapes_(shapes),
      facts_(facts),
      context_(context),
      solver_(solver) {
  for (int i = 0; i < ir::kRootCount; ++i) MakeRoot(static_cast<Root>(i));
  // Nobody holds a mark whose key the request does not have.
  if (Node* marks = root(Root::kMarks)) {
    for (const ir::Mark& mark : module.marks) {
      const auto held = marks->members.find({mark.name, -1});
      if (held == marks->members.end()) continue;
      const Node* key = Resolve(mark.key.field, nullptr);
      AddJoint(Implies(held->second->Is(Kind::kBool), key->Is(Kind::kString)));
    }
  }
  // A resource's URI is also its argument.
  Node* resource = root(Root::kResource);
  Node* args = root(Root::kArgs);
  if (slice.target == Slice::Target::kResource && resource != nullptr) {
    const auto uri = args->members.find({"uri", -1});
    if (uri != args->members.end()) {
      AddJoint(uri->second->Is(Kind::kString));
      AddJoint(SameString(resource, uri->second.get()));
    }
  }
}

void Space::MakeRoot(Root r) {
  if (r == Root::kElement) return;
  Shape* shape = shapes_->root(r);
  const bool open = !FixedValue(slice_, r).has_value();
  const bool named = r == Root::kServer || r == Root::kMethod ||
                     r == Root::kTool || r == Root::kResource ||
                     r == Root::kPrompt;
  if (!shape->used && r != Root::kArgs && !(open && named)) return;
  if (r == Root::kServer && open) {
    shape->Leader()->languages.insert(facts_->Strings(slice_.other_servers));
  }
  if (r == Root::kMethod && open) {
    shape->Leader()->languages.insert(facts_->Strings(slice_.other_methods));
  }
  if (r == Root::kTool && open) {
    shape->Leader()->languages.insert(facts_->Strings(slice_.other_tools));
    shape->Leader()->languages.insert(facts_->ToolNames());
  }
  roots_[static_cast<size_t>(r)] = Make(shape, nullptr);
  Node* node = root(r);
  const auto outside = [&](const std::vector<std::string>& names) {
    AddJoint(Not(node->in[facts_->Strings(names)]));
  };
  if (r == Root::kServer && open) outside(slice_.other_servers);
  if (r == Root::kMethod && open) outside(slice_.other_methods);
  if (r == Root::kTool && open) {
    outside(slice_.other_tools);
    AddJoint(node->in[facts_->ToolNames()]);
  }
}

std::string Space::NodeName(const Node& node) const {
  return node.shape->Name() + "#" + std::to_string(node.number);
}

void Space::SetKinds(Node* node, const std::vector<Kind>& kinds) {
  if (kinds.size() == 1) {
    node->kind[static_cast<size_t>(kinds[0])] = Bool::Of(true);
    return;
  }
  std::vector<Bool> any;
  for (const Kind k : kinds) {
    Bool& b = node->kind[static_cast<size_t>(k)];
    b = context_->FreshBool(NodeName(*node) + "." +
                            std::string(ir::KindName(k)));
    for (const Bool& other : any) Add(Or(Not(other), Not(b)));
    any.push_back(b);
  }
  Add(Or(any));
}

std::unique_ptr<Node> Space::Make(Shape* shape, Node* parent) {
  auto owned = std::make_unique<Node>();
  Node* node = owned.get();
  node->shape = shape;
  node->parent = parent;
  node->number = nodes_.size();
  nodes_.push_back(node);
  if (nodes_.size() > kMaxNodes) {
    too_large_ = true;
    SetKinds(node, {Kind::kNull});
    return owned;
  }
  const auto fixed = parent == nullptr ? FixedValue(slice_, shape->root)
                                       : std::optional<Fixed>();
  if (fixed) {
    SetKinds(node, {fixed->kind});
    if (fixed->kind == Kind::kString) node->fixed = fixed->text;
    node->flag = Bool::Of(fixed->flag);
  } else {
    SetKinds(node, KindsOf(*shape));
  }
  if (parent != nullptr && !shape->is_element) LinkToParent(node);
  if (!node->Is(Kind::kBool).is_false() && !fixed) {
    node->flag = context_->FreshBool(NodeName(*node) + ".flag");
  }
  if (!node->Is(Kind::kString).is_false()) MakeString(node);
  if (!node->Is(Kind::kNumber).is_false()) MakeNumber(node);
  if (!node->Is(Kind::kObject).is_false() && !shape->key_sets.empty()) {
    node->extra = context_->FreshBool(NodeName(*node) + ".extra");
  }
  for (auto& [step, member] : shape->members) {
    node->members[step] = Make(member.get(), node);
  }
  if (!node->Is(Kind::kList).is_false()) MakeList(node);
  return owned;
}

void Space::LinkToParent(Node* node) {
  const Node& p = *node->parent;
  const Bool holder =
      p.Is(node->shape->step.index >= 0 ? Kind::kList : Kind::kObject);
  const Bool absent = Or(p.Is(Kind::kMissing), p.Is(Kind::kNull));
  Add(Implies(holder, Not(node->Is(Kind::kBad))));
  Add(Implies(absent, node->Is(Kind::kMissing)));
  Add(Or({holder, absent, node->Is(Kind::kBad)}));
}

void Space::MakeString(Node* node) {
  Shape* leader = node->shape->Leader();
  for (const LangNo lang : leader->languages) {
    Bool b;
    if (node->fixed) {
      b = Bool::Of(facts_->Contains(lang, *node->fixed));
    } else if (facts_->IsEmpty(lang)) {
      b = Bool::Of(false);
    } else if (facts_->IsUniversal(lang)) {
      b = Bool::Of(true);
    } else {
      b = context_->FreshBool(NodeName(*node) + ".in" + std::to_string(lang));
    }
    node->in[lang] = b;
  }
  Bool shorter = Bool::Of(true);
  for (const uint32_t bytes : leader->byte_bounds) {
    const Bool b = node->fixed
                       ? Bool::Of(node->fixed->size() > bytes)
                       : context_->FreshBool(NodeName(*node) + ".longer");
    Add(Implies(b, shorter));
    node->longer[bytes] = shorter = b;
  }
  for (const auto& [lang, in] : node->in) {
    if (in.is_const()) continue;
    solver_->OnUse(in, [this, node, lang] { UseLanguage(node, lang); });
  }
  MakeMeasures(node);
}

// Facts about a language of a node, when a question first speaks of it: how it
// relates to those that were spoken of before, and which members of the node's
// enums it holds. Pairs of languages alone would leave an enum's gaps to be
// found one model at a time.
void Space::UseLanguage(Node* node, LangNo lang) {
  const Bool in = node->in.at(lang);
  Known& known = known_[node];
  for (const LangNo other : known.langs) {
    if (++lemma_pairs_ > kMaxLemmaPairs) break;
    const Bool in_other = node->in.at(other);
    const Relation r = facts_->Relate(lang, other);
    if (r.disjoint) Add(Or(Not(in), Not(in_other)));
    if (r.subset) Add(Implies(in, in_other));
    if (r.superset) Add(Implies(in_other, in));
    if (r.cover) Add(Or(in, in_other));
  }
  known.langs.push_back(lang);
  const auto link = [&](const std::string& member, Bool is, LangNo to) {
    const Bool in_to = node->in.at(to);
    Add(Implies(is, facts_->Contains(to, member) ? in_to : Not(in_to)));
  };
  for (const auto& [member, is] : known.members) link(member, is, lang);
  const auto* members = facts_->Members(lang);
  if (members == nullptr) return;
  // The first bound is the least: what passes another passes it.
  if (!node->longer.empty() &&
      std::all_of(members->begin(), members->end(), [&](const auto& member) {
        return member.size() <= node->longer.begin()->first;
      })) {
    Add(Or(Not(in), Not(node->longer.begin()->second)));
  }
  if (members->size() > kMaxEnum) return;
  if (known.members.size() + members->size() > 2 * kMaxEnum) return;
  std::vector<Bool> any;
  for (const std::string& member : *members) {
    const auto [it, is_new] = known.members.try_emplace(member);
    if (is_new) it->second = context_->FreshBool(NodeName(*node) + ".is");
    any.push_back(it->second);
    if (!is_new) continue;
    for (const LangNo to : known.langs) link(member, it->second, to);
  }
  Add(Implies(in, Or(any)));
}

void Space::MakeNumber(Node* node) {
  Shape* leader = node->shape->Leader();
  node->cuts.assign(leader->cuts.begin(), leader->cuts.end());
  const size_t ranks = node->ranks();
  node->at_least.assign(1, Bool::Of(true));
  for (size_t r = 1; r < ranks; ++r) {
    node->at_least.push_back(
        context_->FreshBool(NodeName(*node) + ".rank" + std::to_string(r)));
    Add(Implies(node->at_least[r], node->at_least[r - 1]));
  }
  if (leader->integral) {
    node->whole = context_->FreshBool(NodeName(*node) + ".whole");
  }
  if (leader->scaled) MakeUnits(node);
  if (node->shape->compared && !leader->scaled) {
    node->order = context_->FreshInt(NodeName(*node) + ".order");
    Add(smt::LessEqual(Int::Of(0), node->order));
    Add(smt::LessEqual(node->order, Int::Of(kMaxOrder)));
  }
  constexpr double kInf = std::numeric_limits<double>::infinity();
  for (size_t r = 0; r < ranks; ++r) {
    const Bool here = node->RankIs(r);
    if (r % 2 == 1) {
      if (leader->integral) {
        const Bool whole = Bool::Of(IsWhole(node->cuts[r / 2]));
        Add(Implies(here, smt::Iff(node->whole, whole)));
      }
      if (!node->order.is_const()) {
        Add(Implies(here, smt::Equal(node->order, Int::Of(0))));
      }
      continue;
    }
    const double lo = r == 0 ? -kInf : node->cuts[r / 2 - 1];
    const double hi = r / 2 == node->cuts.size() ? kInf : node->cuts[r / 2];
    if (!PickAny(lo, hi)) Add(Not(here));
    if (!leader->integral) continue;
    if (!Pick(lo, hi, Whole::kYes)) Add(Implies(here, Not(node->whole)));
    if (!Pick(lo, hi, Whole::kNo)) Add(Implies(here, node->whole));
  }
}

Bool Space::SameString(Node* a, Node* b) {
  if (a == b) return Bool::Of(true);
  if (a->number > b->number) std::swap(a, b);
  if (a->fixed && b->fixed) return Bool::Of(*a->fixed == *b->fixed);
  const auto [it, is_new] = same_.try_emplace({a->number, b->number});
  if (!is_new) return it->second;
  const Bool same = it->second =
      context_->FreshBool(NodeName(*a) + "==" + NodeName(*b));
  for (const auto& [lang, in_a] : a->in) {
    const auto in_b = b->in.find(lang);
    if (in_b == b->in.end()) continue;
    Add(Implies(same, smt::Iff(in_a, in_b->second)));
  }
  for (const auto& [bytes, longer] : a->longer) {
    const auto other = b->longer.find(bytes);
    if (other == b->longer.end()) continue;
    Add(Implies(same, smt::Iff(longer, other->second)));
  }
  pairs_.push_back({a, b, same});
  return same;
}

Node* Space::Resolve(ir::FieldId id, Node* element) const {
  const ir::Field& field = module_.field(id);
  Node* at = field.root == Root::kElement ? element : root(field.root);
  for (const ir::Step& step : field.steps) {
    if (at == nullptr) return nullptr;
    const auto it = at->members.find(step);
    if (it == at->members.end()) return nullptr;
    at = it->second.get();
  }
  return at;
}

}  // namespace polc::verifier
