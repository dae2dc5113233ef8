// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/decimal.h"

#include <doctest/doctest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <limits>
#include <optional>
#include <string>

#include "core/base/exact.h"
#include "core/base/rng.h"

using namespace bw;

namespace {

using Big = boost::multiprecision::cpp_int;
using BigRatio = boost::multiprecision::cpp_rational;

Big powerOfTenModel(int exponent) {
  return boost::multiprecision::pow(Big(10), static_cast<unsigned>(exponent));
}

BigRatio model(const Decimal& d) {
  return BigRatio(Big(d.mantissa), powerOfTenModel(d.scale));
}

Big floorModel(const BigRatio& value) {
  const Big n = boost::multiprecision::numerator(value);
  const Big d = boost::multiprecision::denominator(value);
  Big q = n / d;
  if (n % d != 0 && n < 0) --q;
  return q;
}

// The mantissa at `scale` decimals after rounding.
Big roundModel(const BigRatio& value, int scale, Rounding rounding) {
  const BigRatio raised = value * BigRatio(powerOfTenModel(scale));
  const Big low = floorModel(raised);
  const bool exact = BigRatio(low) == raised;
  if (exact) return low;
  switch (rounding) {
    case Rounding::Down:
      return low;
    case Rounding::Up:
      return low + 1;
    case Rounding::ToZero:
      return raised < 0 ? Big(low + 1) : low;
    case Rounding::AwayZero:
      return raised < 0 ? low : Big(low + 1);
    case Rounding::HalfEven: {
      const BigRatio rest = raised - BigRatio(low);
      const BigRatio half(1, 2);
      if (rest != half) return rest < half ? low : Big(low + 1);
      return low % 2 == 0 ? low : Big(low + 1);
    }
  }
  return low;
}

bool fits64(const Big& value) {
  return value <= Big(std::numeric_limits<std::int64_t>::max()) &&
         value >= Big(std::numeric_limits<std::int64_t>::min());
}

// Mantissas of every magnitude, edges included.
Decimal randomDecimal(Rng& rng) {
  std::int64_t mantissa = 0;
  switch (rng.below(8)) {
    case 0:
      mantissa = rng.between(-3, 3);
      break;
    case 1:
      mantissa = std::numeric_limits<std::int64_t>::max() - rng.between(0, 2);
      break;
    case 2:
      mantissa = std::numeric_limits<std::int64_t>::min() + rng.between(0, 2);
      break;
    default:
      mantissa = static_cast<std::int64_t>(rng.next()) >> rng.below(63);
      break;
  }
  return {mantissa, static_cast<int>(rng.below(19))};
}

template <class F>
std::optional<Decimal> tried(F&& f) {
  try {
    return f();
  } catch (const ExactOverflow&) {
    return std::nullopt;
  }
}

constexpr Rounding kAllSides[] = {Rounding::Down, Rounding::Up, Rounding::ToZero, Rounding::AwayZero,
                                  Rounding::HalfEven};

// An exact result either equals the model or does not fit 64 bits at 18 decimals.
void checkExact(const std::optional<Decimal>& result, const BigRatio& expected) {
  if (result) {
    CHECK(model(*result) == expected);
    return;
  }
  bool couldFit = false;
  for (int scale = 0; scale <= Decimal::kMaxScale; ++scale) {
    const BigRatio raised = expected * BigRatio(powerOfTenModel(scale));
    if (boost::multiprecision::denominator(raised) == 1) couldFit = fits64(boost::multiprecision::numerator(raised));
    if (couldFit) break;
  }
  CHECK_FALSE(couldFit);
}

constexpr int kRounds = 20'000;

}  // namespace

TEST_CASE("decimal: printed and read again is the same value") {
  Rng rng(1);
  for (int i = 0; i < kRounds; ++i) {
    const Decimal d = randomDecimal(rng);
    const auto again = Decimal::parse(d.toString());
    REQUIRE_MESSAGE(again.ok(), d.toString());
    CHECK(*again == d);
    CHECK(again->toString() == d.toString());
  }
}

TEST_CASE("decimal: sums, differences and products equal the model or are an overflow") {
  Rng rng(2);
  for (int i = 0; i < kRounds; ++i) {
    const Decimal a = randomDecimal(rng);
    const Decimal b = randomDecimal(rng);
    checkExact(tried([&] { return a + b; }), model(a) + model(b));
    checkExact(tried([&] { return a - b; }), model(a) - model(b));
    checkExact(tried([&] { return a * b; }), model(a) * model(b));
    CHECK((a == b) == (model(a) == model(b)));
    CHECK((a < b) == (model(a) < model(b)));
    CHECK((a > b) == (model(a) > model(b)));
  }
}

