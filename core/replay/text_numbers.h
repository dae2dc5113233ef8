// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

#include "core/base/time.h"

namespace bw::replay {

/// The whole text as an integer. False if it is none or does not fit.
template <class Integer>
bool readInteger(std::string_view text, Integer& out) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  return code == std::errc() && end == text.data() + text.size() && !text.empty();
}

/// "1618678132.830971" as an instant; at most nine decimals count.
bool readUnixSeconds(std::string_view text, Timestamp& out);

/// "2013-02-01", "2013-02-01 00:01", "2013-02-01 00:01:02[.fraction][+00:00|Z]", "20130201[ 00:01]", "2/1/2013" (month
/// first), "2019-10-17 09-AM". As if the text were UTC.
bool readCivilTime(std::string_view text, Timestamp& out);

/// Midnight UTC of a day of the Gregorian calendar; false if there is no such day.
bool civilDay(int year, int month, int day, Timestamp& out);

/// What New York's clocks show at `local` (as if it were UTC), as UTC. The hours around a change count as summer time
/// from 2:00 local. Rules of 1987 to today (Uniform Time Act, Energy Policy Act of 2005).
Timestamp newYorkToUtc(Timestamp local);

/// Cuts a CSV line at its commas; returns how many fields there are, the first `limit` are in `out`.
std::size_t splitCsv(std::string_view line, std::string_view* out, std::size_t limit);

}  // namespace bw::replay
