// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/bus/message.h"

namespace bw {

/// The queue of one priority inside a mailbox: one order of arrival, and in it one list per (subscriber, topic) so that
/// the oldest or the same-key message of a list is found at once. Replacing moves to the end, so that order is kept
/// per (publisher, topic) across keys too; the reader takes a lane whole, so no key can be starved by that.
/// Thread: none of its own; the mailbox's mutex or its owner.
class MailboxLane {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  bool empty() const { return m_head == kNone; }
  std::uint32_t countOf(AgentId to, Topic topic) const;
  std::uint32_t countOf(Topic topic) const { return m_topicCounts[static_cast<std::size_t>(topic)]; }
  /// Time of publication of the topic's oldest message; never() if there is none.
  Timestamp oldestOf(Topic topic) const;

  void append(AgentId to, const MessagePtr& message);
  /// Puts `message` in the place of a queued one of the same (subscriber, topic, key), which is returned; else appends.
  MessagePtr appendLatest(AgentId to, const MessagePtr& message);
  /// Takes out the oldest of the list, which must not be empty.
  MessagePtr removeOldest(AgentId to, Topic topic);
  /// Takes out the oldest of all. The lane must not be empty; its memory is kept for later.
  MessagePtr popFront(AgentId& to);

 private:
  struct Node {
    MessagePtr message;
    AgentId to;
    std::uint32_t list = 0;
    std::uint32_t previous = kNone;
    std::uint32_t next = kNone;
    std::uint32_t listPrevious = kNone;
    std::uint32_t listNext = kNone;
  };
  struct List {
    std::uint32_t head = kNone;
    std::uint32_t tail = kNone;
    std::uint32_t count = 0;
  };
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t list = 0;
    std::uint32_t node = kNone;
    std::uint64_t stamp = 0;  ///< counts only if equal to m_stamp
  };

  static std::size_t listIndex(AgentId to, Topic topic) {
    return to.value * kTopicCount + static_cast<std::size_t>(topic);
  }
  std::uint32_t link(AgentId to, const MessagePtr& message);
  MessagePtr unlink(std::uint32_t index);
  Slot& slotOf(std::uint32_t list, std::uint64_t key);
  void growSlots();
  void reset();

  std::vector<Node> m_nodes;
  std::uint32_t m_used = 0;  ///< nodes ever taken since the last reset
  std::uint32_t m_free = kNone;
  std::uint32_t m_head = kNone;
  std::uint32_t m_tail = kNone;
  std::vector<List> m_lists;
  std::array<std::uint32_t, kTopicCount> m_topicCounts{};
  std::vector<Slot> m_slots;  ///< open addressing, a power of two
  std::uint32_t m_slotCount = 0;
  std::uint64_t m_stamp = 1;
};

}  // namespace bw
