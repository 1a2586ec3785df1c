// Byte classes of several automata read together. Internal to this folder.
#ifndef POLC_COMPILER_AUTOMATA_BYTE_CLASSES_H_
#define POLC_COMPILER_AUTOMATA_BYTE_CLASSES_H_

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace polc::automata {

/// Bytes that both of two class maps put together share a joined class,
/// numbered by first byte; `parts` has the two classes it came from.
struct JoinedClasses {
  std::array<uint8_t, 256> byte_class = {};
  std::vector<std::pair<uint32_t, uint32_t>> parts;
};

JoinedClasses JoinClasses(const std::array<uint8_t, 256>& a,
                          const std::array<uint8_t, 256>& b);

}  // namespace polc::automata

#endif  // POLC_COMPILER_AUTOMATA_BYTE_CLASSES_H_
