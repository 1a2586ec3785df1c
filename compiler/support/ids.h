// Typed indexes into vectors: a field's number can't be taken for a rule's.
#ifndef POLC_COMPILER_SUPPORT_IDS_H_
#define POLC_COMPILER_SUPPORT_IDS_H_

#include <compare>
#include <cstdint>
#include <functional>

namespace polc {

/// An index of the kind named by `Tag` (an incomplete struct). Default
/// constructed it is invalid.
template <typename Tag>
struct Id {
  int32_t index = -1;

  constexpr Id() = default;
  constexpr explicit Id(int32_t i) : index(i) {}
  constexpr explicit Id(size_t i) : index(static_cast<int32_t>(i)) {}

  constexpr bool valid() const { return index >= 0; }
  constexpr size_t value() const { return static_cast<size_t>(index); }
  constexpr auto operator<=>(const Id&) const = default;
};

}  // namespace polc

template <typename Tag>
struct std::hash<polc::Id<Tag>> {
  size_t operator()(polc::Id<Tag> id) const noexcept {
    return std::hash<int32_t>()(id.index);
  }
};

#endif  // POLC_COMPILER_SUPPORT_IDS_H_
