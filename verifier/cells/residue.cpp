#include "verifier/cells/residue.h"

#include <algorithm>

namespace polc::verifier {

using smt::NodeNo;

Residues::No Residues::Make(Op op, NodeNo unknown, std::vector<No> operands) {
  Node node{op, unknown, std::move(operands)};
  const auto [it, is_new] =
      numbers_.try_emplace(node, static_cast<No>(nodes_.size()));
  if (is_new) nodes_.push_back(std::move(node));
  return it->second;
}

Residues::No Residues::Negate(No of) {
  if (of <= kTrue) return of == kTrue ? kFalse : kTrue;
  if (nodes_[of].op == Op::kNot) return nodes_[of].operands[0];
  return Make(Op::kNot, 0, {of});
}

Residues::No Residues::Join(Op op, std::vector<No> operands) {
  const No zero = op == Op::kAnd ? kFalse : kTrue;
  const No one = op == Op::kAnd ? kTrue : kFalse;
  std::sort(operands.begin(), operands.end());
  operands.erase(std::unique(operands.begin(), operands.end()), operands.end());
  std::erase(operands, one);
  if (std::find(operands.begin(), operands.end(), zero) != operands.end()) {
    return zero;
  }
  if (operands.empty()) return one;
  if (operands.size() == 1) return operands[0];
  return Make(op, 0, std::move(operands));
}

Residues::No Residues::Alike(No a, No b) {
  if (a > b) std::swap(a, b);
  if (a == kTrue) return b;
  if (a == kFalse) return Negate(b);
  return a == b ? kTrue : Make(Op::kIff, 0, {a, b});
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
    return out = body == 0 ? Make(Op::kUnknown, node, {})
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
      return out = Join(context.op(node) == smt::Op::kAnd ? Op::kAnd : Op::kOr,
                        std::move(operands));
  }
}

Residues::No Residues::Restrict(No residue, Values* values) {
  if (residue <= kTrue) return residue;
  const auto known = values->left.find(residue);
  if (known != values->left.end()) return known->second;
  const Node node = nodes_[residue];  // a copy: the table grows
  No out = residue;
  if (node.op == Op::kUnknown) {
    if (values->unknowns->contains(node.unknown)) {
      out = values->held->contains(node.unknown) ? kTrue : kFalse;
    }
  } else {
    std::vector<No> operands;
    for (const No operand : node.operands) {
      operands.push_back(Restrict(operand, values));
    }
    out = node.op == Op::kNot   ? Negate(operands[0])
          : node.op == Op::kIff ? Alike(operands[0], operands[1])
                                : Join(node.op, std::move(operands));
  }
  return values->left[residue] = out;
}

}  // namespace polc::verifier
