// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstring>
#include <functional>
#include <string_view>

#include "core/base/decimal.h"

namespace bw {

/// A Decimal with a unit. Sums and differences stay in the unit; products between units are named below.
/// | operation | result |
/// | Price ± Price, Quantity ± Quantity, Ratio ± Ratio | same unit |
/// | Money ± Money | Money, same currency only (asserted) |
/// | Price × Quantity × multiplier | notional(): Money |
/// Thread: value types.
/// | Money × Ratio | of(): Money, rounded to a named side |
template <class Unit>
class Exact {
 public:
  constexpr Exact() = default;
  explicit constexpr Exact(Decimal value) : m_value(value) {}
  static Result<Exact> parse(std::string_view text) {
    auto value = Decimal::parse(text);
    if (!value) return value.error();
    return Exact(*value);
  }
  const Decimal& decimal() const { return m_value; }
  bool isZero() const { return m_value.isZero(); }
  int sign() const { return m_value.sign(); }
  std::string toString() const { return m_value.toString(); }
  double toDouble() const { return m_value.toDouble(); }  // tidy:allow(L8) out only
  Exact operator-() const { return Exact(-m_value); }
  Exact abs() const { return m_value.isNegative() ? Exact(-m_value) : *this; }
  friend Exact operator+(const Exact& a, const Exact& b) { return Exact(a.m_value + b.m_value); }
  friend Exact operator-(const Exact& a, const Exact& b) { return Exact(a.m_value - b.m_value); }
  friend bool operator==(const Exact& a, const Exact& b) { return a.m_value == b.m_value; }
  friend std::strong_ordering operator<=>(const Exact& a, const Exact& b) { return a.m_value <=> b.m_value; }

 private:
  Decimal m_value;
};

/// Quote currency per one unit of base.
using Price = Exact<struct PriceUnit>;
/// Base units (coins, shares), signed where a position is meant.
using Quantity = Exact<struct QuantityUnit>;

/// A pure number: 0.005 is half a percent. Made only by name, so that no bare number is a ratio.
class Ratio {
 public:
  constexpr Ratio() = default;
  static constexpr Ratio fraction(Decimal value) { return Ratio(value); }
  static Ratio percent(Decimal value) { return Ratio(value * Decimal(1, 2)); }
  static Ratio bps(Decimal value) { return Ratio(value * Decimal(1, 4)); }
  const Decimal& decimal() const { return m_value; }
  Decimal asPercent() const { return m_value * Decimal::fromInteger(100); }
  bool isZero() const { return m_value.isZero(); }
  std::string toString() const { return m_value.toString(); }
  double toDouble() const { return m_value.toDouble(); }  // tidy:allow(L8) out only
  friend Ratio operator+(const Ratio& a, const Ratio& b) { return Ratio(a.m_value + b.m_value); }
  friend Ratio operator-(const Ratio& a, const Ratio& b) { return Ratio(a.m_value - b.m_value); }
  friend bool operator==(const Ratio& a, const Ratio& b) { return a.m_value == b.m_value; }
  friend std::strong_ordering operator<=>(const Ratio& a, const Ratio& b) { return a.m_value <=> b.m_value; }

 private:
  explicit constexpr Ratio(Decimal value) : m_value(value) {}
  Decimal m_value;
};

/// An upper-case currency or asset code of at most 7 characters: USD, USDT, XBT.
class Currency {
 public:
  constexpr Currency() = default;
  /// `code` of 1 to 7 characters; longer ones are a programming error.
  explicit Currency(std::string_view code) {
    BW_ASSERT(code.size() <= m_code.size());
    std::memcpy(m_code.data(), code.data(), code.size());
  }
  std::string_view code() const { return {m_code.data(), ::strnlen(m_code.data(), m_code.size())}; }
  friend bool operator==(const Currency&, const Currency&) = default;
  friend auto operator<=>(const Currency&, const Currency&) = default;

