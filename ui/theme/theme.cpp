// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <utility>

namespace bw::ui {
namespace {

constexpr std::size_t kRoles = static_cast<std::size_t>(Role::Count);
constexpr std::array<std::string_view, kRoles> kRoleNames = {
    "window",       "panel",       "altRow",     "raised",       "text",         "textSecondary", "textDisabled",
    "border",       "separator",   "focusRing",  "accent",       "selection",    "onAccent",      "up",
    "down",         "upBar",       "downBar",    "ok",           "warn",         "critical",      "modeSim",
    "modePaper",    "modeTestnet", "modeReplay", "modeLiveFill", "modeLiveText", "estopYellow",   "estopRed",
    "estopLatched", "estopInk",    "grid",       "plot"};

using Colors = std::array<QColor, kRoles>;
struct Entry {
  Role role;
  QRgb rgb;
};

void assign(Colors& colors, std::initializer_list<Entry> entries) {
  for (const Entry& e : entries) colors[static_cast<std::size_t>(e.role)] = QColor::fromRgb(e.rgb);
}

void assignDark(Colors& c) {
  assign(c, {{Role::Window, 0x14171C},       {Role::Panel, 0x1B1F26},      {Role::AltRow, 0x20252D},
             {Role::Raised, 0x2A303A},       {Role::Text, 0xE6EAF0},       {Role::TextSecondary, 0xA8B1BF},
             {Role::TextDisabled, 0x747F8E}, {Role::Border, 0x748090},     {Role::Separator, 0x2F3641},
             {Role::FocusRing, 0x5AA9FF},    {Role::Accent, 0x5AA9FF},     {Role::Selection, 0x26405E},
             {Role::OnAccent, 0x0B0E13},     {Role::Ok, 0x4FD1A5},         {Role::Warn, 0xF2B33D},
             {Role::Critical, 0xFF6470},     {Role::ModeSim, 0xB48CFF},    {Role::ModePaper, 0x7CC0FF},
             {Role::ModeTestnet, 0xF2B33D},  {Role::ModeReplay, 0xA8B1BF}, {Role::ModeLiveFill, 0xE6EAF0},
             {Role::ModeLiveText, 0x111418}, {Role::Grid, 0x272D37},       {Role::Plot, 0x171B21}});
}

void assignLight(Colors& c) {
  assign(c, {{Role::Window, 0xF2F4F7},       {Role::Panel, 0xFFFFFF},      {Role::AltRow, 0xF6F8FA},
             {Role::Raised, 0xE7EBF0},       {Role::Text, 0x14181F},       {Role::TextSecondary, 0x4A5563},
             {Role::TextDisabled, 0x6E7886}, {Role::Border, 0x7A8594},     {Role::Separator, 0xD5DBE3},
             {Role::FocusRing, 0x0B62C4},    {Role::Accent, 0x0B62C4},     {Role::Selection, 0xCFE2F8},
             {Role::OnAccent, 0xFFFFFF},     {Role::Ok, 0x0B7285},         {Role::Warn, 0x8A5C00},
             {Role::Critical, 0x8E0B2E},     {Role::ModeSim, 0x6A3FC4},    {Role::ModePaper, 0x0B62C4},
             {Role::ModeTestnet, 0x8A5C00},  {Role::ModeReplay, 0x4A5563}, {Role::ModeLiveFill, 0x14181F},
             {Role::ModeLiveText, 0xFFFFFF}, {Role::Grid, 0xE7EBF0},       {Role::Plot, 0xFFFFFF}});
}

void assignHighContrast(Colors& c) {
  assign(c, {{Role::Window, 0x000000},       {Role::Panel, 0x000000},      {Role::AltRow, 0x0A0A0A},
             {Role::Raised, 0x1A1A1A},       {Role::Text, 0xFFFFFF},       {Role::TextSecondary, 0xFFFFFF},
             {Role::TextDisabled, 0xB0B0B0}, {Role::Border, 0xFFFFFF},     {Role::Separator, 0x8A8A8A},
             {Role::FocusRing, 0xFFFF66},    {Role::Accent, 0x7CC0FF},     {Role::Selection, 0x003A75},
             {Role::OnAccent, 0x000000},     {Role::Ok, 0x4FD1A5},         {Role::Warn, 0xF2B33D},
             {Role::Critical, 0xFF7A85},     {Role::ModeSim, 0xC9ADFF},    {Role::ModePaper, 0x7CC0FF},
             {Role::ModeTestnet, 0xF2B33D},  {Role::ModeReplay, 0xFFFFFF}, {Role::ModeLiveFill, 0xFFFFFF},
             {Role::ModeLiveText, 0x000000}, {Role::Grid, 0x2A2A2A},       {Role::Plot, 0x000000}});
}

void assignSides(Colors& c, ThemeKind kind, SidePalette sides) {
  const bool dark = kind != ThemeKind::Light;
  if (kind == ThemeKind::HighContrast || sides == SidePalette::BlueOrange) {
    assign(c, {{Role::Up, dark ? 0x5AA9FFU : 0x0B62C4U}, {Role::Down, dark ? 0xFF9F40U : 0xA65000U}});
  } else {
    assign(c, {{Role::Up, dark ? 0x2EBD85U : 0x0A784AU}, {Role::Down, dark ? 0xFF6076U : 0xC4213AU}});
  }
  const auto at = [&c](Role role) -> QColor& { return c[static_cast<std::size_t>(role)]; };
  if (sides == SidePalette::EastAsian) std::swap(at(Role::Up), at(Role::Down));
  const double strength = dark ? 0.22 : 0.18;
  at(Role::UpBar) = mix(at(Role::Up), at(Role::Panel), strength);
  at(Role::DownBar) = mix(at(Role::Down), at(Role::Panel), strength);
}

double linear(double channel) {
  return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}
double luminance(const QColor& color) {
  return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

/// `@role` is replaced by the role's colour, `@line` by the border width.
const char* const kSheet = R"(
QMainWindow, QDialog { background: @window; }
QMainWindow::separator { background: @window; width: 4px; height: 4px; }
QMainWindow::separator:hover { background: @accent; }
QDockWidget { font-weight: 600; color: @textSecondary; titlebar-close-icon: none; titlebar-normal-icon: none; }
QDockWidget::title { background: @raised; padding: 4px 8px; border: none; text-align: left; }
QTabBar { qproperty-drawBase: 0; background: @window; }
QTabBar::tab { background: @window; color: @textSecondary; padding: 4px 12px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: @text; background: @raised; }
QTabBar::tab:selected { color: @text; background: @panel; border-bottom: 2px solid @accent; }
QTabBar::tab:focus { color: @text; border-bottom: 2px solid @focusRing; }
QTabWidget::pane { border: none; background: @panel; }
QMenuBar { background: transparent; color: @text; }
QMenuBar::item { padding: 4px 8px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: @raised; }
QMenu { background: @panel; color: @text; border: @line solid @border; padding: 4px 0; }
QMenu::item { padding: 4px 24px 4px 24px; }
QMenu::item:selected { background: @selection; color: @text; }
QMenu::item:disabled { color: @textDisabled; }
QMenu::separator { height: 1px; background: @separator; margin: 4px 8px; }
QToolTip { background: @raised; color: @text; border: 1px solid @border; padding: 4px; }
QTableView, QTreeView, QListView { background: @panel; alternate-background-color: @altRow; color: @text; border: none;
  gridline-color: @separator; selection-background-color: @selection; selection-color: @text; outline: none; }
QHeaderView { background: @panel; border: none; }
QHeaderView::section { background: @panel; color: @textSecondary; padding: 2px 6px; border: none;
  border-bottom: @line solid @separator; border-right: 1px solid @separator; }
QHeaderView::section:hover { color: @text; background: @raised; }
QTableCornerButton::section { background: @panel; border: none; }
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox { background: @window; color: @text; border: @line solid @border;
  border-radius: 4px; padding: 2px 6px; min-height: 20px; selection-background-color: @selection; selection-color: @text; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus { border: 2px solid @focusRing; padding: 1px 5px; }
QLineEdit:disabled, QComboBox:disabled { color: @textDisabled; border-color: @separator; }
QLineEdit[bwInvalid="true"] { border: 2px solid @critical; padding: 1px 5px; }
QComboBox QAbstractItemView { background: @panel; border: 1px solid @border; selection-background-color: @selection; }
QPushButton { background: @raised; color: @text; border: @line solid @border; border-radius: 4px; padding: 3px 12px; min-height: 20px; }
QPushButton:hover { background: @selection; }
QPushButton:pressed { background: @window; }
QPushButton:focus { border: 2px solid @focusRing; padding: 2px 11px; }
QPushButton:disabled { color: @textDisabled; background: @panel; border-color: @separator; }
QPushButton:checked { background: @selection; border-color: @accent; }
QPushButton[bwPrimary="true"] { background: @accent; color: @onAccent; border-color: @accent; font-weight: 600; }
QPushButton[bwPrimary="true"]:disabled { background: @panel; color: @textDisabled; border-color: @separator; }
QPushButton[bwSide="buy"] { border: 2px solid @up; color: @up; font-weight: 600; padding: 2px 11px; }
QPushButton[bwSide="sell"] { border: 2px solid @down; color: @down; font-weight: 600; padding: 2px 11px; }
QPushButton[bwSide="buy"]:checked { background: @upBar; color: @text; }
QPushButton[bwSide="sell"]:checked { background: @downBar; color: @text; }
QToolButton { background: transparent; color: @text; border: 1px solid transparent; border-radius: 4px; padding: 2px 6px; min-height: 20px; }
QToolButton:hover { background: @raised; }
QToolButton:focus { border: 2px solid @focusRing; padding: 1px 5px; }
QToolButton:checked { background: @selection; }
QCheckBox, QRadioButton, QLabel { color: @text; background: transparent; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid @border; border-radius: 3px; background: @window; }
QCheckBox::indicator:checked { background: @accent; border: 3px solid @window; }
QLabel[bwTone="secondary"] { color: @textSecondary; }
QLabel[bwTone="warn"] { color: @warn; }
QLabel[bwTone="critical"] { color: @critical; }
QLabel[bwTone="ok"] { color: @ok; }
QGroupBox { border: none; border-top: 1px solid @separator; margin-top: 16px; padding-top: 4px; color: @textSecondary; }
QGroupBox::title { subcontrol-origin: margin; left: 0; padding: 0 4px 0 0; }
QStatusBar { background: @window; border-top: 1px solid @separator; }
QStatusBar::item { border: none; }
QScrollArea { border: none; background: transparent; }
QScrollBar:vertical { background: @panel; width: 10px; margin: 0; }
QScrollBar:horizontal { background: @panel; height: 10px; margin: 0; }
QScrollBar::handle { background: @border; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: @textSecondary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }
QProgressBar { background: @window; border: 1px solid @border; border-radius: 4px; text-align: center; color: @text; min-height: 12px; }
QProgressBar::chunk { background: @selection; border-radius: 3px; }
QSplitter::handle { background: @separator; }
)";

}  // namespace

std::string_view roleName(Role role) {
  return kRoleNames[static_cast<std::size_t>(role)];
}

double contrastRatio(const QColor& a, const QColor& b) {
  const double la = luminance(a) + 0.05;
  const double lb = luminance(b) + 0.05;
  return la > lb ? la / lb : lb / la;
}

QColor mix(const QColor& top, const QColor& base, double alpha) {
  const auto blend = [alpha](int t, int b) { return static_cast<int>(std::lround(t * alpha + b * (1.0 - alpha))); };
  return QColor(blend(top.red(), base.red()), blend(top.green(), base.green()), blend(top.blue(), base.blue()));
}

Theme Theme::make(ThemeKind kind, SidePalette sides) {
  Theme t;
  t.m_kind = kind;
  t.m_sides = sides;
  if (kind == ThemeKind::Dark) assignDark(t.m_colors);
  if (kind == ThemeKind::Light) assignLight(t.m_colors);
  if (kind == ThemeKind::HighContrast) assignHighContrast(t.m_colors);
  assignSides(t.m_colors, kind, sides);
  assign(t.m_colors, {{Role::EstopYellow, 0xFFD100},
                      {Role::EstopRed, 0xC8102E},
                      {Role::EstopLatched, 0x8E0B20},
                      {Role::EstopInk, 0x111418}});
  return t;
}

QPalette Theme::palette() const {
  QPalette p;
  p.setColor(QPalette::Window, color(Role::Window));
  p.setColor(QPalette::WindowText, color(Role::Text));
  p.setColor(QPalette::Base, color(Role::Panel));
  p.setColor(QPalette::AlternateBase, color(Role::AltRow));
  p.setColor(QPalette::Text, color(Role::Text));
  p.setColor(QPalette::Button, color(Role::Raised));
  p.setColor(QPalette::ButtonText, color(Role::Text));
  p.setColor(QPalette::BrightText, color(Role::Text));
  p.setColor(QPalette::ToolTipBase, color(Role::Raised));
  p.setColor(QPalette::ToolTipText, color(Role::Text));
  p.setColor(QPalette::PlaceholderText, color(Role::TextDisabled));
  p.setColor(QPalette::Highlight, color(Role::Selection));
  p.setColor(QPalette::HighlightedText, color(Role::Text));
  p.setColor(QPalette::Link, color(Role::Accent));
  p.setColor(QPalette::LinkVisited, color(Role::Accent));
  p.setColor(QPalette::Light, color(Role::Raised));
  p.setColor(QPalette::Midlight, color(Role::Raised));
  p.setColor(QPalette::Mid, color(Role::Separator));
  p.setColor(QPalette::Dark, color(Role::Separator));
  p.setColor(QPalette::Shadow, color(Role::Window));
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    p.setColor(QPalette::Disabled, role, color(Role::TextDisabled));
  }
  return p;
}

QString Theme::styleSheet() const {
  QString sheet = QString::fromLatin1(kSheet);
  // Longest names first: "@up" is the beginning of "@upBar".
  std::array<Role, kRoles> order{};
  for (std::size_t i = 0; i < kRoles; ++i) order[i] = static_cast<Role>(i);
  std::stable_sort(order.begin(), order.end(), [](Role a, Role b) { return roleName(a).size() > roleName(b).size(); });
  for (const Role role : order) {
    const std::string_view name = roleName(role);
    sheet.replace(QLatin1Char('@') + QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size())),
                  color(role).name());
  }
  return sheet.replace(QStringLiteral("@line"), QString::number(borderWidth()) + QStringLiteral("px"));
}

ThemeManager& ThemeManager::instance() {
  static ThemeManager manager;
  return manager;
}

void ThemeManager::setTheme(ThemeKind kind, SidePalette sides) {
  if (kind == m_theme.kind() && sides == m_theme.sides()) return;
  m_theme = Theme::make(kind, sides);
  Q_EMIT changed();
}

void ThemeManager::setDensity(Density density) {
  if (density == m_density) return;
  m_density = density;
  Q_EMIT changed();
}

int ThemeManager::rowHeight() const {
  const int base = m_density == Density::Compact ? 18 : m_density == Density::Normal ? 22 : 32;
  return std::max(base, static_cast<int>(std::lround(base * m_fontScale)));
}

void ThemeManager::setFontScale(double scale) {
  const double clamped = std::clamp(scale, 0.8, 2.0);
  if (std::abs(clamped - m_fontScale) < 1e-9) return;
  m_fontScale = clamped;
  Q_EMIT changed();
}

void ThemeManager::setReducedMotion(bool reduced) {
  if (reduced == m_reducedMotion) return;
  m_reducedMotion = reduced;
  Q_EMIT changed();
}

}  // namespace bw::ui
