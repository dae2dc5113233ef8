// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/execution/lane_agent.h"

#include <algorithm>

namespace bw::execution {

LaneAgent::LaneAgent(gate::ReportQueue& reports, std::vector<gate::OrderLane*> lanes, gate::StopExecutor* stop)
    : m_reports(reports), m_lanes(std::move(lanes)), m_stop(stop) {}

LaneAgent::~LaneAgent() {
  detach();
}

void LaneAgent::onStart(AgentContext& context) {
  m_context = &context;
  context.subscribe(Topic::OrderPlaced);
  const auto wake = [&context] { context.requestWake(context.clock().now()); };
  m_reports.setWake(wake);
  for (gate::OrderLane* lane : m_lanes) lane->setWake(wake);
  if (m_stop != nullptr) m_stop->setWake(wake);
  wake();
}

void LaneAgent::onStop() {
  detach();
}

void LaneAgent::detach() {
  if (m_context == nullptr) return;
  m_reports.setWake({});
  for (gate::OrderLane* lane : m_lanes) lane->setWake({});
  if (m_stop != nullptr) m_stop->setWake({});
  m_context = nullptr;
}

void LaneAgent::onMessage(const Message& message) {
  const Order& order = message.as<OrderUpdate>().order;
  if (order.intentId.isNil() || !m_intents.emplace(order.clientId, order.intentId).second) return;
  m_oldest.push_back(order.clientId);
  if (m_oldest.size() <= kRemembered) return;
  m_intents.erase(m_oldest.front());
  m_oldest.pop_front();
}

void LaneAgent::onTimer(TimerId id) {
  if (id != m_stopTimer) return;
  m_stopTimer = 0;
  onWake();
}

void LaneAgent::onWake() {
  for (gate::OrderLane* lane : m_lanes) {
    while (lane->pump()) {
    }
  }
  pumpStop();
  publishReports();
}

void LaneAgent::pumpStop() {
  if (m_stop == nullptr) return;
  const auto next = m_stop->pump();
  if (m_stopTimer != 0) m_context->cancelTimer(m_stopTimer);
  m_stopTimer = 0;
  if (!next) return;
  const Duration wait = std::max(*next, Duration::micros(1));
  m_stopTimer = m_context->startTimer(m_context->clock().now() + wait);
}

void LaneAgent::publishReports() {
  for (gate::ReportQueue::Item& item : m_reports.takeAll()) {
    if (auto* report = std::get_if<OrderReport>(&item)) {
      PublishOptions options;
      const auto intent = m_intents.find(report->clientId);
      options.correlationId = intent != m_intents.end() ? intent->second : report->clientId;
      m_context->publish(Topic::VenueReport, std::move(*report), options);
    } else {
      m_context->publish(Topic::VenueAccount, std::move(std::get<AccountAnswer>(item)));
    }
  }
}

}  // namespace bw::execution