TEST_CASE("decimal: rounded operations on every side equal the model or are an overflow") {
  Rng rng(3);
  int exact = 0;
  for (int i = 0; i < kRounds; ++i) {
    const Decimal a = randomDecimal(rng);
    const Decimal b = randomDecimal(rng);
    const Decimal c = randomDecimal(rng);
    const int scale = static_cast<int>(rng.below(19));
    for (const Rounding side : kAllSides) {
      const auto compare = [&](const std::optional<Decimal>& result, const BigRatio& value, bool mayRefuse) {
        const Big wanted = roundModel(value, scale, side);
        if (result) {
          CHECK(Big(result->mantissa) == wanted);
          CHECK(result->scale == scale);
          ++exact;
        } else if (!mayRefuse) {
          CHECK_FALSE(fits64(wanted));
        }
      };
      compare(tried([&] { return a.rescaled(scale, side); }), model(a), false);
      compare(tried([&] { return multiply(a, b, scale, side); }), model(a) * model(b), false);
      // Three factors and quotients are held in 128 bits on the way and may refuse what would fit in the end.
      compare(tried([&] { return multiply(a, b, c, scale, side); }), model(a) * model(b) * model(c), true);
      if (!b.isZero()) compare(tried([&] { return divide(a, b, scale, side); }), model(a) / model(b), true);
    }
  }
  CHECK(exact > kRounds * 4);
}

