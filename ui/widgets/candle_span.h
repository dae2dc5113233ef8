// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace bw::ui {

/// A candle, or all candles of one pixel column, ready to paint. Prices in ticks.
struct CandleSpan {
  double x = 0;      ///< left edge, px
  double width = 1;  ///< px
  std::int64_t open = 0, high = 0, low = 0, close = 0;
  std::int64_t volume = 0;
};

}  // namespace bw::ui
