#include "verifier/encode/shape.h"

#include <cmath>
#include <limits>

namespace polc::verifier {

Shape* Shape::Leader() {
  Shape* at = this;
  while (at->leader != nullptr) at = at->leader;
  return at;
}

Shape* Shape::Member(const ir::Step& step_to) {
  auto& slot = members[step_to];
  if (slot == nullptr) {
    slot = std::make_unique<Shape>();
    slot->root = root;
    slot->step = step_to;
    slot->parent = this;
  }
  return slot.get();
}

Shape* Shape::Element() {
  if (element == nullptr) {
    element = std::make_unique<Shape>();
    element->root = root;
    element->parent = this;
    element->is_element = true;
  }
  return element.get();
}

std::string Shape::Name() const {
  if (parent == nullptr) return std::string(ir::RootName(root));
  if (is_element) return parent->Name() + "[*]";
  if (step.index >= 0) {
    return parent->Name() + "[" + std::to_string(step.index) + "]";
  }
  return parent->Name() + "." + step.member;
}

Shapes::Shapes(const ir::Module& module, Folder* folder, Facts* facts)
    : module_(module), folder_(folder), facts_(facts) {
  for (size_t i = 0; i < roots_.size(); ++i) {
    roots_[i].root = static_cast<ir::Root>(i);
  }
}

void Shapes::Collect(ir::CondId cond) {
  collected_.push_back(cond);
  Walk(cond, nullptr);
}

void Shapes::Finish() {
  // An element that is also read by its index is known only by now, and every
  // quantifier ranges over it too; nested lists need a round a level.
  for (int round = 0; quantified_ && round < 4; ++round) {
    seen_.clear();
    for (const ir::CondId cond : collected_) Walk(cond, nullptr);
  }
  for (Shape& shape : roots_) Share(&shape);
}

void Shapes::Share(Shape* shape) {
  Shape* leader = shape->Leader();
  if (leader != shape) {
    leader->languages.insert(shape->languages.begin(), shape->languages.end());
    leader->byte_bounds.insert(shape->byte_bounds.begin(),
                               shape->byte_bounds.end());
    leader->cuts.insert(shape->cuts.begin(), shape->cuts.end());
    leader->integral |= shape->integral;
    leader->scaled |= shape->scaled;
  }
  for (auto& [step, member] : shape->members) Share(member.get());
  if (shape->element != nullptr) Share(shape->element.get());
}

void Shapes::Join(Shape* a, Shape* b) {
  a->compared = b->compared = true;
  a = a->Leader();
  b = b->Leader();
  if (a != b) b->leader = a;
}

Shape* Shapes::Resolve(ir::FieldId id, Shape* element) {
  const ir::Field& field = module_.field(id);
  Shape* at = root(field.root);
  at->used = true;
  if (field.root == ir::Root::kElement && element != nullptr) at = element;
  for (const ir::Step& step : field.steps) at = at->Member(step);
  return at;
}

void Shapes::Walk(ir::CondId id, Shape* element) {
  if (folder_->Fold(id) || !seen_.emplace(id, element).second) return;
  const ir::Cond& cond = module_.cond(id);
  switch (cond.kind) {
    case ir::CondKind::kConst:
      return;
    case ir::CondKind::kTest:
      return WalkTest(cond, Resolve(cond.field, element));
    case ir::CondKind::kCompare:
      return WalkCompare(cond, Resolve(cond.field, element),
                         Resolve(cond.other, element));
    case ir::CondKind::kCalculate:
      return WalkCalculation(cond, element);
    case ir::CondKind::kNot:
    case ir::CondKind::kAnd:
    case ir::CondKind::kOr:
      for (const ir::CondId operand : cond.operands) Walk(operand, element);
      return;
    case ir::CondKind::kAll: {
      Shape* list = Resolve(cond.field, element);
      quantified_ = true;
      list->quantifiers.insert(id);
      Walk(cond.operands[0], list->Element());
      std::vector<Shape*> indexed;
      for (auto& [step, member] : list->members) {
        if (step.index >= 0) indexed.push_back(member.get());
      }
      for (Shape* at : indexed) Walk(cond.operands[0], at);
      return;
    }
  }
}

void Shapes::WalkTerm(ir::TermId id, Shape* element) {
  ir::EachTerm(module_, id, [&](const ir::Term& term) {
    if (!term.field.valid()) return;
    Shape* shape = Resolve(term.field, element);
    switch (term.kind) {
      case ir::TermKind::kNumber:
        shape->scaled = true;
        return;
      case ir::TermKind::kSize:
        shape->counted = true;
        return;
      case ir::TermKind::kLength:
        shape->measured = true;
        return;
      case ir::TermKind::kPort:
        shape->ported = true;
        shape->languages.insert(facts_->Ports());
        return;
      case ir::TermKind::kTime:
        shape->timed = true;
        shape->languages.insert(facts_->Instants());
        return;
      case ir::TermKind::kText:
        return;
      default:
        shape->languages.insert(facts_->Urls());
    }
  });
}

void Shapes::WalkCalculation(const ir::Cond& cond, Shape* element) {
  WalkTerm(cond.left, element);
  if (cond.field.valid()) {
    // One threshold: whether there is anything in the list.
    Resolve(cond.field, element)->sizes.insert(1);
    return;
  }
  if (!cond.right.valid()) return;
  WalkTerm(cond.right, element);
  const ir::Term& left = module_.term(cond.left);
  const ir::Term& right = module_.term(cond.right);
  if (left.kind == ir::TermKind::kText && right.kind == ir::TermKind::kText) {
    Join(Resolve(left.field, element), Resolve(right.field, element));
  }
}

void Shapes::WalkCompare(const ir::Cond& cond, Shape* a, Shape* b) {
  if (cond.op == ir::CompareOp::kMember) {
    b->sizes.insert(1);
    return;
  }
  if (cond.op == ir::CompareOp::kUnderJoin) {
    a->languages.insert({facts_->Paths(), facts_->Under(cond.prefix)});
    a->byte_bounds.insert(automata::kMaxPathBytes);
    b->languages.insert(facts_->Segments());
    b->byte_bounds.insert(kMaxSegmentBytes);
  }
  Join(a, b);
}

void Shapes::WalkTest(const ir::Cond& cond, Shape* shape) {
  const ir::Test& test = cond.test;
  switch (test.kind) {
    case ir::TestKind::kNone:
    case ir::TestKind::kBool:
      return;
    case ir::TestKind::kString:
      shape->languages.insert(facts_->Of(test.language));
      if (test.domain.valid()) {
        shape->languages.insert(facts_->Of(test.domain));
      }
      if (test.max_bytes != 0) shape->byte_bounds.insert(test.max_bytes);
      return;
    case ir::TestKind::kLength:
      shape->languages.insert(facts_->Length(test.lo, test.hi));
      return;
    case ir::TestKind::kNumber:
      for (const ir::Interval& i : test.intervals) {
        // `+ 0.0` makes -0 the 0 that it is.
        if (std::isfinite(i.lo)) shape->cuts.insert(i.lo + 0.0);
        if (std::isfinite(i.hi)) shape->cuts.insert(i.hi + 0.0);
      }
      shape->integral |= test.integral;
      return;
    case ir::TestKind::kSize:
      if (test.lo > 0) shape->sizes.insert(test.lo);
      if (test.hi < std::numeric_limits<uint64_t>::max()) {
        shape->sizes.insert(test.hi + 1);
      }
      return;
    case ir::TestKind::kOnly:
      shape->key_sets.insert(test.keys);
      for (const std::string& key : test.keys) shape->Member({key, -1});
      return;
  }
}

}  // namespace polc::verifier
