// Result<T>: a value, or an Error of the environment (a file that cannot be
// read, a solver that is absent). Not for user input (compiler/diag) and not
// for bugs (check.h). Follows the member names of std::expected, which C++20
// does not have.
#ifndef POLC_COMPILER_SUPPORT_RESULT_H_
#define POLC_COMPILER_SUPPORT_RESULT_H_

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "compiler/support/check.h"

namespace polc {

/// What went wrong, in words for a person: lower case, no final period.
struct [[nodiscard]] Error {
  std::string message;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::move(error)) {}  // NOLINT: implicit

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() {
    POLC_CHECK(has_value(), "value() of an error");
    return std::get<0>(state_);
  }
  const T& value() const {
    POLC_CHECK(has_value(), "value() of an error");
    return std::get<0>(state_);
  }
  const Error& error() const {
    POLC_CHECK(!has_value(), "error() of a value");
    return std::get<1>(state_);
  }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> state_;
};

/// Success or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  const Error& error() const {
    POLC_CHECK(error_.has_value(), "error() of a success");
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace polc

#endif  // POLC_COMPILER_SUPPORT_RESULT_H_
