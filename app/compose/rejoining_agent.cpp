// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/rejoining_agent.h"

#include <algorithm>
#include <map>

namespace bw::app {
namespace {

/// In the order they are told; the session's state comes last, so that whoever may act again knows where it stands.
constexpr Topic kStateTopics[] = {Topic::Limits,         Topic::Feed,           Topic::StartupStep,
                                  Topic::Reconciled,     Topic::OrderUpdated,   Topic::PositionMarked,
                                  Topic::PositionOpened, Topic::PositionClosed, Topic::BalanceChanged,
                                  Topic::StopProgress,   Topic::StateChanged};

// What makes two messages of a topic speak of the same thing, so that only the later one counts.
std::string subjectOf(const Message& message) {
  if (const auto* order = std::get_if<OrderUpdate>(&message.payload)) return toString(order->order.clientId);
  if (const auto* position = std::get_if<PositionUpdate>(&message.payload))
    return std::to_string(position->position.instrument.value);
  if (const auto* account = std::get_if<AccountUpdate>(&message.payload)) return account->venue;
  if (const auto* feed = std::get_if<FeedStatus>(&message.payload)) return feed->venue;
  if (const auto* step = std::get_if<StartupStep>(&message.payload)) return std::to_string(step->index);
  return {};
}

bool isOver(const Message& message) {
  const auto* update = std::get_if<OrderUpdate>(&message.payload);
  return update != nullptr && isTerminal(update->order.state);
}

// Positions are told by three topics; the latest word of any of them counts.
Topic familyOf(Topic topic) {
  return topic == Topic::PositionOpened || topic == Topic::PositionClosed ? Topic::PositionMarked : topic;
}

}  // namespace

RejoiningAgent::RejoiningAgent(std::unique_ptr<Agent> inner, const MessageBus& bus, std::uint64_t since)
    : m_inner(std::move(inner)), m_bus(bus), m_since(since) {
  BW_ASSERT(m_inner != nullptr);
}

bool RejoiningAgent::hears(AgentId self, Topic topic) const {
  const std::vector<AgentId> listeners = m_bus.subscribers(topic);
  return std::find(listeners.begin(), listeners.end(), self) != listeners.end();
}

void RejoiningAgent::onStart(AgentContext& context) {
  m_inner->onStart(context);
  if (m_since > 0)
    tellAll(context.self());
  else
    tellState(context.self());
}

void RejoiningAgent::tell(const MessagePtr& message) {
  m_told.insert(message->id);
  m_lastTold = std::max(m_lastTold, message->sequence);
  m_inner->onMessage(*message);
}

void RejoiningAgent::tellState(AgentId self) {
  std::map<std::pair<Topic, std::string>, MessagePtr> latest;
  for (const Topic topic : kStateTopics) {
    if (!hears(self, topic)) continue;
    for (const MessagePtr& message : m_bus.history(topic)) {
      MessagePtr& known = latest[{familyOf(topic), subjectOf(*message)}];
      if (!known || known->sequence < message->sequence) known = message;
    }
  }
  for (const Topic topic : kStateTopics) {
    for (const auto& [key, message] : latest) {
      if (key.first == topic && !isOver(*message)) tell(message);
    }
  }
}

void RejoiningAgent::tellAll(AgentId self) {
  std::vector<MessagePtr> missed;
  for (std::size_t i = 0; i < kTopicCount; ++i) {
    const Topic topic = static_cast<Topic>(i);
    if (!hears(self, topic)) continue;
    for (const MessagePtr& message : m_bus.history(topic)) {
      if (message->sequence > m_since) missed.push_back(message);
    }
  }
  std::sort(missed.begin(), missed.end(),
            [](const MessagePtr& a, const MessagePtr& b) { return a->sequence < b->sequence; });
  for (const MessagePtr& message : missed) tell(message);
}

void RejoiningAgent::onMessage(const Message& message) {
  if (!m_told.empty() && message.sequence <= m_lastTold && m_told.erase(message.id) > 0) return;
  m_inner->onMessage(message);
}

}  // namespace bw::app
