// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/risk_day.h"

#include <array>

#include "core/domain/calendar.h"

namespace bw::risk {
namespace {

// Longer than the longest day of a clock change, shorter than two of the shortest.
constexpr Duration kIntoNextDay = Duration::minutes(26 * 60);

// Sakamoto's method: 0 = Sunday.
int weekday(const CivilDay& day) {
  constexpr std::array<int, 12> kShift = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
  const int year = day.month < 3 ? day.year - 1 : day.year;
  return (year + year / 4 - year / 100 + year / 400 + kShift[static_cast<std::size_t>(day.month - 1)] + day.day) % 7;
}

}  // namespace

Timestamp nextDayStart(Timestamp time, std::string_view zone, int hour) {
  const auto start = startOfDay(time, zone, hour);
  BW_ASSERT(start.ok());
  return startOfDay(*start + kIntoNextDay, zone, hour).value();
}

Timestamp nextWeekStart(Timestamp time, std::string_view zone, int hour) {
  Timestamp start = nextDayStart(time, zone, hour);
  while (weekday(localDay(start, zone).value()) != 1) start = nextDayStart(start, zone, hour);
  return start;
}

}  // namespace bw::risk
