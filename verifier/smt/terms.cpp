#include "verifier/smt/terms.h"

#include <z3.h>

#include <mutex>
#include <utility>

#include "compiler/support/check.h"
#include "verifier/smt/access.h"

namespace polc::smt {
namespace {

// Z3's default handler ends the process. Errors are asked for instead.
void IgnoreError(Z3_context, Z3_error_code) {}

void SetProcessLimits(const Options& options) {
  static std::once_flag once;
  std::call_once(once, [&] {
    Z3_global_param_set("memory_max_size",
                        std::to_string(options.memory_mib).c_str());
  });
}

std::string Digits(Wide value) {
  std::string digits;
  for (Wide rest = value < 0 ? -value : value; rest > 0 || digits.empty();
       rest /= 10) {
    digits.insert(digits.begin(), static_cast<char>('0' + rest % 10));
  }
  return value < 0 ? "-" + digits : digits;
}

}  // namespace

_Z3_context* Access::Z3(Context* c) {
  if (c->z3_ == nullptr) {
    SetProcessLimits(c->options_);
    Z3_config config = Z3_mk_config();
    c->z3_ = Z3_mk_context_rc(config);
    Z3_del_config(config);
    Z3_set_error_handler(c->z3_, IgnoreError);
  }
  return c->z3_;
}

Context::~Context() {
  if (z3_ != nullptr) Z3_del_context(z3_);
}

void Context::NoteFailure() {
  const Z3_error_code code = Z3_get_error_code(z3_);
  if (code == Z3_OK || !failure_.empty()) return;
  failure_ = Z3_get_error_msg(z3_, code);
  if (failure_.empty()) failure_ = "the solver reported an error";
}

Terms::~Terms() {
  Z3_context z3 = Access::Z3(context_);
  for (Z3_ast term : kept_) Z3_dec_ref(z3, term);
}

Z3_ast Terms::Keep(Z3_ast term) {
  Access::NoteFailure(context_);
  Z3_context z3 = Access::Z3(context_);
  if (term == nullptr) term = Z3_mk_false(z3);
  Z3_inc_ref(z3, term);
  kept_.push_back(term);
  return term;
}

Z3_ast Terms::Find(NodeNo node) const {
  const auto it = terms_.find(node);
  return it == terms_.end() ? nullptr : it->second;
}

Z3_ast Terms::OfConstant(bool value) {
  Z3_context z3 = Access::Z3(context_);
  return Keep(value ? Z3_mk_true(z3) : Z3_mk_false(z3));
}

Z3_ast Terms::Of(NodeNo node) {
  if (Z3_ast known = Find(node)) return known;
  Z3_ast term = Keep(Make(node));
  terms_[node] = term;
  return term;
}

std::vector<NodeNo> Terms::TakeMet() { return std::exchange(met_, {}); }

Z3_ast Terms::Make(NodeNo node) {
  Z3_context z3 = Access::Z3(context_);
  std::vector<Z3_ast> of;
  for (const NodeNo operand : context_->operands(node)) {
    of.push_back(Of(operand));
  }
  const auto n = static_cast<unsigned>(of.size());
  const auto unknown = [&](Z3_sort sort) {
    // Distinct, and the same in every run.
    const std::string name =
        Access::Name(*context_, node) + "!" + std::to_string(node);
    met_.push_back(node);
    return Z3_mk_const(z3, Z3_mk_string_symbol(z3, name.c_str()), sort);
  };
  switch (context_->op(node)) {
    case Op::kUnknown:
      return unknown(Z3_mk_bool_sort(z3));
    case Op::kUnknownInt:
      return unknown(Z3_mk_int_sort(z3));
    case Op::kNumeral:
      return Z3_mk_numeral(z3, Digits(Access::Numeral(*context_, node)).c_str(),
                           Z3_mk_int_sort(z3));
    case Op::kNot:
      return Z3_mk_not(z3, of[0]);
    case Op::kAnd:
      return Z3_mk_and(z3, n, of.data());
    case Op::kOr:
      return Z3_mk_or(z3, n, of.data());
    case Op::kIff:
      return Z3_mk_iff(z3, of[0], of[1]);
    case Op::kLessEqual:
      return Z3_mk_le(z3, of[0], of[1]);
    case Op::kLess:
      return Z3_mk_lt(z3, of[0], of[1]);
    case Op::kEqual:
      return Z3_mk_eq(z3, of[0], of[1]);
    case Op::kPlus:
      return Z3_mk_add(z3, n, of.data());
    case Op::kTimes:
      return Z3_mk_mul(z3, n, of.data());
  }
  POLC_UNREACHABLE("an operation");
}

}  // namespace polc::smt
