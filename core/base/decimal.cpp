// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/decimal.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/base/assert.h"

namespace bw {
namespace {

constexpr int kMaxPower = 38;
// No number whose digits fit can be saved from this far away.
constexpr int kHopelessExponent = 61;

Int128 powerOfTen(int exponent) {
  BW_ASSERT(exponent >= 0 && exponent <= kMaxPower);
  static const auto table = [] {
    std::array<Int128, kMaxPower + 1> powers{};
    powers[0] = 1;
    for (int i = 1; i <= kMaxPower; ++i)
      powers[static_cast<std::size_t>(i)] = powers[static_cast<std::size_t>(i - 1)] * 10;
    return powers;
  }();
  return table[static_cast<std::size_t>(exponent)];
}

std::int64_t narrow(Int128 value, const char* operation) {
  if (value > std::numeric_limits<std::int64_t>::max() || value < std::numeric_limits<std::int64_t>::min()) {
    throw ExactOverflow(operation);
  }
  return static_cast<std::int64_t>(value);
}

Int128 divideRounded(Int128 numerator, Int128 denominator, Rounding rounding) {
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  const Int128 quotient = numerator / denominator;
  const Int128 rest = numerator % denominator;
  if (rest == 0) return quotient;
  const int side = numerator < 0 ? -1 : 1;
  switch (rounding) {
    case Rounding::Down:
      return side < 0 ? quotient - 1 : quotient;
    case Rounding::Up:
      return side > 0 ? quotient + 1 : quotient;
    case Rounding::ToZero:
      return quotient;
    case Rounding::AwayZero:
      return quotient + side;
    case Rounding::HalfEven: {
      const Int128 magnitude = rest < 0 ? -rest : rest;
      const Int128 other = denominator - magnitude;
      if (magnitude > other || (magnitude == other && quotient % 2 != 0)) return quotient + side;
      return quotient;
    }
  }
  return quotient;
}

// Value of `wide` × 10^-scale as a Decimal of `target` decimals.
Decimal fromWide(Int128 wide, int scale, int target, Rounding rounding, const char* operation) {
  if (scale > target) {
    // Beyond the table every value is less than half a unit: only its sign matters, as that of ±1 does.
    const bool vanishes = scale - target > kMaxPower;
    if (vanishes) wide = wide > 0 ? 1 : wide < 0 ? -1 : 0;
    wide = divideRounded(wide, powerOfTen(vanishes ? kMaxPower : scale - target), rounding);
  } else if (scale < target) {
    const Int128 limit = static_cast<Int128>(std::numeric_limits<std::int64_t>::max());
    const Int128 factor = powerOfTen(target - scale);
    if (wide != 0 && (factor > limit || wide > limit || wide < -limit)) throw ExactOverflow(operation);
    wide *= factor;
  }
  return {narrow(wide, operation), target};
}

// Exact value with as many decimals as are needed, at most 18.
Decimal fitExactly(Int128 wide, int scale, const char* operation) {
  const Int128 limit = std::numeric_limits<std::int64_t>::max();
  while (scale > 0 && (scale > Decimal::kMaxScale || wide > limit || wide < -limit) && wide % 10 == 0) {
    wide /= 10;
    --scale;
  }
  if (scale > Decimal::kMaxScale) throw ExactOverflow(operation);
  return {narrow(wide, operation), scale};
}

// Both mantissas at the larger scale.
struct Aligned {
  Int128 a;
  Int128 b;
  int scale;
};

Aligned align(const Decimal& a, const Decimal& b) {
  const int scale = a.scale > b.scale ? a.scale : b.scale;
  return {static_cast<Int128>(a.mantissa) * powerOfTen(scale - a.scale),
          static_cast<Int128>(b.mantissa) * powerOfTen(scale - b.scale), scale};
}

struct Digits {
  Int128 mantissa = 0;
  int scale = 0;
  bool any = false;
  bool fits = true;
};

// Reads digits with an optional point; stops at the first other character.
std::size_t readDigits(std::string_view text, std::size_t at, Digits& out) {
  bool point = false;
  int trailingZeros = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    out.any = true;
    if (point && c == '0') {
      ++trailingZeros;
      continue;
    }
    const int shift = trailingZeros + 1;
    if (out.mantissa != 0 && (shift > 19 || out.mantissa > powerOfTen(kMaxPower - 1) / powerOfTen(shift)))
      out.fits = false;
    if (out.fits) out.mantissa = out.mantissa * (out.mantissa == 0 ? 1 : powerOfTen(shift)) + (c - '0');
    if (point) out.scale += shift;
    trailingZeros = 0;
  }
  return at;
}

}  // namespace

