#include "compiler/import/regex_text.h"

#include <re2/re2.h>

#include <optional>
#include <string_view>

#include "compiler/automata/regex.h"

namespace polc::import {
namespace {

// Rewrites what has another spelling in Pol. What has none is left for the
// parser of Pol's patterns to refuse, with its words.
class Rewriter {
 public:
  explicit Rewriter(std::string_view text) : rest_(text) {}

  std::variant<PolRegex, NoEqual> Run() {
    if (const auto problem = Flags()) return NoEqual{*problem};
    while (!rest_.empty()) Piece();
    return std::move(out_);
  }

 private:
  bool Take(std::string_view prefix) {
    if (!rest_.starts_with(prefix)) return false;
    rest_.remove_prefix(prefix.size());
    return true;
  }

  // `(?i)` and its like before everything else.
  std::optional<std::string> Flags() {
    while (rest_.starts_with("(?")) {
      const size_t end = rest_.find_first_not_of("imsU", 2);
      if (end == std::string_view::npos || end == 2 || rest_[end] != ')') break;
      for (const char flag : rest_.substr(2, end - 2)) {
        if (flag == 'm') return "`(?m)` reads the text line by line";
        out_.ignoring_case |= flag == 'i';
        any_with_newline_ |= flag == 's';
      }
      rest_.remove_prefix(end + 1);
    }
    return std::nullopt;
  }

  void Piece() {
    if (in_class_) {
      ClassPiece();
    } else if (Take("\\Q")) {
      Literal();
    } else if (Take("\\A")) {
      out_.pattern += '^';
    } else if (Take("\\z")) {
      out_.pattern += '$';
    } else if (rest_[0] == '\\') {
      Copy(2);
    } else if (rest_[0] == '.' && any_with_newline_) {
      rest_.remove_prefix(1);
      out_.pattern += "[\\s\\S]";
    } else if (Take("(?P<") || Take("(?<")) {
      rest_.remove_prefix(std::min(rest_.size(), rest_.find('>') + 1));
      out_.pattern += "(?:";
    } else {
      if (rest_[0] == '[') return BeginClass();
      Copy(1);
    }
  }

  // A `]` that is the first of a class is a member of it.
  void BeginClass() {
    in_class_ = true;
    Copy(1);
    if (rest_.starts_with('^')) Copy(1);
    if (Take("]")) out_.pattern += "\\]";
  }

  void ClassPiece() {
    if (rest_[0] == '\\') return Copy(2);
    if (rest_.starts_with("[:")) {
      const size_t end = rest_.find(":]");
      if (end != std::string_view::npos) return Copy(end + 2);
    }
    in_class_ = rest_[0] != ']';
    Copy(1);
  }

  void Literal() {
    const size_t end = std::min(rest_.find("\\E"), rest_.size());
    for (const char c : rest_.substr(0, end)) {
      if (std::string_view("\\.+*?()|[]{}^$").find(c) !=
          std::string_view::npos) {
        out_.pattern += '\\';
      }
      out_.pattern += c;
    }
    rest_.remove_prefix(std::min(rest_.size(), end + 2));
  }

  void Copy(size_t count) {
    out_.pattern += rest_.substr(0, count);
    rest_.remove_prefix(std::min(rest_.size(), count));
  }

  std::string_view rest_;
  PolRegex out_;
  bool any_with_newline_ = false;
  bool in_class_ = false;
};

}  // namespace

std::variant<PolRegex, BadRegex, NoEqual> TranslateRegex(
    const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 re2(pattern, options);
  if (!re2.ok() && re2.error_code() != RE2::ErrorPatternTooLarge) {
    return BadRegex{re2.error()};
  }
  auto rewritten = Rewriter(pattern).Run();
  if (auto* none = std::get_if<NoEqual>(&rewritten)) return std::move(*none);
  PolRegex out = std::get<PolRegex>(std::move(rewritten));
  const auto mode = out.ignoring_case ? automata::CaseMode::kIgnoreCase
                                      : automata::CaseMode::kExact;
  automata::PatternError error;
  if (!automata::ParseRegex(out.pattern, mode, &error)) {
    return NoEqual{error.message};
  }
  return out;
}

}  // namespace polc::import
