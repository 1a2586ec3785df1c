// Z3's terms of the nodes that one solver has come to speak of. Internal to the
// folder.
#ifndef POLC_VERIFIER_SMT_TERMS_H_
#define POLC_VERIFIER_SMT_TERMS_H_

#include <unordered_map>
#include <vector>

#include "verifier/smt/expr.h"

struct _Z3_ast;  // NOLINT: Z3's name

namespace polc::smt {

class Terms {
 public:
  explicit Terms(Context* context) : context_(context) {}
  ~Terms();
  Terms(const Terms&) = delete;
  Terms& operator=(const Terms&) = delete;

  _Z3_ast* Of(NodeNo node);
  _Z3_ast* OfConstant(bool value);
  /// Null if nothing has spoken of it.
  _Z3_ast* Find(NodeNo node) const;
  /// The unknowns that were met since the last call.
  std::vector<NodeNo> TakeMet();

 private:
  _Z3_ast* Make(NodeNo node);
  _Z3_ast* Keep(_Z3_ast* term);

  Context* context_;
  std::unordered_map<NodeNo, _Z3_ast*> terms_;
  std::vector<_Z3_ast*> kept_;
  std::vector<NodeNo> met_;
};

}  // namespace polc::smt

#endif  // POLC_VERIFIER_SMT_TERMS_H_
