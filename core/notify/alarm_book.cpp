// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notify/alarm_book.h"

#include <algorithm>

namespace bw::notify {
namespace {

constexpr int kCritical = 3;

std::string causeOf(const SystemEvent& event) {
  return event.source + "\n" + event.code + "\n" + event.subject;
}

}  // namespace

void AlarmBook::notice(Entry& entry, NoticeKind kind, bool everywhere, std::vector<Notice>& tell) {
  if (entry.notices >= kNoticesMost) return;
  ++entry.notices;
  tell.push_back({kind, entry.alarm, everywhere});
}

std::optional<AlarmUpdate> AlarmBook::onEvent(const SystemEvent& event, Timestamp now, std::vector<Notice>& tell,
                                              bool everywhere) {
  if (event.action.empty() && event.priority < kCritical) return std::nullopt;
  const auto [known, isNew] = m_byCause.try_emplace(causeOf(event), m_lastId + 1);
  if (isNew) ++m_lastId;
  Entry& entry = m_entries[known->second];
  AlarmUpdate& alarm = entry.alarm;
  const bool anew = isNew || alarm.acknowledged || now - alarm.lastAt >= kQuiet;
  const bool worse = !anew && event.priority > alarm.priority;
  if (anew) {
    const std::uint64_t count = alarm.count;
    entry = Entry{};
    alarm.id = known->second;
    alarm.source = event.source;
    alarm.code = event.code;
    alarm.subject = event.subject;
    alarm.firstAt = now;
    alarm.count = count;
  }
  alarm.priority = anew ? event.priority : std::max(alarm.priority, event.priority);
  alarm.text = event.text;
  alarm.action = event.action;
  alarm.lastAt = now;
  ++alarm.count;
  if (anew)
    notice(entry, NoticeKind::Raised, everywhere, tell);
  else if (worse)
    notice(entry, NoticeKind::Worse, everywhere, tell);
  const AlarmUpdate changed = alarm;
  forgetOldest();
  return changed;
}

void AlarmBook::forgetOldest() {
  if (m_entries.size() <= kKept) return;
  auto victim = std::find_if(m_entries.begin(), m_entries.end(),
                             [](const auto& entry) { return entry.second.alarm.acknowledged; });
  if (victim == m_entries.end()) victim = m_entries.begin();
  const std::uint64_t id = victim->first;
  m_entries.erase(victim);
  std::erase_if(m_byCause, [id](const auto& cause) { return cause.second == id; });
}

std::vector<Notice> AlarmBook::tick(Timestamp now) {
  std::vector<Notice> tell;
  for (auto& [id, entry] : m_entries) {
    const AlarmUpdate& alarm = entry.alarm;
    if (alarm.acknowledged || entry.reminded || alarm.priority < kCritical || now - alarm.firstAt < kReminder) continue;
    entry.reminded = true;
    notice(entry, NoticeKind::Reminder, false, tell);
  }
  return tell;
}

std::vector<AlarmUpdate> AlarmBook::acknowledge(std::uint64_t id, Timestamp now) {
  std::vector<AlarmUpdate> changed;
  for (auto& [own, entry] : m_entries) {
    if ((id != 0 && own != id) || entry.alarm.acknowledged) continue;
    entry.alarm.acknowledged = true;
    entry.alarm.acknowledgedAt = now;
    changed.push_back(entry.alarm);
  }
  return changed;
}

std::vector<AlarmUpdate> AlarmBook::alarms() const {
  std::vector<AlarmUpdate> all;
  for (const auto& entry : m_entries) all.push_back(entry.second.alarm);
  return all;
}

std::size_t AlarmBook::unacknowledged() const {
  return static_cast<std::size_t>(std::count_if(m_entries.begin(), m_entries.end(),
                                                [](const auto& entry) { return !entry.second.alarm.acknowledged; }));
}

}  // namespace bw::notify
