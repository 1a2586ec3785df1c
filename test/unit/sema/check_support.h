// Policies from text to a checked program and a module, for tests.
#ifndef POLC_TEST_UNIT_SEMA_CHECK_SUPPORT_H_
#define POLC_TEST_UNIT_SEMA_CHECK_SUPPORT_H_

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/ir/ir.h"
#include "compiler/sema/sema.h"
#include "compiler/source/source.h"

namespace polc::testing {

/// A set of files by name; imports, catalogs and set files name each other.
class PolicySet {
 public:
  explicit PolicySet(std::string policy) { Add("p.pol", std::move(policy)); }
  PolicySet& Add(std::string name, std::string text);

  /// Parses and checks; later calls return the same.
  const std::optional<sema::Program>& Check();
  /// Checks and lowers.
  std::optional<ir::Module> Lower();

  /// What was reported, one a line: "`marked text` check-name: message", then
  /// notes and help indented.
  std::string Problems();

 private:
  void Load();
  void Missing(diag::Kind kind, const sema::Reference& ref);

  std::vector<std::pair<std::string, std::string>> texts_;
  source::Files files_;
  diag::Diagnostics diags_;
  std::deque<catalog::Catalog> catalogs_;
  std::deque<zones::Zone> zones_;
  std::optional<sema::Program> program_;
  bool checked_ = false;
};

/// Problems() of one policy: the declarations of `body` after a header, with
/// `catalog` as its catalog if it is not empty.
std::string ProblemsOf(const std::string& body,
                       const std::string& catalog = "");

}  // namespace polc::testing

#endif  // POLC_TEST_UNIT_SEMA_CHECK_SUPPORT_H_
