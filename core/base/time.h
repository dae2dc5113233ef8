// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace bw {

/// A span of time in nanoseconds, signed.
struct Duration {
  std::int64_t ns = 0;
  static constexpr Duration nanos(std::int64_t v) { return {v}; }
  static constexpr Duration micros(std::int64_t v) { return {v * 1'000}; }
  static constexpr Duration millis(std::int64_t v) { return {v * 1'000'000}; }
  static constexpr Duration seconds(std::int64_t v) { return {v * 1'000'000'000}; }
  static constexpr Duration minutes(std::int64_t v) { return seconds(v * 60); }
  static constexpr Duration max() { return {std::numeric_limits<std::int64_t>::max()}; }
  constexpr std::int64_t toMillis() const { return ns / 1'000'000; }
  constexpr std::int64_t toMicros() const { return ns / 1'000; }
  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return {a.ns + b.ns}; }
  friend constexpr Duration operator-(Duration a, Duration b) { return {a.ns - b.ns}; }
  friend constexpr Duration operator*(Duration a, std::int64_t n) { return {a.ns * n}; }
  friend constexpr Duration operator/(Duration a, std::int64_t n) { return {a.ns / n}; }
};

/// An instant of wall or market time: nanoseconds since 1970-01-01T00:00:00Z.
struct Timestamp {
  std::int64_t ns = 0;
  static constexpr Timestamp fromNanos(std::int64_t v) { return {v}; }
  static constexpr Timestamp fromMicros(std::int64_t v) { return {v * 1'000}; }
  static constexpr Timestamp fromMillis(std::int64_t v) { return {v * 1'000'000}; }
  static constexpr Timestamp fromSeconds(std::int64_t v) { return {v * 1'000'000'000}; }
  /// Later than every real instant; "never".
  static constexpr Timestamp never() { return {std::numeric_limits<std::int64_t>::max()}; }
  constexpr std::int64_t toMillis() const { return ns / 1'000'000; }
  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
  friend constexpr Timestamp operator+(Timestamp t, Duration d) { return {t.ns + d.ns}; }
  friend constexpr Timestamp operator-(Timestamp t, Duration d) { return {t.ns - d.ns}; }
  friend constexpr Duration operator-(Timestamp a, Timestamp b) { return {a.ns - b.ns}; }
};

/// An instant of the monotonic clock; only differences mean anything.
struct MonoTime {
  std::int64_t ns = 0;
  friend constexpr auto operator<=>(MonoTime, MonoTime) = default;
  friend constexpr Duration operator-(MonoTime a, MonoTime b) { return {a.ns - b.ns}; }
  friend constexpr MonoTime operator+(MonoTime t, Duration d) { return {t.ns + d.ns}; }
};

/// ISO 8601 in UTC with milliseconds: 2024-08-08T23:54:15.030Z.
std::string toIso8601(Timestamp time);

/// Parses what toIso8601 prints; fraction of 0 to 9 digits, 'Z' required. Error "time.syntax".
Result<Timestamp> timestampFromIso8601(std::string_view text);

}  // namespace bw
