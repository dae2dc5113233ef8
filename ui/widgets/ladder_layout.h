// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "ui/widgets/digit_atlas.h"
#include "ui/widgets/ladder_widget.h"

namespace bw::ui {

/// Geometry and glyphs of the ladder, remade when size, theme or font changes. Lengths in logical pixels.
struct LadderWidget::Layout {
  static constexpr int kColumns = 7;
  std::array<int, kColumns + 1> edges{};  ///< left edge of each column and the right edge of the last
  int header = 0;                         ///< height above the first row
  int band = 0;                           ///< of it, the stale band
  int rowHeight = 18;
  int lines = 0;  ///< rows that fit, the last one cut
  double ratio = 1.0;
  DigitAtlas normal;
  DigitAtlas bold;
  bool atlasReady = false;
  QImage captions;  ///< the line of column titles, as wide as the widget; changes with the layout only
  /// Antialiased shapes, drawn when first needed; null until then.
  static constexpr std::size_t kChipStates = 4;
  std::array<QImage, 2 * kChipStates> chips;  ///< by side and state of the order
  std::array<QImage, 2> markers;              ///< ◆ with its level, hollow and filled
  int markerLevel = 0;
  QRect column(ColumnId id, int top) const {
    const auto i = static_cast<std::size_t>(id);
    return QRect(edges[i], top, edges[i + 1] - edges[i], rowHeight);
  }
};

}  // namespace bw::ui
