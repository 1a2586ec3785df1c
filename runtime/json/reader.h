// The strict reader: text with more than one plausible reading is refused, so
// that the policy and the server can't read two different messages. It is
// simdjson's DOM and what that does not look at: duplicate keys, halves of
// surrogate pairs, U+0000, `__proto__`, the number of values. Time is
// linear-logarithmic in the text's length and memory bounded, whatever the
// text is.
#ifndef POLC_RUNTIME_JSON_READER_H_
#define POLC_RUNTIME_JSON_READER_H_

#include <cstddef>
#include <memory>
#include <string_view>

#include "runtime/json/fault.h"
#include "runtime/json/value.h"

namespace polc::runtime::json {

inline constexpr size_t kMaxBytes = size_t{4} << 20;
inline constexpr size_t kMaxDepth = 64;
inline constexpr size_t kMaxValues = 100'000;

struct Bounds {
  size_t bytes = kMaxBytes;
  size_t values = kMaxValues;
};

/// Reads one document at a time; not for two threads at once.
class Reader {
 public:
  explicit Reader(Bounds bounds = {});
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;

  /// Null if `text` is one strict JSON value, which root() then is; else why
  /// it is not. Values read before are dead.
  const Fault* Read(std::string_view text);

  /// As Read, but U+0000 in strings is left to the caller, who must ask
  /// HasNul of every part that it does not refuse for another reason.
  const Fault* ReadLeavingNul(std::string_view text);

  Value root() const { return {&tape_, 1}; }

  /// Whether any string or key at or inside `value` holds U+0000.
  bool HasNul(Value value) const;

 private:
  struct State;
  const Fault* Parse(std::string_view text);
  std::unique_ptr<State> state_;
  Tape tape_;
  Bounds bounds_;
  bool may_have_nul_ = false;
};

/// The exact text of an object's members or a list's elements, in order:
/// for (RawItems it(text); it; it.Next()) use(it.value()). `text` must be one
/// that Read accepted, or a part of one.
class RawItems {
 public:
  explicit RawItems(std::string_view text);
  explicit operator bool() const { return !value_.empty(); }
  void Next();
  std::string_view value() const { return value_; }
  /// Of an object: `"key": value`, as written.
  std::string_view member() const { return member_; }

 private:
  std::string_view rest_;
  std::string_view member_;
  std::string_view value_;
  bool object_;
};

}  // namespace polc::runtime::json

#endif  // POLC_RUNTIME_JSON_READER_H_
