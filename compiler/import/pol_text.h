// Writing Pol: the few spellings that every importer needs.
#ifndef POLC_COMPILER_IMPORT_POL_TEXT_H_
#define POLC_COMPILER_IMPORT_POL_TEXT_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace polc::import {

/// `"text"` with the language's escapes; valid UTF-8.
std::string Quoted(std::string_view text);

/// As Quoted, for a reason: braces stand for themselves.
std::string QuotedReason(std::string_view text);

/// `r"text"` where that reads better than `"text"`.
std::string RawOrQuoted(std::string_view text);

/// A tool as a target names it: a word, or a quoted pattern that matches
/// exactly `text`.
std::string ToolName(std::string_view text);

/// `args.a["odd key"]` from its keys.
std::string PathText(const std::vector<std::string>& keys);

/// The shortest spelling that reads back to `number`, which is finite.
std::string NumberText(double number);

/// What may stand in a comment of Pol: one line without characters that
/// policies may not hold.
std::string CommentText(std::string_view text);

/// Lines of at most `width` bytes, broken at spaces.
std::vector<std::string> Wrapped(std::string_view text, size_t width);

/// Gives out names: letters, digits and `_`, no reserved word, each one once.
class Names {
 public:
  /// What can be kept of `wanted`; `spare` if that is nothing.
  std::string Make(std::string_view wanted, std::string_view spare);

 private:
  std::set<std::string> taken_;
};

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_POL_TEXT_H_
