// Finding the literals of many patterns in one pass over a string. Internal to
// codegen.
#ifndef POLC_COMPILER_CODEGEN_INDEX_GRAMS_H_
#define POLC_COMPILER_CODEGEN_INDEX_GRAMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/codegen/blob.h"

namespace polc::codegen {

/// A language's literals (literals.h), and the entries that ask for it.
struct Wanted {
  std::vector<std::string> literals;
  std::vector<uint32_t> entries;  // ascending
};

/// Which of a language's literals to look for, and by which of its bytes: those
/// that the fewest others have too.
struct Gram {
  uint32_t bytes = 0;  // 2 or 4; 0: there is no literal
  uint32_t value = 0;
  uint32_t before = 0;  // of the literal, in bytes
  std::string literal;
};
std::vector<Gram> ChooseGrams(const std::vector<Wanted>& wanted);

/// The piece of a TableGrams of the grams that have `bytes`; 0 if none has.
/// `free`: the piece of bits of the entries that it says nothing of, or 0.
uint32_t AddGrams(const std::vector<Wanted>& wanted,
                  const std::vector<Gram>& grams, uint32_t bytes, uint32_t free,
                  Blob* blob);

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_INDEX_GRAMS_H_
