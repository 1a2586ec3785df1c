#include "runtime/polrt/arena.h"

#include <cstdint>
#include <cstdlib>
#include <new>

namespace polc::runtime {
namespace {

// In the block that every thread has from its start: to touch another would
// allocate it.
__attribute__((tls_model("initial-exec"))) thread_local Arena* current =
    nullptr;

void* Allocate(size_t size, size_t align) noexcept {
  if (current != nullptr) return current->Take(size, align);
  if (size == 0) size = 1;
  if (align <= alignof(std::max_align_t)) return std::malloc(size);
  return std::aligned_alloc(align, (size + align - 1) / align * align);
}

void* AllocateOrThrow(size_t size, size_t align) {
  void* out = Allocate(size, align);
  if (out == nullptr) throw std::bad_alloc();
  return out;
}

void Free(void* pointer) noexcept {
  if (current != nullptr && current->Holds(pointer)) return;
  std::free(pointer);
}

constexpr size_t kAlign = alignof(std::max_align_t);

}  // namespace

void* Arena::Take(size_t bytes, size_t align) noexcept {
  const auto base = reinterpret_cast<uintptr_t>(memory_.get());
  const size_t at = (base + used_ + align - 1) / align * align - base;
  if (at > size_ || bytes > size_ - at) return nullptr;
  used_ = at + (bytes == 0 ? 1 : bytes);
  return memory_.get() + at;
}

InArena::InArena(Arena* arena) noexcept {
  arena->Reset();
  current = arena;
}

InArena::~InArena() { current = nullptr; }

}  // namespace polc::runtime

using polc::runtime::Allocate;
using polc::runtime::AllocateOrThrow;
using polc::runtime::Free;
using polc::runtime::kAlign;

void* operator new(size_t n) { return AllocateOrThrow(n, kAlign); }
void* operator new[](size_t n) { return AllocateOrThrow(n, kAlign); }
void* operator new(size_t n, const std::nothrow_t&) noexcept {
  return Allocate(n, kAlign);
}
void* operator new[](size_t n, const std::nothrow_t&) noexcept {
  return Allocate(n, kAlign);
}
void* operator new(size_t n, std::align_val_t align) {
  return AllocateOrThrow(n, static_cast<size_t>(align));
}
void* operator new[](size_t n, std::align_val_t align) {
  return AllocateOrThrow(n, static_cast<size_t>(align));
}
void operator delete(void* p) noexcept { Free(p); }
void operator delete[](void* p) noexcept { Free(p); }
void operator delete(void* p, size_t) noexcept { Free(p); }
void operator delete[](void* p, size_t) noexcept { Free(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { Free(p); }
void operator delete[](void* p, const std::nothrow_t&) noexcept { Free(p); }
void operator delete(void* p, std::align_val_t) noexcept { Free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { Free(p); }
void operator delete(void* p, size_t, std::align_val_t) noexcept { Free(p); }
void operator delete[](void* p, size_t, std::align_val_t) noexcept { Free(p); }
