// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPainterPath>
#include <QRectF>
#include <QString>
#include <cstdint>

class QPainter;

namespace bw::ui {

/// The one family of status shapes: a colour never stands alone.
enum class Shape : std::uint8_t {
  None,
  Ok,        ///< ● disc
  Warning,   ///< ▲ triangle with a notch
  Critical,  ///< ⬣ hexagon
  Medium,    ///< ◆ diamond
  Unknown,   ///< ◌ dashed ring
  Paused,    ///< two bars
  Up,        ///< small triangle up: rise, buy
  Down,      ///< small triangle down: fall, sell
  Flat,      ///< dash: no change
  Tick,
  Cross,
  Clock,
};

/// Outline of the shape inside `box`; filled for all but Unknown, Tick, Cross and Clock, which are stroked.
QPainterPath shapePath(Shape shape, const QRectF& box);
/// Paints the shape centred in `box`, at most as large as the box. Never a font glyph.
void paintShape(QPainter& painter, Shape shape, const QRectF& box, const QColor& color);

/// What the session trades with, for badge, title and border.
enum class ModeLook : std::uint8_t { Sim, Replay, Paper, Testnet, Live, Backtest };
/// "SIM", "REPLAY", …: never translated.
QString modeWord(ModeLook mode);
/// The badge: word, outline style and fill of the mode.
void paintModeBadge(QPainter& painter, ModeLook mode, const QRectF& rect, const QString& suffix = {});

}  // namespace bw::ui
