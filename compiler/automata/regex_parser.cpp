// The regex parser: recursive descent, one function a level of the grammar.
// Nesting and the written-out size are bounded while parsing, so neither a
// deep nor a multiplying pattern costs more than its text.
#include <algorithm>
#include <string>
#include <utility>

#include "compiler/automata/regex.h"
#include "compiler/automata/regex_classes.h"
#include "compiler/support/limits.h"
#include "compiler/support/utf8.h"

namespace polc::automata {
namespace {

// Classes of `re` with repeats written out, cut off past the bound.
uint64_t WrittenOutSize(const Regex& re) {
  uint64_t sum = std::max<uint64_t>(1, re.set.size());
  for (const Regex& child : re.children) sum += WrittenOutSize(child);
  if (re.kind == Regex::Kind::kRepeat) {
    sum *= re.max == Regex::kUnbounded ? re.min + 1 : std::max(re.max, 1u);
  }
  return std::min(sum, 2 * kMaxPatternSize);
}

class RegexParser {
 public:
  RegexParser(std::string_view pattern, CaseMode mode, PatternError* error)
      : text_(pattern), mode_(mode), error_(error) {}

  std::optional<Regex> Parse() {
    if (text_.size() > kMaxPatternBytes) {
      return Fail("pattern is longer than 65536 bytes", kMaxPatternBytes);
    }
    const size_t bad = FindInvalidUtf8(text_);
    if (bad != std::string_view::npos) return Fail("invalid UTF-8", bad);
    std::optional<Regex> out = ParseAlternate();
    if (!out) return out;
    if (!AtEnd()) return Fail("unmatched `)`", pos_);
    if (WrittenOutSize(*out) > kMaxPatternSize) {
      return Fail("pattern is too large", 0);
    }
    return out;
  }

 private:
  std::nullopt_t Fail(std::string message, size_t offset) {
    *error_ = {std::move(message), offset};
    return std::nullopt;
  }
  bool AtEnd() const { return pos_ >= text_.size(); }
  bool Looking(std::string_view at) const {
    return text_.substr(pos_).starts_with(at);
  }
  bool Take(char c) {
    if (AtEnd() || text_[pos_] != c) return false;
    ++pos_;
    return true;
  }

  std::optional<Regex> ParseAlternate() {
    std::vector<Regex> choices;
    do {
      std::optional<Regex> part = ParseConcat();
      if (!part) return part;
      choices.push_back(*std::move(part));
    } while (Take('|'));
    return Alternate(std::move(choices));
  }

  std::optional<Regex> ParseConcat() {
    std::vector<Regex> parts;
    while (!AtEnd() && text_[pos_] != '|' && text_[pos_] != ')') {
      std::optional<Regex> part = ParseRepeat();
      if (!part) return part;
      parts.push_back(*std::move(part));
    }
    return Concat(std::move(parts));
  }

  std::optional<Regex> ParseRepeat() {
    std::optional<Regex> atom = ParseAtom();
    if (!atom || AtEnd()) return atom;
    const size_t at = pos_;
    uint32_t min = 0;
    uint32_t max = 0;
    if (!ParseOperator(&min, &max)) {
      return failed_ ? std::nullopt : std::move(atom);
    }
    Take('?');  // lazy: the same set of strings
    const size_t second = pos_;
    if (ParseOperator(&min, &max) || failed_) {
      return Fail("a repeat of a repeat needs parentheses", second);
    }
    Regex out = Repeat(*std::move(atom), min, max);
    if (WrittenOutSize(out) > kMaxPatternSize) {
      return Fail("pattern is too large: repeats multiply", at);
    }
    return out;
  }

  // `*`, `+`, `?` or a count at the cursor. False without one; failed_ if it
  // is one and wrong.
  bool ParseOperator(uint32_t* min, uint32_t* max) {
    if (Looking("{")) return ParseCount(min, max);
    if (Take('*')) {
      *min = 0, *max = Regex::kUnbounded;
    } else if (Take('+')) {
      *min = 1, *max = Regex::kUnbounded;
    } else if (Take('?')) {
      *min = 0, *max = 1;
    } else {
      return false;
    }
    return true;
  }

