// An assignment that satisfies what was asked: values for the unknowns.
#ifndef POLC_VERIFIER_SMT_MODEL_H_
#define POLC_VERIFIER_SMT_MODEL_H_

#include <memory>

#include "verifier/smt/expr.h"

struct _Z3_model;  // NOLINT: Z3's name

namespace polc::smt {

class Terms;

/// Good as long as its Context. Unknowns that the solver left open read as
/// false and 0.
class Model {
 public:
  Model() = default;
  /// `terms` are those that the solver knows.
  Model(Context* context, std::shared_ptr<Terms> terms, _Z3_model* model);
  ~Model();
  Model(Model&& other) noexcept;
  Model& operator=(Model&& other) noexcept;

  bool Value(Bool b) const;
  Wide Value(Int i) const;
  /// The question, or a fact that goes with it, speaks of this unknown.
  bool Speaks(Bool unknown) const;

 private:
  bool Evaluate(NodeNo node) const;
  Wide EvaluateInt(NodeNo node) const;

  Context* context_ = nullptr;
  std::shared_ptr<Terms> terms_;
  _Z3_model* model_ = nullptr;
};

}  // namespace polc::smt

#endif  // POLC_VERIFIER_SMT_MODEL_H_
