#include "verifier/cells/residue.h"

#include <algorithm>

namespace polc::verifier {

using smt::NodeNo;

namespace {

// A step of FNV-1a on a word (G. Fowler, L. Noll, K. Vo).
uint32_t Mix(uint32_t hash, uint32_t word) {
  return (hash ^ word) * 0x01000193u ^ hash >> 15;
}

}  // namespace

void Residues::Grow() {
  numbers_.assign(numbers_.empty() ? 64 : 2 * numbers_.size(), 0);
  const size_t mask = numbers_.size() - 1;
  for (No no = kTrue + 1; no < nodes_.size(); ++no) {
    size_t at = nodes_[no].hash & mask;
    while (numbers_[at] != 0) at = (at + 1) & mask;
    numbers_[at] = no;
  }
}

Residues::No Residues::Make(Op op, NodeNo unknown, size_t from) {
  if (2 * nodes_.size() >= numbers_.size()) Grow();
  const auto begin = open_.begin() + static_cast<ptrdiff_t>(from);
  uint32_t hash = Mix(static_cast<uint32_t>(op) + 1, unknown);
  for (auto it = begin; it != open_.end(); ++it) hash = Mix(hash, *it);
  const size_t mask = numbers_.size() - 1;
  size_t at = hash & mask;
  for (; numbers_[at] != 0; at = (at + 1) & mask) {
    const Node& node = nodes_[numbers_[at]];
    const auto operands = operands_.begin() + node.first;
    if (node.hash == hash && node.op == op && node.unknown == unknown &&
        std::equal(begin, open_.end(), operands, operands + node.count)) {
      open_.resize(from);
      return numbers_[at];
    }
  }
  const auto no = static_cast<No>(nodes_.size());
  nodes_.push_back({op, unknown, static_cast<uint32_t>(operands_.size()),
                    static_cast<uint32_t>(open_.size() - from), hash});
  operands_.insert(operands_.end(), begin, open_.end());
  open_.resize(from);
  return numbers_[at] = no;
}

Residues::No Residues::Negate(No of) {
  if (of <= kTrue) return of == kTrue ? kFalse : kTrue;
  const Node& node = nodes_[of];
  if (node.op == Op::kNot) return operands_[node.first];
  open_.push_back(of);
  return Make(Op::kNot, 0, open_.size() - 1);
}

Residues::No Residues::Join(Op op, size_t from) {
  const No zero = op == Op::kAnd ? kFalse : kTrue;
  const No one = op == Op::kAnd ? kTrue : kFalse;
  const auto begin = open_.begin() + static_cast<ptrdiff_t>(from);
  std::sort(begin, open_.end());
  auto end = std::unique(begin, open_.end());
  const bool is_zero = std::find(begin, end, zero) != end;
  end = std::remove(begin, end, one);
  open_.erase(end, open_.end());
  const size_t left = open_.size() - from;
  if (!is_zero && left > 1) return Make(op, 0, from);
  const No only = left == 1 ? open_[from] : one;
  open_.resize(from);
  return is_zero ? zero : only;
}

Residues::No Residues::Alike(No a, No b) {
  if (a > b) std::swap(a, b);
  if (a == kTrue) return b;
  if (a == kFalse) return Negate(b);
  if (a == b) return kTrue;
  open_.insert(open_.end(), {a, b});
  return Make(Op::kIff, 0, open_.size() - 2);
}

std::optional<Residues::No> Residues::Take(const smt::Context& context,
                                           smt::Bool b) {
  if (b.is_const()) return b.is_true() ? kTrue : kFalse;
  return TakeNode(context, b.node());
}

std::optional<Residues::No> Residues::TakeNode(const smt::Context& context,
                                               NodeNo node) {
  const auto known = taken_.find(node);
  if (known != taken_.end()) return known->second;
  std::optional<No>& out = taken_[node];  // references stay good
  if (context.op(node) == smt::Op::kUnknown) {
    const NodeNo body = context.DefinitionOf(node).body;
    return out = body == 0 ? Make(Op::kUnknown, node, open_.size())
                           : TakeNode(context, body);
  }
  if (context.op(node) > smt::Op::kIff) return out = std::nullopt;
  std::vector<No> operands;
  for (const NodeNo operand : context.operands(node)) {
    const auto taken = TakeNode(context, operand);
    if (!taken) return out = std::nullopt;
    operands.push_back(*taken);
  }
  switch (context.op(node)) {
    case smt::Op::kNot:
      return out = Negate(operands[0]);
    case smt::Op::kIff:
      return out = Alike(operands[0], operands[1]);
    default:
      open_.insert(open_.end(), operands.begin(), operands.end());
      return out = Join(context.op(node) == smt::Op::kAnd ? Op::kAnd : Op::kOr,
                        open_.size() - operands.size());
  }
}

Residues::No Residues::Restrict(No residue, Values* values) {
  if (residue <= kTrue) return residue;
  if (const No* known = values->left.Find(residue)) return *known;
  const Node node = nodes_[residue];  // a copy: the table grows
  No out = residue;
  if (node.op == Op::kUnknown) {
    if (values->unknowns->contains(node.unknown)) {
      out = values->held->contains(node.unknown) ? kTrue : kFalse;
    }
  } else {
    const size_t from = open_.size();
    for (uint32_t i = 0; i < node.count; ++i) {
      const No left = Restrict(operands_[node.first + i], values);
      open_.push_back(left);
    }
    if (node.op == Op::kAnd || node.op == Op::kOr) {
      out = Join(node.op, from);
    } else {
      const No first = open_[from];
      const No last = open_.back();
      open_.resize(from);
      out = node.op == Op::kNot ? Negate(first) : Alike(first, last);
    }
  }
  values->left.Add(residue, out);
  return out;
}

}  // namespace polc::verifier
