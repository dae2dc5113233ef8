// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/mailbox.h"

#include <algorithm>

namespace bw {
namespace {

std::size_t laneOf(const TopicInfo& info) {
  return static_cast<std::size_t>(info.priority);
}

}  // namespace

Mailbox::Mailbox(const Clock& clock, Hooks hooks, const TopicTable& topics)
    : m_clock(clock), m_topics(topics), m_hooks(std::move(hooks)) {}

std::uint64_t Mailbox::depthOf(std::size_t topic) const {
  const MailboxLane& lane = m_arriving[laneOf(m_topics[topic])];
  return lane.countOf(static_cast<Topic>(topic)) + m_takenDepth[topic].load(std::memory_order_relaxed);
}

Mailbox::Displaced Mailbox::enqueue(AgentId to, const MessagePtr& message, const TopicInfo& info) {
  Displaced displaced;
  MailboxLane& lane = m_arriving[laneOf(info)];
  Counters& counters = m_counters[static_cast<std::size_t>(info.topic)];
  ++counters.received;
  switch (info.policy) {
    case QueuePolicy::KeepAll: {
      lane.append(to, message);
      const std::uint64_t depth = depthOf(static_cast<std::size_t>(info.topic));
      if (depth <= info.bound) break;
      counters.reserveMost = std::max<std::uint64_t>(counters.reserveMost, depth - info.bound);
      displaced.alarm = !counters.alarmed;
      displaced.depth = depth;
      if (displaced.alarm) {
        counters.alarmed = true;
        m_alarms.fetch_add(1, std::memory_order_relaxed);
      }
      break;
    }
    case QueuePolicy::KeepLatest:
      displaced.message = lane.appendLatest(to, message);
      if (displaced.message) {
        ++counters.replaced;
      } else if (lane.countOf(to, info.topic) > info.bound) {
        displaced.message = lane.removeOldest(to, info.topic);
        ++counters.dropped;
      }
      break;
    case QueuePolicy::DropOldest:
      if (lane.countOf(to, info.topic) >= info.bound) {
        displaced.message = lane.removeOldest(to, info.topic);
        ++counters.dropped;
      }
      lane.append(to, message);
      break;
  }
  return displaced;
}

void Mailbox::push(AgentId to, const MessagePtr& message) {
  const TopicInfo& info = m_topics[static_cast<std::size_t>(message->topic)];
  Displaced displaced;
  bool wake = false;
  {
    Lock lock(m_mutex);
    if (m_closed) return;
    displaced = enqueue(to, message, info);
    const auto bit = static_cast<std::uint8_t>(1U << laneOf(info));
    const std::uint8_t pending = m_pending.load(std::memory_order_relaxed);
    if ((pending & bit) == 0) m_pending.store(pending | bit, std::memory_order_release);
    wake = !m_wakePending;
    m_wakePending = true;
  }
  if (!displaced.alarm && !wake) return;
  Lock lock(m_hookMutex);
  if (displaced.alarm && m_hooks.alarm) m_hooks.alarm({info.topic, to, displaced.depth, info.bound, true});
  if (wake && m_hooks.wake) m_hooks.wake();
}

bool Mailbox::refill(std::size_t priority) {
  const auto bit = static_cast<std::uint8_t>(1U << priority);
  if ((m_pending.load(std::memory_order_acquire) & bit) == 0) return false;
  {
    Lock lock(m_mutex);
    std::swap(m_arriving[priority], m_taken[priority]);
    m_pending.store(static_cast<std::uint8_t>(m_pending.load(std::memory_order_relaxed) & ~bit),
                    std::memory_order_release);
  }
  for (const TopicInfo& info : m_topics) {
    if (laneOf(info) != priority) continue;
    const auto topic = static_cast<std::size_t>(info.topic);
    const std::uint32_t count = m_taken[priority].countOf(info.topic);
    m_takenDepth[topic].store(count, std::memory_order_relaxed);
    if (count != 0) {
      m_takenOldest[topic].store(m_taken[priority].oldestOf(info.topic).ns, std::memory_order_relaxed);
    }
  }
  return !m_taken[priority].empty();
}

bool Mailbox::expired(const Message& message) {
  const Duration ttl = m_topics[static_cast<std::size_t>(message.topic)].ttl;
  return ttl.ns != 0 && m_clock.now() - message.timestamp > ttl;
}

bool Mailbox::take(Delivery& delivery) {
  for (std::size_t i = kPriorities; i-- > 0;) {
    MailboxLane& lane = m_taken[i];
    while (!lane.empty() || refill(i)) {
      delivery.message = lane.popFront(delivery.to);
      const auto topic = static_cast<std::size_t>(delivery.message->topic);
      m_takenDepth[topic].store(lane.countOf(delivery.message->topic), std::memory_order_relaxed);
      m_takenOldest[topic].store(delivery.message->timestamp.ns, std::memory_order_relaxed);
      if (!expired(*delivery.message)) return true;
      m_expired[topic].fetch_add(1, std::memory_order_relaxed);
    }
  }
  delivery.message.reset();
  return false;
}

void Mailbox::endAlarms() {
  std::array<bool, kTopicCount> ended{};
  {
    Lock lock(m_mutex);
    for (std::size_t topic = 0; topic < kTopicCount; ++topic) {
      if (!m_counters[topic].alarmed || depthOf(topic) * 2 > m_topics[topic].bound) continue;
      m_counters[topic].alarmed = false;
      m_alarms.fetch_sub(1, std::memory_order_relaxed);
      ended[topic] = true;
    }
  }
  Lock lock(m_hookMutex);
  for (std::size_t topic = 0; topic < kTopicCount; ++topic) {
    if (!ended[topic] || !m_hooks.alarm) continue;
    m_hooks.alarm({m_topics[topic].topic, {}, 0, m_topics[topic].bound, false});
  }
}

bool Mailbox::finishTurn() {
  if (m_alarms.load(std::memory_order_relaxed) != 0) endAlarms();
  for (const MailboxLane& lane : m_taken) {
    if (!lane.empty()) return true;
  }
  Lock lock(m_mutex);
  if (m_pending.load(std::memory_order_relaxed) != 0) return true;
  m_wakePending = false;
  return false;
}

void Mailbox::close() {
  {
    Lock lock(m_mutex);
    m_closed = true;
  }
  Lock lock(m_hookMutex);
  m_hooks = {};
}

TopicQueueStats Mailbox::stats(Topic topic) const {
  const auto index = static_cast<std::size_t>(topic);
  Lock lock(m_mutex);
  TopicQueueStats stats;
  stats.depth = depthOf(index);
  stats.oldest = m_arriving[laneOf(m_topics[index])].oldestOf(topic);
  if (m_takenDepth[index].load(std::memory_order_relaxed) != 0) {
    stats.oldest = std::min(stats.oldest, Timestamp{m_takenOldest[index].load(std::memory_order_relaxed)});
  }
  const Counters& counters = m_counters[index];
  stats.received = counters.received;
  stats.replaced = counters.replaced;
  stats.dropped = counters.dropped;
  stats.reserveMost = counters.reserveMost;
  stats.expired = m_expired[index].load(std::memory_order_relaxed);
  return stats;
}

std::uint64_t Mailbox::depth() const {
  Lock lock(m_mutex);
  std::uint64_t sum = 0;
  for (std::size_t topic = 0; topic < kTopicCount; ++topic) sum += depthOf(topic);
  return sum;
}

}  // namespace bw
