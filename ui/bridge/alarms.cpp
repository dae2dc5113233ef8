// SPDX-License-Identifier: GPL-3.0-or-later
// What UiData keeps of alarms and of measured targets, and the words of a stop's scope.
#include <algorithm>
#include <array>

#include "ui/bridge/stop_ports.h"
#include "ui/bridge/ui_data.h"

namespace bw::ui {

namespace {

constexpr std::size_t kAlarmsKept = 500;

}  // namespace

StopScope stopScopeFrom(const std::string& text) {
  constexpr std::array<std::pair<std::string_view, StopScope::Kind>, 4> kWords = {
      {{"account ", StopScope::Kind::Account},
       {"venue ", StopScope::Kind::Venue},
       {"agent ", StopScope::Kind::Agent},
       {"instrument ", StopScope::Kind::Instrument}}};
  for (const auto& word : kWords) {
    if (text.rfind(word.first, 0) == 0) return {word.second, text.substr(word.first.size())};
  }
  return {};
}

void UiData::on(const AlarmUpdate& m, Timestamp) {
  const auto known =
      std::find_if(m_alarms.begin(), m_alarms.end(), [&m](const AlarmUpdate& row) { return row.id == m.id; });
  if (known != m_alarms.end()) {
    *known = m;
  } else {
    m_alarms.push_back(m);
    if (m_alarms.size() > kAlarmsKept) {
      const auto seen =
          std::find_if(m_alarms.begin(), m_alarms.end(), [](const AlarmUpdate& a) { return a.acknowledged; });
      m_alarms.erase(seen != m_alarms.end() ? seen : m_alarms.begin());
    }
  }
  touch(Part::Events);
}

void UiData::on(const MetricsUpdate& m, Timestamp) {
  m_metrics[m.source] = m.rows;
  touch(Part::Audit);
}

// An engine with an alarm agent tells alarms itself, one for each cause; without one the event log is all there is.
int UiData::openAlarms() const {
  if (!m_alarms.empty()) {
    return static_cast<int>(
        std::count_if(m_alarms.begin(), m_alarms.end(), [](const AlarmUpdate& row) { return !row.acknowledged; }));
  }
  return static_cast<int>(std::count_if(m_events.begin(), m_events.end(), [](const EventRow& row) {
    return !row.acknowledged && !row.event.action.empty();
  }));
}

int UiData::worstOpenAlarm() const {
  int worst = -1;
  for (const AlarmUpdate& row : m_alarms) {
    if (!row.acknowledged) worst = std::max(worst, row.priority);
  }
  if (!m_alarms.empty()) return worst;
  for (const auto& row : m_events) {
    if (!row.acknowledged && !row.event.action.empty()) worst = std::max(worst, row.event.priority);
  }
  return worst;
}

}  // namespace bw::ui
