// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <bitset>
#include <cstdint>
#include <vector>

#include "core/base/rings.h"
#include "core/bus/message.h"

namespace bw {

/// An inspector's view of the bus: a bounded sample that never slows a publisher. What does not fit is counted and
/// lost. Thread: offer() by any publisher, drain() by one reader, counters by any.
class Tap {
 public:
  struct Options {
    std::size_t capacity = 4096;
    std::uint32_t everyNth = 1;  ///< 1 = every message; > 0
    std::bitset<kTopicCount> topics = std::bitset<kTopicCount>().set();
  };
  explicit Tap(const Options& options) : m_options(options), m_ring(options.capacity) {
    BW_ASSERT(options.everyNth > 0);
  }
  const Options& options() const { return m_options; }

  void offer(const MessagePtr& message) {
    const std::uint64_t number = m_seen.fetch_add(1, std::memory_order_relaxed);
    if (m_options.everyNth > 1 && number % m_options.everyNth != 0) return;
    if (!m_ring.tryPush(message)) m_lost.fetch_add(1, std::memory_order_relaxed);
  }
  /// Appends what waits, oldest first; returns how many.
  std::size_t drain(std::vector<MessagePtr>& out) {
    return m_ring.drain([&out](MessagePtr&& message) { out.push_back(std::move(message)); });
  }
  std::uint64_t seen() const { return m_seen.load(std::memory_order_relaxed); }
  std::uint64_t lost() const { return m_lost.load(std::memory_order_relaxed); }

 private:
  const Options m_options;
  MpscRing<MessagePtr> m_ring;
  std::atomic<std::uint64_t> m_seen{0};
  std::atomic<std::uint64_t> m_lost{0};
};

}  // namespace bw
