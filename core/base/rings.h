// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "core/base/assert.h"

namespace bw {

/// Enough to keep two threads' variables off each other's cache lines, adjacent-line prefetch included.
constexpr std::size_t kCacheLine = 128;

/// Bounded queue from one producer to one consumer, without locks and without stand-alone fences (ThreadSanitizer
/// cannot see those). Slots are default-constructed T; a popped slot is moved from.
/// Thread: tryPush() by one thread, tryPop() and drain() by one other; sizeGuess() by any.
template <class T>
class SpscRing {
 public:
  /// Room for at least `capacity` (> 0) elements, rounded up to a power of two.
  explicit SpscRing(std::size_t capacity) : m_mask(std::bit_ceil(capacity) - 1), m_slots(new T[m_mask + 1]()) {
    BW_ASSERT(capacity > 0);
  }
  SpscRing(const SpscRing&) = delete;
  SpscRing& operator=(const SpscRing&) = delete;

  std::size_t capacity() const { return m_mask + 1; }

  /// False, and `value` untouched, when full.
  bool tryPush(T&& value) {
    const std::uint64_t tail = m_tail.load(std::memory_order_relaxed);
    if (tail - m_headSeen > m_mask) {
      m_headSeen = m_head.load(std::memory_order_acquire);
      if (tail - m_headSeen > m_mask) return false;
    }
    m_slots[tail & m_mask] = std::move(value);
    m_tail.store(tail + 1, std::memory_order_release);
    return true;
  }
  bool tryPush(const T& value) {
    T copy(value);
    return tryPush(std::move(copy));
  }

  /// False when empty.
  bool tryPop(T& value) {
    return drain([&value](T&& element) { value = std::move(element); }, 1) == 1;
  }

  /// Hands up to `limit` elements, oldest first, to `take(T&&)`. Their slots become free together, after the last.
  template <class Take>
  std::size_t drain(Take&& take, std::size_t limit = SIZE_MAX) {
    const std::uint64_t head = m_head.load(std::memory_order_relaxed);
    std::uint64_t ready = m_tailSeen - head;
    if (ready < limit) {
      m_tailSeen = m_tail.load(std::memory_order_acquire);
      ready = m_tailSeen - head;
    }
    const std::uint64_t count = std::min<std::uint64_t>(ready, limit);
    if (count == 0) return 0;
    for (std::uint64_t i = head; i != head + count; ++i) take(std::move(m_slots[i & m_mask]));
    m_head.store(head + count, std::memory_order_release);
    return static_cast<std::size_t>(count);
  }

  /// How many are inside; exact only when neither side is at work.
  std::size_t sizeGuess() const {
    const std::uint64_t head = m_head.load(std::memory_order_acquire);
    const std::uint64_t tail = m_tail.load(std::memory_order_acquire);
    return tail > head ? static_cast<std::size_t>(tail - head) : 0;
  }

 private:
  const std::uint64_t m_mask;
  const std::unique_ptr<T[]> m_slots;
  alignas(kCacheLine) std::atomic<std::uint64_t> m_tail{0};
  std::uint64_t m_headSeen = 0;  ///< producer's copy of m_head
  alignas(kCacheLine) std::atomic<std::uint64_t> m_head{0};
  std::uint64_t m_tailSeen = 0;  ///< consumer's copy of m_tail
};

/// Bounded queue from many producers to one consumer: a producer claims a place by raising the tail and marks it
/// written with the number of its turn, so that the consumer writes nothing but its own head. Order is kept per
/// producer. No stand-alone fences. Thread: tryPush() by any, tryPop() and drain() by one; sizeGuess() by any.
template <class T>
class MpscRing {
 public:
  /// Room for at least `capacity` (> 0) elements, rounded up to a power of two.
  explicit MpscRing(std::size_t capacity) : m_mask(std::bit_ceil(capacity) - 1), m_slots(new Slot[m_mask + 1]()) {
    BW_ASSERT(capacity > 0);
  }
  MpscRing(const MpscRing&) = delete;
  MpscRing& operator=(const MpscRing&) = delete;

  std::size_t capacity() const { return m_mask + 1; }

  /// False, and `value` untouched, when full.
  bool tryPush(T&& value) {
    std::uint64_t tail = m_tail.load(std::memory_order_relaxed);
    do {
      if (!hasRoom(tail, m_headSeen.load(std::memory_order_acquire))) {
        const std::uint64_t head = m_head.load(std::memory_order_acquire);
        if (!hasRoom(tail, head)) return false;
        m_headSeen.store(head, std::memory_order_release);
      }
    } while (!m_tail.compare_exchange_weak(tail, tail + 1, std::memory_order_relaxed));
    Slot& slot = m_slots[tail & m_mask];
    slot.value = std::move(value);
    slot.turn.store(tail + 1, std::memory_order_release);
    return true;
  }
  bool tryPush(const T& value) {
    T copy(value);
    return tryPush(std::move(copy));
  }

  /// False when empty, or when the producer of the oldest element has not finished writing it.
  bool tryPop(T& value) {
    return drain([&value](T&& element) { value = std::move(element); }, 1) == 1;
  }

  /// Hands up to `limit` elements, oldest first, to `take(T&&)`. Their slots become free together, after the last.
  template <class Take>
  std::size_t drain(Take&& take, std::size_t limit = SIZE_MAX) {
    const std::uint64_t first = m_head.load(std::memory_order_relaxed);
    const std::uint64_t end = first + std::min<std::uint64_t>(limit, m_mask + 1);
    std::uint64_t head = first;
    for (; head != end; ++head) {
      Slot& slot = m_slots[head & m_mask];
      if (slot.turn.load(std::memory_order_acquire) != head + 1) break;
      take(std::move(slot.value));
    }
    if (head != first) m_head.store(head, std::memory_order_release);
    return static_cast<std::size_t>(head - first);
  }

  /// How many are inside; exact only when nobody is at work.
  std::size_t sizeGuess() const {
    const std::uint64_t head = m_head.load(std::memory_order_relaxed);
    const std::uint64_t tail = m_tail.load(std::memory_order_relaxed);
    return tail > head ? static_cast<std::size_t>(tail - head) : 0;
  }

 private:
  struct Slot {
    std::atomic<std::uint64_t> turn{0};  ///< 1 + place of the element written last
    T value{};
  };
  /// A `tail` that others have passed already counts as room: claiming it fails and reads it anew.
  bool hasRoom(std::uint64_t tail, std::uint64_t head) const {
    return static_cast<std::int64_t>(tail - head) <= static_cast<std::int64_t>(m_mask);
  }

  const std::uint64_t m_mask;
  const std::unique_ptr<Slot[]> m_slots;
  alignas(kCacheLine) std::atomic<std::uint64_t> m_tail{0};
  alignas(kCacheLine) std::atomic<std::uint64_t> m_headSeen{0};  ///< producers' common copy of m_head
  alignas(kCacheLine) std::atomic<std::uint64_t> m_head{0};
};

}  // namespace bw