 private:
  std::array<char, 7> m_code{};
};

/// An amount of one currency. Never added across currencies (asserted): conversion is a rate, not a plus.
class Money {
 public:
  /// Decimals that computed amounts are rounded to.
  static constexpr int kScale = 8;
  Money() = default;
  Money(Decimal amount, Currency currency) : m_mantissa(amount.mantissa), m_scale(amount.scale), m_currency(currency) {}
  static Money zero(Currency currency) { return {Decimal{}, currency}; }
  Decimal amount() const { return {m_mantissa, m_scale}; }
  const Currency& currency() const { return m_currency; }
  bool isZero() const { return m_mantissa == 0; }
  int sign() const { return m_mantissa > 0 ? 1 : m_mantissa < 0 ? -1 : 0; }
  std::string toString() const { return amount().toString(); }
  double toDouble() const { return amount().toDouble(); }  // tidy:allow(L8) out only
  Money abs() const { return m_mantissa < 0 ? -*this : *this; }
  Money operator-() const { return {-amount(), m_currency}; }
  friend Money operator+(const Money& a, const Money& b) {
    BW_ASSERT(a.m_currency == b.m_currency);
    return {a.amount() + b.amount(), a.m_currency};
  }
  friend Money operator-(const Money& a, const Money& b) {
    BW_ASSERT(a.m_currency == b.m_currency);
    return {a.amount() - b.amount(), a.m_currency};
  }
  Money& operator+=(const Money& b) { return *this = *this + b; }
  Money& operator-=(const Money& b) { return *this = *this - b; }
  friend bool operator==(const Money& a, const Money& b) {
    return a.m_currency == b.m_currency && a.amount() == b.amount();
  }
  /// Same currency only (asserted).
  friend std::strong_ordering operator<=>(const Money& a, const Money& b) {
    BW_ASSERT(a.m_currency == b.m_currency);
    return a.amount() <=> b.amount();
  }

 private:
  std::int64_t m_mantissa = 0;
  std::uint8_t m_scale = 0;
  Currency m_currency;
};
static_assert(sizeof(Money) == 16 && sizeof(Price) == 16 && sizeof(Quantity) == 16 && sizeof(Ratio) == 16);

/// Price × quantity × multiplier, exact in 128 bits, then rounded to Money::kScale decimals. Throws ExactOverflow.
Money notional(Price price, Quantity quantity, Decimal multiplier, Currency currency, Rounding rounding);
/// The share `ratio` of an amount, rounded to Money::kScale decimals.
Money of(Money amount, Ratio ratio, Rounding rounding);
/// part / whole as a ratio of 12 decimals; whole is not zero.
Ratio ratioOf(Money part, Money whole, Rounding rounding);

/// Price in steps of an instrument's tick size. Converted only by Instrument.
struct Ticks {
  std::int64_t value = 0;
  friend constexpr auto operator<=>(Ticks, Ticks) = default;
  friend constexpr Ticks operator+(Ticks a, Ticks b) { return {a.value + b.value}; }
  friend constexpr Ticks operator-(Ticks a, Ticks b) { return {a.value - b.value}; }
};

/// Quantity in steps of an instrument's lot size. Converted only by Instrument.
struct Lots {
  std::int64_t value = 0;
  friend constexpr auto operator<=>(Lots, Lots) = default;
  friend constexpr Lots operator+(Lots a, Lots b) { return {a.value + b.value}; }
  friend constexpr Lots operator-(Lots a, Lots b) { return {a.value - b.value}; }
  constexpr Lots& operator+=(Lots b) {
    value += b.value;
    return *this;
  }
  constexpr Lots& operator-=(Lots b) {
    value -= b.value;
    return *this;
  }
};

}  // namespace bw

template <>
struct std::hash<bw::Ticks> {
  std::size_t operator()(bw::Ticks t) const noexcept {
    return static_cast<std::size_t>(t.value) * 0x9e3779b97f4a7c15ULL;
  }
};
