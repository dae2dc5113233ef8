// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "core/bus/agent.h"

namespace bw::test {

/// Stands for host and bus around one agent: records what it publishes, applies its filters, fires its timers by hand.
/// Link bw_bus. Thread: the test's.
class FakeAgentContext final : public AgentContext {
 public:
  struct Published {
    Topic topic;
    Payload payload;
    PublishOptions options;
  };
  explicit FakeAgentContext(Timestamp start = Timestamp::fromSeconds(1'700'000'000))
      : m_clock(start), m_log(m_clock, {}), m_rng(1), m_ids(Rng(2)) {}

  const Clock& clock() const override { return m_clock; }
  Uuid newId() override { return m_ids.make(m_clock.now()); }
  Rng& rng() override { return m_rng; }
  Log& log() override { return m_log; }
  AgentId self() const override { return {1}; }
  std::uint64_t generation() const override { return 1; }
  void subscribe(Topic topic, MessageFilter filter) override { m_filters[topic] = std::move(filter); }
  void unsubscribe(Topic topic) override { m_filters.erase(topic); }
  Uuid publish(Topic topic, Payload payload, const PublishOptions& options) override {
    published.push_back({topic, std::move(payload), options});
    return newId();
  }
  TimerId startTimer(Timestamp when) override {
    m_timers[++m_lastTimer] = when;
    return m_lastTimer;
  }
  void cancelTimer(TimerId id) override { m_timers.erase(id); }
  void requestWake(Timestamp) override { wakeRequested = true; }

  /// Gives the agent a message if it subscribed and its filter takes it; true if so.
  bool deliver(Agent& agent, Topic topic, Payload payload) {
    Message message;
    message.id = newId();
    message.topic = topic;
    message.timestamp = m_clock.now();
    message.sequence = ++m_sequence;
    message.payload = std::move(payload);
    const auto filter = m_filters.find(topic);
    if (filter == m_filters.end() || (filter->second && !filter->second(message))) return false;
    agent.onMessage(message);
    return true;
  }
  /// Moves time on, firing timers in order of their instants.
  void advance(Agent& agent, Duration by) {
    const Timestamp end = m_clock.now() + by;
    for (;;) {
      auto next = m_timers.end();
      for (auto timer = m_timers.begin(); timer != m_timers.end(); ++timer) {
        if (timer->second <= end && (next == m_timers.end() || timer->second < next->second)) next = timer;
      }
      if (next == m_timers.end()) break;
      const TimerId id = next->first;
      m_clock.advanceTo(next->second);
      m_timers.erase(next);
      agent.onTimer(id);
    }
    m_clock.advanceTo(end);
  }
  Timestamp now() const { return m_clock.now(); }
  /// What was published on a topic, oldest first.
  template <class T>
  std::vector<T> all(Topic topic) const {
    std::vector<T> result;
    for (const Published& one : published) {
      if (one.topic == topic) result.push_back(std::get<T>(one.payload));
    }
    return result;
  }

  std::vector<Published> published;
  bool wakeRequested = false;

 private:
  ManualClock m_clock;
  Log m_log;
  Rng m_rng;
  UuidMaker m_ids;
  std::map<Topic, MessageFilter> m_filters;
  std::map<TimerId, Timestamp> m_timers;
  TimerId m_lastTimer = 0;
  std::uint64_t m_sequence = 0;
};

}  // namespace bw::test
