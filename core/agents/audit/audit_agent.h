// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include "core/agents/audit/audit_books.h"
#include "core/agents/audit/order_path.h"
#include "core/agents/audit/trade_metrics.h"
#include "core/bus/agent.h"

namespace bw::agents {

/// Watches everything about orders with books of its own (SPEC 9.1, 9.2): checks the invariants after every fill, order
/// and balance change and every 100 ms of market time, measures the order path, writes the trade log. A violation that
/// calls for the emergency stop is an alarm and a call of the injected function; others are an alarm. Publishes the
/// table of targets with what was measured (SPEC 9.2, 13). Thread: its host.
class AuditAgent final : public Agent {
 public:
  /// `onActiveViolation` is called on the agent's host with the cause, and must not block; empty: alarm only.
  AuditAgent(Instruments instruments, AuditLimits limits, std::function<void(std::string)> onActiveViolation);
  ~AuditAgent() override;
  /// `hook(true)` when a passive violation begins, `hook(false)` when all of them are well again; on the agent's host,
  /// must not block. Before the agent is started.
  void setOnPassiveViolation(std::function<void(bool broken)> hook) { m_onPassive = std::move(hook); }
  std::string_view name() const override { return "audit"; }
  void onStart(AgentContext& context) override;
  void onMessage(const Message& message) override;
  void onTimer(TimerId id) override;
  std::string selfTest() override;
  /// What is published on topic Audit. Thread: its host.
  AuditStatus status() const;

 private:
  void onOrderMessage(const Message& message);
  void onMarketMessage(const Message& message);
  void runCycle();
  void publishStatus();
  void publishMetrics();
  void takeLimits(const RiskStatus& status);
  void logFill(const OrderFilled& filled);
  void logOrder(const OrderUpdate& update);
  void logRefused(const RiskRefused& refused);
  std::string symbolOf(InstrumentId instrument) const;

  Instruments m_instruments;
  AuditLimits m_limits;
  std::function<void(std::string)> m_onActiveViolation;
  std::function<void(bool)> m_onPassive;
  bool m_passive = false;
  AgentContext* m_context = nullptr;
  std::unique_ptr<AuditBooks> m_books;
  OrderPath m_path;
  TradeMetrics m_metrics;
  std::map<InstrumentId, Timestamp> m_lastCandle;
  TimerId m_timer = 0;
  Timestamp m_lastStatus;
  Timestamp m_lastMetrics;
  std::uint64_t m_cycles = 0;
  double m_cycleUsMax = 0;
};

}  // namespace bw::agents
