// The graph of expressions. Nodes are never freed before the context ends:
// they are small, and slices share it.
#include "verifier/smt/expr.h"

#include <algorithm>
#include <array>

#include "compiler/support/check.h"
#include "verifier/smt/access.h"

namespace polc::smt {
namespace {

uint64_t Mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
  return hash ^ (hash >> 29);
}

Context* Common(const Bool& a, const Bool& b) {
  return Access::Owner(a) != nullptr ? Access::Owner(a) : Access::Owner(b);
}

Context* Common(const Int& a, const Int& b) {
  return Access::Owner(a) != nullptr ? Access::Owner(a) : Access::Owner(b);
}

Bool Nary(std::span<const Bool> all, Op op) {
  const bool zero = op == Op::kOr;  // what decides at once
  std::vector<NodeNo> operands;
  Context* context = nullptr;
  for (const Bool& b : all) {
    if (b.is_const()) {
      if (b.is_true() == zero) return Bool::Of(zero);
      continue;
    }
    context = Access::Owner(b);
    operands.push_back(b.node());
  }
  if (operands.empty()) return Bool::Of(!zero);
  std::sort(operands.begin(), operands.end());
  operands.erase(std::unique(operands.begin(), operands.end()), operands.end());
  if (operands.size() == 1) return Access::Wrap(context, operands[0]);
  return Access::Make(context, op, operands);
}

}  // namespace

Context::Context(const Options& options, bool* missed)
    : options_(options), missed_(missed), table_(64) {
  nodes_.push_back({});  // 0 is none
}

NodeNo Context::Make(Op op, std::span<const NodeNo> operands) {
  if (2 * (hashed_ + 1) > table_.size()) Grow();
  uint64_t hash = static_cast<uint64_t>(op);
  for (const NodeNo operand : operands) hash = Mix(hash, operand);
  const size_t mask = table_.size() - 1;
  size_t at = Mix(hash, operands.size()) & mask;
  for (; table_[at] != 0; at = (at + 1) & mask) {
    const Node& node = nodes_[table_[at]];
    if (node.op != op || node.count != operands.size()) continue;
    if (std::equal(operands.begin(), operands.end(),
                   operands_.begin() + node.first)) {
      return table_[at];
    }
  }
  ++hashed_;
  const NodeNo made = table_[at] = size();
  nodes_.push_back({op, static_cast<uint32_t>(operands.size()),
                    static_cast<uint32_t>(operands_.size())});
  operands_.insert(operands_.end(), operands.begin(), operands.end());
  return made;
}

void Context::Grow() {
  std::vector<NodeNo> old(table_.size() * 2);
  old.swap(table_);
  const size_t mask = table_.size() - 1;
  for (const NodeNo number : old) {
    if (number == 0) continue;
    uint64_t hash = static_cast<uint64_t>(op(number));
    for (const NodeNo operand : operands(number)) hash = Mix(hash, operand);
    size_t at = Mix(hash, nodes_[number].count) & mask;
    while (table_[at] != 0) at = (at + 1) & mask;
    table_[at] = number;
  }
}

NodeNo Context::MakeUnknown(Op op, const std::string& name,
                            Definition definition) {
  const auto [it, is_new] =
      name_numbers_.try_emplace(name, static_cast<uint32_t>(names_.size()));
  if (is_new) names_.push_back(name);
  nodes_.push_back({op, 0, static_cast<uint32_t>(unknowns_.size())});
  unknowns_.push_back({it->second, definition});
  return size() - 1;
}

// Numerals are few, and not worth a search for their like: what compares them
// is one node or another.
NodeNo Context::MakeNumeral(Wide value) {
  nodes_.push_back({Op::kNumeral, 0, static_cast<uint32_t>(numerals_.size())});
  numerals_.push_back(value);
  return size() - 1;
}

Bool Context::FreshBool(const std::string& name) {
  return {this, MakeUnknown(Op::kUnknown, name, {})};
}

Int Context::FreshInt(const std::string& name) {
  return {this, MakeUnknown(Op::kUnknownInt, name, {})};
}

Bool Context::Literal(Bool body) {
  if (body.is_const() || op(body.node()) == Op::kUnknown) return body;
  NodeNo literal = nodes_[body.node()].literal;
  if (literal == 0) {
    literal = MakeUnknown(Op::kUnknown, "lit", {body.node(), true});
    nodes_[body.node()].literal = literal;
  }
  return {this, literal};
}

Bool Context::Named(const std::string& name, Bool body) {
  if (body.is_const() || op(body.node()) == Op::kUnknown) return body;
  return {this, MakeUnknown(Op::kUnknown, name, {body.node(), false})};
}

size_t Context::bytes() const {
  return nodes_.capacity() * sizeof(Node) +
         (operands_.capacity() + table_.capacity()) * sizeof(NodeNo) +
         unknowns_.capacity() * sizeof(Unknown) +
         names_.capacity() * 4 * sizeof(std::string);
}

Bool Not(Bool a) {
  if (a.is_const()) return Bool::Of(!a.is_true());
  Context* c = Access::Owner(a);
  if (c->op(a.node()) == Op::kNot) {
    return Access::Wrap(c, c->operands(a.node())[0]);
  }
  return Access::Make(c, Op::kNot, std::array{a.node()});
}

Bool And(const std::vector<Bool>& all) { return Nary(all, Op::kAnd); }
Bool Or(const std::vector<Bool>& all) { return Nary(all, Op::kOr); }
Bool And(Bool a, Bool b) { return Nary(std::array{a, b}, Op::kAnd); }
Bool Or(Bool a, Bool b) { return Nary(std::array{a, b}, Op::kOr); }
Bool Implies(Bool a, Bool b) { return Or(Not(a), b); }

Bool Iff(Bool a, Bool b) {
  if (a.is_const()) return a.is_true() ? b : Not(b);
  if (b.is_const()) return b.is_true() ? a : Not(a);
  if (a == b) return Bool::Of(true);
  return Access::Make(Common(a, b), Op::kIff, std::array{a.node(), b.node()});
}

namespace {

template <typename OnConstants>
Bool Relation(Int a, Int b, OnConstants on_constants, Op op) {
  if (a.is_const() && b.is_const()) {
    return Bool::Of(on_constants(Access::Value(a), Access::Value(b)));
  }
  Context* c = Common(a, b);
  return Access::Make(c, op,
                      std::array{Access::Lift(c, a), Access::Lift(c, b)});
}

}  // namespace

Bool LessEqual(Int a, Int b) {
  return Relation(a, b, [](auto x, auto y) { return x <= y; }, Op::kLessEqual);
}

Bool Less(Int a, Int b) {
  return Relation(a, b, [](auto x, auto y) { return x < y; }, Op::kLess);
}

Bool Equal(Int a, Int b) {
  return Relation(a, b, [](auto x, auto y) { return x == y; }, Op::kEqual);
}

Int Plus(Int a, Int b) {
  if (a.is_const() && b.is_const()) {
    return Int::Of(Access::Value(a) + Access::Value(b));
  }
  Context* c = Common(a, b);
  return Access::MakeInt(c, Op::kPlus,
                         std::array{Access::Lift(c, a), Access::Lift(c, b)});
}

Int Scale(Wide factor, Int a) {
  if (a.is_const()) return Int::Of(factor * Access::Value(a));
  Context* c = Access::Owner(a);
  return Access::MakeInt(
      c, Op::kTimes,
      std::array{Access::Lift(c, Int::Of(factor)), Access::Node(a)});
}

}  // namespace polc::smt
