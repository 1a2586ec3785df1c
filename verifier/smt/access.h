// How the files of this folder reach Z3's handles inside the value types.
// Internal to the folder.
#ifndef POLC_VERIFIER_SMT_ACCESS_H_
#define POLC_VERIFIER_SMT_ACCESS_H_

#include <algorithm>

#include "verifier/smt/expr.h"

namespace polc::smt {

class Access {
 public:
  static _Z3_context* Z3(const Context& c) { return c.z3_; }
  static Context* Owner(const Bool& b) { return b.context_; }
  static Context* Owner(const Int& i) { return i.context_; }
  static _Z3_ast* Raw(const Bool& b) { return b.ast_; }
  static Wide Value(const Int& i) { return i.value_; }
  static _Z3_ast* Raw(const Int& i) { return i.ast_; }
  static Bool Wrap(Context* c, _Z3_ast* ast) { return Bool(c, c->Keep(ast)); }
  static Int WrapInt(Context* c, _Z3_ast* ast) { return Int(c, c->Keep(ast)); }
  static void NoteFailure(Context* c) { c->NoteFailure(); }
  /// The handle, made if `b` is a constant.
  static _Z3_ast* Lift(Context* c, const Bool& b);
  static _Z3_ast* Lift(Context* c, const Int& i);
};

}  // namespace polc::smt

#endif  // POLC_VERIFIER_SMT_ACCESS_H_
