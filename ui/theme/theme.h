// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QObject>
#include <QPalette>
#include <QString>
#include <array>
#include <cstdint>
#include <string_view>

namespace bw::ui {

enum class ThemeKind : std::uint8_t { Dark, Light, HighContrast };
/// Colours of the two market sides. East Asian is green–red with the hues swapped (red up).
enum class SidePalette : std::uint8_t { GreenRed, BlueOrange, EastAsian };
/// Row heights: 18, 22, 32 px.
enum class Density : std::uint8_t { Compact, Normal, Touch };

/// What a colour means. Widgets ask for a role and never hold a literal.
enum class Role : std::uint8_t {
  Window,
  Panel,
  AltRow,
  Raised,
  Text,
  TextSecondary,
  TextDisabled,
  Border,
  Separator,
  FocusRing,
  Accent,
  Selection,
  OnAccent,
  Up,
  Down,
  UpBar,
  DownBar,
  Ok,
  Warn,
  Critical,
  ModeSim,
  ModePaper,
  ModeTestnet,
  ModeReplay,
  ModeLiveFill,
  ModeLiveText,
  EstopYellow,
  EstopRed,
  EstopLatched,
  EstopInk,
  Grid,
  Plot,
  Count
};
/// "window", "textSecondary" …: the name in reports and tests.
std::string_view roleName(Role role);

/// One complete table of colours. A value; immutable once made. Thread: any.
class Theme {
 public:
  static Theme make(ThemeKind kind, SidePalette sides);
  ThemeKind kind() const { return m_kind; }
  SidePalette sides() const { return m_sides; }
  QColor color(Role role) const { return m_colors[static_cast<std::size_t>(role)]; }
  QRgb rgb(Role role) const { return color(role).rgb(); }
  /// For QApplication::setPalette.
  QPalette palette() const;
  /// For QApplication::setStyleSheet: docks, tabs, tables, inputs.
  QString styleSheet() const;
  /// 1 px; 2 px in high contrast.
  int borderWidth() const { return m_kind == ThemeKind::HighContrast ? 2 : 1; }
  /// Filled side bars are replaced by outlined ones (high contrast).
  bool outlinedBars() const { return m_kind == ThemeKind::HighContrast; }

 private:
  ThemeKind m_kind = ThemeKind::Dark;
  SidePalette m_sides = SidePalette::GreenRed;
  std::array<QColor, static_cast<std::size_t>(Role::Count)> m_colors;
};

/// WCAG 2 contrast ratio, 1 to 21.
double contrastRatio(const QColor& a, const QColor& b);
/// `top` at `alpha` (0 to 1) over an opaque `base`.
QColor mix(const QColor& top, const QColor& base, double alpha);

/// The theme in force and the settings that every painted widget shares.
/// Thread: GUI.
class ThemeManager : public QObject {
  Q_OBJECT
 public:
  static ThemeManager& instance();
  const Theme& theme() const { return m_theme; }
  void setTheme(ThemeKind kind, SidePalette sides);
  Density density() const { return m_density; }
  void setDensity(Density density);
  int rowHeight() const;
  /// 0.8 to 2.0; others are clamped.
  double fontScale() const { return m_fontScale; }
  void setFontScale(double scale);
  bool reducedMotion() const { return m_reducedMotion; }
  void setReducedMotion(bool reduced);

 Q_SIGNALS:
  /// Colours, density, font scale or motion changed: repaint, drop caches.
  void changed();

 private:
  Theme m_theme = Theme::make(ThemeKind::Dark, SidePalette::GreenRed);
  Density m_density = Density::Normal;
  double m_fontScale = 1.0;
  bool m_reducedMotion = false;
};

inline const Theme& theme() {
  return ThemeManager::instance().theme();
}
inline QColor color(Role role) {
  return theme().color(role);
}

}  // namespace bw::ui
