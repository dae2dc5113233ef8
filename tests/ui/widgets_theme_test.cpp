// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <QImage>
#include <QPainter>
#include <cstdio>
#include <set>

#include "ui/theme/fonts.h"
#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"

using namespace bw::ui;

namespace {

constexpr ThemeKind kKinds[] = {ThemeKind::Dark, ThemeKind::Light, ThemeKind::HighContrast};
constexpr SidePalette kSides[] = {SidePalette::GreenRed, SidePalette::BlueOrange, SidePalette::EastAsian};
constexpr Role kSurfaces[] = {Role::Window, Role::Panel, Role::AltRow, Role::Raised};

void checkPair(const Theme& t, Role ink, Role surface, double least) {
  const double ratio = contrastRatio(t.color(ink), t.color(surface));
  INFO(roleName(ink), " on ", roleName(surface), " theme ", int(t.kind()), " sides ", int(t.sides()), " = ", ratio);
  CHECK(ratio >= least);
}

}  // namespace

TEST_CASE("every text and side colour is readable on every surface") {
  for (const ThemeKind kind : kKinds) {
    for (const SidePalette sides : kSides) {
      const Theme t = Theme::make(kind, sides);
      for (const Role surface : kSurfaces) {
        checkPair(t, Role::Text, surface, 10.9);
        checkPair(t, Role::TextSecondary, surface, 6.1);
        checkPair(t, Role::TextDisabled, surface, 3.2);
        checkPair(t, Role::Up, surface, 4.5);
        checkPair(t, Role::Down, surface, 4.5);
        for (const Role r : {Role::Ok, Role::Warn, Role::Critical}) checkPair(t, r, surface, 4.5);
        checkPair(t, Role::Border, surface, 3.0);
        checkPair(t, Role::FocusRing, surface, 3.0);
      }
      checkPair(t, Role::Text, Role::UpBar, kind == ThemeKind::HighContrast ? 7.0 : 8.7);
      checkPair(t, Role::Text, Role::DownBar, kind == ThemeKind::HighContrast ? 7.0 : 8.7);
      checkPair(t, Role::Text, Role::Selection, 7.0);
      checkPair(t, Role::OnAccent, Role::Accent, 4.5);
      for (const Role mode : {Role::ModeSim, Role::ModePaper, Role::ModeTestnet, Role::ModeReplay}) {
        checkPair(t, mode, Role::Window, 4.5);
      }
      checkPair(t, Role::ModeLiveText, Role::ModeLiveFill, 10.0);
    }
  }
}

TEST_CASE("the emergency stop's colours are fixed and its disc stands out from the plate") {
  for (const ThemeKind kind : kKinds) {
    const Theme t = Theme::make(kind, SidePalette::GreenRed);
    CHECK(t.color(Role::EstopYellow) == QColor(0xFF, 0xD1, 0x00));
    CHECK(t.color(Role::EstopRed) == QColor(0xC8, 0x10, 0x2E));
    CHECK(contrastRatio(t.color(Role::EstopRed), t.color(Role::EstopYellow)) >= 3.95);
    CHECK(contrastRatio(t.color(Role::EstopInk), t.color(Role::EstopYellow)) >= 4.5);
  }
}

TEST_CASE("side bars are the documented mixtures") {
  CHECK(Theme::make(ThemeKind::Dark, SidePalette::GreenRed).color(Role::UpBar).name() == QStringLiteral("#1f423b"));
  CHECK(Theme::make(ThemeKind::Dark, SidePalette::GreenRed).color(Role::DownBar).name() == QStringLiteral("#4d2d38"));
  CHECK(Theme::make(ThemeKind::Light, SidePalette::GreenRed).color(Role::UpBar).name() == QStringLiteral("#d3e7de"));
}

TEST_CASE("East Asian swaps the hues and nothing else") {
  const Theme west = Theme::make(ThemeKind::Dark, SidePalette::GreenRed);
  const Theme east = Theme::make(ThemeKind::Dark, SidePalette::EastAsian);
  CHECK(west.color(Role::Up) == east.color(Role::Down));
  CHECK(west.color(Role::Critical) == east.color(Role::Critical));
}

TEST_CASE("the style sheet has no unresolved role") {
  for (const ThemeKind kind : kKinds) {
    CHECK_FALSE(Theme::make(kind, SidePalette::GreenRed).styleSheet().contains(QLatin1Char('@')));
  }
}

TEST_CASE("switching the theme is announced once") {
  int announced = 0;
  QObject context;
  QObject::connect(&ThemeManager::instance(), &ThemeManager::changed, &context, [&announced] { ++announced; });
  ThemeManager::instance().setTheme(ThemeKind::Light, SidePalette::GreenRed);
  ThemeManager::instance().setTheme(ThemeKind::Light, SidePalette::GreenRed);
  CHECK(announced == 1);
  ThemeManager::instance().setTheme(ThemeKind::Dark, SidePalette::GreenRed);
  CHECK(announced == 2);
}

TEST_CASE("digits share one width in every number font") {
  if (!referenceFontsPresent()) {
    std::puts("SKIPPED: the reference fonts are not installed");
    return;
  }
  for (const FontRole role :
       {FontRole::Number, FontRole::NumberBold, FontRole::NumberSmall, FontRole::Counter, FontRole::Text}) {
    CHECK(hasTabularDigits(themeFont(role)));
  }
}

TEST_CASE("status shapes are paths and all differ") {
  std::set<std::string> seen;
  for (int s = int(Shape::Ok); s <= int(Shape::Clock); ++s) {
    QImage image(24, 24, QImage::Format_Grayscale8);
    image.fill(0);
    QPainter p(&image);
    paintShape(p, static_cast<Shape>(s), QRectF(2, 2, 20, 20), Qt::white);
    p.end();
    std::string bytes;
    for (int y = 0; y < 24; ++y) bytes.append(reinterpret_cast<const char*>(image.constScanLine(y)), 24);
    CHECK(bytes.find('\xff') != std::string::npos);
    CHECK(seen.insert(bytes).second);
  }
}
