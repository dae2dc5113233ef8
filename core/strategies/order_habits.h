// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/strategies/parameters.h"
#include "core/strategies/strategy.h"

namespace bw::strategies {

/// The parameters that most strategies have in common, each with its usual name, text and range.
Parameter sizeParameter();
Parameter sizeCapParameter();
Parameter restParameter();
Parameter stopParameter();
Parameter targetParameter();
Parameter leverageParameter();

/// How a strategy goes in and out: size of an entry, how long it rests, stop and target, leaving at market. Holds the
/// values of the six parameters above. Thread: owner only.
class OrderHabits {
 public:
  explicit OrderHabits(const Parameters& parameters);
  Duration rest() const { return m_rest; }
  /// An entry sized around `reference`, with stop and target, good for five seconds. Nothing, and the reason said,
  /// where the account cannot carry the instrument's smallest order. Price or price rule are the caller's.
  std::optional<OrderIntent> entry(StrategyContext& context, const Money& equity, Side side,
                                   const Price& reference) const;
  /// Withdraws what rests to enter once `due` has come, and asks to be woken for it.
  void withdrawEntries(StrategyContext& context, Timestamp due) const;
  /// Before it, leave() is not asked again.
  Timestamp nextExit() const { return m_nextExit; }
  static constexpr Duration kExitRetry = Duration::seconds(1);
  /// Asks to leave the whole position at market; `note` goes with the order, `saying` is what the strategy then says.
  void leave(StrategyContext& context, const char* note, const char* saying);

 private:
  Ratio m_size;
  Ratio m_sizeCap;
  Duration m_rest;
  Ratio m_stop;
  Ratio m_target;
  Decimal m_leverage;
  Timestamp m_nextExit;
};

}  // namespace bw::strategies
