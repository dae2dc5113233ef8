// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/preview_agent.h"

namespace bw::app {

PreviewAgent::PreviewAgent(Instruments instruments, risk::RiskLimits limits, const risk::ApprovalAuthority& authority)
    : m_instruments(instruments), m_engine(std::move(instruments), std::move(limits), authority) {}

void PreviewAgent::onStart(AgentContext& context) {
  for (const Topic topic :
       {Topic::MarketBook, Topic::MarketBbo, Topic::MarketCandle, Topic::OrderPlaced, Topic::OrderUpdated,
        Topic::OrderFilled, Topic::PositionOpened, Topic::PositionClosed, Topic::PositionMarked, Topic::BalanceChanged,
        Topic::CancelRequested, Topic::StateChanged}) {
    context.subscribe(topic);
  }
}

void PreviewAgent::onMessage(const Message& message) {
  const Timestamp now = message.timestamp;  // market time, whatever clock drives this host
  Lock lock(m_mutex);
  m_now = now;
  m_engine.tick(now);
  if (const auto* book = std::get_if<BookUpdate>(&message.payload))
    m_engine.onBook(*book->depth);
  else if (const auto* bbo = std::get_if<BboUpdate>(&message.payload))
    m_engine.onBbo(*bbo);
  else if (const auto* candle = std::get_if<Candle>(&message.payload))
    m_volatility.add(*candle, m_instruments->get(candle->instrument), m_engine);
  else if (const auto* order = std::get_if<OrderUpdate>(&message.payload))
    m_engine.onOrder(order->order);
  else if (const auto* fill = std::get_if<OrderFilled>(&message.payload))
    m_engine.onFill(*fill, now);
  else if (const auto* position = std::get_if<PositionUpdate>(&message.payload))
    m_engine.onPosition(*position, now);
  else if (const auto* account = std::get_if<AccountUpdate>(&message.payload))
    m_engine.onAccount(*account, now);
  else if (message.topic == Topic::CancelRequested)
    m_engine.onCancel(now);
  else if (const auto* state = std::get_if<StateChanged>(&message.payload))
    m_engine.onSession(state->to);
}

void PreviewAgent::restore(const risk::RiskCounters& counters) {
  Lock lock(m_mutex);
  m_engine.restore(counters);
}

risk::Verdict PreviewAgent::preview(const OrderIntent& intent) const {
  Lock lock(m_mutex);
  return m_engine.preview(intent, m_now);
}

std::vector<LimitGauge> PreviewAgent::gaugesWith(const OrderIntent& intent) const {
  Lock lock(m_mutex);
  return m_engine.gaugesWith(intent, m_now);
}

}  // namespace bw::app
