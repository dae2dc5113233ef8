// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

#include "core/base/time.h"
#include "core/domain/messages/system.h"

namespace bw::agents {

/// Counts latencies in buckets of at most 1/16 relative width (powers of two, each cut into 16), so that percentiles of
/// any number of samples need a fixed 8 KB. Thread: owner only.
class LatencyHistogram {
 public:
  /// Negative latencies (clock set back) count as 0.
  void add(Duration latency);
  std::uint64_t count() const { return m_count; }
  /// The upper edge of the bucket that holds the `share` (0 … 1) quantile, never above max(). Zero without samples.
  Duration percentile(double share) const;
  Duration max() const { return {m_max}; }
  /// As a row of AuditStatus.
  AuditStatus::Latency row(const char* name) const;

 private:
  static constexpr int kSubBits = 4;
  static constexpr std::size_t kBuckets = 64u << kSubBits;
  static std::size_t bucketOf(std::uint64_t ns);
  static std::uint64_t upperEdge(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> m_counts{};
  std::uint64_t m_count = 0;
  std::int64_t m_max = 0;
};

}  // namespace bw::agents
