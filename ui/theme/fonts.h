// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>

namespace bw::ui {

/// The type scale: sans 13 px for text, mono for numbers, times the font scale of ThemeManager.
enum class FontRole : std::uint8_t {
  Text,
  Secondary,
  Small,
  Title,
  Headline,
  Counter,
  Number,
  NumberBold,
  NumberSmall
};

/// DejaVu Sans and DejaVu Sans Mono (package fonts-dejavu-core), else the system's fixed or sans font. Thread: GUI.
QFont themeFont(FontRole role);
/// Do '0' to '9' share one advance in this font?
bool hasTabularDigits(const QFont& font);
/// Is DejaVu installed, so that pictures can be compared?
bool referenceFontsPresent();

}  // namespace bw::ui