Result<Decimal> Decimal::parse(std::string_view text) {
  const auto shown = [&] { return "'" + std::string(text.substr(0, 64)) + "'"; };
  const auto syntax = [&] { return finalError("decimal.syntax", shown() + " is not a decimal number"); };
  const auto range = [&] {
    return finalError("decimal.range", shown() + " does not fit 18 digits with at most 18 decimals");
  };
  std::size_t at = 0;
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) negative = text[at++] == '-';
  Digits digits;
  const std::size_t start = at;
  at = readDigits(text, at, digits);
  if (!digits.any || text[start] == '.' || text[at - 1] == '.') return syntax();
  int exponent = 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    const bool plus = at < text.size() && text[at] == '+';
    if (plus) ++at;
    if (plus && at < text.size() && text[at] == '-') return syntax();
    const char* end = text.data() + text.size();
    const auto [stop, ec] = std::from_chars(text.data() + at, end, exponent);
    if (ec == std::errc::invalid_argument || stop != end) return syntax();
    if (ec == std::errc::result_out_of_range) exponent = kHopelessExponent;
    at = text.size();
  }
  if (at != text.size()) return syntax();
  if (digits.mantissa == 0 && digits.fits) return Decimal{};
  if (!digits.fits || exponent >= kHopelessExponent || exponent <= -kHopelessExponent) return range();
  Int128 mantissa = digits.mantissa;
  int scale = digits.scale - exponent;
  while (scale > 0 && mantissa != 0 && mantissa % 10 == 0 && exponent != 0) {
    mantissa /= 10;
    --scale;
  }
  if (scale > kMaxScale) return range();
  const Int128 highest = static_cast<Int128>(std::numeric_limits<std::int64_t>::max()) + (negative ? 1 : 0);
  if (mantissa > highest) return range();
  if (scale < 0) {
    if (-scale > 18) return range();
    mantissa *= powerOfTen(-scale);
    scale = 0;
  }
  if (mantissa > highest) return range();
  return Decimal{static_cast<std::int64_t>(negative ? -mantissa : mantissa), scale};
}

Decimal Decimal::canonical() const {
  Decimal d = *this;
  while (d.scale > 0 && d.mantissa % 10 == 0) {
    d.mantissa /= 10;
    --d.scale;
  }
  return d;
}

Decimal Decimal::rescaled(int newScale, Rounding rounding) const {
  BW_ASSERT(newScale >= 0 && newScale <= kMaxScale);
  return fromWide(mantissa, scale, newScale, rounding, "rescale");
}

std::string Decimal::toString() const {
  const Decimal d = canonical();
  return d.toFixed(d.scale);
}

std::string Decimal::toFixed(int decimals) const {
  BW_ASSERT(decimals >= 0 && decimals <= 36);
  Int128 value = mantissa;
  int held = scale;
  if (held > decimals) {
    value = divideRounded(value, powerOfTen(held - decimals), Rounding::HalfEven);
    held = decimals;
  }
  const bool negative = value < 0;
  if (negative) value = -value;
  std::array<char, 48> buffer{};
  std::size_t at = buffer.size();
  int written = 0;
  do {
    if (written == held && held > 0) buffer[--at] = '.';
    buffer[--at] = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
    ++written;
  } while (value != 0 || written <= held);
  std::string text = negative ? "-" : "";
  text.append(buffer.data() + at, buffer.size() - at);
  if (decimals > held) {
    if (held == 0) text.push_back('.');
    text.append(static_cast<std::size_t>(decimals - held), '0');
  }
  return text;
}

