// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "ui/format/format.h"

using namespace bw;
using namespace bw::ui;

namespace {
const QString kMinusSign = QString(QChar(0x2212));
}

TEST_CASE("exact decimals become text without passing through double") {
  CHECK(decimalText(616597, 1, 2) == QStringLiteral("61659.70"));
  CHECK(decimalText(-5, 3, 3) == kMinusSign + QStringLiteral("0.005"));
  CHECK(decimalText(9'007'199'254'740'993, 2, 2) == QStringLiteral("90071992547409.93"));
  CHECK(decimalText(123, 2, 2, Sign::Always) == QStringLiteral("+1.23"));
  CHECK(decimalText(0, 2, 2, Sign::Always) == QStringLiteral("0.00"));
  CHECK(decimalText(-1, 3, 2) == QStringLiteral("0.00"));
}

TEST_CASE("short figures are rounded to the side they are asked for") {
  CHECK(shortText(*Decimal::parse("8.753592649"), Rounding::Down) == QStringLiteral("8.75"));
  CHECK(shortText(*Decimal::parse("8.753592649"), Rounding::Up) == QStringLiteral("8.76"));
  CHECK(shortText(*Decimal::parse("0.000040735"), Rounding::Up) == QStringLiteral("0.0000408"));
  CHECK(shortText(*Decimal::parse("12345.6"), Rounding::Up) == QStringLiteral("12346"));
  CHECK(shortText(*Decimal::parse("9.999"), Rounding::Up) == QStringLiteral("10"));
  CHECK(shortText(*Decimal::parse("-0.12345"), Rounding::Down) == kMinusSign + QStringLiteral("0.124"));
  CHECK(shortText(*Decimal::parse("10"), Rounding::Down) == QStringLiteral("10"));
  CHECK(shortText(Decimal(), Rounding::Up) == QStringLiteral("0"));
}

TEST_CASE("profit, percent and basis points carry their signs and units") {
  CHECK(profitText(Money(Decimal(-12345, 2), Currency("USDT"))) == kMinusSign + QStringLiteral("123.45"));
  CHECK(profitText(Money(Decimal(5, 1), Currency("USDT"))) == QStringLiteral("+0.50"));
  CHECK(moneyWithCurrency(Money(Decimal(5, 1), Currency("USDT"))) == QStringLiteral("0.50 USDT"));
  CHECK(percentText(Ratio::fraction(Decimal(125, 4))) == QStringLiteral("1.25 %"));
  CHECK(bpsText(Ratio::fraction(Decimal(12, 5))) == QStringLiteral("1.2 bps"));
  CHECK(statText(std::nan(""), 2) == notAvailable());
  CHECK(compactText(1'234'567) == QStringLiteral("1.23 M"));
}

TEST_CASE("ages, latencies and times") {
  CHECK(ageText(Duration::millis(42)) == QStringLiteral("42 ms"));
  CHECK(ageText(Duration::millis(4'290)) == QStringLiteral("4.2 s"));
  CHECK(ageText(Duration::seconds(185)) == QStringLiteral("3 min 05 s"));
  CHECK(ageText(Duration::minutes(130)) == QStringLiteral("2 h 10 min"));
  CHECK(latencyText(Duration::micros(180)) == QStringLiteral("180 µs"));
  CHECK(latencyText(Duration::micros(4'200)) == QStringLiteral("4.2 ms"));
  CHECK(elapsedText(Duration::seconds(41)) == QStringLiteral("00:41"));
  const Timestamp t = Timestamp::fromNanos(1'736'942'591'204'512'000);
  CHECK(timeText(t) == QStringLiteral("12:03:11"));
  CHECK(timeText(t, TimeDigits::Millis) == QStringLiteral("12:03:11.204"));
  CHECK(timeText(t, TimeDigits::Micros) == QStringLiteral("12:03:11.204512"));
  CHECK(dateTimeText(t) == QStringLiteral("2025-01-15 12:03:11"));
  CHECK(dateText(Timestamp::fromSeconds(1'709'164'800)) == QStringLiteral("2024-02-29"));
  CHECK(dateText(Timestamp::fromNanos(-1)) == QStringLiteral("1969-12-31"));
  CHECK(timeText(Timestamp::never()) == notAvailable());
}

TEST_CASE("figure spaces align decimals") {
  const QChar space(0x2007);
  CHECK(padLeft(QStringLiteral("1.5"), 5) == QString(2, space) + QStringLiteral("1.5"));
  CHECK(alignDecimals(QStringLiteral("1.5"), 3) == QStringLiteral("1.5") + QString(2, space));
  CHECK(alignDecimals(QStringLiteral("7"), 2) == QStringLiteral("7") + QString(3, space));
}

TEST_CASE("CSV keeps numbers, quotes text and disarms formulas") {
  CHECK(csvField(QStringLiteral("-0.5"), true) == QStringLiteral("-0.5"));
  CHECK(csvField(QStringLiteral("=1+1"), false) == QStringLiteral("'=1+1"));
  CHECK(csvField(QStringLiteral("a \"b\", c"), false) == QStringLiteral("\"a \"\"b\"\", c\""));
  const QString csv = toCsv(
      {{QStringLiteral("id"), QStringLiteral("note")}, {QStringLiteral("-1"), QStringLiteral("-x")}}, {true, false});
  CHECK(csv == QStringLiteral("id,note\r\n-1,'-x\r\n"));
  CHECK(toTsv({{QStringLiteral("a\tb"), QStringLiteral("c")}}) == QStringLiteral("a b\tc\n"));
  CHECK(toHtml({{QStringLiteral("<b>")}}, false).contains(QStringLiteral("&lt;b&gt;")));
}

TEST_CASE("typed decimals: a group separator is never read as a number") {
  CHECK(*decimalFromInput(QStringLiteral("1234.5")) == Decimal(12345, 1));
  CHECK(*decimalFromInput(QStringLiteral("1,5"), QLatin1Char(',')) == Decimal(15, 1));
  CHECK(*decimalFromInput(kMinusSign + QStringLiteral("2")) == Decimal(-2, 0));
  for (const char* bad : {"1,234.5", "1 234", "1'234", "1.234.567", "1_000"}) {
    CAPTURE(bad);
    const auto parsed = decimalFromInput(QString::fromLatin1(bad));
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().userKey == "decimal.separator");
  }
  CHECK_FALSE(decimalFromInput(QStringLiteral("1.234,5"), QLatin1Char(',')).ok());
  CHECK_FALSE(decimalFromInput(QStringLiteral("nan")).ok());
  CHECK_FALSE(decimalFromInput(QString()).ok());
}
