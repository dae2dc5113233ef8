// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>
#include <Qt>
#include <cstdint>

#include "core/base/decimal.h"

namespace bw::ui {

/// Roles every table model answers besides Display, ToolTip, TextAlignment and AccessibleText.
enum ItemRole : int {
  SortRole = Qt::UserRole + 1,  ///< the raw value: qlonglong, double, QString or bw::Decimal
  ToneRole,                     ///< int(Tone)
  MarkRole,                     ///< int(Mark)
  BarRole,                      ///< QVariant of CellBar, invalid if none
  ExportRole,                   ///< ASCII text with full precision
  BoldRole,                     ///< bool
  KeyRole,                      ///< QString, the row's identity
  PinRole,                      ///< bool: stays on top whatever the order
  NumberRole,                   ///< bool: a number column (horizontal header data)
  ColumnIdRole,                 ///< QString: stable column id (horizontal header data)
  PanelRole,                    ///< first role a panel may define for itself
};

/// Meaning of a cell's colour. The theme makes a colour of it.
enum class Tone : std::uint8_t { None, Secondary, Disabled, Up, Down, Ok, Warn, Critical, Accent };
/// Shape painted before the cell's text.
enum class Mark : std::uint8_t { None, Ok, Warning, Critical, Medium, Unknown, Paused, Up, Down, Flat, Tick, Cross };

/// A bar behind the text, in fractions of the cell's width. Diverging bars run from 0.5.
struct CellBar {
  float from = 0.0F;
  float to = 0.0F;
  Tone tone = Tone::Accent;
  friend bool operator==(const CellBar&, const CellBar&) = default;
};

/// Tone of a signed change: Up, Down, None at zero.
constexpr Tone toneOfSign(int sign) {
  return sign > 0 ? Tone::Up : sign < 0 ? Tone::Down : Tone::None;
}
/// Mark of a signed change: Up, Down, Flat at zero.
constexpr Mark markOfSign(int sign) {
  return sign > 0 ? Mark::Up : sign < 0 ? Mark::Down : Mark::Flat;
}

}  // namespace bw::ui

Q_DECLARE_METATYPE(bw::Decimal)
Q_DECLARE_METATYPE(bw::ui::CellBar)
