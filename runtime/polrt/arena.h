// Memory for what lives no longer than one decision, so that no call of the C
// ABI asks the process for any: while an InArena is about, `new` of this thread
// takes from its arena, and `delete` gives nothing back. The library links the
// operators of arena.cpp for itself alone; hosts keep theirs.
#ifndef POLC_RUNTIME_POLRT_ARENA_H_
#define POLC_RUNTIME_POLRT_ARENA_H_

#include <cstddef>
#include <memory>

namespace polc::runtime {

class Arena {
 public:
  explicit Arena(size_t bytes)
      : memory_(std::make_unique_for_overwrite<std::byte[]>(bytes)),
        size_(bytes) {}

  /// Null if there is no room left.
  void* Take(size_t bytes, size_t align) noexcept;
  bool Holds(const void* pointer) const noexcept {
    return pointer >= memory_.get() && pointer < memory_.get() + size_;
  }
  void Reset() noexcept { used_ = 0; }

 private:
  std::unique_ptr<std::byte[]> memory_;
  size_t size_;
  size_t used_ = 0;
};

/// INVARIANT: what is made while it is about is gone before it is.
class InArena {
 public:
  explicit InArena(Arena* arena) noexcept;
  ~InArena();
  InArena(const InArena&) = delete;
  InArena& operator=(const InArena&) = delete;
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_POLRT_ARENA_H_