double Decimal::toDouble() const {
  return static_cast<double>(mantissa) / static_cast<double>(powerOfTen(scale));
}

Decimal Decimal::operator-() const {
  return {narrow(-static_cast<Int128>(mantissa), "negate"), scale};
}

Decimal operator+(const Decimal& a, const Decimal& b) {
  const Aligned both = align(a, b);
  return fitExactly(both.a + both.b, both.scale, "add");
}

Decimal operator-(const Decimal& a, const Decimal& b) {
  const Aligned both = align(a, b);
  return fitExactly(both.a - both.b, both.scale, "subtract");
}

Decimal operator*(const Decimal& a, const Decimal& b) {
  return fitExactly(static_cast<Int128>(a.mantissa) * b.mantissa, a.scale + b.scale, "multiply");
}

bool operator==(const Decimal& a, const Decimal& b) {
  const Aligned both = align(a, b);
  return both.a == both.b;
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  const Aligned both = align(a, b);
  return both.a < both.b   ? std::strong_ordering::less
         : both.a > both.b ? std::strong_ordering::greater
                           : std::strong_ordering::equal;
}

Decimal multiply(const Decimal& a, const Decimal& b, int scale, Rounding rounding) {
  return fromWide(static_cast<Int128>(a.mantissa) * b.mantissa, a.scale + b.scale, scale, rounding, "multiply");
}

Decimal multiply(const Decimal& a, const Decimal& b, const Decimal& c, int scale, Rounding rounding) {
  const Decimal x = a.canonical();
  const Decimal y = b.canonical();
  const Decimal z = c.canonical();
  Int128 wide = 0;
  if (__builtin_mul_overflow(static_cast<Int128>(x.mantissa) * y.mantissa, static_cast<Int128>(z.mantissa), &wide)) {
    throw ExactOverflow("multiply");
  }
  return fromWide(wide, x.scale + y.scale + z.scale, scale, rounding, "multiply");
}

Decimal divide(const Decimal& a, const Decimal& b, int scale, Rounding rounding) {
  BW_ASSERT(b.mantissa != 0);
  // a/b = (a.m × 10^(scale + b.scale - a.scale)) / b.m
  const int shift = scale + b.scale - a.scale;
  Int128 numerator = a.mantissa;
  Int128 denominator = b.mantissa;
  if (shift >= 0) {
    if (shift > 37 ||
        (numerator != 0 && powerOfTen(shift) > powerOfTen(kMaxPower) / (numerator < 0 ? -numerator : numerator))) {
      throw ExactOverflow("divide");
    }
    numerator *= powerOfTen(shift);
  } else {
    denominator *= powerOfTen(-shift);
  }
  return {narrow(divideRounded(numerator, denominator, rounding), "divide"), scale};
}

Result<Decimal> decimalFromDouble(double value, int scale, Rounding rounding) {
  BW_ASSERT(scale >= 0 && scale <= Decimal::kMaxScale);
  const double scaled = value * static_cast<double>(powerOfTen(scale));
  if (!(std::abs(scaled) < 9.0e18)) return finalError("decimal.range", "the number is not finite or too large");
  double rounded = 0;
  switch (rounding) {
    case Rounding::Down:
      rounded = std::floor(scaled);
      break;
    case Rounding::Up:
      rounded = std::ceil(scaled);
      break;
    case Rounding::ToZero:
      rounded = std::trunc(scaled);
      break;
    case Rounding::AwayZero:
      rounded = scaled < 0 ? std::floor(scaled) : std::ceil(scaled);
      break;
    case Rounding::HalfEven:
      rounded = std::nearbyint(scaled);
      break;
  }
  return Decimal{static_cast<std::int64_t>(rounded), scale};
}

}  // namespace bw
