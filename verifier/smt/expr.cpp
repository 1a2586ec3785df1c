// Expressions on Z3's C API. Handles are kept until the context ends: a
// context lives for one slice, and its terms are shared by all its queries.
#include "verifier/smt/expr.h"

#include <z3.h>

#include <mutex>

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

Context* Common(const Bool& a, const Bool& b) {
  return Access::Owner(a) != nullptr ? Access::Owner(a) : Access::Owner(b);
}

enum class Fold { kAnd, kOr };

Bool Nary(const std::vector<Bool>& all, Fold fold) {
  const bool zero = fold == Fold::kOr;  // what decides at once
  std::vector<Z3_ast> args;
  Context* context = nullptr;
  Bool last;
  for (const Bool& b : all) {
    if (b.is_const()) {
      if (b.is_true() == zero) return Bool::Of(zero);
      continue;
    }
    context = Access::Owner(b);
    last = b;
    args.push_back(Access::Raw(b));
  }
  if (args.empty()) return Bool::Of(!zero);
  std::sort(args.begin(), args.end(), [context](Z3_ast a, Z3_ast b) {
    return Z3_get_ast_id(Access::Z3(*context), a) <
           Z3_get_ast_id(Access::Z3(*context), b);
  });
  args.erase(std::unique(args.begin(), args.end()), args.end());
  if (args.size() == 1) return last;
  const auto n = static_cast<unsigned>(args.size());
  Z3_context z3 = Access::Z3(*context);
  return Access::Wrap(context, fold == Fold::kAnd
                                   ? Z3_mk_and(z3, n, args.data())
                                   : Z3_mk_or(z3, n, args.data()));
}

}  // namespace

_Z3_ast* Access::Lift(Context* c, const Bool& b) {
  if (!b.is_const()) return b.ast_;
  return c->Keep(b.is_true() ? Z3_mk_true(c->z3_) : Z3_mk_false(c->z3_));
}

_Z3_ast* Access::Lift(Context* c, const Int& i) {
  if (!i.is_const()) return i.ast_;
  return c->Keep(
      Z3_mk_numeral(c->z3_, Digits(i.value_).c_str(), Z3_mk_int_sort(c->z3_)));
}

Context::Context(const Options& options) : options_(options) {
  SetProcessLimits(options);
  Z3_config config = Z3_mk_config();
  z3_ = Z3_mk_context_rc(config);
  Z3_del_config(config);
  Z3_set_error_handler(z3_, IgnoreError);
}

Context::~Context() {
  for (_Z3_ast* ast : kept_) Z3_dec_ref(z3_, ast);
  Z3_del_context(z3_);
}

_Z3_ast* Context::Keep(_Z3_ast* ast) {
  NoteFailure();
  if (ast == nullptr) return Z3_mk_false(z3_);
  Z3_inc_ref(z3_, ast);
  kept_.push_back(ast);
  return ast;
}

void Context::NoteFailure() {
  const Z3_error_code code = Z3_get_error_code(z3_);
  if (code == Z3_OK || !failure_.empty()) return;
  failure_ = Z3_get_error_msg(z3_, code);
  if (failure_.empty()) failure_ = "the solver reported an error";
}

Bool Context::FreshBool(const std::string& name) {
  const std::string unique = name + "!" + std::to_string(next_name_++);
  Z3_symbol symbol = Z3_mk_string_symbol(z3_, unique.c_str());
  return {this, Keep(Z3_mk_const(z3_, symbol, Z3_mk_bool_sort(z3_)))};
}

Int Context::FreshInt(const std::string& name) {
  const std::string unique = name + "!" + std::to_string(next_name_++);
  Z3_symbol symbol = Z3_mk_string_symbol(z3_, unique.c_str());
  return {this, Keep(Z3_mk_const(z3_, symbol, Z3_mk_int_sort(z3_)))};
}

Bool Not(Bool a) {
  if (a.is_const()) return Bool::Of(!a.is_true());
  Context* c = Access::Owner(a);
  Z3_context z3 = Access::Z3(*c);
  Z3_app app = Z3_to_app(z3, Access::Raw(a));
  if (Z3_get_decl_kind(z3, Z3_get_app_decl(z3, app)) == Z3_OP_NOT) {
    return Access::Wrap(c, Z3_get_app_arg(z3, app, 0));
  }
  return Access::Wrap(c, Z3_mk_not(z3, Access::Raw(a)));
}

Bool And(const std::vector<Bool>& all) { return Nary(all, Fold::kAnd); }
Bool Or(const std::vector<Bool>& all) { return Nary(all, Fold::kOr); }

Bool And(Bool a, Bool b) {
  if (a.is_const()) return a.is_true() ? b : a;
  if (b.is_const()) return b.is_true() ? a : b;
  return Nary({a, b}, Fold::kAnd);
}

Bool Or(Bool a, Bool b) {
  if (a.is_const()) return a.is_true() ? a : b;
  if (b.is_const()) return b.is_true() ? b : a;
  return Nary({a, b}, Fold::kOr);
}

Bool Implies(Bool a, Bool b) { return Or(Not(a), b); }

Bool Iff(Bool a, Bool b) {
  if (a.is_const()) return a.is_true() ? b : Not(b);
  if (b.is_const()) return b.is_true() ? a : Not(a);
  if (a == b) return Bool::Of(true);
  Context* c = Common(a, b);
  return Access::Wrap(
      c, Z3_mk_iff(Access::Z3(*c), Access::Raw(a), Access::Raw(b)));
}

namespace {

template <typename OnConstants, typename Make>
Bool Relation(Int a, Int b, OnConstants on_constants, Make make) {
  if (a.is_const() && b.is_const()) {
    return Bool::Of(on_constants(Access::Value(a), Access::Value(b)));
  }
  Context* c =
      Access::Owner(a) != nullptr ? Access::Owner(a) : Access::Owner(b);
  return Access::Wrap(
      c, make(Access::Z3(*c), Access::Lift(c, a), Access::Lift(c, b)));
}

}  // namespace

Bool LessEqual(Int a, Int b) {
  return Relation(a, b, [](auto x, auto y) { return x <= y; }, Z3_mk_le);
}

Bool Less(Int a, Int b) {
  return Relation(a, b, [](auto x, auto y) { return x < y; }, Z3_mk_lt);
}

Bool Equal(Int a, Int b) {
  return Relation(a, b, [](auto x, auto y) { return x == y; }, Z3_mk_eq);
}

Int Plus(Int a, Int b) {
  if (a.is_const() && b.is_const()) {
    return Int::Of(Access::Value(a) + Access::Value(b));
  }
  Context* c =
      Access::Owner(a) != nullptr ? Access::Owner(a) : Access::Owner(b);
  Z3_ast args[] = {Access::Lift(c, a), Access::Lift(c, b)};
  return Access::WrapInt(c, Z3_mk_add(Access::Z3(*c), 2, args));
}

Int Scale(Wide factor, Int a) {
  if (a.is_const()) return Int::Of(factor * Access::Value(a));
  Context* c = Access::Owner(a);
  Z3_ast args[] = {Access::Lift(c, Int::Of(factor)), Access::Raw(a)};
  return Access::WrapInt(c, Z3_mk_mul(Access::Z3(*c), 2, args));
}

}  // namespace polc::smt
