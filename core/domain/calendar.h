// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/time.h"

namespace bw {

/// A day of some calendar, without a zone.
struct CivilDay {
  int year = 1970;
  int month = 1;  ///< 1 … 12
  int day = 1;
  friend constexpr auto operator<=>(const CivilDay&, const CivilDay&) = default;
};

/// When a market trades. Crypto never closes; US equities follow the New York Stock Exchange's regular session with its
/// holidays and early closes by rule (since 1998; unscheduled closings are not in it). Thread: immutable, any.
class MarketCalendar {
 public:
  enum class Kind : std::uint8_t { Always, UsEquities };
  explicit constexpr MarketCalendar(Kind kind) : m_kind(kind) {}

  bool isOpen(Timestamp time) const;
  /// The first instant after `time` at which it opens; never() for Always.
  Timestamp nextOpen(Timestamp time) const;
  /// The first instant after `time` at which it closes; never() for Always.
  Timestamp nextClose(Timestamp time) const;

 private:
  Kind m_kind;
};

/// Local date in an IANA zone such as "America/New_York". Error "calendar.zone" for an unknown zone.
Result<CivilDay> localDay(Timestamp time, std::string_view zone);
/// The instant at which the local day containing `time` began when days begin at `hour`:00 in `zone`; that is the start
/// of the risk day. On the day of a clock change the day is 23 or 25 hours long. Error "calendar.zone".
Result<Timestamp> startOfDay(Timestamp time, std::string_view zone, int hour);
/// True on days the New York Stock Exchange does not trade.
bool isUsMarketHoliday(const CivilDay& day);
/// True on days it closes at 13:00: 3 July, the day after Thanksgiving, 24 December, where those are trading days.
bool isUsMarketHalfDay(const CivilDay& day);

}  // namespace bw
