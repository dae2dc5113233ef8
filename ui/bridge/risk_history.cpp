// SPDX-License-Identifier: GPL-3.0-or-later
// What UiData remembers of the limits: their course over an hour and when they were exceeded.
#include <algorithm>

#include "ui/bridge/ui_data.h"

namespace bw::ui {

namespace {

constexpr Duration kTrendEvery = Duration::seconds(30);
constexpr std::size_t kTrendValues = 120;  ///< an hour
constexpr std::size_t kBreaches = 200;

bool exceeds(const LimitGauge& gauge) {
  return gauge.lowerBound ? gauge.used < gauge.limit : gauge.used > gauge.limit;
}

std::string trendKey(const LimitGauge& gauge) {
  return gauge.key + '|' + gauge.scope;
}

}  // namespace

double usedShare(const LimitGauge& gauge) {
  const double used = gauge.used.toDouble();
  const double bound = gauge.limit.toDouble();
  // A floor is used up as what is left comes down to it.
  const double part = gauge.lowerBound ? bound : used;
  const double whole = gauge.lowerBound ? used : bound;
  return whole > 0 ? part / whole : (part > 0 ? 2.0 : 0.0);
}

const std::deque<float>& UiData::limitTrend(const LimitGauge& gauge) const {
  static const std::deque<float> kNone;
  const auto found = m_trends.find(trendKey(gauge));
  return found == m_trends.end() ? kNone : found->second;
}

void UiData::setPendingOrder(std::optional<OrderIntent> intent) {
  if (!intent && !m_pendingOrder) return;
  m_pendingOrder = std::move(intent);
  touch(Part::Risk);
}

void UiData::noteGauges(const RiskStatus& status, Timestamp time) {
  for (const LimitGauge& gauge : status.gauges) noteBreach(gauge, exceeds(gauge), time);
  if (m_trendAt.ns != 0 && time >= m_trendAt && time - m_trendAt < kTrendEvery) return;
  m_trendAt = time;
  for (const LimitGauge& gauge : status.gauges) {
    auto& trend = m_trends[trendKey(gauge)];
    trend.push_back(static_cast<float>(usedShare(gauge)));
    if (trend.size() > kTrendValues) trend.pop_front();
  }
}

void UiData::noteBreach(const LimitGauge& gauge, bool breached, Timestamp time) {
  const auto open = std::find_if(m_breaches.begin(), m_breaches.end(), [&gauge](const BreachRow& row) {
    return row.open && row.key == gauge.key && row.scope == gauge.scope;
  });
  if (open != m_breaches.end()) {
    open->to = time;
    open->open = breached;
    if (breached) open->peak = gauge.lowerBound ? std::min(open->peak, gauge.used) : std::max(open->peak, gauge.used);
    return;
  }
  if (!breached) return;
  m_breaches.push_front({time, time, true, gauge.key, gauge.scope, gauge.unit, gauge.action, gauge.limit, gauge.used});
  if (m_breaches.size() > kBreaches) m_breaches.pop_back();
}

}  // namespace bw::ui
