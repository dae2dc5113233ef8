// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/account.h"
#include "core/domain/market.h"
#include "core/domain/messages/execution.h"
#include "core/domain/messages/risk.h"
#include "core/domain/messages/signals.h"

namespace bw::strategies {

/// What a strategy sees of the world and may ask of it. Valid from onStart() until the strategy is destroyed.
/// Thread: owner only.
class StrategyContext {
 public:
  virtual ~StrategyContext() = default;
  virtual const Instrument& instrument() const = 0;
  /// Market time.
  virtual Timestamp now() const = 0;
  /// Balance and unrealised P&L of the account; nothing until the account is known.
  virtual std::optional<Money> equity() const = 0;
  /// What this strategy's own fills add up to, > 0 long.
  virtual Quantity position() const = 0;
  /// This strategy's orders that are not over, stop and target included, oldest first.
  virtual const std::vector<Order>& openOrders() const = 0;
  /// True while an entry of ours is asked for, resting or unproven.
  virtual bool entryLive() const = 0;
  /// True while an exit of ours (not stop or target) is.
  virtual bool exitLive() const = 0;
  /// False while the session or a person lets this strategy open nothing new.
  virtual bool mayEnter() const = 0;
  /// Asks risk for an order. Id, instrument, owner and time are filled in. Nil when it must not be asked now: not
  /// running, an entry while one is live or a position is held, a second exit, a MARKET entry; status() says which.
  virtual Uuid submit(OrderIntent intent) = 0;
  /// Asks to withdraw an order of ours; no more than once a second for the same one.
  virtual void cancel(ClientOrderId clientId) = 0;
  /// Calls onTimer() once at or soon after `when`; an earlier pending call wins.
  virtual void wakeAt(Timestamp when) = 0;
  /// What the strategy is doing, in plain words, for status and the window.
  virtual void say(std::string text) = 0;
};

/// A trading idea: reacts to market data, asks for orders, never knows in which mode it runs. No clock, thread, file
/// or random number of its own, so that the same input gives the same orders. Thread: owner only.
class Strategy {
 public:
  virtual ~Strategy() = default;
  virtual std::string_view name() const = 0;
  /// `context` outlives the strategy.
  virtual void onStart(StrategyContext& context) = 0;
  /// Only books that may be traded on.
  virtual void onBook(const BookDepth&) {}
  virtual void onTrade(const TradePrint&) {}
  /// Closed candles of every time-frame there is.
  virtual void onCandle(const Candle&) {}
  virtual void onSignal(const SignalGenerated&) {}
  /// Our own order changed.
  virtual void onOrder(const Order&) {}
  /// Our own fill; position() has it already.
  virtual void onFill(const Fill&) {}
  /// Our risk said no to an intent of ours.
  virtual void onRefused(const RiskRefused&) {}
  /// The account's position in the instrument changed.
  virtual void onPosition(const Position&) {}
  virtual void onTimer() {}
};

}  // namespace bw::strategies
