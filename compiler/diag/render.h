// How diagnostics look: clang's shape for people, JSON for scripts, and what
// the services that show reviews read (docs/ci.md).
#ifndef POLC_COMPILER_DIAG_RENDER_H_
#define POLC_COMPILER_DIAG_RENDER_H_

#include <cstddef>
#include <string>

#include "compiler/diag/diag.h"
#include "compiler/source/source.h"

namespace polc::diag {

struct TextOptions {
  bool color = false;
  size_t max_errors = 20;  // then one line that says how many were hidden
};

/// `file:line:col: severity: message [check-name]`, the line, a caret, notes,
/// help and fix-its.
std::string RenderText(const source::Files& files, const Diagnostics& diags,
                       const TextOptions& options);

/// The numbers that a report ends with.
struct Summary {
  size_t files = 0;
  size_t rules = 0;
  size_t proved = 0;
  size_t refuted = 0;
  size_t unknown = 0;
  double milliseconds = 0;
};

/// `{"version": 1, "findings": [...], "summary": {...}}`, one line end at the
/// end.
std::string RenderJson(const source::Files& files, const Diagnostics& diags,
                       const Summary& summary);

/// SARIF 2.1.0, with `partialFingerprints` so that a service knows a finding
/// again wherever it stands.
std::string RenderSarif(const source::Files& files, const Diagnostics& diags);

/// Workflow commands of GitHub: `::error file=...,line=...::message`.
std::string RenderGithub(const source::Files& files, const Diagnostics& diags);

/// For a comment on a pull request. `title` and `verdict` are text.
std::string RenderMarkdown(const source::Files& files, const Diagnostics& diags,
                           const std::string& title,
                           const std::string& verdict);

}  // namespace polc::diag

#endif  // POLC_COMPILER_DIAG_RENDER_H_
