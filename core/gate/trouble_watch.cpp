// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gate/trouble_watch.h"

#include <algorithm>

namespace bw::gate {

std::size_t openOrderCap(const VenueCapabilities& venue, int requestsPerSecond, std::size_t venueLimit) {
  if (venue.cancelAll || requestsPerSecond <= 0) return venueLimit;
  constexpr int kSeconds = 2;
  const int orders = requestsPerSecond * kSeconds * std::max(venue.cancelBatch, 1);
  return std::min(venueLimit, static_cast<std::size_t>(orders));
}

void TroubleWatch::onReport(const OrderReport& report, MonoTime now) {
  using Kind = OrderReport::Kind;
  const Lock lock(m_mutex);
  VenueTrouble& venue = m_venues[report.venue];
  m_messages.push_back(now);
  switch (report.kind) {
    case Kind::Accepted:
      // A query's answer says it again; an order counts once.
      if (venue.open.insert(report.clientId).second) venue.outcomes.emplace_back(now, false);
      break;
    case Kind::Rejected:
      venue.open.erase(report.clientId);
      venue.outcomes.emplace_back(now, true);
      break;
    case Kind::Cancelled:
    case Kind::Expired:
    case Kind::Absent:
      venue.open.erase(report.clientId);
      break;
    default:
      break;
  }
}

void TroubleWatch::onData(std::string_view name, MonoTime now) {
  const Lock lock(m_mutex);
  const auto found = m_venues.find(name);
  (found != m_venues.end() ? found->second : m_venues[std::string(name)]).dataAt = now;
}

std::vector<TroubleWatch::Trouble> TroubleWatch::due(MonoTime now) {
  std::vector<Trouble> troubles;
  const Lock lock(m_mutex);
  while (!m_messages.empty() && now - m_messages.front() >= Duration::seconds(1)) m_messages.pop_front();
  const bool flood = m_messages.size() > m_limits.mostMessages;
  if (flood && !m_toldMessages)
    troubles.push_back(
        {StopLevel::CancelAll, {}, std::to_string(m_messages.size()) + " order messages within a second"});
  m_toldMessages = flood;
  for (auto& [name, venue] : m_venues) {
    while (!venue.outcomes.empty() && now - venue.outcomes.front().first >= m_limits.outcomeWindow)
      venue.outcomes.pop_front();
    const auto rejected = static_cast<std::size_t>(
        std::count_if(venue.outcomes.begin(), venue.outcomes.end(), [](const auto& o) { return o.second; }));
    const bool most = venue.outcomes.size() >= m_limits.leastOutcomes && 2 * rejected > venue.outcomes.size();
    if (most && !venue.toldRejects)
      troubles.push_back({StopLevel::CancelAll,
                          {StopScope::Kind::Venue, name},
                          std::to_string(rejected) + " of " + std::to_string(venue.outcomes.size()) +
                              " orders were rejected within a minute"});
    venue.toldRejects = most;
    const bool silent = venue.dataAt && !venue.open.empty() && now - *venue.dataAt >= m_limits.dataSilence;
    if (silent && !venue.toldSilence)
      troubles.push_back(
          {StopLevel::CancelAll, {StopScope::Kind::Venue, name}, "no market data for 10 s while orders rest there"});
    venue.toldSilence = silent;
  }
  return troubles;
}

}  // namespace bw::gate
