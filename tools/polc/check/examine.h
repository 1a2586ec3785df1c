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

namespace polc::tool {

/// `session.native` has become the engine.
struct Examined {
  driver::Session session;
  std::unique_ptr<runtime::Engine> engine;  // null: the set did not compile
  std::unique_ptr<NativeReplayer> replayer;
  diag::Diagnostics diags;  // not yet sorted
  diag::Summary summary;
  size_t tests = 0;
  /// Of `paranoid`: a line that says what was proved, or what is wrong with the
  /// library.
  Result<std::string> native = std::string();

  bool compiled() const { return engine != nullptr; }
};

/// Reads and compiles the set.
Examined Compile(const driver::SetOptions& options);

struct ExamineOptions {
  std::string dump_smt;  // a directory, or empty
  bool run_tests = true;
  bool mutate = false;  // after the tests, and only if they pass
  bool paranoid = false;
  std::string library = {};  // of `paranoid`: compiled policies besides
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
