// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/mailbox_lane.h"

#include <algorithm>

namespace bw {

std::uint32_t MailboxLane::countOf(AgentId to, Topic topic) const {
  const std::size_t index = listIndex(to, topic);
  return index < m_lists.size() ? m_lists[index].count : 0;
}

Timestamp MailboxLane::oldestOf(Topic topic) const {
  Timestamp oldest = Timestamp::never();
  for (std::size_t i = static_cast<std::size_t>(topic); i < m_lists.size(); i += kTopicCount) {
    if (m_lists[i].head != kNone) oldest = std::min(oldest, m_nodes[m_lists[i].head].message->timestamp);
  }
  return oldest;
}

std::uint32_t MailboxLane::link(AgentId to, const MessagePtr& message) {
  std::uint32_t index = m_free;
  if (index != kNone) {
    m_free = m_nodes[index].next;
  } else {
    index = m_used++;
    if (index == m_nodes.size()) m_nodes.emplace_back();
  }
  const std::size_t listAt = listIndex(to, message->topic);
  if (listAt >= m_lists.size()) m_lists.resize(listAt + kTopicCount);
  List& list = m_lists[listAt];
  Node& node = m_nodes[index];
  node.message = message;
  node.to = to;
  node.list = static_cast<std::uint32_t>(listAt);
  node.previous = m_tail;
  node.next = kNone;
  node.listPrevious = list.tail;
  node.listNext = kNone;
  (m_tail == kNone ? m_head : m_nodes[m_tail].next) = index;
  m_tail = index;
  (list.tail == kNone ? list.head : m_nodes[list.tail].listNext) = index;
  list.tail = index;
  ++list.count;
  ++m_topicCounts[static_cast<std::size_t>(message->topic)];
  return index;
}

MessagePtr MailboxLane::unlink(std::uint32_t index) {
  Node& node = m_nodes[index];
  List& list = m_lists[node.list];
  (node.previous == kNone ? m_head : m_nodes[node.previous].next) = node.next;
  (node.next == kNone ? m_tail : m_nodes[node.next].previous) = node.previous;
  (node.listPrevious == kNone ? list.head : m_nodes[node.listPrevious].listNext) = node.listNext;
  (node.listNext == kNone ? list.tail : m_nodes[node.listNext].listPrevious) = node.listPrevious;
  --list.count;
  --m_topicCounts[node.list % kTopicCount];
  node.next = m_free;
  m_free = index;
  MessagePtr message = std::move(node.message);
  if (m_head == kNone) reset();
  return message;
}

void MailboxLane::reset() {
  m_used = 0;
  m_free = kNone;
  m_slotCount = 0;
  ++m_stamp;
}

void MailboxLane::append(AgentId to, const MessagePtr& message) {
  link(to, message);
}

MessagePtr MailboxLane::appendLatest(AgentId to, const MessagePtr& message) {
  if (m_slotCount * 2 >= m_slots.size()) growSlots();
  const auto list = static_cast<std::uint32_t>(listIndex(to, message->topic));
  MessagePtr replaced;
  const Slot& known = slotOf(list, message->key);
  if (known.stamp == m_stamp && known.node != kNone) replaced = unlink(known.node);
  const std::uint32_t node = link(to, message);
  Slot& slot = slotOf(list, message->key);  // looked up again: an emptied lane forgets its slots
  if (slot.stamp != m_stamp) ++m_slotCount;
  slot = Slot{message->key, list, node, m_stamp};
  return replaced;
}

MessagePtr MailboxLane::removeOldest(AgentId to, Topic topic) {
  const std::size_t index = listIndex(to, topic);
  BW_ASSERT(index < m_lists.size() && m_lists[index].count > 0);
  const std::uint32_t node = m_lists[index].head;
  if (m_slotCount > 0) {
    Slot& slot = slotOf(static_cast<std::uint32_t>(index), m_nodes[node].message->key);
    if (slot.stamp == m_stamp && slot.node == node) slot.node = kNone;
  }
  return unlink(node);
}

MessagePtr MailboxLane::popFront(AgentId& to) {
  BW_ASSERT(m_head != kNone);
  to = m_nodes[m_head].to;
  return unlink(m_head);
}

MailboxLane::Slot& MailboxLane::slotOf(std::uint32_t list, std::uint64_t key) {
  const std::size_t mask = m_slots.size() - 1;
  std::size_t at = static_cast<std::size_t>((key * 0x9e3779b97f4a7c15ULL ^ list * 0xff51afd7ed558ccdULL) >> 20) & mask;
  while (m_slots[at].stamp == m_stamp && (m_slots[at].key != key || m_slots[at].list != list)) at = (at + 1) & mask;
  return m_slots[at];
}

void MailboxLane::growSlots() {
  std::vector<Slot> old = std::move(m_slots);
  m_slots.assign(std::max<std::size_t>(64, old.size() * 2), Slot{});
  m_slotCount = 0;
  for (const Slot& slot : old) {
    if (slot.stamp != m_stamp || slot.node == kNone) continue;
    slotOf(slot.list, slot.key) = slot;
    ++m_slotCount;
  }
}

}  // namespace bw
