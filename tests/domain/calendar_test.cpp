// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <vector>

#include "core/domain/calendar.h"

using namespace bw;

namespace {

Timestamp at(const char* text) {
  return *timestampFromIso8601(text);
}
const MarketCalendar kNyse(MarketCalendar::Kind::UsEquities);

}  // namespace

TEST_CASE("calendar: the published holidays and early closes of 2024 and 2025 and no others") {
  const std::vector<CivilDay> holidays = {{2024, 1, 1},  {2024, 1, 15}, {2024, 2, 19}, {2024, 3, 29},  {2024, 5, 27},
                                          {2024, 6, 19}, {2024, 7, 4},  {2024, 9, 2},  {2024, 11, 28}, {2024, 12, 25},
                                          {2025, 1, 1},  {2025, 1, 20}, {2025, 2, 17}, {2025, 4, 18},  {2025, 5, 26},
                                          {2025, 6, 19}, {2025, 7, 4},  {2025, 9, 1},  {2025, 11, 27}, {2025, 12, 25}};
  const std::vector<CivilDay> halves = {{2024, 7, 3}, {2024, 11, 29}, {2024, 12, 24},
                                        {2025, 7, 3}, {2025, 11, 28}, {2025, 12, 24}};
  std::vector<CivilDay> foundHolidays;
  std::vector<CivilDay> foundHalves;
  for (int year = 2024; year <= 2025; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= 28 + (month == 2 ? 0 : 2); ++day) {
        const CivilDay civil{year, month, day};
        if (isUsMarketHoliday(civil)) foundHolidays.push_back(civil);
        if (isUsMarketHalfDay(civil)) foundHalves.push_back(civil);
      }
    }
  }
  CHECK(foundHolidays == holidays);
  CHECK(foundHalves == halves);
}

TEST_CASE("calendar: a holiday on a weekend moves; New Year on a Saturday does not; Juneteenth only since 2022") {
  CHECK(isUsMarketHoliday({2021, 12, 24}));
  CHECK_FALSE(isUsMarketHoliday({2021, 12, 31}));
  CHECK(isUsMarketHoliday({2023, 1, 2}));
  CHECK(isUsMarketHoliday({2022, 6, 20}));
  CHECK_FALSE(isUsMarketHoliday({2021, 6, 18}));
  CHECK(isUsMarketHoliday({2021, 7, 5}));
}

TEST_CASE("calendar: the session follows New York through both clock changes") {
  CHECK(kNyse.nextOpen(at("2024-03-08T22:00:00Z")) == at("2024-03-11T13:30:00Z"));
  CHECK(kNyse.nextOpen(at("2024-11-01T21:00:00Z")) == at("2024-11-04T14:30:00Z"));
  CHECK(kNyse.isOpen(at("2024-07-01T13:30:00Z")));
  CHECK_FALSE(kNyse.isOpen(at("2024-07-01T13:29:59.999Z")));
  CHECK_FALSE(kNyse.isOpen(at("2024-07-01T20:00:00Z")));
  CHECK(kNyse.nextClose(at("2024-07-03T15:00:00Z")) == at("2024-07-03T17:00:00Z"));
  CHECK(kNyse.nextOpen(at("2024-07-03T18:00:00Z")) == at("2024-07-05T13:30:00Z"));
  const MarketCalendar always(MarketCalendar::Kind::Always);
  CHECK(always.isOpen(at("2024-12-25T03:00:00Z")));
  CHECK(always.nextClose(at("2024-12-25T03:00:00Z")) == Timestamp::never());
}

TEST_CASE("calendar: a risk day begins at its own hour and zone, 23 or 25 hours long at a clock change") {
  CHECK(*startOfDay(at("2024-08-08T23:54:15Z"), "UTC", 0) == at("2024-08-08T00:00:00Z"));
  CHECK(*startOfDay(at("2024-08-08T00:00:00Z"), "UTC", 0) == at("2024-08-08T00:00:00Z"));
  CHECK(*startOfDay(at("2024-08-08T03:00:00Z"), "America/New_York", 17) == at("2024-08-07T21:00:00Z"));
  const Timestamp spring = *startOfDay(at("2024-03-10T16:00:00Z"), "America/New_York", 0);
  const Timestamp after = *startOfDay(at("2024-03-11T16:00:00Z"), "America/New_York", 0);
  CHECK((after - spring).ns == Duration::minutes(23 * 60).ns);
  const Timestamp autumn = *startOfDay(at("2024-11-03T16:00:00Z"), "America/New_York", 0);
  const Timestamp later = *startOfDay(at("2024-11-04T16:00:00Z"), "America/New_York", 0);
  CHECK((later - autumn).ns == Duration::minutes(25 * 60).ns);
  CHECK_FALSE(startOfDay(at("2024-11-04T16:00:00Z"), "Mars/Olympus", 0).ok());
  CHECK(*localDay(at("2024-08-08T02:00:00Z"), "America/New_York") == CivilDay{2024, 8, 7});
}
