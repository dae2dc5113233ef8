// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/base/assert.h"

namespace bw {

/// What the caller may do about an error.
enum class ErrorKind : std::uint8_t {
  Retryable,  ///< try again, after retryAfterMs
  Final,      ///< this request cannot succeed as it is
  Fatal,      ///< the component cannot go on
};

/// An error of the world (wire, user, disk), never of our own code. Neither text ever holds a secret.
struct Error {
  ErrorKind kind = ErrorKind::Final;
  std::string userKey;  ///< stable id such as "config.unknown_key"; the face translates it
  std::string detail;   ///< names the thing and the remedy, in plain English
  std::int64_t retryAfterMs = 0;
};

/// Either a value or an Error. Asking for the wrong one is an assertion failure. Thread: value type.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return m_state.index() == 0; }
  explicit operator bool() const { return ok(); }
  const T& value() const& {
    BW_ASSERT(ok());
    return *std::get_if<0>(&m_state);
  }
  T& value() & {
    BW_ASSERT(ok());
    return *std::get_if<0>(&m_state);
  }
  T&& value() && {
    BW_ASSERT(ok());
    return std::move(*std::get_if<0>(&m_state));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }
  const Error& error() const {
    BW_ASSERT(!ok());
    return *std::get_if<1>(&m_state);
  }
  T valueOr(T other) const { return ok() ? value() : std::move(other); }

 private:
  std::variant<T, Error> m_state;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : m_error(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  bool ok() const { return !m_error.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    BW_ASSERT(!ok());
    return *m_error;
  }

 private:
  std::optional<Error> m_error;
};

/// A final error, the usual kind.
inline Error finalError(std::string userKey, std::string detail) {
  return Error{ErrorKind::Final, std::move(userKey), std::move(detail), 0};
}

}  // namespace bw
