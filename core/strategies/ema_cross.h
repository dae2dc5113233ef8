// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/indicators/moving_averages.h"
#include "core/strategies/order_habits.h"
#include "core/strategies/registry.h"
#include "core/strategies/strategy.h"

namespace bw::strategies {

/// Follows the crossing of two moving averages of candles: enters at the touch on a cross, with stop and target, and
/// leaves at market on the opposite cross. No claim to profit. Thread: owner only.
class EmaCross final : public Strategy {
 public:
  static StrategyInfo info();
  explicit EmaCross(const Parameters& parameters);
  std::string_view name() const override { return "ema-cross"; }
  void onStart(StrategyContext& context) override;
  void onBook(const BookDepth& book) override;
  void onCandle(const Candle& candle) override;
  void onOrder(const Order& order) override;
  void onFill(const Fill& fill) override;
  void onRefused(const RiskRefused& refused) override;
  void onTimer() override;

 private:
  void tidyUp();
  void enter(Side side);
  void leave();
  Price reachingPrice(Side side) const;

  StrategyContext* m_context = nullptr;
  Duration m_timeframe;
  int m_warmup;
  OrderHabits m_habits;
  Ratio m_reach;
  indicators::Ema m_fast;
  indicators::Ema m_slow;
  int m_bars = 0;
  int m_lastSign = 0;
  bool m_leaving = false;
  BookDepth m_book;
  bool m_hasBook = false;
  Timestamp m_enteredAt;
};

}  // namespace bw::strategies
