// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agents/risk/volatility_watch.h"
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
  risk::Verdict preview(const OrderIntent& intent) const;
  std::vector<LimitGauge> gaugesWith(const OrderIntent& intent) const;
  /// The counters that the risk agent starts from. Any thread.
  void restore(const risk::RiskCounters& counters);

 private:
  const Instruments m_instruments;
  mutable Mutex m_mutex;
  risk::RiskEngine m_engine BW_GUARDED_BY(m_mutex);
  agents::VolatilityWatch m_volatility BW_GUARDED_BY(m_mutex);
  Timestamp m_now BW_GUARDED_BY(m_mutex);
};

}  // namespace bw::app