TEST_CASE("decimal: quotients and triple products of ordinary money never refuse") {
  Rng rng(4);
  for (int i = 0; i < kRounds; ++i) {
    const Decimal price(rng.between(1, 10'000'000'000), static_cast<int>(rng.below(6)));
    const Decimal size(rng.between(-1'000'000'000, 1'000'000'000), static_cast<int>(rng.below(9)));
    const Decimal unit(rng.between(1, 10'000), static_cast<int>(rng.below(5)));
    const BigRatio exact = model(price) * model(size) * model(unit);
    for (const Rounding side : kAllSides) {
      const Big wanted = roundModel(exact, Money::kScale, side);
      const auto value =
          tried([&] { return notional(Price(price), Quantity(size), unit, Currency("USDT"), side).amount(); });
      if (value)
        CHECK(Big(value->mantissa) == wanted);
      else
        CHECK_FALSE(fits64(wanted));
    }
    const auto part = tried([&] { return divide(size, price, 12, Rounding::Up); });
    const Big wanted = roundModel(model(size) / model(price), 12, Rounding::Up);
    if (part)
      CHECK(Big(part->mantissa) == wanted);
    else
      CHECK_FALSE(fits64(wanted));
  }
}

TEST_CASE("decimal: factors whose scales add to more than the powers in the table are rounded, not refused") {
  const Decimal tiny(1, 18);
  CHECK(multiply(tiny, tiny, tiny, 8, Rounding::Down) == Decimal{});
  CHECK(multiply(tiny, tiny, tiny, 8, Rounding::Up) == Decimal(1, 8));
  CHECK(multiply(-tiny, tiny, tiny, 8, Rounding::Down) == Decimal(-1, 8));
  CHECK(multiply(-tiny, tiny, tiny, 8, Rounding::Up) == Decimal{});
  CHECK(multiply(-tiny, tiny, tiny, 8, Rounding::AwayZero) == Decimal(-1, 8));
  CHECK(multiply(-tiny, tiny, tiny, 8, Rounding::HalfEven) == Decimal{});
}

TEST_CASE("decimal: grammar") {
  struct Row {
    const char* text;
    const char* expected;  // canonical text, or the error's key
  };
  const Row rows[] = {
      {"0", "0"},
      {"-0", "0"},
      {"0.000", "0"},
      {"1", "1"},
      {"+1", "1"},
      {"-1.50", "-1.5"},
      {"007", "7"},
      {"0.1", "0.1"},
      {"1e3", "1000"},
      {"1E+3", "1000"},
      {"1.5e-3", "0.0015"},
      {"12e-1", "1.2"},
      {"61659.70", "61659.7"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"0.000000000000000001", "0.000000000000000001"},
      {"1.0000000000000000000000000", "1"},
      {"0e99999999999999999999", "0"},
      {"0e-400", "0"},
      {"9223372036854775808", "decimal.range"},
      {"-9223372036854775809", "decimal.range"},
      {"0.0000000000000000001", "decimal.range"},
      {"1e-400", "decimal.range"},
      {"1e400", "decimal.range"},
      {"1e99999999999999999999", "decimal.range"},
      {"9999999999999999999999e18", "decimal.range"},
      {"99999999999999999999e18", "decimal.range"},
      {"10000000000000000000", "decimal.range"},
      {"123456789012345678901234567890123456789012345678901234567890", "decimal.range"},
      {"", "decimal.syntax"},
      {"-", "decimal.syntax"},
      {"+", "decimal.syntax"},
      {".", "decimal.syntax"},
      {".5", "decimal.syntax"},
      {"1.", "decimal.syntax"},
      {"-.5", "decimal.syntax"},
      {" 1", "decimal.syntax"},
      {"1 ", "decimal.syntax"},
      {"1,000", "decimal.syntax"},
      {"1_000", "decimal.syntax"},
      {"NaN", "decimal.syntax"},
      {"nan", "decimal.syntax"},
      {"inf", "decimal.syntax"},
      {"-inf", "decimal.syntax"},
      {"Infinity", "decimal.syntax"},
      {"0x1", "decimal.syntax"},
      {"1e", "decimal.syntax"},
      {"1e+", "decimal.syntax"},
      {"1e+-5", "decimal.syntax"},
      {"1e--5", "decimal.syntax"},
      {"e5", "decimal.syntax"},
      {"1.2.3", "decimal.syntax"},
      {"--1", "decimal.syntax"},
      {"+-1", "decimal.syntax"},
      {"1e5.0", "decimal.syntax"},
      {"\xd9\xa1", "decimal.syntax"},
      {"1\n", "decimal.syntax"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto read = Decimal::parse(row.text);
    CHECK((read ? read->toString() : read.error().userKey) == row.expected);
  }
  CHECK(Decimal::parse(std::string_view("1\0", 2)).error().userKey == "decimal.syntax");
}

TEST_CASE("decimal: fixed text and doubles") {
  CHECK(Decimal(616597, 1).toFixed(2) == "61659.70");
  CHECK(Decimal(25, 1).toFixed(0) == "2");
  CHECK(Decimal(35, 1).toFixed(0) == "4");
  CHECK(Decimal(-4, 1).toFixed(0) == "0");
  CHECK(Decimal(5, 0).toFixed(3) == "5.000");
  CHECK(Decimal(std::numeric_limits<std::int64_t>::min(), 18).toString() == "-9.223372036854775808");
  CHECK(decimalFromDouble(0.5, 2, Rounding::Down)->toString() == "0.5");
  CHECK_FALSE(decimalFromDouble(std::numeric_limits<double>::quiet_NaN(), 2, Rounding::Up).ok());
  CHECK_FALSE(decimalFromDouble(std::numeric_limits<double>::infinity(), 2, Rounding::Up).ok());
  CHECK_FALSE(decimalFromDouble(1e30, 2, Rounding::Up).ok());
  CHECK(decimalFromDouble(-1.001, 2, Rounding::Down)->toString() == "-1.01");
  CHECK(decimalFromDouble(-1.001, 2, Rounding::Up)->toString() == "-1");
}

TEST_CASE("exact units: money, ratios and quantities") {
  const Currency usd("USD");
  CHECK(notional(Price(Decimal(616597, 1)), Quantity(Decimal(1486, 3)), Decimal(1, 0), usd, Rounding::Up).toString() ==
        "91626.3142");
  CHECK(of(Money(Decimal(10'000, 0), usd), Ratio::bps(Decimal(6, 0)), Rounding::Up).toString() == "6");
  CHECK(ratioOf(Money(Decimal(1, 0), usd), Money(Decimal(3, 0), usd), Rounding::Up).toString() == "0.333333333334");
  CHECK(ratioOf(Money(Decimal(1, 0), usd), Money(Decimal(3, 0), usd), Rounding::Down).toString() == "0.333333333333");
  CHECK(Ratio::percent(Decimal(5, 1)) == Ratio::bps(Decimal(50, 0)));
  CHECK(Ratio::percent(Decimal(5, 1)).asPercent() == Decimal(5, 1));
  CHECK(Money(Decimal(10, 1), usd) == Money(Decimal(1, 0), usd));
  CHECK_THROWS_AS(Money(Decimal(std::numeric_limits<std::int64_t>::max(), 0), usd) + Money(Decimal(1, 0), usd),
                  ExactOverflow);
  CHECK_THROWS_AS(-Decimal(std::numeric_limits<std::int64_t>::min(), 0), ExactOverflow);
  CHECK(Currency("USDT").code() == "USDT");
  CHECK(Currency("ABCDEFG").code() == "ABCDEFG");
}
