// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategies/order_habits.h"
#include "core/strategies/registry.h"
#include "core/strategies/strategy.h"

namespace bw::strategies {

/// Shows the whole order path: when flat without an order, at most once an interval, it rests a small post-only order
/// at the ninth level on the heavier side of the book, with stop and target; it withdraws the order if it does not
/// fill, and leaves at market some time after a fill. No claim to profit. Thread: owner only.
class NinthLevelDemo final : public Strategy {
 public:
  static StrategyInfo info();
  explicit NinthLevelDemo(const Parameters& parameters);
  std::string_view name() const override { return "ninth-level-demo"; }
  void onStart(StrategyContext& context) override;
  void onBook(const BookDepth& book) override;
  void onOrder(const Order& order) override;
  void onFill(const Fill& fill) override;
  void onRefused(const RiskRefused& refused) override;
  void onTimer() override;

 private:
  void act();
  void withdrawEntry();
  void leave();
  void enter();
  std::optional<Price> restingPrice(Side side) const;

  StrategyContext* m_context = nullptr;
  int m_level;
  std::size_t m_imbalanceLevels;
  OrderHabits m_habits;
  Duration m_interval;
  Duration m_hold;
  BookDepth m_book;
  bool m_hasBook = false;
  std::optional<Timestamp> m_lastEntry;
  std::optional<Timestamp> m_filledAt;
};

}  // namespace bw::strategies
