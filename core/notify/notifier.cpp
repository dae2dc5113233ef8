// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/notify/notifier.h"

#include <algorithm>
#include <exception>

namespace bw::notify {
namespace {

constexpr int kCriticalPriority = 3;

const char* levelWord(int priority) {
  return priority >= kCriticalPriority ? "CRITICAL" : priority == 2 ? "ALARM" : "NOTE";
}

}  // namespace

std::string wordsOf(const Notice& notice) {
  const AlarmUpdate& alarm = notice.alarm;
  std::string words = std::string(levelWord(alarm.priority)) + " " + alarm.source + ": " + alarm.text;
  if (notice.kind == NoticeKind::Reminder) words = "Still not acknowledged: " + words;
  if (!alarm.action.empty()) words += ". Do: " + alarm.action;
  return words;
}

void LogChannel::send(const Notice& notice) {
  m_log.write(notice.alarm.priority >= kCriticalPriority ? LogLevel::Critical : LogLevel::Warning, "alarm",
              notice.alarm.code, wordsOf(notice), {{"alarm", notice.alarm.id}, {"count", notice.alarm.count}});
}

void Notifier::add(std::shared_ptr<Channel> channel) {
  BW_ASSERT(channel != nullptr);
  m_channels.push_back(std::move(channel));
}

void Notifier::sendTo(Channel& channel, const Notice& notice) {
  try {
    channel.send(notice);
  } catch (const std::exception& error) {
    m_log.write(LogLevel::Error, "alarm", "notify.failed", error.what(), {{"channel", channel.name()}});
  }
}

void Notifier::refill(Timestamp now) {
  if (m_refilledAt.ns == 0 || now < m_refilledAt) m_refilledAt = now;
  const std::int64_t more = (now - m_refilledAt).ns / kRefill.ns;
  if (more <= 0) return;
  m_tokens = static_cast<int>(std::min<std::int64_t>(kBurst, m_tokens + more));
  m_refilledAt = m_refilledAt + kRefill * more;
}

void Notifier::tell(const Notice& notice, Timestamp now) {
  refill(now);
  const bool room = notice.everywhere || m_tokens > 0;
  if (room && !notice.everywhere) --m_tokens;
  if (!room) ++m_heldBack;
  for (const auto& channel : m_channels) {
    if (room || !channel->disturbs()) sendTo(*channel, notice);
  }
}

void Notifier::tick(Timestamp now) {
  refill(now);
  if (m_heldBack == 0 || m_tokens == 0) return;
  Notice summary;
  summary.alarm.priority = 2;
  summary.alarm.source = "alarms";
  summary.alarm.code = "alarms.more";
  summary.alarm.count = m_heldBack;
  summary.alarm.text = std::to_string(m_heldBack) + " more alarms were not told one by one";
  summary.alarm.action = "Open the alarm list";
  summary.alarm.firstAt = summary.alarm.lastAt = now;
  m_heldBack = 0;
  --m_tokens;
  for (const auto& channel : m_channels) {
    if (channel->disturbs()) sendTo(*channel, summary);
  }
}

}  // namespace bw::notify
