// Reading a model. Evaluation completes it, so every unknown has a value.
#include "verifier/smt/model.h"

#include <z3.h>

#include <string_view>
#include <utility>

#include "verifier/smt/access.h"

namespace polc::smt {

Model::Model(Context* context, _Z3_model* model)
    : context_(context), model_(model) {
  if (model_ != nullptr) Z3_model_inc_ref(Access::Z3(*context_), model_);
}

Model::~Model() {
  if (model_ != nullptr) Z3_model_dec_ref(Access::Z3(*context_), model_);
}

Model::Model(Model&& other) noexcept
    : context_(other.context_), model_(std::exchange(other.model_, nullptr)) {}

Model& Model::operator=(Model&& other) noexcept {
  std::swap(context_, other.context_);
  std::swap(model_, other.model_);
  return *this;
}

bool Model::Value(Bool b) const {
  if (b.is_const() || model_ == nullptr) return b.is_true();
  Z3_context z3 = Access::Z3(*context_);
  Z3_ast value = nullptr;
  // An evaluation sets up an evaluator; an unknown's value is a look-up.
  Z3_app app = Z3_to_app(z3, Access::Raw(b));
  Z3_func_decl decl = Z3_get_app_decl(z3, app);
  if (Z3_get_decl_kind(z3, decl) == Z3_OP_UNINTERPRETED) {
    value = Z3_model_get_const_interp(z3, model_, decl);
    return value != nullptr && Z3_get_bool_value(z3, value) == Z3_L_TRUE;
  }
  if (!Z3_model_eval(z3, model_, Access::Raw(b), true, &value)) return false;
  // The result is a literal that the manager itself holds.
  return Z3_get_bool_value(z3, value) == Z3_L_TRUE;
}

Wide Model::Value(Int i) const {
  if (i.is_const() || model_ == nullptr) return Access::Value(i);
  Z3_context z3 = Access::Z3(*context_);
  Z3_ast value = nullptr;
  if (!Z3_model_eval(z3, model_, Access::Raw(i), true, &value)) return 0;
  Z3_inc_ref(z3, value);
  const std::string_view digits = Z3_get_numeral_string(z3, value);
  const bool negative = digits.starts_with('-');
  Wide number = 0;
  // More digits than this are out of every range that is asked about.
  constexpr size_t kMaxDigits = 36;
  for (size_t at = negative; at < digits.size() && at < kMaxDigits; ++at) {
    number = number * 10 + (digits[at] - '0');
  }
  Z3_dec_ref(z3, value);
  return negative ? -number : number;
}

}  // namespace polc::smt
