// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/audit/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace bw::agents {

namespace {

double toMicroseconds(Duration duration) {
  return static_cast<double>(duration.ns) / 1000.0;
}

}  // namespace

std::size_t LatencyHistogram::bucketOf(std::uint64_t ns) {
  const int width = static_cast<int>(std::bit_width(ns));
  if (width <= kSubBits) return static_cast<std::size_t>(ns);
  const int shift = width - kSubBits - 1;
  const std::uint64_t sub = (ns >> shift) & ((1u << kSubBits) - 1);
  return (static_cast<std::size_t>(shift + 1) << kSubBits) + static_cast<std::size_t>(sub);
}

std::uint64_t LatencyHistogram::upperEdge(std::size_t bucket) {
  const std::size_t group = bucket >> kSubBits;
  const std::uint64_t sub = bucket & ((1u << kSubBits) - 1);
  if (group == 0) return sub;
  return (((1ULL << kSubBits) + sub + 1) << (group - 1)) - 1;
}

void LatencyHistogram::add(Duration latency) {
  const std::int64_t ns = std::max<std::int64_t>(0, latency.ns);
  ++m_counts[bucketOf(static_cast<std::uint64_t>(ns))];
  ++m_count;
  m_max = std::max(m_max, ns);
}

Duration LatencyHistogram::percentile(double share) const {
  if (m_count == 0) return {0};
  const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(m_count)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += m_counts[bucket];
    if (seen >= rank && seen > 0) return {std::min(m_max, static_cast<std::int64_t>(upperEdge(bucket)))};
  }
  return {m_max};
}

AuditStatus::Latency LatencyHistogram::row(const char* name) const {
  AuditStatus::Latency row;
  row.name = name;
  row.count = m_count;
  row.p50Us = toMicroseconds(percentile(0.50));
  row.p95Us = toMicroseconds(percentile(0.95));
  row.p99Us = toMicroseconds(percentile(0.99));
  row.maxUs = toMicroseconds(max());
  return row;
}

}  // namespace bw::agents
