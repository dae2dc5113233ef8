// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/text_numbers.h"

namespace bw::replay {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;

// Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
std::int64_t daysFromCivil(std::int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t yearOfEra = year - era * 400;
  const std::int64_t dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719'468;
}

int yearOf(std::int64_t days) {
  int year = 1970 + static_cast<int>(days / 366);
  while (daysFromCivil(year + 1, 1, 1) <= days) ++year;
  return year;
}

// Day number of the nth Sunday of a month, n = 1...; 0 = the last one.
std::int64_t sundayOf(int year, int month, int n) {
  if (n == 0) {
    const std::int64_t last = daysFromCivil(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) - 1;
    return last - (last + 4) % 7;
  }
  const std::int64_t first = daysFromCivil(year, month, 1);
  // 1970-01-01 was a Thursday.
  return first + (7 - (first + 4) % 7) % 7 + 7 * (n - 1);
}

bool readTwo(std::string_view& text, char separator, int& out) {
  std::size_t digits = 0;
  while (digits < text.size() && digits < 4 && text[digits] >= '0' && text[digits] <= '9') ++digits;
  if (digits == 0 || !readInteger(text.substr(0, digits), out)) return false;
  text.remove_prefix(digits);
  if (separator == '\0') return true;
  if (text.empty() || text[0] != separator) return false;
  text.remove_prefix(1);
  return true;
}

bool readDate(std::string_view& text, Timestamp& out) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (text.find('/') < 3) {
    if (!readTwo(text, '/', month) || !readTwo(text, '/', day) || !readTwo(text, '\0', year)) return false;
  } else if (text.size() >= 8 && text.find('-') > 7) {
    if (!readInteger(text.substr(0, 4), year) || !readInteger(text.substr(4, 2), month) ||
        !readInteger(text.substr(6, 2), day)) {
      return false;
    }
    text.remove_prefix(8);
  } else if (!readTwo(text, '-', year) || !readTwo(text, '-', month) || !readTwo(text, '\0', day)) {
    return false;
  }
  return civilDay(year, month, day, out);
}

bool readFraction(std::string_view& text, std::int64_t& nanos) {
  text.remove_prefix(1);
  std::int64_t unit = 100'000'000;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits, unit /= 10) {
    nanos += (text[digits] - '0') * unit;
  }
  text.remove_prefix(digits);
  return digits != 0;
}

}  // namespace

bool civilDay(int year, int month, int day, Timestamp& out) {
  static constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > kDays[month - 1]) return false;
  out = Timestamp::fromSeconds(daysFromCivil(year, month, day) * kSecondsPerDay);
  return true;
}

bool readUnixSeconds(std::string_view text, Timestamp& out) {
  const auto point = text.find('.');
  std::int64_t seconds = 0;
  if (!readInteger(text.substr(0, point), seconds) || seconds < 0 || seconds > 9'000'000'000) return false;
  std::int64_t nanos = 0;
  if (point != std::string_view::npos) {
    text.remove_prefix(point);
    if (!readFraction(text, nanos) || !text.empty()) return false;
  }
  out = Timestamp::fromNanos(seconds * 1'000'000'000 + nanos);
  return true;
}

bool readCivilTime(std::string_view text, Timestamp& out) {
  if (!readDate(text, out)) return false;
  if (text.empty()) return true;
  if (text[0] != ' ' && text[0] != 'T') return false;
  text.remove_prefix(1);
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t nanos = 0;
  if (!readTwo(text, '\0', hour)) return false;
  if (text == "-AM" || text == "-PM") {
    if (hour < 1 || hour > 12) return false;
    hour = hour % 12 + (text == "-PM" ? 12 : 0);
    text = {};
  } else if (!text.empty() && text[0] == ':') {
    text.remove_prefix(1);
    if (!readTwo(text, '\0', minute)) return false;
    if (!text.empty() && text[0] == ':') {
      text.remove_prefix(1);
      if (!readTwo(text, '\0', second)) return false;
      if (!text.empty() && text[0] == '.' && !readFraction(text, nanos)) return false;
    }
  }
  if (!text.empty() && text != "Z" && text != "+00:00") return false;
  if (hour > 23 || minute > 59 || second > 60) return false;
  out = out + Duration::seconds(hour * 3600 + minute * 60 + second) + Duration::nanos(nanos);
  return true;
}

Timestamp newYorkToUtc(Timestamp local) {
  const std::int64_t days = local.ns / 1'000'000'000 / kSecondsPerDay;
  const int year = yearOf(days);
  const std::int64_t begin = year >= 2007 ? sundayOf(year, 3, 2) : sundayOf(year, 4, 1);
  const std::int64_t end = year >= 2007 ? sundayOf(year, 11, 1) : sundayOf(year, 10, 0);
  const auto two = [](std::int64_t day) { return Timestamp::fromSeconds(day * kSecondsPerDay + 2 * 3600); };
  const bool summer = local >= two(begin) && local < two(end);
  return local + Duration::seconds(summer ? 4 * 3600 : 5 * 3600);
}

std::size_t splitCsv(std::string_view line, std::string_view* out, std::size_t limit) {
  std::size_t count = 0;
  while (true) {
    const auto comma = line.find(',');
    if (count < limit) out[count] = line.substr(0, comma);
    ++count;
    if (comma == std::string_view::npos) return count;
    line.remove_prefix(comma + 1);
  }
}

}  // namespace bw::replay
