// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <set>

#include "core/strategies/registry.h"
#include "core/strategies/strategy.h"

namespace bw::strategies {

/// What a session lets a strategy do.
enum class Permission : std::uint8_t {
  Nothing,    ///< no order, no cancel: initialising, stopped, emergency stop
  ExitsOnly,  ///< cancels and reduce-only exits: paused
  All,        ///< trading
};

/// Where a runner's wishes go: the bus in live, paper and replay, the engine directly in backtests.
/// Thread: the runner's owner.
class RunnerPort {
 public:
  virtual ~RunnerPort() = default;
  virtual Timestamp now() const = 0;
  /// A wished time-out, with room for the program's threads at the speed the market is played at.
  virtual Duration withRoom(Duration wished) const { return wished; }
  virtual Uuid newId() = 0;
  virtual void sendIntent(const OrderIntent& intent) = 0;
  virtual void sendCancel(const CancelRequest& request) = 0;
  /// Call the runner's wake() once, at or soon after `when`.
  virtual void wakeAt(Timestamp when) = 0;
  virtual void statusChanged(const StrategyStatus& status) = 0;
};

/// Runs one strategy on one instrument: keeps its own orders and what its own fills add up to, and refuses what must
/// not be asked (two entries at once, anything while not running). The strategy hears only of its own orders. Thread:
/// owner only.
class StrategyRunner final : public StrategyContext {
 public:
  /// `instrument` and `port` outlive the runner, which is enabled but may do nothing until setPermission().
  StrategyRunner(std::unique_ptr<Strategy> strategy, const Instrument& instrument, RunnerPort& port);
  ~StrategyRunner() override;

  /// Calls the strategy's onStart(). Once.
  void start();
  void setPermission(Permission permission);
  /// A person starts or stops this strategy. Stopping withdraws its entries; a position keeps its protection.
  void setEnabled(bool enabled);
  bool enabled() const { return m_enabled; }
  bool running() const { return m_enabled && m_permission == Permission::All; }
  std::string_view name() const { return m_strategy->name(); }
  StrategyStatus status() const;

  void onBook(const BookDepth& book);
  void onTrade(const TradePrint& trade);
  void onCandle(const Candle& candle);
  void onSignal(const SignalGenerated& signal);
  void onOrder(const Order& order);
  /// A fill is applied once, whatever order it comes in.
  void onFill(const Fill& fill, const Order& order);
  void onRefused(const RiskRefused& refused);
  void onPosition(const Position& position, bool closed);
  void onEquity(const Money& equity);
  void wake();

  const Instrument& instrument() const override { return m_instrument; }
  Timestamp now() const override { return m_port.now(); }
  std::optional<Money> equity() const override { return m_equity; }
  Quantity position() const override { return m_position; }
  const std::vector<Order>& openOrders() const override { return m_orders; }
  bool entryLive() const override { return live(OrderRole::Entry); }
  bool exitLive() const override { return live(OrderRole::Exit); }
  bool mayEnter() const override { return running() && m_bookLive; }
  Uuid submit(OrderIntent intent) override;
  void cancel(ClientOrderId clientId) override;
  void wakeAt(Timestamp when) override;
  void say(std::string text) override;

 private:
  struct PendingIntent {
    Uuid id;
    OrderRole role = OrderRole::Entry;
    Timestamp releaseAt;
  };
  struct CancelAsked {
    ClientOrderId clientId;
    Timestamp at;
  };
  /// An order that ended with fills that have not come yet; counted as live until they have.
  struct Settling {
    ClientOrderId clientId;
    OrderRole role = OrderRole::Entry;
    Quantity filled;
    Timestamp releaseAt;
  };
  bool mine(const Order& order) const;
  void orderEnded(const Order& order);
  void exitFailed();
  bool live(OrderRole role) const;
  std::string whyNot(const OrderIntent& intent) const;
  void releasePending();
  void withdrawEntries();
  void publishStatus();

  std::unique_ptr<Strategy> m_strategy;
  const Instrument& m_instrument;
  RunnerPort& m_port;
  Permission m_permission = Permission::Nothing;
  bool m_enabled = true;
  bool m_started = false;
  bool m_bookLive = false;
  std::optional<Money> m_equity;
  Quantity m_position;
  bool m_filledEver = false;
  Timestamp m_lastFill;
  Timestamp m_startedAt;
  int m_exitFailures = 0;
  Timestamp m_exitNotBefore;
  std::vector<Order> m_orders;
  std::vector<PendingIntent> m_pending;
  std::vector<Settling> m_settling;
  std::map<ClientOrderId, Quantity> m_filledOf;  ///< of orders that are not over
  std::vector<CancelAsked> m_cancels;
  std::set<std::string> m_fillsSeen;
  std::set<ClientOrderId> m_finished;  ///< whatever is said about these later changes nothing
  std::optional<Timestamp> m_wake;
  std::string m_text;
  StrategyStatus m_published;
};

}  // namespace bw::strategies
