// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/base/time.h"

namespace bw {

/// Durations counted in logarithmic buckets, eight per doubling: a percentile is at most 12.5 % above the true one.
/// Range 0 ns to about 2.4 hours; longer ones count in the last bucket.
/// Thread: add() by one thread; the rest by any (figures of slightly different instants).
class Histogram {
 public:
  /// Negative durations count as 0.
  void add(Duration duration) {
    const std::uint64_t ns = duration.ns > 0 ? static_cast<std::uint64_t>(duration.ns) : 0;
    bump(m_buckets[bucketOf(ns)]);
    bump(m_count);
    if (ns > m_max.load(std::memory_order_relaxed)) m_max.store(ns, std::memory_order_relaxed);
  }
  std::uint64_t count() const { return m_count.load(std::memory_order_relaxed); }
  Duration max() const { return {static_cast<std::int64_t>(m_max.load(std::memory_order_relaxed))}; }

  /// The upper edge of the bucket that holds the share `fraction` (0 … 1) of all values, at most max(); 0 when empty.
  Duration percentile(double fraction) const {
    std::uint64_t total = 0;
    std::array<std::uint64_t, kBuckets> counts{};
    for (std::size_t i = 0; i < kBuckets; ++i) total += counts[i] = m_buckets[i].load(std::memory_order_relaxed);
    if (total == 0) return {0};
    const double wanted = fraction * static_cast<double>(total);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      seen += counts[i];
      if (counts[i] != 0 && static_cast<double>(seen) >= wanted) {
        const Duration edge{static_cast<std::int64_t>(upperEdge(i))};
        return edge < max() ? edge : max();
      }
    }
    return max();
  }

 private:
  static constexpr unsigned kSubBits = 3;
  static constexpr std::size_t kSub = 1U << kSubBits;
  static constexpr std::size_t kBuckets = kSub * 41;

  static std::size_t bucketOf(std::uint64_t ns) {
    if (ns < kSub) return static_cast<std::size_t>(ns);
    const unsigned top = static_cast<unsigned>(std::bit_width(ns)) - 1;
    const std::size_t bucket = kSub * (top - kSubBits + 1) + ((ns >> (top - kSubBits)) & (kSub - 1));
    return bucket < kBuckets ? bucket : kBuckets - 1;
  }
  static std::uint64_t upperEdge(std::size_t bucket) {
    if (bucket < kSub) return bucket;
    const unsigned top = static_cast<unsigned>(bucket / kSub) + kSubBits - 1;
    const std::uint64_t low = (kSub + bucket % kSub) << (top - kSubBits);
    return low + (std::uint64_t{1} << (top - kSubBits)) - 1;
  }
  static void bump(std::atomic<std::uint64_t>& counter) {
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  std::array<std::atomic<std::uint64_t>, kBuckets> m_buckets{};
  std::atomic<std::uint64_t> m_count{0};
  std::atomic<std::uint64_t> m_max{0};
};

}  // namespace bw
