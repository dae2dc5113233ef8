// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/format/format.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace bw::ui {
namespace {

constexpr QChar kMinus(0x2212);
constexpr QChar kFigureSpace(0x2007);

struct CivilTime {
  int year, month, day, hour, minute, second;
  std::int64_t nanos;
};

/// Days since 1970-01-01 to year, month, day of the proleptic Gregorian calendar.
void civilFromDays(std::int64_t days, CivilTime& out) {
  const std::int64_t z = days + 719'468;  // days since 0000-03-01
  const std::int64_t era = (z >= 0 ? z : z - 146'096) / 146'097;
  const std::int64_t dayOfEra = z - era * 146'097;
  const std::int64_t yearOfEra = (dayOfEra - dayOfEra / 1'460 + dayOfEra / 36'524 - dayOfEra / 146'096) / 365;
  const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const std::int64_t shifted = (5 * dayOfYear + 2) / 153;
  out.day = static_cast<int>(dayOfYear - (153 * shifted + 2) / 5 + 1);
  out.month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  out.year = static_cast<int>(yearOfEra + era * 400 + (out.month <= 2 ? 1 : 0));
}

CivilTime civil(Timestamp time) {
  constexpr std::int64_t kDay = 86'400'000'000'000;
  std::int64_t days = time.ns / kDay;
  std::int64_t rest = time.ns % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  CivilTime c{};
  civilFromDays(days, c);
  const std::int64_t seconds = rest / 1'000'000'000;
  c.nanos = rest % 1'000'000'000;
  c.hour = static_cast<int>(seconds / 3600);
  c.minute = static_cast<int>(seconds / 60 % 60);
  c.second = static_cast<int>(seconds % 60);
  return c;
}

QString twoDigits(std::int64_t v) {
  return QString::number(v).rightJustified(2, QLatin1Char('0'));
}

/// ASCII text of a number to screen text: true minus, a plus where wanted.
QString toScreen(const QString& ascii, Sign sign, bool zero) {
  if (ascii.startsWith(QLatin1Char('-'))) {
    if (zero) return ascii.mid(1);
    return kMinus + ascii.mid(1);
  }
  if (sign == Sign::Always && !zero) return QLatin1Char('+') + ascii;
  return ascii;
}

bool isZeroText(const QString& ascii) {
  return std::none_of(ascii.begin(), ascii.end(),
                      [](QChar c) { return c >= QLatin1Char('1') && c <= QLatin1Char('9'); });
}

QString fromStd(const std::string& s) {
  return QString::fromLatin1(s.data(), static_cast<qsizetype>(s.size()));
}

QString oneDecimal(double value) {
  return QString::number(value, 'f', 1);
}

}  // namespace

QString notAvailable() {
  return QStringLiteral("—");
}

QString decimalText(std::int64_t mantissa, int scale, int decimals, Sign sign) {
  return decimalText(Decimal(mantissa, scale), decimals, sign);
}

QString decimalText(const Decimal& value, int decimals, Sign sign) {
  const QString ascii = fromStd(value.toFixed(decimals));
  return toScreen(ascii, sign, isZeroText(ascii));
}

QString shortText(const Decimal& value, Rounding rounding, int significant) {
  const Decimal exact = value.canonical();
  std::uint64_t digits =
      exact.mantissa < 0 ? 0 - static_cast<std::uint64_t>(exact.mantissa) : static_cast<std::uint64_t>(exact.mantissa);
  int length = 0;
  for (; digits > 0; digits /= 10) ++length;
  // Digits before the point; negative: zeros after it.
  const int whole = length - exact.scale;
  const int decimals = std::clamp(significant - whole, 0, static_cast<int>(exact.scale));
  const Decimal rounded = exact.rescaled(decimals, rounding).canonical();
  return decimalText(rounded, rounded.scale);
}

QString priceText(const Price& price, int decimals) {
  return decimalText(price.decimal(), decimals);
}
QString quantityText(const Quantity& quantity, int decimals, Sign sign) {
  return decimalText(quantity.decimal(), decimals, sign);
}
QString moneyText(const Money& money, int decimals, Sign sign) {
  return decimalText(money.amount(), decimals, sign);
}
QString profitText(const Money& money, int decimals) {
  return moneyText(money, decimals, Sign::Always);
}

QString moneyWithCurrency(const Money& money, int decimals, Sign sign) {
  const std::string_view code = money.currency().code();
  return moneyText(money, decimals, sign) + QLatin1Char(' ') +
         QString::fromLatin1(code.data(), static_cast<qsizetype>(code.size()));
}

QString percentText(const Ratio& ratio, int decimals, Sign sign) {
  return decimalText(ratio.decimal() * Decimal::fromInteger(100), decimals, sign) + QStringLiteral(" %");
}

QString bpsText(const Ratio& ratio, int decimals, Sign sign) {
  return decimalText(ratio.decimal() * Decimal::fromInteger(10'000), decimals, sign) + QStringLiteral(" bps");
}

QString statText(double value, int decimals, Sign sign) {
  if (!std::isfinite(value)) return notAvailable();
  const QString ascii = QString::number(value, 'f', decimals);
  return toScreen(ascii, sign, isZeroText(ascii));
}

QString compactText(double value) {
  if (!std::isfinite(value)) return notAvailable();
  const double size = std::abs(value);
  struct Step {
    double from;
    const char* unit;
    int decimals;
  };
  constexpr Step kSteps[] = {{1e12, " T", 2}, {1e9, " G", 2}, {1e6, " M", 2}, {1e3, " k", 1}};
  for (const Step& s : kSteps) {
    if (size >= s.from) return statText(value / s.from, s.decimals) + QLatin1String(s.unit);
  }
  return statText(value, size >= 100 ? 0 : 2);
}

QString countText(std::int64_t value) {
  return toScreen(QString::number(value), Sign::Negative, value == 0);
}
QString exportText(const Decimal& value) {
  return fromStd(value.toString());
}

QString ageText(Duration age) {
  const std::int64_t ms = std::max<std::int64_t>(0, age.toMillis());
  if (ms < 100) return QString::number(ms) + QStringLiteral(" ms");
  if (ms < 60'000)
    return QString::number(ms / 1000) + QLatin1Char('.') + QString::number(ms / 100 % 10) + QStringLiteral(" s");
  const std::int64_t s = ms / 1000;
  if (s < 3600) return QStringLiteral("%1 min %2 s").arg(s / 60).arg(twoDigits(s % 60));
  if (s < 86'400) return QStringLiteral("%1 h %2 min").arg(s / 3600).arg(twoDigits(s / 60 % 60));
  return QStringLiteral("%1 d %2 h").arg(s / 86'400).arg(s / 3600 % 24);
}

QString elapsedText(Duration elapsed) {
  const std::int64_t s = std::max<std::int64_t>(0, elapsed.toMillis() / 1000);
  const QString tail = twoDigits(s / 60 % 60) + QLatin1Char(':') + twoDigits(s % 60);
  return s < 3600 ? tail : QString::number(s / 3600) + QLatin1Char(':') + tail;
}

QString latencyText(Duration latency) {
  const std::int64_t us = std::max<std::int64_t>(0, latency.toMicros());
  if (us < 1000) return QString::number(us) + QStringLiteral(" µs");
  if (us < 1'000'000) return oneDecimal(static_cast<double>(us) / 1e3) + QStringLiteral(" ms");
  return QString::number(static_cast<double>(us) / 1e6, 'f', 2) + QStringLiteral(" s");
}

QString timeText(Timestamp time, TimeDigits digits) {
  if (time == Timestamp::never()) return notAvailable();
  const CivilTime c = civil(time);
  QString text = twoDigits(c.hour) + QLatin1Char(':') + twoDigits(c.minute) + QLatin1Char(':') + twoDigits(c.second);
  if (digits == TimeDigits::Millis) {
    text += QLatin1Char('.') + QString::number(c.nanos / 1'000'000).rightJustified(3, QLatin1Char('0'));
  } else if (digits == TimeDigits::Micros) {
    text += QLatin1Char('.') + QString::number(c.nanos / 1'000).rightJustified(6, QLatin1Char('0'));
  }
  return text;
}

QString dateText(Timestamp time) {
  if (time == Timestamp::never()) return notAvailable();
  const CivilTime c = civil(time);
  return QString::number(c.year).rightJustified(4, QLatin1Char('0')) + QLatin1Char('-') + twoDigits(c.month) +
         QLatin1Char('-') + twoDigits(c.day);
}

QString dateTimeText(Timestamp time, TimeDigits digits) {
  if (time == Timestamp::never()) return notAvailable();
  return dateText(time) + QLatin1Char(' ') + timeText(time, digits);
}

QString bytesText(std::int64_t bytes) {
  const auto b = static_cast<double>(bytes);
  if (bytes < 1024) return QString::number(bytes) + QStringLiteral(" B");
  if (bytes < (1 << 20)) return oneDecimal(b / 1024) + QStringLiteral(" kB");
  if (bytes < (1LL << 30)) return oneDecimal(b / (1 << 20)) + QStringLiteral(" MB");
  return QString::number(b / (1LL << 30), 'f', 2) + QStringLiteral(" GB");
}

QString padLeft(const QString& text, int width) {
  return text.rightJustified(width, kFigureSpace);
}

QString alignDecimals(const QString& text, int decimals) {
  const auto dot = text.indexOf(QLatin1Char('.'));
  const auto held = dot < 0 ? -1 : text.size() - dot - 1;  // the dot itself is a character to make up for
  const auto missing = decimals > 0 ? decimals - held : 0;
  return missing <= 0 ? text : text + QString(missing, kFigureSpace);
}

}  // namespace bw::ui
