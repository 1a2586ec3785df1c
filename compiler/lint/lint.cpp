#include "compiler/lint/lint.h"

namespace polc::lint {

void Lint(const Input& in) {
  CheckOpenPolicies(in);
  CheckKeys(in);
  CheckRawPaths(in);
}

}  // namespace polc::lint
