// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/orchestrator/health_monitor.h"

#include <algorithm>
#include <set>

namespace bw::orchestrator {

void HealthMonitor::hostReplaced(const std::string& host) {
  for (auto it = m_seen.begin(); it != m_seen.end();) {
    it = it->first.rfind(host + "/", 0) == 0 ? m_seen.erase(it) : std::next(it);
  }
}

void HealthMonitor::judgeSilence(const Heartbeat& beat, Seen& seen, Duration silent, MonoTime now,
                                 std::vector<HealthAction>& actions) {
  if (silent < m_limits.amber) {
    seen.amber = false;
    return;
  }
  const std::string text =
      "agent " + beat.agent + " on host " + beat.host + " silent for " + std::to_string(silent.toMillis()) + " ms";
  if (!seen.amber) {
    seen.amber = true;
    actions.push_back({HealthAction::Kind::Amber, beat.host, beat.agent, text});
  }
  if (silent < m_limits.quarantine || seen.quarantined) return;
  seen.quarantined = true;
  const bool already = std::any_of(actions.begin(), actions.end(), [&](const HealthAction& a) {
    return a.kind == HealthAction::Kind::Quarantine && a.host == beat.host;
  });
  if (already) return;
  actions.push_back({HealthAction::Kind::Quarantine, beat.host, beat.agent, text});
  if (beat.host != m_tradingHost) return;
  const bool second = std::any_of(m_tradingQuarantines.begin(), m_tradingQuarantines.end(),
                                  [&](MonoTime t) { return now - t <= m_limits.secondQuarantine; });
  m_tradingQuarantines.push_back(now);
  actions.push_back({second ? HealthAction::Kind::EmergencyStop : HealthAction::Kind::PauseTrading, beat.host,
                     beat.agent,
                     second ? "second quarantine of the trading host within 10 minutes" : "trading host quarantined"});
}

std::vector<HealthAction> HealthMonitor::check(const std::vector<Heartbeat>& beats, MonoTime now) {
  std::vector<HealthAction> actions;
  m_rows.clear();
  for (const Heartbeat& beat : beats) {
    const auto [it, isNew] = m_seen.try_emplace(beat.host + "/" + beat.agent);
    Seen& seen = it->second;
    if (isNew || beat.beats != seen.beats) {
      seen.beats = beat.beats;
      seen.changedAt = now;
    }
    const Duration silent = now - seen.changedAt;
    AgentHealth row = beat.figures;
    row.agent = beat.agent;
    row.host = beat.host;
    row.heartbeatAge = silent;
    row.restarts = seen.restarts;
    row.state = AgentHealth::State::Running;
    if (beat.crashed) {
      row.state = AgentHealth::State::Crashed;
      row.detail = beat.crashText;
      if (now >= seen.nextRebuild) {
        const std::int64_t backOff =
            std::min<std::int64_t>(60, std::int64_t{1} << std::min<std::uint64_t>(seen.restarts, 6));
        seen.nextRebuild = now + Duration::seconds(backOff);
        ++seen.restarts;
        actions.push_back({HealthAction::Kind::RebuildAgent, beat.host, beat.agent, beat.crashText});
      }
    } else {
      judgeSilence(beat, seen, silent, now, actions);
      if (seen.quarantined)
        row.state = AgentHealth::State::Quarantined;
      else if (silent >= m_limits.amber)
        row.state = AgentHealth::State::Degraded;
    }
    m_rows.push_back(std::move(row));
  }
  return actions;
}

}  // namespace bw::orchestrator
