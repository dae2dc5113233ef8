// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/domain/messages/system.h"

namespace bw::orchestrator {

/// What a host says of one agent, read from its counters without asking it.
struct Heartbeat {
  std::string agent;
  std::string host;
  std::uint64_t beats = 0;  ///< grows with every turn of the host's loop
  bool crashed = false;
  std::string crashText;
  AgentHealth figures;  ///< queue, counts, latencies; state and ages are filled in by the monitor
};

/// What must be done about a host or an agent.
struct HealthAction {
  enum class Kind : std::uint8_t { Amber, Quarantine, RebuildAgent, PauseTrading, EmergencyStop } kind = Kind::Amber;
  std::string host;
  std::string agent;
  std::string text;
};

/// Judges hosts by their heartbeats (SPEC 3.3): silent 2 s amber, 5 s quarantined; quarantine of the trading host
/// pauses trading, a second one within 10 min is an emergency stop; a crashed agent is rebuilt with back-off. Pure.
/// Ages are real monotonic time, never market time. Thread: owner only.
class HealthMonitor {
 public:
  static constexpr Duration kAmber = Duration::seconds(2);
  static constexpr Duration kQuarantine = Duration::seconds(5);
  static constexpr Duration kSecondQuarantine = Duration::minutes(10);
  /// Injectable so that a drill need not wait; the product uses these values.
  struct Limits {
    Duration amber = kAmber;
    Duration quarantine = kQuarantine;
    Duration secondQuarantine = kSecondQuarantine;
  };
  explicit HealthMonitor(std::string tradingHost) : m_tradingHost(std::move(tradingHost)) {}
  HealthMonitor(std::string tradingHost, Limits limits) : m_tradingHost(std::move(tradingHost)), m_limits(limits) {}
  std::vector<HealthAction> check(const std::vector<Heartbeat>& beats, MonoTime now);
  /// The rows for window and status, of the last check.
  const std::vector<AgentHealth>& rows() const { return m_rows; }
  /// A quarantined host was replaced: its agents are judged afresh.
  void hostReplaced(const std::string& host);

 private:
  struct Seen {
    std::uint64_t beats = 0;
    MonoTime changedAt;
    bool amber = false;
    bool quarantined = false;
    std::uint64_t restarts = 0;
    MonoTime nextRebuild;
  };
  void judgeSilence(const Heartbeat& beat, Seen& seen, Duration silent, MonoTime now,
                    std::vector<HealthAction>& actions);

  const std::string m_tradingHost;
  const Limits m_limits;
  std::map<std::string, Seen> m_seen;  ///< key: host + "/" + agent
  std::vector<AgentHealth> m_rows;
  std::vector<MonoTime> m_tradingQuarantines;
};

}  // namespace bw::orchestrator
