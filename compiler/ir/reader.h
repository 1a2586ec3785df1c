// Tokens of the IR's text form, read one ahead. Internal to the parser.
//
// After the first failure every read fails, so callers chain reads with `&&`
// and look at the error once.
#ifndef POLC_COMPILER_IR_READER_H_
#define POLC_COMPILER_IR_READER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/decimal.h"
#include "compiler/support/ids.h"

namespace polc::ir {

class Reader {
 public:
  /// `text` must outlive the reader and be valid UTF-8.
  explicit Reader(std::string_view text) : text_(text) { Advance(); }

  bool at_end() const { return kind_ == Kind::kEnd; }
  bool failed() const { return error_.has_value(); }
  /// "line 3: ...".
  const std::string& error() const { return *error_; }
  /// Records the first failure, at the current token's line.
  bool Fail(std::string message);

  /// The current word, number or punctuation is `token`.
  bool At(std::string_view token) const;
  /// Passes `token` if it is next.
  bool Take(std::string_view token);
  bool Expect(std::string_view token);
  /// A word that `name` gives one of the first `count` enumerators.
  template <typename E, typename F>
  bool Enum(int count, F name, E* out) {
    if (kind_ != Kind::kWord) return Fail("expected a word");
    for (int i = 0; i < count; ++i) {
      if (name(static_cast<E>(i)) != token_) continue;
      *out = static_cast<E>(i);
      Advance();
      return !failed();
    }
    return Fail("unknown word `" + std::string(token_) + "`");
  }
  bool String(std::string* out);
  bool Integer(int64_t lo, int64_t hi, int64_t* out);
  bool Unsigned(uint64_t* out);
  bool Double(double* out);
  bool DecimalNumber(Decimal* out);
  /// A letter and a number: f12.
  bool IdText(char letter, int32_t* out);
  template <typename Tag>
  bool ReadId(char letter, Id<Tag>* out) {
    return IdText(letter, &out->index);
  }
  bool AtId(char letter) const;
  bool AtString() const { return kind_ == Kind::kString; }

  /// `{item, ...}`; `item` reads one into its argument.
  template <typename T, typename F>
  bool Braces(std::vector<T>* out, F item) {
    if (!Expect("{")) return false;
    while (!At("}")) {
      if (!out->empty() && !Expect(",")) return false;
      out->emplace_back();
      if (!item(&out->back())) return false;
    }
    return Expect("}");
  }
  bool Strings(std::vector<std::string>* out);
  template <typename Tag>
  bool Ids(char letter, std::vector<Id<Tag>>* out) {
    return Braces(out, [&](Id<Tag>* id) { return ReadId(letter, id); });
  }

 private:
  enum class Kind : uint8_t { kEnd, kWord, kNumber, kString, kPunctuation };

  void Advance();
  void SkipBlank();
  void LexString();
  bool LexEscape(size_t* pos);

  std::string_view text_;
  size_t pos_ = 0;
  int64_t line_ = 1;
  int64_t token_line_ = 1;
  Kind kind_ = Kind::kEnd;
  std::string_view token_;
  std::string string_;  // of kString, decoded
  std::optional<std::string> error_;
};

}  // namespace polc::ir

#endif  // POLC_COMPILER_IR_READER_H_
