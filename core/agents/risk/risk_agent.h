// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/agents/risk/market_statistics.h"
#include "core/bus/agent.h"
#include "core/risk/risk_engine.h"

namespace bw::agents {

/// What the risk agent needs from the rest of the program.
struct RiskAgentPorts {
  std::function<std::uint64_t()> epoch;  ///< the gate's, read at each approval; any thread. Required.
  /// Called once when a drawdown or loss limit is reached, with the cause; compose wires it to the emergency stop.
  std::function<void(std::string cause)> onBreach;
  /// Called after a change of what has to survive a restart; compose journals it.
  std::function<void(const risk::RiskCounters&)> onCounters;
  /// Called with each verdict's record (risk::DecisionRecord, encoded); compose journals it for the what-if.
  std::function<void(const std::string& record)> onDecision;
  std::uint64_t limitsVersion = 0;  ///< of the limits it is made with
  /// Exchange rates a person stated: account currency per unit.
  std::vector<std::pair<Currency, Decimal>> fixedRates;
};

/// The configuration of a LimitCommand. Error "limits.invalid" if a value is not allowed: then nothing of it is used.
Result<risk::RiskLimits> limitsFrom(const LimitCommand& command);

/// Gatekeeper of every intent: hears Intent, answers RiskApproved or RiskRejected with the intent's id as correlation.
/// Publishes RiskLimits (at most 4 a second) and RiskAlert on crossing 75 % and on breach.
/// Thread: its host ("trading").
class RiskAgent final : public Agent {
 public:
  /// `authority` outlives the agent.
  RiskAgent(Instruments instruments, risk::RiskLimits limits, const risk::ApprovalAuthority& authority,
            RiskAgentPorts ports);

  std::string_view name() const override { return "risk"; }
  void onStart(AgentContext& context) override;
  void onMessage(const Message& message) override;
  void onTimer(TimerId id) override;
  std::string selfTest() override;

  /// For start-up (restore counters, groups, rates) and for the ticket's preview. Host thread only.
  risk::RiskEngine& engine() { return m_engine; }
  const risk::RiskEngine& engine() const { return m_engine; }

 private:
  void onIntent(const OrderIntent& intent);
  void onLimits(const LimitCommand& command);
  void onMarket(const Message& message);
  void onOrders(const Message& message);
  void afterChange();
  void checkBreaches();
  void tolerateTightened();
  void alert(const RiskStatus& status);
  void publishStatus();

  Instruments m_instruments;
  risk::RiskEngine m_engine;
  RiskAgentPorts m_ports;
  AgentContext* m_context = nullptr;
  MarketStatistics m_statistics;
  std::uint64_t m_limitsVersion = 0;
  std::map<std::pair<std::string, std::string>, int> m_alertLevels;
  std::set<std::string> m_breached;
  std::map<std::string, Decimal> m_tolerated;  // figures that a tightened limit found past itself
  bool m_changed = true;
  Timestamp m_publishedAt{};
};

}  // namespace bw::agents