  bool ParseCount(uint32_t* min, uint32_t* max) {
    const size_t at = pos_;
    const auto give_up = [&] {
      pos_ = at;
      return false;
    };
    const auto fail = [&](std::string message) {
      failed_ = true;
      Fail(std::move(message), at);
      return false;
    };
    ++pos_;
    if (Looking(",")) {
      size_t end = pos_ + 1;
      while (end < text_.size() && IsDigit(text_[end])) ++end;
      if (end > pos_ + 1 && end < text_.size() && text_[end] == '}') {
        return fail("a repeat `{,n}` is written `{0,n}`");
      }
      return give_up();
    }
    uint32_t lo = 0;
    if (!ParseNumber(&lo)) return give_up();
    uint32_t hi = lo;
    if (Take(',')) {
      hi = Regex::kUnbounded;
      if (!Looking("}") && !ParseNumber(&hi)) return give_up();
    }
    if (!Take('}')) return give_up();
    if (lo > kMaxRepeatCount ||
        (hi != Regex::kUnbounded && hi > kMaxRepeatCount)) {
      return fail("a repeat count is at most 1000");
    }
    if (lo > hi) return fail("the repeat's bounds are the wrong way round");
    *min = lo, *max = hi;
    return true;
  }

  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }

  // Saturates above the bound instead of overflowing.
  bool ParseNumber(uint32_t* out) {
    const size_t at = pos_;
    uint32_t value = 0;
    while (!AtEnd() && IsDigit(text_[pos_])) {
      value = std::min(value * 10 + static_cast<uint32_t>(text_[pos_] - '0'),
                       kMaxRepeatCount + 1);
      ++pos_;
    }
    *out = value;
    return pos_ > at;
  }

  std::optional<Regex> ParseAtom() {
    const size_t at = pos_;
    switch (text_[pos_]) {
      case '(':
        return ParseGroup();
      case '[':
        return ParseClass();
      case '.':
        ++pos_;
        return ClassOf(Negate({{'\n', '\n'}}));
      case '^':
      case '$': {
        Regex out;
        out.kind =
            text_[pos_++] == '^' ? Regex::Kind::kBegin : Regex::Kind::kEnd;
        return out;
      }
      case '*':
      case '+':
      case '?':
        return Fail("nothing to repeat", at);
      case '\\': {
        CodePointSet set;
        if (!ReadEscape(&set)) return std::nullopt;
        return ClassOf(std::move(set));
      }
      default:
        break;
    }
    uint32_t min;
    uint32_t max;
    if (ParseOperator(&min, &max)) return Fail("nothing to repeat", at);
    if (failed_) return std::nullopt;
    const uint32_t c = DecodeUtf8(text_, &pos_);
    return ClassOf(Folded({{c, c}}));
  }

  std::optional<Regex> ParseGroup() {
    const size_t at = pos_++;
    if (depth_ >= kLimits.nesting) {
      return Fail("groups are nested more than 128 deep", at);
    }
    if (Looking("?")) {
      if (!Looking("?:")) return RefuseGroup(at);
      pos_ += 2;
    }
    ++depth_;
    std::optional<Regex> inner = ParseAlternate();
    --depth_;
    if (!inner) return inner;
    if (!Take(')')) return Fail("unmatched `(`", at);
    return inner;
  }

  std::optional<Regex> RefuseGroup(size_t at) {
    if (Looking("?=") || Looking("?!") || Looking("?<=") || Looking("?<!")) {
      return Fail("lookaround is not supported: it is not regular", at);
    }
    if (Looking("?P") || Looking("?<") || Looking("?'")) {
      return Fail("named groups are not supported: write `(?:`", at);
    }
    return Fail(
        "flags such as `(?i)` are not supported: write `ignoring case` after "
        "the pattern",
        at);
  }

