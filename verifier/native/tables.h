// The bytes of compiled tables (runtime/abi/tables.h), read anew: nothing here
// shares code with who wrote them or with the matcher. What does not lie where
// it should is an error, never a read past the end.
#ifndef POLC_VERIFIER_NATIVE_TABLES_H_
#define POLC_VERIFIER_NATIVE_TABLES_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/abi/native.h"
#include "runtime/abi/tables.h"

namespace polc::verifier::native {

class Tables {
 public:
  /// `code` must outlive it. Its tables are at a multiple of 8.
  explicit Tables(const pol_code& code) : code_(code) {}

  /// `count` items at byte `at`; empty, and `failed()`, if they are not there.
  template <typename T>
  std::span<const T> Items(uint64_t at, uint64_t count) const {
    if (at % alignof(T) != 0 || at > code_.tables_size ||
        count > (code_.tables_size - at) / sizeof(T)) {
      failed_ = true;
      return {};
    }
    return {reinterpret_cast<const T*>(code_.tables + at), count};
  }
  template <typename T>
  std::span<const T> Items(runtime::TableSpan span) const {
    return Items<T>(span.at, span.count);
  }
  /// A copy of what is at `at`; of zeros if it is not there.
  template <typename T>
  T One(uint64_t at) const {
    const auto items = Items<T>(at, 1);
    return items.empty() ? T{} : items[0];
  }
  uint32_t Word(uint64_t at) const { return One<uint32_t>(at); }
  std::string_view Text(uint32_t at, uint32_t size) const {
    const auto bytes = Items<char>(at, size);
    return {bytes.data(), bytes.size()};
  }

  runtime::TablesHeader header() const { return One<runtime::TablesHeader>(0); }
  const pol_code& code() const { return code_; }
  /// Something was to be read that is not there. Never becomes false again.
  bool failed() const { return failed_; }

 private:
  const pol_code& code_;
  mutable bool failed_ = false;
};

}  // namespace polc::verifier::native

#endif  // POLC_VERIFIER_NATIVE_TABLES_H_
