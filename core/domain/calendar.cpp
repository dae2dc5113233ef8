// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/calendar.h"

#include <date/tz.h>

#include <stdexcept>

namespace bw {
namespace {

using date::sys_days;
using date::year_month_day;
using std::chrono::nanoseconds;
using SystemNanos =
    std::chrono::time_point<std::chrono::system_clock, nanoseconds>;  // tidy:allow(L7) a type, no clock is read

constexpr std::string_view kNewYork = "America/New_York";

SystemNanos toChrono(Timestamp time) {
  return SystemNanos(nanoseconds(time.ns));
}
Timestamp fromChrono(SystemNanos time) {
  return {time.time_since_epoch().count()};
}

year_month_day toDate(const CivilDay& day) {
  return date::year(day.year) / date::month(static_cast<unsigned>(day.month)) /
         date::day(static_cast<unsigned>(day.day));
}

CivilDay toCivil(const year_month_day& day) {
  return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
          static_cast<int>(static_cast<unsigned>(day.day()))};
}

const date::time_zone* zoneNamed(std::string_view name) {
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

bool isWeekend(const year_month_day& day) {
  const date::weekday weekday{sys_days(day)};
  return weekday == date::Saturday || weekday == date::Sunday;
}

// Anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8).
sys_days easterSunday(int year) {
  const int a = year % 19;
  const int b = year / 100;
  const int c = year % 100;
  const int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  const int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int month = (h + l - 7 * m + 114) / 31;
  const int day = (h + l - 7 * m + 114) % 31 + 1;
  return date::year(year) / month / day;
}

// A fixed date that moves to Friday when on a Saturday and to Monday when on a Sunday.
bool isObserved(const year_month_day& day, date::month month, int dayOfMonth) {
  const sys_days actual = day.year() / month / dayOfMonth;
  const date::weekday weekday(actual);
  const sys_days observed = weekday == date::Saturday ? actual - date::days(1)
                            : weekday == date::Sunday ? actual + date::days(1)
                                                      : actual;
  return sys_days(day) == observed;
}

// New Year's Day on a Saturday is not observed on the Friday before.
bool isNewYear(const year_month_day& day) {
  const sys_days actual = day.year() / date::January / 1;
  const date::weekday weekday(actual);
  return sys_days(day) == (weekday == date::Sunday ? actual + date::days(1) : actual);
}

struct Session {
  SystemNanos open;
  SystemNanos close;
  bool trades = false;
};

Session sessionOf(const year_month_day& day) {
  Session session;
  const CivilDay civil = toCivil(day);
  if (isWeekend(day) || isUsMarketHoliday(civil)) return session;
  const date::time_zone* zone = zoneNamed(kNewYork);
  const auto at = [&](std::chrono::minutes ofDay) { return SystemNanos(zone->to_sys(date::local_days(day) + ofDay)); };
  session.open = at(std::chrono::hours(9) + std::chrono::minutes(30));
  session.close = at(isUsMarketHalfDay(civil) ? std::chrono::hours(13) : std::chrono::hours(16));
  session.trades = true;
  return session;
}

year_month_day newYorkDay(Timestamp time) {
  return year_month_day(date::floor<date::days>(zoneNamed(kNewYork)->to_local(toChrono(time))));
}

}  // namespace

bool isUsMarketHoliday(const CivilDay& civil) {
  const year_month_day day = toDate(civil);
  const date::year year = day.year();
  const sys_days at(day);
  const bool juneteenth = civil.year >= 2022 && isObserved(day, date::June, 19);
  return isNewYear(day) || at == sys_days(year / date::January / date::Monday[3]) ||
         at == sys_days(year / date::February / date::Monday[3]) || at == easterSunday(civil.year) - date::days(2) ||
         at == sys_days(year / date::May / date::Monday[date::last]) || juneteenth || isObserved(day, date::July, 4) ||
         at == sys_days(year / date::September / date::Monday[1]) ||
         at == sys_days(year / date::November / date::Thursday[4]) || isObserved(day, date::December, 25);
}

bool isUsMarketHalfDay(const CivilDay& civil) {
  const year_month_day day = toDate(civil);
  if (isWeekend(day) || isUsMarketHoliday(civil)) return false;
  const sys_days thanksgiving = day.year() / date::November / date::Thursday[4];
  return (civil.month == 7 && civil.day == 3) || (civil.month == 12 && civil.day == 24) ||
         sys_days(day) == thanksgiving + date::days(1);
}

bool MarketCalendar::isOpen(Timestamp time) const {
  if (m_kind == Kind::Always) return true;
  const Session session = sessionOf(newYorkDay(time));
  return session.trades && toChrono(time) >= session.open && toChrono(time) < session.close;
}

Timestamp MarketCalendar::nextOpen(Timestamp time) const {
  if (m_kind == Kind::Always) return Timestamp::never();
  for (sys_days day = newYorkDay(time);; day += date::days(1)) {
    const Session session = sessionOf(day);
    if (session.trades && session.open > toChrono(time)) return fromChrono(session.open);
  }
}

Timestamp MarketCalendar::nextClose(Timestamp time) const {
  if (m_kind == Kind::Always) return Timestamp::never();
  for (sys_days day = newYorkDay(time);; day += date::days(1)) {
    const Session session = sessionOf(day);
    if (session.trades && session.close > toChrono(time)) return fromChrono(session.close);
  }
}

Result<CivilDay> localDay(Timestamp time, std::string_view zone) {
  const date::time_zone* found = zoneNamed(zone);
  if (found == nullptr)
    return finalError("calendar.zone", "'" + std::string(zone) + "' is no time zone such as America/New_York");
  return toCivil(year_month_day(date::floor<date::days>(found->to_local(toChrono(time)))));
}

Result<Timestamp> startOfDay(Timestamp time, std::string_view zone, int hour) {
  BW_ASSERT(hour >= 0 && hour < 24);
  const date::time_zone* found = zoneNamed(zone);
  if (found == nullptr)
    return finalError("calendar.zone", "'" + std::string(zone) + "' is no time zone such as America/New_York");
  const auto local = found->to_local(toChrono(time)) - std::chrono::hours(hour);
  auto day = date::floor<date::days>(local);
  auto start = SystemNanos(found->to_sys(day + std::chrono::hours(hour), date::choose::earliest));
  if (start > toChrono(time))
    start = SystemNanos(found->to_sys(day - date::days(1) + std::chrono::hours(hour), date::choose::earliest));
  return fromChrono(start);
}

}  // namespace bw
