// Computed numbers and texts over the unknowns of a slice. A number is a count
// of the units of compiler/support/decimal.h, in linear integer arithmetic;
// with what arithmetic refuses as the condition under which it has no value.
#ifndef POLC_VERIFIER_ENCODE_TERMS_H_
#define POLC_VERIFIER_ENCODE_TERMS_H_

#include <map>
#include <utility>

#include "compiler/ir/ir.h"
#include "verifier/encode/space.h"

namespace polc::verifier {

/// `units` is the greatest decimal not above the number, which is that decimal
/// if `over` is 0 and lies above it otherwise.
struct Amount {
  smt::Bool ok;
  smt::Int units;
  smt::Int over;
};

class Terms {
 public:
  /// Both must outlive it.
  Terms(const ir::Module& module, Space* space)
      : module_(module), space_(space) {}

  /// A kCalculate.
  Tri Encode(const ir::Cond& cond, Node* element);
  /// A cost that is negative or has no value.
  smt::Bool CostFails(ir::TermId cost);

 private:
  Amount AmountOf(ir::TermId id, Node* element);
  Amount Compute(const ir::Term& term, Node* element);
  Amount OfField(const ir::Term& term, Node* node);
  Amount OfOperands(const ir::Term& term, Node* element);
  Amount Product(const ir::Term& term, Amount a, Amount b);
  smt::Bool IsDecimal(const Amount& amount);
  smt::Bool Above(const Amount& amount, double end, bool open);
  smt::Bool Below(const Amount& amount, double end, bool open);
  smt::Bool InIntervals(const ir::Test& test, const Amount& amount);
  smt::Bool TextOk(const ir::Term& term, Node* node);
  Tri Texts(const ir::Cond& cond, Node* element);
  Tri Member(const ir::Cond& cond, Node* element);

  const ir::Module& module_;
  Space* space_;
  std::map<std::pair<ir::TermId, const Node*>, Amount> memo_;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_TERMS_H_
