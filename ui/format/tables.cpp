// SPDX-License-Identifier: GPL-3.0-or-later
// Clipboard and export text, and reading what a person typed.
#include <algorithm>

#include "ui/format/format.h"

namespace bw::ui {
namespace {

bool looksLikeFormula(const QString& text) {
  return !text.isEmpty() && QStringLiteral("=+-@\t\r").contains(text.front());
}

}  // namespace

QString csvField(const QString& text, bool number) {
  QString field = !number && looksLikeFormula(text) ? QString(QLatin1Char('\'') + text) : text;
  const bool quote = std::any_of(field.begin(), field.end(), [](QChar c) {
    return c == QLatin1Char(',') || c == QLatin1Char('"') || c == QLatin1Char('\n') || c == QLatin1Char('\r');
  });
  if (!quote) return field;
  field.replace(QLatin1Char('"'), QStringLiteral("\"\""));
  return QLatin1Char('"') + field + QLatin1Char('"');
}

QString toCsv(const QVector<QStringList>& rows, const QVector<bool>& numbers) {
  QString out;
  for (qsizetype r = 0; r < rows.size(); ++r) {
    const QStringList& row = rows[r];
    for (qsizetype c = 0; c < row.size(); ++c) {
      if (c > 0) out += QLatin1Char(',');
      out += csvField(row[c], r > 0 && c < numbers.size() && numbers[c]);
    }
    out += QStringLiteral("\r\n");
  }
  return out;
}

QString toTsv(const QVector<QStringList>& rows) {
  QString out;
  for (const QStringList& row : rows) {
    QStringList clean = row;
    for (QString& field : clean) {
      field.replace(QLatin1Char('\t'), QLatin1Char(' '));
      field.replace(QLatin1Char('\n'), QLatin1Char(' '));
      field.remove(QLatin1Char('\r'));
    }
    out += clean.join(QLatin1Char('\t'));
    out += QLatin1Char('\n');
  }
  return out;
}

QString toHtml(const QVector<QStringList>& rows, bool header) {
  QString out = QStringLiteral("<table>");
  for (qsizetype r = 0; r < rows.size(); ++r) {
    const QString tag = header && r == 0 ? QStringLiteral("th") : QStringLiteral("td");
    out += QStringLiteral("<tr>");
    for (const QString& field : rows[r]) {
      out += QLatin1Char('<') + tag + QLatin1Char('>') + field.toHtmlEscaped() + QStringLiteral("</") + tag +
             QLatin1Char('>');
    }
    out += QStringLiteral("</tr>");
  }
  return out + QStringLiteral("</table>");
}

Result<Decimal> decimalFromInput(const QString& text, QChar localeDecimal) {
  QString clean = text.trimmed();
  clean.replace(QChar(0x2212), QLatin1Char('-'));
  int separators = 0;
  for (QChar& c : clean) {
    if (c == QLatin1Char('.')) {
      ++separators;
    } else if (c == localeDecimal && localeDecimal == QLatin1Char(',')) {
      c = QLatin1Char('.');
      ++separators;
    } else if (c == QLatin1Char(',') || c == QLatin1Char('\'') || c == QLatin1Char('_') || c.isSpace()) {
      return finalError("decimal.separator", "no group separators: write 1234.5");
    }
  }
  if (separators > 1) return finalError("decimal.separator", "no group separators: write 1234.5");
  return Decimal::parse(clean.toStdString());
}

}  // namespace bw::ui
