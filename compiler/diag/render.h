// How diagnostics look: clang's shape for people, JSON for scripts
// (docs: contracts of `polc check`).
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

}  // namespace polc::diag

#endif  // POLC_COMPILER_DIAG_RENDER_H_
