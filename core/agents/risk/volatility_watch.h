// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <utility>

#include "core/agents/risk/atr_tracker.h"
#include "core/risk/risk_engine.h"

namespace bw::agents {

/// Turns closed candles into what a risk engine knows of volatility: ATR(14) ÷ price of the hours for the leverage
/// bound, ATR(14) of the minutes for distances. The risk agent and the ticket's preview feed their engines by this one
/// class, so that both judge alike. Thread: owner only.
class VolatilityWatch {
 public:
  /// Ignores running candles and other intervals.
  void add(const Candle& candle, const Instrument& instrument, risk::RiskEngine& engine) {
    if (!candle.closed || (candle.interval != kHour && candle.interval != kMinute)) return;
    AtrTracker& range = m_ranges[{candle.instrument, candle.interval.ns}];
    range.add(candle);
    const auto milliTicks = range.milliTicks();
    if (!milliTicks || range.lastClose().value <= 0) return;
    if (candle.interval == kHour) {
      const Decimal share =
          divide(Decimal(*milliTicks, 3), Decimal::fromInteger(range.lastClose().value), 12, Rounding::Up);
      engine.onVolatility(candle.instrument, Ratio::fraction(share));
    } else {
      engine.onAtr(candle.instrument, instrument.price(Ticks{*milliTicks / 1000 + 1}));
    }
  }

 private:
  static constexpr Duration kHour = Duration::minutes(60);
  static constexpr Duration kMinute = Duration::minutes(1);
  std::map<std::pair<InstrumentId, std::int64_t>, AtrTracker> m_ranges;
};

}  // namespace bw::agents
