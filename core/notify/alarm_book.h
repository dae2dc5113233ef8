// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/messages/system.h"

namespace bw::notify {

/// Why a person is told about an alarm.
enum class NoticeKind : std::uint8_t { Raised, Worse, Reminder };

/// One thing to tell a person, once.
struct Notice {
  NoticeKind kind = NoticeKind::Raised;
  AlarmUpdate alarm;
  bool everywhere = false;  ///< the emergency stop: every channel, whatever the rate
};

/// Makes alarms out of events: one for each cause (source, code, subject), with a count instead of repetitions, and at
/// most three notices: when it is raised, when it gets worse, and one reminder while a critical one is not
/// acknowledged. A cause that was acknowledged, or has been quiet for ten minutes, may be raised anew.
/// Pure; times come in. Thread: owner only.
class AlarmBook {
 public:
  static constexpr int kNoticesMost = 3;
  static constexpr Duration kQuiet = Duration::minutes(10);
  static constexpr Duration kReminder = Duration::minutes(5);
  static constexpr std::size_t kKept = 500;

  /// An event is an alarm if it demands an action or is critical. The changed alarm, if it is one; notices in `tell`.
  std::optional<AlarmUpdate> onEvent(const SystemEvent& event, Timestamp now, std::vector<Notice>& tell,
                                     bool everywhere = false);
  /// Reminders that are due.
  std::vector<Notice> tick(Timestamp now);
  /// A person has seen it. Nothing if there is no such alarm; 0 acknowledges all of them.
  std::vector<AlarmUpdate> acknowledge(std::uint64_t id, Timestamp now);
  /// The alarms known, oldest first.
  std::vector<AlarmUpdate> alarms() const;
  std::size_t unacknowledged() const;

 private:
  struct Entry {
    AlarmUpdate alarm;
    int notices = 0;
    bool reminded = false;
  };
  void notice(Entry& entry, NoticeKind kind, bool everywhere, std::vector<Notice>& tell);
  void forgetOldest();

  std::map<std::string, std::uint64_t> m_byCause;
  std::map<std::uint64_t, Entry> m_entries;
  std::uint64_t m_lastId = 0;
};

}  // namespace bw::notify
