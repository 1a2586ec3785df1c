// Names of members as a few words. The reader hashes each name once, when it
// looks for names that come twice, and leaves the hash on the tape, beside the
// string's place: who looks names up need not hash them again.
#ifndef POLC_RUNTIME_JSON_KEY_H_
#define POLC_RUNTIME_JSON_KEY_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace polc::runtime::json {

/// As many bits as HashOfKey has; so it fits above a string's place on the
/// tape.
inline constexpr unsigned kKeyHashBits = 24;

namespace internal {

using KeyWords = std::array<uint64_t, 2>;

constexpr std::array<KeyWords, 17> MakeKeyMasks() {
  std::array<KeyWords, 17> masks = {};
  for (size_t size = 0; size < masks.size(); ++size) {
    for (size_t i = 0; i < size; ++i) {
      masks[size][i / 8] |= uint64_t{0xFF} << (8 * (i % 8));
    }
  }
  return masks;
}
/// Which bits of two words are a name's of that length; of 16: or a longer's.
inline constexpr std::array<KeyWords, 17> kKeyMasks = MakeKeyMasks();

inline uint64_t LoadWord(const char* at) {
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

}  // namespace internal

/// Of a name behind which sixteen bytes can be read, as behind every string of
/// a parsed document. The multipliers are those of splitmix64 (Steele, Lea,
/// Flood, OOPSLA 2014).
inline uint32_t HashOfKey(std::string_view name) {
  const size_t size = name.size();
  const auto& mask = internal::kKeyMasks[std::min<size_t>(size, 16)];
  const char* last = name.data() + (size <= 16 ? 8 : size - 8);
  const uint64_t a = internal::LoadWord(name.data()) & mask[0];
  const uint64_t b = internal::LoadWord(last) & mask[1];
  return static_cast<uint32_t>(
      ((a ^ size) * 0xBF58476D1CE4E5B9u + b * 0x94D049BB133111EBu) >>
      (64 - kKeyHashBits));
}

/// A name that others are compared with, quickly: of most names, two words are
/// all. Equal to no name until it is given one.
class KnownKey {
 public:
  KnownKey() = default;
  explicit KnownKey(std::string_view name)
      : mask_(internal::kKeyMasks[std::min<size_t>(name.size(), 16)]),
        size_(static_cast<uint32_t>(name.size())) {
    std::array<char, 16> padded = {};
    std::copy_n(name.begin(), std::min<size_t>(name.size(), 16),
                padded.begin());
    words_ = {internal::LoadWord(padded.data()),
              internal::LoadWord(padded.data() + 8)};
  }

  /// Whether `name`, padded as for HashOfKey, is as long and begins with the
  /// same sixteen bytes.
  bool BeginsLike(std::string_view name) const {
    const uint64_t a = internal::LoadWord(name.data()) ^ words_[0];
    const uint64_t b = internal::LoadWord(name.data() + 8) ^ words_[1];
    return ((a & mask_[0]) | (b & mask_[1]) | (name.size() ^ size_)) == 0;
  }
  /// Whether that is all of it.
  bool IsWhole() const { return size_ <= 16; }

 private:
  internal::KeyWords words_ = {};
  internal::KeyWords mask_ = {};
  uint32_t size_ = 0xFFFFFFFF;  // no name is so long
};

}  // namespace polc::runtime::json

#endif  // POLC_RUNTIME_JSON_KEY_H_
