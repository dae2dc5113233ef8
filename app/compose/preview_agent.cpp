// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/preview_agent.h"

#include "core/agents/risk/risk_agent.h"

namespace bw::app {
namespace {

constexpr Duration kSecond = Duration::seconds(1);

}  // namespace

PreviewAgent::PreviewAgent(Instruments instruments, risk::RiskLimits limits, const risk::ApprovalAuthority& authority)
    : m_engine(instruments, std::move(limits), authority), m_statistics(std::move(instruments)) {}

void PreviewAgent::onStart(AgentContext& context) {
  for (const Topic topic :
       {Topic::MarketBook, Topic::MarketBbo, Topic::MarketCandle, Topic::OrderPlaced, Topic::OrderUpdated,
        Topic::OrderFilled, Topic::PositionOpened, Topic::PositionClosed, Topic::PositionMarked, Topic::BalanceChanged,
        Topic::CancelRequested, Topic::StateChanged, Topic::Limits}) {
    context.subscribe(topic);
  }
  m_context = &context;
  if (m_onSecond) context.startTimer(context.clock().now() + kSecond);
}

void PreviewAgent::onTimer(TimerId) {
  m_onSecond();
  m_context->startTimer(m_context->clock().now() + kSecond);
}

void PreviewAgent::onMessage(const Message& message) {
  const Timestamp now = message.timestamp;  // market time, whatever clock drives this host
  Lock lock(m_mutex);
  m_now = now;
  m_statistics.settle(m_engine, now);
  m_engine.tick(now);
  if (const auto* book = std::get_if<BookUpdate>(&message.payload))
    m_engine.onBook(*book->depth);
  else if (const auto* bbo = std::get_if<BboUpdate>(&message.payload)) {
    m_engine.onBbo(*bbo);
    m_statistics.onBbo(*bbo, m_engine);
  } else if (const auto* candle = std::get_if<Candle>(&message.payload))
    m_statistics.onCandle(*candle, m_engine);
  else if (const auto* limits = std::get_if<LimitCommand>(&message.payload))
    onLimits(*limits);
  else if (const auto* order = std::get_if<OrderUpdate>(&message.payload))
    m_engine.onOrder(order->order);
  else if (const auto* fill = std::get_if<OrderFilled>(&message.payload))
    m_engine.onFill(*fill, now);
  else if (const auto* position = std::get_if<PositionUpdate>(&message.payload))
    m_engine.onPosition(*position, now, message.sequence);
  else if (const auto* account = std::get_if<AccountUpdate>(&message.payload))
    m_engine.onAccount(*account, now);
  else if (message.topic == Topic::CancelRequested)
    m_engine.onCancel(now);
  else if (const auto* state = std::get_if<StateChanged>(&message.payload))
    m_engine.onSession(state->to);
}

void PreviewAgent::onLimits(const LimitCommand& command) {
  if (auto limits = agents::limitsFrom(command)) m_engine.setLimits(std::move(*limits));
}

void PreviewAgent::setFixedRates(std::vector<std::pair<Currency, Decimal>> rates) {
  Lock lock(m_mutex);
  m_statistics.setFixedRates(std::move(rates));
}

void PreviewAgent::restore(const risk::RiskCounters& counters) {
  Lock lock(m_mutex);
  m_engine.restore(counters);
}

RiskStatus PreviewAgent::status() const {
  Lock lock(m_mutex);
  return m_engine.status(m_now);
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
