// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/time.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace bw {
namespace {

// Days since 1970-01-01 of a proleptic Gregorian date. Source: H. Hinnant, "chrono-Compatible Low-Level Date
// Algorithms".
std::int64_t daysFromCivil(std::int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t yearOfEra = year - era * 400;
  const std::int64_t dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719'468;
}

struct CivilDate {
  std::int64_t year;
  int month;
  int day;
};

CivilDate civilFromDays(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t dayOfEra = days - era * 146'097;
  const std::int64_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36'524 - dayOfEra / 146'096) / 365;
  const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const std::int64_t shifted = (5 * dayOfYear + 2) / 153;
  const int day = static_cast<int>(dayOfYear - (153 * shifted + 2) / 5 + 1);
  const int month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  return {yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

int daysInMonth(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

// Digits only: no sign.
bool readNumber(std::string_view text, std::size_t at, std::size_t length, int& out) {
  if (at + length > text.size() || text[at] == '-') return false;
  const char* first = text.data() + at;
  const auto [end, ec] = std::from_chars(first, first + length, out);
  return ec == std::errc() && end == first + length;
}

}  // namespace

std::string toIso8601(Timestamp time) {
  constexpr std::int64_t kDay = 86'400'000;
  std::int64_t millis = time.ns / 1'000'000;
  if (time.ns % 1'000'000 < 0) --millis;
  std::int64_t days = millis / kDay;
  std::int64_t rest = millis % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  const CivilDate date = civilFromDays(days);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04lld-%02d-%02dT%02lld:%02lld:%02lld.%03lldZ",
                static_cast<long long>(date.year), date.month, date.day, static_cast<long long>(rest / 3'600'000),
                static_cast<long long>(rest / 60'000 % 60), static_cast<long long>(rest / 1000 % 60),
                static_cast<long long>(rest % 1000));
  return text.data();
}

Result<Timestamp> timestampFromIso8601(std::string_view text) {
  const Error error =
      finalError("time.syntax", "'" + std::string(text) + "' is not a UTC time such as 2024-08-08T23:54:15.030Z");
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (text.size() < 20 || text.back() != 'Z' || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
      text[13] != ':' || text[16] != ':') {
    return error;
  }
  if (!readNumber(text, 0, 4, year) || !readNumber(text, 5, 2, month) || !readNumber(text, 8, 2, day) ||
      !readNumber(text, 11, 2, hour) || !readNumber(text, 14, 2, minute) || !readNumber(text, 17, 2, second)) {
    return error;
  }
  if (year < 1678 || year > 2261 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month) || hour > 23 ||
      minute > 59 || second > 59)
    return error;
  std::int64_t fraction = 0;
  const std::string_view tail = text.substr(19, text.size() - 20);
  if (!tail.empty()) {
    if (tail[0] != '.' || tail.size() < 2 || tail.size() > 10) return error;
    for (std::size_t i = 1; i < 10; ++i) {
      const char c = i < tail.size() ? tail[i] : '0';
      if (c < '0' || c > '9') return error;
      fraction = fraction * 10 + (c - '0');
    }
  }
  const std::int64_t seconds = daysFromCivil(year, month, day) * 86'400 + hour * 3600 + minute * 60 + second;
  return Timestamp{seconds * 1'000'000'000 + fraction};
}

}  // namespace bw
