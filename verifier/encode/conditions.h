// Conditions over the unknowns of a slice, three-valued: a pair of booleans
// says when a condition is true and when it is false; when neither, it is an
// error. Each condition is encoded once a slice (once an element, inside a
// quantifier).
#ifndef POLC_VERIFIER_ENCODE_CONDITIONS_H_
#define POLC_VERIFIER_ENCODE_CONDITIONS_H_

#include <map>
#include <utility>

#include "compiler/ir/ir.h"
#include "verifier/encode/fold.h"
#include "verifier/encode/space.h"
#include "verifier/encode/terms.h"

namespace polc::verifier {

class Conditions {
 public:
  /// All must outlive it.
  Conditions(const ir::Module& module, Folder* folder, Space* space)
      : module_(module),
        folder_(folder),
        space_(space),
        terms_(module, space) {}

  /// What the shapes of `space` were collected from, or a part of it.
  Tri Encode(ir::CondId id, Node* element = nullptr);
  /// The cost is negative, out of range, or an error.
  smt::Bool CostFails(ir::TermId cost) { return terms_.CostFails(cost); }

 private:
  Tri Compute(const ir::Cond& cond, Node* element);
  Tri EncodeTest(const ir::Cond& cond, Node* node);
  Tri EncodeValue(const ir::Test& test, Node* node);
  Tri EncodeString(const ir::Test& test, Node* node);
  Tri EncodeAll(const ir::Cond& cond, Node* node);
  Tri EncodeJoin(const ir::Cond& cond, Node* a, Node* b);
  Tri EncodeCompare(const ir::Cond& cond, Node* a, Node* b);
  smt::Bool InIntervals(const ir::Test& test, Node* node);
  smt::Bool Only(const ir::Test& test, Node* node);
  void LinkWhole(Node* a, Node* b);
  smt::Bool SameNumber(Node* a, Node* b);
  smt::Bool SameRank(Node* a, Node* b);
  smt::Bool LessNumber(Node* a, Node* b);

  const ir::Module& module_;
  Folder* folder_;
  Space* space_;
  Terms terms_;
  std::map<std::pair<ir::CondId, const Node*>, Tri> memo_;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_CONDITIONS_H_
