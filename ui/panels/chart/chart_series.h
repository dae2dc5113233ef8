// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "core/domain/market.h"
#include "ui/widgets/candle_chart.h"

namespace bw::ui {

/// Keeps the chart's candles and averages between frames: a beat copies the candles that changed, not all of them, and
/// allocates nothing once the first picture has been made. Two states take turns, so that the chart can still compare
/// with what it showed before. Thread: GUI.
class ChartSeries {
 public:
  /// A state whose candles and EMA lines are those of `candles`; everything else of it is from the turn before last and
  /// has to be set. The caller gives it to the chart and drops it.
  /// `rewrites` grows when a candle that was no longer the last has changed.
  std::shared_ptr<ChartState> next(InstrumentId instrument, Duration interval, const std::vector<Candle>& candles,
                                   std::uint64_t rewrites);
  /// Candles copied by the last call; for tests.
  std::size_t copied() const { return m_copied; }

 private:
  struct Turn {
    std::shared_ptr<ChartState> state;
    InstrumentId instrument;
    Duration interval{};
    std::uint64_t rewrites = 0;
    std::size_t closed = 0;  ///< leading candles that cannot change any more
  };
  /// True if everything but the newest candles is as it was in this turn.
  bool fill(Turn& turn, const std::vector<Candle>& candles);

  std::array<Turn, 2> m_turns;
  std::size_t m_at = 0;
  std::uint64_t m_series = 0;  ///< of the states handed out; a new one whenever the picture has to begin anew
  std::size_t m_copied = 0;
};

}  // namespace bw::ui
