// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "core/agents/risk/market_statistics.h"
#include "core/base/mutex.h"
#include "core/bus/agent.h"
#include "core/risk/risk_engine.h"

namespace bw::app {

/// A second risk engine that hears the same messages as the risk agent and answers "what would it say now" for the
/// order ticket, without touching the trading host. It approves nothing. Thread: host `api`; preview() and gaugesWith()
/// from any thread.
class PreviewAgent final : public Agent {
 public:
  PreviewAgent(Instruments instruments, risk::RiskLimits limits, const risk::ApprovalAuthority& authority);
  std::string_view name() const override { return "preview"; }
  void onStart(AgentContext& context) override;
  void onMessage(const Message& message) override;
  void onTimer(TimerId id) override;
  risk::Verdict preview(const OrderIntent& intent) const;
  std::vector<LimitGauge> gaugesWith(const OrderIntent& intent) const;
  /// As RiskAgentPorts::fixedRates. Any thread.
  void setFixedRates(std::vector<std::pair<Currency, Decimal>> rates);
  /// Called about once a second on the agent's host. Before it is started.
  void setOnSecond(std::function<void()> call) { m_onSecond = std::move(call); }
  /// Gauges, breakers and breaches as the risk agent sees them. Any thread.
  RiskStatus status() const;
  /// The counters that the risk agent starts from. Any thread.
  void restore(const risk::RiskCounters& counters);

 private:
  void onLimits(const LimitCommand& command) BW_REQUIRES(m_mutex);

  std::function<void()> m_onSecond;
  AgentContext* m_context = nullptr;
  mutable Mutex m_mutex;
  risk::RiskEngine m_engine BW_GUARDED_BY(m_mutex);
  agents::MarketStatistics m_statistics BW_GUARDED_BY(m_mutex);
  Timestamp m_now BW_GUARDED_BY(m_mutex);
};

}  // namespace bw::app
