// An assignment that satisfies what was asked: values for the unknowns.
#ifndef POLC_VERIFIER_SMT_MODEL_H_
#define POLC_VERIFIER_SMT_MODEL_H_

#include "verifier/smt/expr.h"

struct _Z3_model;  // NOLINT: Z3's name

namespace polc::smt {

/// Good as long as its Context. Unknowns that the solver left open read as
/// false and 0.
class Model {
 public:
  Model() = default;
  Model(Context* context, _Z3_model* model);
  ~Model();
  Model(Model&& other) noexcept;
  Model& operator=(Model&& other) noexcept;

  bool Value(Bool b) const;
  Wide Value(Int i) const;

 private:
  Context* context_ = nullptr;
  _Z3_model* model_ = nullptr;
};

}  // namespace polc::smt

#endif  // POLC_VERIFIER_SMT_MODEL_H_
