// Values as bytes and back: for digests, where two unlike sequences must never
// look alike, and for what a Memo keeps.
#ifndef POLC_VERIFIER_MEMO_BYTES_H_
#define POLC_VERIFIER_MEMO_BYTES_H_

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace polc::verifier {

/// Each value carries its length, or has one that its type gives.
class Writer {
 public:
  void Number(uint64_t n) {
    char bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(n >> (8 * i));
    out_.append(bytes, sizeof(bytes));
  }
  /// Of enums and small numbers.
  template <typename T>
  void Small(T n) {
    static_assert(sizeof(T) == 1);
    out_ += static_cast<char>(n);
  }
  void Real(double d) { Number(std::bit_cast<uint64_t>(d)); }
  void Text(std::string_view text) {
    Number(text.size());
    out_ += text;
  }
  template <typename List, typename Visit>
  void Each(const List& list, const Visit& visit) {
    Number(list.size());
    for (const auto& item : list) visit(item);
  }
  void Texts(const auto& texts) {
    Each(texts, [&](const std::string& text) { Text(text); });
  }

  const std::string& bytes() const { return out_; }

 private:
  std::string out_;
};

/// Reads what a Writer wrote. Of anything else it becomes bad, and then gives
/// zeros and empty texts.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  uint64_t Number() {
    uint64_t n = 0;
    if (!Has(8)) return 0;
    for (int i = 0; i < 8; ++i) {
      n |= uint64_t{static_cast<uint8_t>(rest_[i])} << (8 * i);
    }
    rest_.remove_prefix(8);
    return n;
  }
  uint8_t Small() {
    if (!Has(1)) return 0;
    const auto n = static_cast<uint8_t>(rest_[0]);
    rest_.remove_prefix(1);
    return n;
  }
  std::string Text() {
    const uint64_t size = Number();
    if (!Has(size)) return "";
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }
  /// How many follow: never more than there are bytes left.
  uint64_t Count() {
    const uint64_t n = Number();
    return Has(n) ? n : 0;
  }

  bool good() const { return good_; }
  bool at_end() const { return good_ && rest_.empty(); }
  void MarkBad() { good_ = false; }

 private:
  bool Has(uint64_t n) {
    good_ = good_ && n <= rest_.size();
    return good_;
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_MEMO_BYTES_H_
