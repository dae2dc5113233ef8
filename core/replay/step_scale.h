// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/base/decimal.h"

namespace bw::replay {

/// Turns decimal text into whole steps of a tick or lot, digits straight to integers. Immutable.
class StepScale {
 public:
  StepScale() = default;
  /// `step` > 0.
  explicit StepScale(Decimal step) : m_decimals(step.canonical().scale), m_step(step.canonical().mantissa) {}

  /// Reads "[digits][.digits]" from `at`; moves `at` behind it. False (and `at` anywhere) if there is no such number,
  /// it is no whole number of steps, or has more than 18 digits.
  bool read(const char*& at, const char* end, std::int64_t& out) const {
    std::uint64_t value = 0;
    const char* p = at;
    for (; p != end && isDigit(*p); ++p) value = value * 10 + static_cast<std::uint64_t>(*p - '0');
    auto digits = static_cast<int>(p - at);
    if (digits == 0 || digits > 18) return false;
    int room = m_decimals;
    if (p != end && *p == '.') {
      const char* point = ++p;
      for (; room > 0 && p != end && isDigit(*p); ++p, --room)
        value = value * 10 + static_cast<std::uint64_t>(*p - '0');
      for (; p != end && isDigit(*p); ++p) {
        if (*p != '0') return false;
      }
      if (p == point) return false;
    }
    digits += m_decimals;
    if (digits > 18) return false;
    value *= kPowers[static_cast<std::size_t>(room)];
    at = p;
    if (m_step != 1) {
      if (value % static_cast<std::uint64_t>(m_step) != 0) return false;
      value /= static_cast<std::uint64_t>(m_step);
    }
    out = static_cast<std::int64_t>(value);
    return true;
  }
  /// The whole text as steps; any form Decimal::parse reads. False if it is none, not whole, negative, or too large.
  bool parse(std::string_view text, std::int64_t& out) const;
  Decimal step() const { return {m_step, m_decimals}; }

 private:
  static bool isDigit(char c) { return static_cast<unsigned char>(c - '0') < 10; }
  static constexpr std::array<std::uint64_t, 19> kPowers = [] {
    std::array<std::uint64_t, 19> powers{};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
  }();

  int m_decimals = 0;
  std::int64_t m_step = 1;
};

}  // namespace bw::replay
