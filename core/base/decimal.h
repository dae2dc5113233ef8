// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace bw {

__extension__ using Int128 = __int128;

/// Towards which side an inexact result is rounded. There is no default on purpose.
enum class Rounding : std::uint8_t {
  Down,      ///< towards minus infinity
  Up,        ///< towards plus infinity
  ToZero,    ///< towards zero: never more exposure
  AwayZero,  ///< away from zero: never a smaller cost
  HalfEven,  ///< to the nearest, ties to even: for display only
};

/// Thrown when an exact operation does not fit 64 bits of mantissa. Never a silent wrap; risk refuses the order.
class ExactOverflow : public std::overflow_error {
 public:
  explicit ExactOverflow(const char* operation) : std::overflow_error(operation) {}
};

/// An exact decimal: mantissa × 10^-scale, scale 0 to 18. Equality compares value, not representation.
struct Decimal {
  static constexpr int kMaxScale = 18;
  std::int64_t mantissa = 0;
  std::uint8_t scale = 0;

  constexpr Decimal() = default;
  constexpr Decimal(std::int64_t m, int s) : mantissa(m), scale(static_cast<std::uint8_t>(s)) {}
  static constexpr Decimal fromInteger(std::int64_t v) { return {v, 0}; }

  /// Reads "[+-]digits[.digits][e[+-]digits]". Refuses anything else (NaN, inf, spaces, separators, empty), more than
  /// 18 decimals that matter, and what does not fit. Error "decimal.syntax" or "decimal.range".
  static Result<Decimal> parse(std::string_view text);

  bool isZero() const { return mantissa == 0; }
  bool isNegative() const { return mantissa < 0; }
  int sign() const { return mantissa > 0 ? 1 : mantissa < 0 ? -1 : 0; }
  /// Without trailing zeros: 1.500 becomes 1.5 and 0.0 becomes 0.
  Decimal canonical() const;
  /// Same value at `newScale` decimals, rounded if it must be. Throws ExactOverflow.
  Decimal rescaled(int newScale, Rounding rounding) const;
  /// Canonical text: "-0.5", "61659.7", "0".
  std::string toString() const;
  /// With exactly `decimals` decimals (rounded half-even if fewer than held): "61659.70".
  std::string toFixed(int decimals) const;
  /// For statistics and painting only; never for money on its way.
  double toDouble() const;  // tidy:allow(L8) out only

  Decimal operator-() const;
  friend Decimal operator+(const Decimal& a, const Decimal& b);
  friend Decimal operator-(const Decimal& a, const Decimal& b);
  /// Exact product; scales add (canonicalised when they exceed 18). Throws ExactOverflow if it does not fit.
  friend Decimal operator*(const Decimal& a, const Decimal& b);
  friend bool operator==(const Decimal& a, const Decimal& b);
  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);
};

/// a × b rounded to `scale` decimals; the exact product is held in 128 bits. Throws ExactOverflow.
Decimal multiply(const Decimal& a, const Decimal& b, int scale, Rounding rounding);
/// a × b × c rounded once. Throws ExactOverflow if the exact product does not fit 128 bits.
Decimal multiply(const Decimal& a, const Decimal& b, const Decimal& c, int scale, Rounding rounding);
/// a ÷ b to `scale` decimals; b is not zero. Throws ExactOverflow.
Decimal divide(const Decimal& a, const Decimal& b, int scale, Rounding rounding);
/// The nearest decimal of `scale` decimals on the named side of a double; for statistics that reach risk. Error
/// "decimal.range" for NaN, infinities and what does not fit.
Result<Decimal> decimalFromDouble(double value, int scale, Rounding rounding);  // tidy:allow(L8) statistics to risk

}  // namespace bw
