// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/bus/agent.h"

namespace bw {

/// The timers of one host in a flat heap, in order of (due time, order of starting).
/// Thread: the host's.
class TimerQueue {
 public:
  enum class Kind : std::uint8_t { Timer, Wake, RequestDeadline };
  struct Entry {
    Timestamp when;
    std::uint64_t order = 0;
    TimerId id = 0;
    AgentId agent;
    Kind kind = Kind::Timer;
  };

  bool empty() const { return m_heap.empty(); }
  Timestamp nextTime() const { return m_heap.empty() ? Timestamp::never() : m_heap.front().when; }
  std::size_t size() const { return m_heap.size(); }

  /// Ids are never 0 and not used again.
  TimerId start(Timestamp when, AgentId agent, Kind kind = Kind::Timer) {
    std::uint32_t slot = 0;
    if (m_freeSlots.empty()) {
      slot = static_cast<std::uint32_t>(m_slots.size());
      m_slots.push_back(0);
    } else {
      slot = m_freeSlots.back();
      m_freeSlots.pop_back();
    }
    const TimerId id = static_cast<TimerId>(++m_uses) << 24 | slot;
    BW_ASSERT(slot < 1U << 24);
    m_slots[slot] = id;
    m_heap.push_back({when, ++m_order, id, agent, kind});
    std::push_heap(m_heap.begin(), m_heap.end(), later);
    return id;
  }

  /// Unknown and fired ids are ignored.
  void cancel(TimerId id) {
    if (!release(id)) return;
    dropCancelled();
    if (++m_cancelled > 64 && m_cancelled * 2 > m_heap.size()) compact();
  }

  /// Takes the first one if it is due at `now`.
  bool popDue(Timestamp now, Entry& entry) {
    if (m_heap.empty() || m_heap.front().when > now) return false;
    entry = m_heap.front();
    pop();
    release(entry.id);
    dropCancelled();
    return true;
  }

  void removeAgent(AgentId agent) {
    for (const Entry& entry : m_heap) {
      if (entry.agent == agent) release(entry.id);
    }
    compact();
  }

 private:
  static bool later(const Entry& a, const Entry& b) { return a.when != b.when ? a.when > b.when : a.order > b.order; }
  std::size_t slotOf(TimerId id) const { return static_cast<std::size_t>(id & 0xffffff); }
  bool live(TimerId id) const { return slotOf(id) < m_slots.size() && m_slots[slotOf(id)] == id; }
  bool release(TimerId id) {
    if (id == 0 || !live(id)) return false;
    m_slots[slotOf(id)] = 0;
    m_freeSlots.push_back(static_cast<std::uint32_t>(slotOf(id)));
    return true;
  }
  void pop() {
    std::pop_heap(m_heap.begin(), m_heap.end(), later);
    m_heap.pop_back();
  }
  /// The first entry is always a live one, so that nextTime() is true.
  void dropCancelled() {
    while (!m_heap.empty() && !live(m_heap.front().id)) {
      pop();
      if (m_cancelled > 0) --m_cancelled;
    }
  }
  void compact() {
    std::erase_if(m_heap, [this](const Entry& entry) { return !live(entry.id); });
    std::make_heap(m_heap.begin(), m_heap.end(), later);
    m_cancelled = 0;
  }

  std::vector<Entry> m_heap;
  std::vector<TimerId> m_slots;  ///< id of the live timer, else 0
  std::vector<std::uint32_t> m_freeSlots;
  std::uint64_t m_uses = 0;
  std::uint64_t m_order = 0;
  std::size_t m_cancelled = 0;
};

}  // namespace bw
