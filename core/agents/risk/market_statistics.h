// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/agents/risk/atr_tracker.h"
#include "core/risk/risk_engine.h"

namespace bw::agents {

/// Turns candles and quotes into what a risk engine knows of the market: ATR(14) ÷ price of the hours for the leverage
/// bound, ATR(14) of the minutes for distances, the last move in standard deviations of 60 minutes for the volatility
/// halt, correlations of hourly returns, exchange rates into the account currency. Hours are put together from minutes
/// where nobody sends them. The risk agent and the ticket's preview feed their engines by this one class, so that both
/// judge alike. Statistics are doubles; what goes to the engine is exact and rounded to the cautious side.
/// Thread: owner only.
class MarketStatistics {
 public:
  explicit MarketStatistics(Instruments instruments);

  /// Minutes and hours; other intervals are ignored.
  void onCandle(const Candle& candle, risk::RiskEngine& engine);
  /// A quote of an instrument between the account currency and another one states a rate: the worse of bid and ask.
  void onBbo(const BboUpdate& bbo, risk::RiskEngine& engine);
  /// Rates that a person stated (config), account currency per unit; good until stated otherwise.
  void setFixedRates(std::vector<std::pair<Currency, Decimal>> rates) { m_fixed = std::move(rates); }
  /// Hands over what has to be worked out over many candles. Call it before a judgement and from a timer: costs nothing
  /// when nothing is new.
  void settle(risk::RiskEngine& engine, Timestamp now);

  static constexpr std::size_t kLeastReturns = 100;  ///< fewer hourly returns: the correlation counts as 1
  static constexpr std::size_t kMoveReturns = 60;    ///< minutes the standard deviation is of
  static constexpr std::size_t kLeastMoves = 30;     ///< fewer: the last move is not known

 private:
  struct Hour {
    Timestamp openTime;
    Ticks close;
  };
  struct Track {
    AtrTracker minuteRange;
    AtrTracker hourRange;
    std::optional<Candle> hour;  // being put together
    Timestamp lastHour{-1};
    std::deque<Hour> hours;
    std::deque<double> moves;
    Ticks lastMinuteClose;
    std::optional<Decimal> closedMove;
  };
  void onMinute(Track& track, const Candle& candle, risk::RiskEngine& engine);
  void onHour(Track& track, const Candle& candle, risk::RiskEngine& engine);
  void correlate(risk::RiskEngine& engine);
  static std::optional<Decimal> inSigmas(const Track& track, double move);

  Instruments m_instruments;
  std::vector<Track> m_tracks;
  std::vector<std::pair<Currency, Decimal>> m_fixed;
  std::map<InstrumentId, Timestamp> m_ratedAt;
  Timestamp m_fixedAt{-1};
  bool m_newHour = false;
};

/// Pearson's correlation of two return series by equal hours, the newest `window` of them; nothing under `least`
/// common ones or without any movement. Prices are closes, oldest first.
std::optional<double> correlationOf(const std::vector<std::pair<Timestamp, double>>& a,
                                    const std::vector<std::pair<Timestamp, double>>& b, std::size_t window,
                                    std::size_t least);

}  // namespace bw::agents
