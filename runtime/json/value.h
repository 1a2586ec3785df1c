// A parsed message, read in place. A value is a position on simdjson's tape
// (documented in its doc/tape.md): two words to copy, nothing to free, and no
// third-party header for those who read it. Valid until the reader that made
// it reads again.
#ifndef POLC_RUNTIME_JSON_VALUE_H_
#define POLC_RUNTIME_JSON_VALUE_H_

#include <cstdint>
#include <cstring>
#include <string_view>

namespace polc::runtime::json {

/// Where a document's words and strings lie. Behind every string sixteen bytes
/// can be read.
struct Tape {
  const uint64_t* words = nullptr;
  const uint8_t* strings = nullptr;
};

/// Integers beyond this magnitude, written without fraction or exponent, have
/// no value: readers disagree about it.
inline constexpr int64_t kMaxInteger = 9007199254740991;

enum class Type : uint8_t {
  kNone,  // no value at all
  kNull,
  kBool,
  kNumber,
  kBigInt,  // an integer beyond kMaxInteger
  kString,
  kList,
  kObject,
};

class Value {
 public:
  Value() = default;
  Value(const Tape* tape, uint64_t at) : tape_(tape), at_(at) {}

  explicit operator bool() const { return tape_ != nullptr; }
  const Tape* tape() const { return tape_; }
  uint64_t at() const { return at_; }

  Type type() const;
  bool is_object() const { return tape_ && tag() == '{'; }
  bool is_list() const { return tape_ && tag() == '['; }
  bool is_string() const { return tape_ && tag() == '"'; }

  /// Of a bool.
  bool boolean() const { return tag() == 't'; }
  /// Of a number; -0 is 0.
  double number() const;
  /// Whether a number was written without fraction and exponent.
  bool is_integer() const { return tape_ && (tag() == 'l' || tag() == 'u'); }
  /// Of a string.
  std::string_view text() const;
  /// Of a member's name: its low bits are json/key.h's HashOfKey.
  uint32_t key_hash() const { return static_cast<uint32_t>(word() >> kHashAt); }
  /// Of a list or object: elements or members.
  uint64_t size() const { return (payload() >> 32) & 0xFFFFFF; }
  /// Of an object; no value if there is no such member.
  Value Find(std::string_view key) const;

  /// The tape position just after this value.
  uint64_t End() const;

  /// Asks the memory for the begin of an object: what its first members are,
  /// and the begin of their names and texts.
  void Foresee() const;

  char tag() const { return static_cast<char>(word() >> 56); }

  /// Where in a name's word its hash is; below is the string's place.
  static constexpr unsigned kHashAt = 32;

 private:
  uint64_t word() const { return tape_->words[at_]; }
  uint64_t payload() const { return word() & 0x00FFFFFFFFFFFFFF; }

  const Tape* tape_ = nullptr;
  uint64_t at_ = 0;
};

/// for (Elements it(list); it; it.Next()) use(it.value());
class Elements {
 public:
  explicit Elements(Value list)
      : tape_(list.tape()), at_(list.at() + 1), end_(list ? list.End() : 0) {}
  explicit operator bool() const { return at_ + 1 < end_; }
  Value value() const { return {tape_, at_}; }
  void Next() { at_ = value().End(); }

 private:
  const Tape* tape_;
  uint64_t at_;
  uint64_t end_;
};

/// The same for an object's members.
class Members {
 public:
  explicit Members(Value object)
      : tape_(object.tape()),
        at_(object.at() + 1),
        end_(object ? object.End() : 0) {}
  explicit operator bool() const { return at_ + 1 < end_; }
  std::string_view key() const { return Value(tape_, at_).text(); }
  uint32_t key_hash() const { return Value(tape_, at_).key_hash(); }
  Value value() const { return {tape_, at_ + 1}; }
  void Next() { at_ = value().End(); }
  /// The same on another copy of the tape.
  Members On(const Tape* tape) const {
    Members same = *this;
    same.tape_ = tape;
    return same;
  }

 private:
  const Tape* tape_;
  uint64_t at_;
  uint64_t end_;
};

inline Type Value::type() const {
  if (!tape_) return Type::kNone;
  const uint64_t raw = tape_->words[at_ + 1];
  switch (tag()) {
    case 't':
    case 'f':
      return Type::kBool;
    case 'l': {
      const auto n = static_cast<int64_t>(raw);
      return n > kMaxInteger || n < -kMaxInteger ? Type::kBigInt
                                                 : Type::kNumber;
    }
    case 'u':
      return Type::kBigInt;
    case 'd':
      return Type::kNumber;
    case '"':
      return Type::kString;
    case '[':
      return Type::kList;
    case '{':
      return Type::kObject;
    default:
      return Type::kNull;
  }
}

inline double Value::number() const {
  const uint64_t raw = tape_->words[at_ + 1];
  if (tag() == 'l') return static_cast<double>(static_cast<int64_t>(raw));
  if (tag() == 'u') return static_cast<double>(raw);
  double number = 0;
  std::memcpy(&number, &raw, sizeof number);
  return number == 0 ? 0 : number;
}

inline std::string_view Value::text() const {
  const uint8_t* at = tape_->strings + (payload() & 0xFFFFFFFF);
  uint32_t length = 0;
  std::memcpy(&length, at, sizeof length);
  return {reinterpret_cast<const char*>(at + sizeof length), length};
}

namespace internal {

/// A bit for each of `tags`, by its lowest six bits: all that are on a tape
/// differ in them.
constexpr uint64_t TagSet(std::string_view tags) {
  uint64_t set = 0;
  for (const char tag : tags) set |= uint64_t{1} << (tag & 63);
  return set;
}

}  // namespace internal

inline uint64_t Value::End() const {
  const auto low = static_cast<unsigned>(tag()) & 63;
  if ((internal::TagSet("[{") >> low & 1) != 0) return payload() & 0xFFFFFFFF;
  return at_ + 1 + (internal::TagSet("lud") >> low & 1);
}

inline void Value::Foresee() const {
  constexpr uint64_t kLine = 64;
  if (!tape_) return;
  const uint64_t* at = tape_->words + at_;
  __builtin_prefetch(at + kLine / sizeof *at);
  const uint8_t* text = tape_->strings + (at[1] & 0xFFFFFFFF);
  __builtin_prefetch(text);
  __builtin_prefetch(text + kLine);
}

}  // namespace polc::runtime::json

#endif  // POLC_RUNTIME_JSON_VALUE_H_
