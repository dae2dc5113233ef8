// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/execution/reject_watch.h"

namespace bw::execution {

RejectWatch::Verdict RejectWatch::outcome(const Order& order, const std::string& venueName, bool refused,
                                          Timestamp now) {
  Verdict verdict;
  Venue& venue = m_venues[venueName];
  venue.outcomes.emplace_back(now, refused);
  venue.refused += refused ? 1 : 0;
  while (now - venue.outcomes.front().first > m_settings.window) {
    venue.refused -= venue.outcomes.front().second ? 1 : 0;
    venue.outcomes.pop_front();
  }
  const auto all = static_cast<int>(venue.outcomes.size());
  const bool storm = all >= m_settings.fewest && venue.refused * 100 > all * m_settings.sharePercent;
  verdict.storm = storm && !venue.storming;
  venue.storming = storm;

  if (!order.postOnly || order.role != OrderRole::Entry) return verdict;
  const Key key{order.strategy, order.instrument};
  std::deque<Timestamp>& times = m_postOnly[key];
  if (!refused) {
    times.clear();
    return verdict;
  }
  times.push_back(now);
  while (now - times.front() > m_settings.window) times.pop_front();
  bool& disabled = m_disabled[key];
  verdict.disabled = !disabled && static_cast<int>(times.size()) >= m_settings.postOnlyLimit;
  disabled = disabled || verdict.disabled;
  return verdict;
}

bool RejectWatch::disabled(const std::string& strategy, InstrumentId instrument) const {
  const auto found = m_disabled.find({strategy, instrument});
  return found != m_disabled.end() && found->second;
}

void RejectWatch::enableAll() {
  m_disabled.clear();
  m_postOnly.clear();
}

}  // namespace bw::execution
