// SPDX-License-Identifier: GPL-3.0-or-later
// What the bus remembers: histories and open requests.
#include <algorithm>

#include "core/bus/message_bus.h"

namespace bw {

void MessageBus::record(const std::shared_ptr<Message>& message) {
  TopicState& state = m_states[static_cast<std::size_t>(message->topic)];
  const TopicInfo& info = m_topics[static_cast<std::size_t>(message->topic)];
  MessagePtr forgotten;  // destroyed after the lock
  Lock lock(state.mutex);
  message->sequence = m_sequence.fetch_add(1, std::memory_order_relaxed) + 1;
  ++state.published;
  if (info.history == 0) return;
  if (info.ttl.ns != 0) dropExpired(state, info, message->timestamp);
  std::size_t at = state.historyStart + state.historyCount;
  if (at >= info.history) at -= info.history;
  if (state.historyCount == info.history) {
    forgotten = std::move(state.history[at]);
    state.historyStart = at + 1 == info.history ? 0 : at + 1;
  } else {
    ++state.historyCount;
  }
  state.history[at] = message;
}

std::size_t MessageBus::dropExpired(TopicState& state, const TopicInfo& info, Timestamp now) {
  std::size_t dropped = 0;
  while (state.historyCount != 0 && now - state.history[state.historyStart]->timestamp > info.ttl) {
    state.history[state.historyStart].reset();
    state.historyStart = (state.historyStart + 1) % info.history;
    --state.historyCount;
    ++dropped;
  }
  if (dropped != 0) m_historyExpired.fetch_add(dropped, std::memory_order_relaxed);
  return dropped;
}

void MessageBus::cleanHistory() {
  const Timestamp now = m_clock.now();
  for (std::size_t i = 0; i < kTopicCount; ++i) {
    if (m_topics[i].ttl.ns == 0) continue;
    Lock lock(m_states[i].mutex);
    dropExpired(m_states[i], m_topics[i], now);
  }
}

std::vector<MessagePtr> MessageBus::history(Topic topic) const {
  const auto index = static_cast<std::size_t>(topic);
  const TopicState& state = m_states[index];
  const TopicInfo& info = m_topics[index];
  const Timestamp now = m_clock.now();
  std::vector<MessagePtr> messages;
  Lock lock(state.mutex);
  messages.reserve(state.historyCount);
  for (std::size_t i = 0; i < state.historyCount; ++i) {
    const MessagePtr& message = state.history[(state.historyStart + i) % info.history];
    if (info.ttl.ns == 0 || now - message->timestamp <= info.ttl) messages.push_back(message);
  }
  return messages;
}

std::vector<MessagePtr> MessageBus::historyOf(const Uuid& correlationId) const {
  std::vector<MessagePtr> story;
  for (const TopicInfo& info : m_topics) {
    for (MessagePtr& message : history(info.topic)) {
      if (message->correlationId == correlationId || message->id == correlationId) story.push_back(std::move(message));
    }
  }
  std::sort(story.begin(), story.end(),
            [](const MessagePtr& a, const MessagePtr& b) { return a->sequence < b->sequence; });
  return story;
}

void MessageBus::openRequest(const Message& message, Duration timeLimit) {
  const Timestamp deadline = timeLimit.ns > 0 ? message.timestamp + timeLimit : Timestamp::never();
  Lock lock(m_requestsMutex);
  m_requests.push_back({message.correlationId, message.from, message.to, message.topic, message.timestamp, deadline});
}

bool MessageBus::closeRequest(const Uuid& correlationId, AgentId responder, AgentId& requester) {
  const bool inStead = m_self && responder == m_self->self();
  Lock lock(m_requestsMutex);
  const auto open = std::find_if(m_requests.begin(), m_requests.end(), [&](const OpenRequest& request) {
    return request.correlationId == correlationId && (inStead || request.responder == responder);
  });
  if (open == m_requests.end()) return false;
  requester = open->requester;
  m_requests.erase(open);
  return true;
}

std::vector<OpenRequest> MessageBus::openRequests() const {
  Lock lock(m_requestsMutex);
  return m_requests;
}

bool MessageBus::failRequest(const Uuid& correlationId, std::string_view code, std::string_view text) {
  Topic topic = Topic::Event;
  {
    Lock lock(m_requestsMutex);
    const auto open = std::find_if(m_requests.begin(), m_requests.end(),
                                   [&](const OpenRequest& request) { return request.correlationId == correlationId; });
    if (open == m_requests.end()) return false;
    topic = open->topic;
  }
  PublishOptions options;
  options.type = MessageType::Response;
  options.correlationId = correlationId;
  SystemEvent failure;
  failure.priority = 2;
  failure.source = "bus";
  failure.code = std::string(code);
  failure.text = std::string(text);
  return !m_self->publish(topic, std::move(failure), options).isNil();
}

std::size_t MessageBus::expireRequests() {
  const Timestamp now = m_clock.now();
  std::vector<OpenRequest> late;
  {
    Lock lock(m_requestsMutex);
    std::copy_if(m_requests.begin(), m_requests.end(), std::back_inserter(late),
                 [&](const OpenRequest& request) { return request.deadline <= now; });
  }
  std::size_t failed = 0;
  for (const OpenRequest& request : late) {
    const std::string text = agentName(request.responder) + " did not answer " + agentName(request.requester) + " in " +
                             std::to_string((request.deadline - request.since).toMillis()) + " ms";
    if (failRequest(request.correlationId, "request.timeout", text)) ++failed;
  }
  return failed;
}

}  // namespace bw
