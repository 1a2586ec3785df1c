// What is left of expressions once some of their unknowns have values. Equal
// rests are one number, so that ways which leave the same can be taken
// together.
#ifndef POLC_VERIFIER_CELLS_RESIDUE_H_
#define POLC_VERIFIER_CELLS_RESIDUE_H_

#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "compiler/support/number_map.h"
#include "verifier/smt/expr.h"

namespace polc::verifier {

class Residues {
 public:
  using No = uint32_t;
  static constexpr No kFalse = 0;
  static constexpr No kTrue = 1;

  /// Takes an expression over; a name counts for what it names. Nullopt if it
  /// speaks of integers.
  std::optional<No> Take(const smt::Context& context, smt::Bool b);

  /// Some unknowns with values: true if it is in `held`, else false. Remembers
  /// what it left of what.
  struct Values {
    const std::set<smt::NodeNo>* unknowns = nullptr;
    const std::set<smt::NodeNo>* held = nullptr;
    NumberMap<No> left = {};
  };
  /// What is left of the expression with these values.
  No Restrict(No residue, Values* values);

  size_t size() const { return nodes_.size(); }

 private:
  enum class Op : uint8_t { kConst, kUnknown, kNot, kAnd, kOr, kIff };
  struct Node {
    Op op = Op::kConst;
    smt::NodeNo unknown = 0;
    uint32_t first = 0;  // of its operands: those of and, or are ascending
    uint32_t count = 0;
    uint32_t hash = 0;
  };
  // The operands are what open_ has from `from` on; they are taken off it.
  No Make(Op op, smt::NodeNo unknown, size_t from);
  No Join(Op op, size_t from);
  No Negate(No of);
  No Alike(No a, No b);
  void Grow();
  std::optional<No> TakeNode(const smt::Context& context, smt::NodeNo node);

  std::vector<Node> nodes_ = {{}, {}};  // false and true, never looked up
  std::vector<No> operands_;
  std::vector<No> numbers_;  // a hash table of nodes; 0: free
  std::vector<No> open_;     // a stack of operands
  std::unordered_map<smt::NodeNo, std::optional<No>> taken_;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_CELLS_RESIDUE_H_
