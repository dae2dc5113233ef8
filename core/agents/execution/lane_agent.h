// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "core/bus/agent.h"
#include "core/gate/order_lane.h"
#include "core/gate/report_queue.h"
#include "core/gate/stop_executor.h"

namespace bw::execution {

/// Brings what venues say onto the bus, with the correlation id of the order's intent (of orders it does not know: the
/// client order id), and in SimHost also pumps order lanes and the stop executor, whose threads do
/// not run there. Everything referred to outlives it. Thread: its host.
class LaneAgent final : public Agent {
 public:
  /// `lanes` and `stop` (null: none) are pumped here; leave them out where they have threads of their own.
  LaneAgent(gate::ReportQueue& reports, std::vector<gate::OrderLane*> lanes, gate::StopExecutor* stop);
  ~LaneAgent() override;
  std::string_view name() const override { return "lanes"; }
  void onStart(AgentContext& context) override;
  void onMessage(const Message& message) override;
  void onWake() override;
  void onTimer(TimerId id) override;
  void onStop() override;

 private:
  void detach();
  void pumpStop();
  void publishReports();
  static constexpr std::size_t kRemembered = 20'000;  ///< orders whose intent is known; the oldest are forgotten
  gate::ReportQueue& m_reports;
  std::vector<gate::OrderLane*> m_lanes;
  gate::StopExecutor* m_stop;
  AgentContext* m_context = nullptr;
  TimerId m_stopTimer = 0;
  std::map<ClientOrderId, Uuid> m_intents;
  std::deque<ClientOrderId> m_oldest;
};

}  // namespace bw::execution
