// Reading a model. Only unknowns are looked up; the rest is computed here.
#include "verifier/smt/model.h"

#include <z3.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "compiler/support/check.h"
#include "verifier/smt/access.h"
#include "verifier/smt/terms.h"

namespace polc::smt {
namespace {

Wide ReadNumeral(Z3_context z3, Z3_ast value) {
  const std::string_view digits = Z3_get_numeral_string(z3, value);
  const bool negative = digits.starts_with('-');
  Wide number = 0;
  // More digits than this are out of every range that is asked about.
  constexpr size_t kMaxDigits = 36;
  for (size_t at = negative; at < digits.size() && at < kMaxDigits; ++at) {
    number = number * 10 + (digits[at] - '0');
  }
  return negative ? -number : number;
}

}  // namespace

Model::Model(Context* context, std::shared_ptr<Terms> terms, _Z3_model* model)
    : context_(context), terms_(std::move(terms)), model_(model) {
  if (model_ != nullptr) Z3_model_inc_ref(Access::Z3(context_), model_);
}

Model::~Model() {
  if (model_ != nullptr) Z3_model_dec_ref(Access::Z3(context_), model_);
}

Model::Model(Model&& other) noexcept
    : context_(other.context_),
      terms_(std::move(other.terms_)),
      model_(std::exchange(other.model_, nullptr)) {}

Model& Model::operator=(Model&& other) noexcept {
  std::swap(context_, other.context_);
  std::swap(terms_, other.terms_);
  std::swap(model_, other.model_);
  return *this;
}

bool Model::Value(Bool b) const {
  if (b.is_const() || model_ == nullptr) return b.is_true();
  return Evaluate(b.node());
}

Wide Model::Value(Int i) const {
  if (i.is_const() || model_ == nullptr) return Access::Value(i);
  return EvaluateInt(Access::Node(i));
}

bool Model::Speaks(Bool unknown) const {
  return terms_ != nullptr && terms_->Find(unknown.node()) != nullptr;
}

bool Model::Evaluate(NodeNo node) const {
  const auto operands = context_->operands(node);
  const auto holds = [&](NodeNo operand) { return Evaluate(operand); };
  switch (context_->op(node)) {
    case Op::kUnknown: {
      Z3_ast term = terms_->Find(node);
      if (term == nullptr) return false;
      Z3_context z3 = Access::Z3(context_);
      Z3_ast value = Z3_model_get_const_interp(
          z3, model_, Z3_get_app_decl(z3, Z3_to_app(z3, term)));
      return value != nullptr && Z3_get_bool_value(z3, value) == Z3_L_TRUE;
    }
    case Op::kNot:
      return !Evaluate(operands[0]);
    case Op::kAnd:
      return std::all_of(operands.begin(), operands.end(), holds);
    case Op::kOr:
      return std::any_of(operands.begin(), operands.end(), holds);
    case Op::kIff:
      return Evaluate(operands[0]) == Evaluate(operands[1]);
    case Op::kLessEqual:
      return EvaluateInt(operands[0]) <= EvaluateInt(operands[1]);
    case Op::kLess:
      return EvaluateInt(operands[0]) < EvaluateInt(operands[1]);
    case Op::kEqual:
      return EvaluateInt(operands[0]) == EvaluateInt(operands[1]);
    default:
      POLC_UNREACHABLE("an integer where a boolean was expected");
  }
}

Wide Model::EvaluateInt(NodeNo node) const {
  const auto operands = context_->operands(node);
  switch (context_->op(node)) {
    case Op::kUnknownInt: {
      Z3_ast term = terms_->Find(node);
      if (term == nullptr) return 0;
      Z3_context z3 = Access::Z3(context_);
      Z3_ast value = Z3_model_get_const_interp(
          z3, model_, Z3_get_app_decl(z3, Z3_to_app(z3, term)));
      return value == nullptr ? 0 : ReadNumeral(z3, value);
    }
    case Op::kNumeral:
      return Access::Numeral(*context_, node);
    case Op::kPlus:
      return EvaluateInt(operands[0]) + EvaluateInt(operands[1]);
    case Op::kTimes:
      return EvaluateInt(operands[0]) * EvaluateInt(operands[1]);
    default:
      POLC_UNREACHABLE("a boolean where an integer was expected");
  }
}

}  // namespace polc::smt
