// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QVector>
#include <cstdint>
#include <optional>

#include "core/base/exact.h"
#include "core/base/time.h"

namespace bw::ui {

/// Text of numbers and times on the screen. Exact values never pass through double. Minus is U+2212.
/// Thread: any.
enum class Sign : std::uint8_t {
  Negative,  ///< only a minus
  Always,    ///< "+" too; zero has none: changes and profit
};

/// What stands for a value that does not exist: "—".
QString notAvailable();

/// `mantissa` × 10^-`scale` with exactly `decimals` decimals (half-even): 616597, 1, 2 → "61659.70".
QString decimalText(std::int64_t mantissa, int scale, int decimals, Sign sign = Sign::Negative);
QString decimalText(const Decimal& value, int decimals, Sign sign = Sign::Negative);
/// Short enough for a glance: `significant` digits but never less than the whole part, rounded to the named side, no
/// trailing zeros: 8.753592649 down → "8.75", 0.000040735 up → "0.0000408". Whoever shows it offers the full value too.
QString shortText(const Decimal& value, Rounding rounding, int significant = 3);
QString priceText(const Price& price, int decimals);
QString quantityText(const Quantity& quantity, int decimals, Sign sign = Sign::Negative);
/// Amount with `decimals` decimals, without the currency.
QString moneyText(const Money& money, int decimals = 2, Sign sign = Sign::Negative);
/// Profit and other changes: sign always, "0.00" for zero.
QString profitText(const Money& money, int decimals = 2);
/// "61659.70 USDT".
QString moneyWithCurrency(const Money& money, int decimals = 2, Sign sign = Sign::Negative);
/// A fraction as percent: 0.0125 → "1.25 %".
QString percentText(const Ratio& ratio, int decimals = 2, Sign sign = Sign::Negative);
/// A fraction as basis points: 0.00012 → "1.2 bps".
QString bpsText(const Ratio& ratio, int decimals = 1, Sign sign = Sign::Negative);
/// A statistic, not money: fixed decimals; NaN and infinities are "—".
QString statText(double value, int decimals, Sign sign = Sign::Negative);
/// Headers only: "1.23 M", "45.6 k"; never for order fields.
QString compactText(double value);
QString countText(std::int64_t value);
/// ASCII with full precision for exports: "-0.5".
QString exportText(const Decimal& value);

/// "0.4 s", "4.2 s", "3 min 05 s", "2 h 10 min", "3 d 4 h"; below 100 ms "42 ms".
QString ageText(Duration age);
/// "00:41", "1:02:41".
QString elapsedText(Duration elapsed);
/// "180 µs", "4.2 ms", "1.30 s".
QString latencyText(Duration latency);
/// UTC: "12:03:11", "12:03:11.204", with microseconds "12:03:11.204512".
enum class TimeDigits : std::uint8_t { Seconds, Millis, Micros };
QString timeText(Timestamp time, TimeDigits digits = TimeDigits::Seconds);
/// UTC: "2025-01-15".
QString dateText(Timestamp time);
/// UTC: "2025-01-15 12:03:11".
QString dateTimeText(Timestamp time, TimeDigits digits = TimeDigits::Seconds);
/// "512.4 MB".
QString bytesText(std::int64_t bytes);
/// "STALE 4.2 s · last 12:03:11.204 UTC" is built by the view from ageText and timeText.

/// Pads on the left with figure spaces (U+2007) to `width` characters, so that digits align under proportional labels.
QString padLeft(const QString& text, int width);
/// Pads on the right with figure spaces so that decimal points align: "1.5" with 3 decimals → "1.5" + 2 spaces.
QString alignDecimals(const QString& text, int decimals);

/// One CSV field (RFC 4180). A text starting with = + - @ gets an apostrophe; `number` fields are left as they are.
QString csvField(const QString& text, bool number);
/// Rows to CSV with CRLF; first row is the ids. `numbers[c]` tells number columns.
QString toCsv(const QVector<QStringList>& rows, const QVector<bool>& numbers);
/// Rows to tab-separated text for the clipboard; tabs and line ends inside fields become spaces.
QString toTsv(const QVector<QStringList>& rows);
/// Rows to a small HTML table for the clipboard; `header` makes the first row <th>.
QString toHtml(const QVector<QStringList>& rows, bool header);

/// Reads what a person typed into a decimal field: '.' or the locale's decimal comma; group separators are refused
/// ("1.234,5", "1 234", "1,234.5"). U+2212 counts as minus. Error "decimal.syntax", "decimal.range" or
/// "decimal.separator".
Result<Decimal> decimalFromInput(const QString& text, QChar localeDecimal = QLatin1Char('.'));

}  // namespace bw::ui
