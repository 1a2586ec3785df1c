// What every part of the parser needs to say something about the text: the
// text, its id, and the list of diagnostics, with a bound on how many one file
// may add. A file of a million errors must not cost a million messages.
#ifndef POLC_COMPILER_SYNTAX_BUILD_CONTEXT_H_
#define POLC_COMPILER_SYNTAX_BUILD_CONTEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/diag/diag.h"
#include "compiler/source/source.h"

namespace polc::syntax {

/// Errors after which the rest of a file is not read.
inline constexpr size_t kMaxFileErrors = 500;

class Context {
 public:
  Context(const source::Files& files, source::FileId file,
          diag::Diagnostics* diags)
      : text_(files.file(file).text),
        file_(file),
        diags_(diags),
        errors_before_(diags->error_count()) {}

  std::string_view text() const { return text_; }
  std::string_view text(source::Range range) const {
    return text_.substr(range.begin, range.end - range.begin);
  }
  source::FileId file() const { return file_; }

  source::Range At(size_t begin, size_t end) const {
    return {file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }

  diag::Builder Report(diag::Kind kind, source::Range range,
                       std::string message) const {
    return diags_->Report(kind, range, std::move(message));
  }

  /// Errors reported for this file so far.
  size_t errors() const { return diags_->error_count() - errors_before_; }
  bool full() const { return errors() >= kMaxFileErrors; }

 private:
  std::string_view text_;
  source::FileId file_;
  diag::Diagnostics* diags_;
  size_t errors_before_;
};

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_BUILD_CONTEXT_H_
