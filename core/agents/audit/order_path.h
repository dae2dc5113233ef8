// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/agents/audit/latency_histogram.h"
#include "core/base/ids.h"
#include "core/domain/market.h"

namespace bw::agents {

/// How long each stage of the order path took, by intent: intent → verdict → placed → acknowledged → first fill;
/// besides the bus's own delay and the signal's. Times are market times of publication. Thread: owner only.
class OrderPath {
 public:
  void onIntent(const Uuid& intent, Timestamp at);
  void onVerdict(const Uuid& intent, Timestamp at);
  void onPlaced(const Uuid& intent, Timestamp at);
  void onAcknowledged(const Uuid& intent, Timestamp at);
  void onFilled(const Uuid& intent, Timestamp at);
  /// A message published at `published` was handled at `handled`.
  void onDelivered(Timestamp published, Timestamp handled) { m_bus.add(handled - published); }
  /// A signal published at `signal` from a candle published at `candle`.
  void onSignal(Timestamp candle, Timestamp signal) { m_signal.add(signal - candle); }
  std::vector<AuditStatus::Latency> rows() const;

 private:
  /// Paths remembered; the oldest is forgotten first.
  static constexpr std::size_t kRemembered = 8192;
  struct Path {
    std::optional<Timestamp> intent;
    std::optional<Timestamp> verdict;
    std::optional<Timestamp> placed;
    std::optional<Timestamp> acknowledged;
    bool filled = false;
  };
  Path& path(const Uuid& intent);

  std::unordered_map<Uuid, Path> m_paths;
  std::deque<Uuid> m_ages;
  LatencyHistogram m_verdict;
  LatencyHistogram m_decision;  ///< intent to placed
  LatencyHistogram m_placed;
  LatencyHistogram m_acknowledged;
  LatencyHistogram m_filled;
  LatencyHistogram m_bus;
  LatencyHistogram m_signal;
};

}  // namespace bw::agents
