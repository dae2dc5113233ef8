// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/base/rings.h"
#include "core/base/thread.h"
#include "core/bus/mailbox_lane.h"
#include "core/bus/sink.h"

namespace bw {

/// A keep-all queue passed its bound and takes reserve segments (raised), or has drained to half of it again.
struct MailboxAlarm {
  Topic topic = Topic::Event;
  AgentId to;  ///< whose message it was; nobody when the alarm ends
  std::uint64_t depth = 0;
  std::uint32_t bound = 0;
  bool raised = true;
};

/// What waits in a mailbox of one topic, and what happened to the rest.
struct TopicQueueStats {
  std::uint64_t depth = 0;
  Timestamp oldest = Timestamp::never();  ///< time of publication of the oldest waiting one
  std::uint64_t received = 0;
  std::uint64_t replaced = 0;     ///< keep-latest: by a newer one of the same key
  std::uint64_t dropped = 0;      ///< drop-oldest, or a keep-latest slot too many
  std::uint64_t expired = 0;      ///< past their ttl; never delivered late
  std::uint64_t reserveMost = 0;  ///< keep-all: how far beyond the bound it ever was
};

/// The queue of one host. Any thread pushes; the owner takes, CRITICAL first, then by topic priority, in order of
/// arrival between topics of one priority. At its bound each topic follows its policy (kTopics); a push never waits for
/// the owner: the lock is held for a few pointer moves, and the owner takes a whole priority by swapping two pointers.
/// Thread: push() and stats() by any; take(), finishTurn() by the owner.
class Mailbox final : public MessageSink {
 public:
  using TopicTable = std::array<TopicInfo, kTopicCount>;
  struct Hooks {
    /// Called when the owner has to be woken: once until finishTurn() has returned false. On the pusher's thread.
    std::function<void()> wake;
    /// On the pusher's thread when raised, on the owner's when ended. Quick; must not push.
    std::function<void(const MailboxAlarm&)> alarm;
  };
  struct Delivery {
    AgentId to;
    MessagePtr message;
  };

  /// `clock` (for ttl) and `topics` must outlive the mailbox.
  Mailbox(const Clock& clock, Hooks hooks, const TopicTable& topics = kTopics);

  void push(AgentId to, const MessagePtr& message) override;
  /// False when nothing waits. Looks for more urgent messages each time, so CRITICAL overtakes a batch under way.
  bool take(Delivery& delivery);
  /// True: there is more, go on (the wake-up stays pending). False: the next push wakes the owner.
  bool finishTurn();
  /// From now on pushes do nothing and no hook is called. Any thread.
  void close();

  bool idle() const { return m_pending.load(std::memory_order_acquire) == 0; }
  TopicQueueStats stats(Topic topic) const;
  std::uint64_t depth() const;

 private:
  static constexpr std::size_t kPriorities = 4;
  struct Counters {
    std::uint64_t received = 0;
    std::uint64_t replaced = 0;
    std::uint64_t dropped = 0;
    std::uint64_t reserveMost = 0;
    bool alarmed = false;
  };
  struct Displaced {
    MessagePtr message;  ///< released after the lock
    bool alarm = false;
    std::uint64_t depth = 0;
  };

  Displaced enqueue(AgentId to, const MessagePtr& message, const TopicInfo& info) BW_REQUIRES(m_mutex);
  bool refill(std::size_t priority);
  bool expired(const Message& message);
  void endAlarms();
  std::uint64_t depthOf(std::size_t topic) const BW_REQUIRES(m_mutex);

  const Clock& m_clock;
  const TopicTable& m_topics;
  Mutex m_hookMutex;
  Hooks m_hooks BW_GUARDED_BY(m_hookMutex);
  mutable Mutex m_mutex;
  std::array<MailboxLane, kPriorities> m_arriving BW_GUARDED_BY(m_mutex);
  std::array<Counters, kTopicCount> m_counters BW_GUARDED_BY(m_mutex);
  bool m_wakePending BW_GUARDED_BY(m_mutex) = false;
  bool m_closed BW_GUARDED_BY(m_mutex) = false;
  alignas(kCacheLine) std::atomic<std::uint8_t> m_pending{
      0};                                  ///< bit per priority that has arrivals; written under m_mutex
  std::atomic<std::uint32_t> m_alarms{0};  ///< topics in alarm
  alignas(kCacheLine) std::array<MailboxLane, kPriorities> m_taken;  ///< owner's
  std::array<std::atomic<std::uint32_t>, kTopicCount> m_takenDepth{};
  std::array<std::atomic<std::int64_t>, kTopicCount> m_takenOldest{};
  std::array<std::atomic<std::uint64_t>, kTopicCount> m_expired{};
};

}  // namespace bw