  CodePointSet Folded(CodePointSet set) const {
    return mode_ == CaseMode::kIgnoreCase ? CloseUnderCase(set)
                                          : std::move(set);
  }

  // An escape at the cursor, in or out of a class.
  bool ReadEscape(CodePointSet* set) {
    size_t used = 0;
    std::string message;
    if (!ParseEscape(text_.substr(pos_), set, &used, &message)) {
      Fail(std::move(message), pos_);
      return false;
    }
    // Perl classes are closed before they are negated: `\W` ignoring case is
    // what `\w` ignoring case leaves.
    const char letter = text_[pos_ + 1];
    if (letter == 'D' || letter == 'S' || letter == 'W') {
      *set = Negate(Folded(Negate(*set)));
    } else {
      *set = Folded(*std::move(set));
    }
    pos_ += used;
    return true;
  }

  std::optional<Regex> ParseClass() {
    const size_t at = pos_++;
    const bool negated = Take('^');
    std::vector<CodePointRange> ranges;
    for (bool first = true; first || !Looking("]"); first = false) {
      if (AtEnd()) return Fail("unmatched `[`", at);
      if (Looking("[:")) {
        CodePointSet posix;
        const size_t used = ParsePosixClass(text_.substr(pos_), &posix);
        if (used != 0) {
          const bool inverse = text_[pos_ + 2] == '^';
          posix = inverse ? Negate(Folded(Negate(posix)))
                          : Folded(std::move(posix));
          ranges.insert(ranges.end(), posix.begin(), posix.end());
          pos_ += used;
          continue;
        }
        const size_t close = text_.find(":]", pos_ + 2);
        if (close != std::string_view::npos) {
          return Fail("unknown character class", pos_);
        }
      }
      if (!ParseClassItem(&ranges)) return std::nullopt;
    }
    ++pos_;
    CodePointSet set = MakeSet(std::move(ranges));
    return ClassOf(negated ? Negate(set) : std::move(set));
  }

  // One code point, one range or one escaped class. `-` is a literal wherever
  // it does not stand between two code points.
  bool ParseClassItem(std::vector<CodePointRange>* ranges) {
    const size_t at = pos_;
    CodePointSet low;
    if (!ReadClassAtom(&low)) return false;
    if (!Looking("-") || Looking("-]") || pos_ + 1 >= text_.size()) {
      low = Folded(std::move(low));
      ranges->insert(ranges->end(), low.begin(), low.end());
      return true;
    }
    ++pos_;
    CodePointSet high;
    if (!ReadClassAtom(&high)) return false;
    const auto single = [](const CodePointSet& s) {
      return s.size() == 1 && s[0].lo == s[0].hi;
    };
    if (!single(low) || !single(high)) {
      Fail("a range goes from one character to another", at);
      return false;
    }
    if (low[0].lo > high[0].hi) {
      Fail("the range's ends are the wrong way round", at);
      return false;
    }
    const CodePointSet all = Folded(MakeSet({{low[0].lo, high[0].hi}}));
    ranges->insert(ranges->end(), all.begin(), all.end());
    return true;
  }

  // Unfolded, but for negated Perl classes, whose folding is their own affair.
  bool ReadClassAtom(CodePointSet* set) {
    if (!Looking("\\")) {
      const uint32_t c = DecodeUtf8(text_, &pos_);
      *set = {{c, c}};
      return true;
    }
    const CaseMode mode = mode_;
    const char letter = pos_ + 1 < text_.size() ? text_[pos_ + 1] : '\0';
    if (letter != 'D' && letter != 'S' && letter != 'W') {
      mode_ = CaseMode::kExact;
    }
    const bool ok = ReadEscape(set);
    mode_ = mode;
    return ok;
  }

  std::string_view text_;
  CaseMode mode_;
  PatternError* error_;
  size_t pos_ = 0;
  size_t depth_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<Regex> ParseRegex(std::string_view pattern, CaseMode mode,
                                PatternError* error) {
  return RegexParser(pattern, mode, error).Parse();
}

}  // namespace polc::automata
