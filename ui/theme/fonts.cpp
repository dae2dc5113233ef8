// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/fonts.h"

#include <QFontDatabase>
#include <QFontMetricsF>
#include <cmath>

#include "ui/theme/theme.h"

namespace bw::ui {
namespace {

const QString& sansFamily() {
  static const QString family = QFontDatabase::hasFamily(QStringLiteral("DejaVu Sans"))
                                    ? QStringLiteral("DejaVu Sans")
                                    : QFontDatabase::systemFont(QFontDatabase::GeneralFont).family();
  return family;
}

const QString& monoFamily() {
  static const QString family = QFontDatabase::hasFamily(QStringLiteral("DejaVu Sans Mono"))
                                    ? QStringLiteral("DejaVu Sans Mono")
                                    : QFontDatabase::systemFont(QFontDatabase::FixedFont).family();
  return family;
}

struct Spec {
  bool mono;
  int px;
  QFont::Weight weight;
};

Spec specOf(FontRole role) {
  switch (role) {
    case FontRole::Text:
      return {false, 13, QFont::Normal};
    case FontRole::Secondary:
      return {false, 12, QFont::Normal};
    case FontRole::Small:
      return {false, 11, QFont::Normal};
    case FontRole::Title:
      return {false, 13, QFont::DemiBold};
    case FontRole::Headline:
      return {false, 18, QFont::DemiBold};
    case FontRole::Counter:
      return {true, 28, QFont::DemiBold};
    case FontRole::Number:
      return {true, 12, QFont::Normal};
    case FontRole::NumberBold:
      return {true, 12, QFont::Bold};
    case FontRole::NumberSmall:
      return {true, 11, QFont::Normal};
  }
  return {false, 13, QFont::Normal};
}

}  // namespace

QFont themeFont(FontRole role) {
  const Spec spec = specOf(role);
  QFont f(spec.mono ? monoFamily() : sansFamily());
  f.setPixelSize(static_cast<int>(std::lround(spec.px * ThemeManager::instance().fontScale())));
  f.setWeight(spec.weight);
  f.setStyleHint(spec.mono ? QFont::Monospace : QFont::SansSerif);
  return f;
}

bool hasTabularDigits(const QFont& font) {
  const QFontMetricsF metrics(font);
  const double first = metrics.horizontalAdvance(QLatin1Char('0'));
  for (char digit = '1'; digit <= '9'; ++digit) {
    if (std::abs(metrics.horizontalAdvance(QLatin1Char(digit)) - first) > 0.01) return false;
  }
  return true;
}

bool referenceFontsPresent() {
  return QFontDatabase::hasFamily(QStringLiteral("DejaVu Sans")) &&
         QFontDatabase::hasFamily(QStringLiteral("DejaVu Sans Mono"));
}

}  // namespace bw::ui
