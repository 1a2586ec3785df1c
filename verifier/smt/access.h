// How the files of this folder reach the graph inside the value types.
// Internal to the folder.
#ifndef POLC_VERIFIER_SMT_ACCESS_H_
#define POLC_VERIFIER_SMT_ACCESS_H_

#include <algorithm>

#include "verifier/smt/expr.h"

namespace polc::smt {

class Access {
 public:
  /// Made on first use.
  static _Z3_context* Z3(Context* c);
  static Context* Owner(const Bool& b) { return b.context_; }
  static Context* Owner(const Int& i) { return i.context_; }
  static NodeNo Node(const Int& i) { return i.node_; }
  static Wide Value(const Int& i) { return i.value_; }
  static Bool Make(Context* c, Op op, std::span<const NodeNo> operands) {
    return Bool(c, c->Make(op, operands));
  }
  static Int MakeInt(Context* c, Op op, std::span<const NodeNo> operands) {
    return Int(c, c->Make(op, operands));
  }
  static Bool Wrap(Context* c, NodeNo node) { return Bool(c, node); }
  /// The node, made if `i` is a constant.
  static NodeNo Lift(Context* c, const Int& i) {
    return i.is_const() ? c->MakeNumeral(i.value_) : i.node_;
  }
  static const std::string& Name(const Context& c, NodeNo unknown) {
    return c.names_[c.unknowns_[c.nodes_[unknown].first].name];
  }
  static Wide Numeral(const Context& c, NodeNo numeral) {
    return c.numerals_[c.nodes_[numeral].first];
  }
  static std::list<Solver*>& Live(Context* c) { return c->live_; }
  static void NoteFailure(Context* c) { c->NoteFailure(); }
};

}  // namespace polc::smt

#endif  // POLC_VERIFIER_SMT_ACCESS_H_
