// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <memory>

#include "core/bus/agent.h"

namespace bw::test {

/// Around another agent: hands it the messages of one topic late, all others at once. Thread: its host.
class HeldAgent final : public Agent {
 public:
  HeldAgent(std::unique_ptr<Agent> inner, Topic topic, Duration delay)
      : m_inner(std::move(inner)), m_topic(topic), m_delay(delay) {}
  std::string_view name() const override { return m_inner->name(); }
  void onStart(AgentContext& context) override {
    m_context = &context;
    m_inner->onStart(context);
  }
  void onMessage(const Message& message) override {
    if (message.topic != m_topic) return m_inner->onMessage(message);
    m_held.push_back(std::make_shared<const Message>(message));
    m_timers.push_back(m_context->startTimer(m_context->clock().now() + m_delay));
  }
  void onTimer(TimerId id) override {
    if (m_timers.empty() || m_timers.front() != id) return m_inner->onTimer(id);
    const std::shared_ptr<const Message> message = m_held.front();
    m_timers.pop_front();
    m_held.pop_front();
    m_inner->onMessage(*message);
  }
  void onWake() override { m_inner->onWake(); }
  void onStop() override { m_inner->onStop(); }
  std::string selfTest() override { return m_inner->selfTest(); }

 private:
  std::unique_ptr<Agent> m_inner;
  Topic m_topic;
  Duration m_delay;
  AgentContext* m_context = nullptr;
  std::deque<std::shared_ptr<const Message>> m_held;
  std::deque<TimerId> m_timers;
};

}  // namespace bw::test
