// A set, read and examined: what `check` reports of one, and what `review`
// compares of two.
#ifndef POLC_TOOLS_POLC_CHECK_EXAMINE_H_
#define POLC_TOOLS_POLC_CHECK_EXAMINE_H_

#include <memory>
#include <string>

#include "compiler/driver/session.h"
#include "compiler/support/result.h"
#include "runtime/engine.h"
#include "tools/polc/command.h"
#include "tools/polc/native.h"
#include "verifier/verify.h"

namespace polc::tool {

/// Native code is made when something is first decided by it: what is known
/// from an earlier run needs none.
class Examined {
 public:
  driver::Session session;
  diag::Diagnostics diags;  // not yet sorted
  diag::Summary summary;
  size_t tests = 0;
  /// Of `paranoid`: a line that says what was proved, or what is wrong with the
  /// library.
  Result<std::string> native = std::string();
  verifier::Report report;
  double checking_ms = 0;  // in the verifier

  bool compiled() const { return session.languages.has_value(); }
  /// Of a set that compiled; good as long as this, which must not be moved.
  const runtime::Engine& engine() const;
  verifier::Replayer* replayer() const;

 private:
  mutable std::unique_ptr<runtime::Engine> engine_;
  mutable std::unique_ptr<NativeReplayer> replayer_;
};

/// Reads the set, up to what native code is made of. `readings`: of its earlier
/// states, if there were some.
Examined Compile(const driver::SetOptions& options,
                 driver::Readings* readings = nullptr);

struct ExamineOptions {
  std::string dump_smt;  // a directory, or empty
  bool run_tests = true;
  bool mutate = false;  // after the tests, and only if they pass
  bool paranoid = false;
  std::string library = {};  // of `paranoid`: compiled policies besides
  verifier::Memo* memo = nullptr;
  driver::Readings* readings = nullptr;  // as Compile's
};

/// Compiles the set, verifies it and runs its tests; what a policy suppresses
/// is left out, places are those of the user's own files.
Examined Examine(const driver::SetOptions& set, const ExamineOptions& options);

/// "2 files, 5 rules: 4 proved, ...", one line; empty for a set that did not
/// compile.
std::string SummaryLine(const Examined& examined);

/// "3 rules", "1 rule".
std::string Counted(size_t n, const char* noun);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_CHECK_EXAMINE_H_
