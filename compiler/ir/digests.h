// What the parts of a module say, in a few bytes: parts of two modules that
// mean the same have the same digest, whatever their ids. For who keeps what it
// made of a part until the next module comes.
#ifndef POLC_COMPILER_IR_DIGESTS_H_
#define POLC_COMPILER_IR_DIGESTS_H_

#include <compare>
#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/ir/ir.h"

namespace polc::ir {

/// 128 bits that depend on a seed. Two parts that differ have the same digest
/// by chance only, and by nobody's intent if the seed is secret: for tables in
/// memory, not for files.
struct Digest {
  uint64_t a = 0;
  uint64_t b = 0;
  auto operator<=>(const Digest&) const = default;
};

/// Makes a digest of words and texts.
class Digester {
 public:
  explicit Digester(uint64_t seed)
      : a_(seed ^ 0x243F6A8885A308D3u), b_(seed ^ 0x13198A2E03707344u) {}

  void Add(uint64_t word) {
    a_ = Fold(a_ ^ word, 0x9E3779B97F4A7C15u);
    b_ = Fold(b_ + word, 0xD6E8FEB86659FD93u) ^ word;
  }
  // Each half goes into its own.
  void Add(const Digest& digest) {
    a_ = Fold(a_ ^ digest.a, 0x9E3779B97F4A7C15u);
    b_ = Fold(b_ + digest.b, 0xD6E8FEB86659FD93u) ^ digest.b;
  }
  void Add(std::string_view text);
  Digest digest() const {
    return {Fold(a_ ^ b_, 0xA0761D6478BD642Fu),
            Fold(b_ + 1, 0xE7037ED1A0B428DBu) ^ a_};
  }

 private:
  // Both halves of the product of two words.
  static uint64_t Fold(uint64_t x, uint64_t y) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{x} * y;
    return static_cast<uint64_t>(product >> 64) ^
           static_cast<uint64_t>(product);
  }

  uint64_t a_;
  uint64_t b_;
};

/// By id.
struct Digests {
  std::vector<Digest> fields;
  std::vector<Digest> langs;
  std::vector<Digest> terms;
  std::vector<Digest> conds;
  /// Of each condition: its tests, shared ones counted as often as they are
  /// used, but at most kManyTests; and how many operands it is.
  std::vector<uint32_t> tests;
  std::vector<uint32_t> uses;
  static constexpr uint32_t kManyTests = 1'000'000;

  const Digest& of(FieldId id) const { return fields[id.value()]; }
  const Digest& of(LangId id) const { return langs[id.value()]; }
  const Digest& of(CondId id) const { return conds[id.value()]; }
};

/// Of a valid module's languages. Takes time in proportion to their size.
std::vector<Digest> LangDigestsOf(const Module& module, uint64_t seed);
/// Of the rest too; `langs` are those of its languages with the same seed.
Digests DigestsOf(const Module& module, uint64_t seed,
                  std::vector<Digest> langs);
inline Digests DigestsOf(const Module& module, uint64_t seed) {
  return DigestsOf(module, seed, LangDigestsOf(module, seed));
}

}  // namespace polc::ir

#endif  // POLC_COMPILER_IR_DIGESTS_H_
