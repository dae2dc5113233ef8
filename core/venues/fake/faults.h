// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace bw::fake {

/// What a fake venue can do wrong. One line here, one in kFaults.
enum class Fault : std::uint8_t {
  ReportDrop,
  ReportDelay,
  ReportDuplicate,
  ReportReorder,
  PlaceLost,
  PlaceLate,
  PlaceTimeout,
  PlaceServerError,
  PlaceRateLimited,
  PlaceReject,
  CancelLost,
  CancelServerError,
  CancelRateLimited,
  QueryError,
  QueryLag,
  AccountError,
  AccountStale,
  AccountLie,
  AccountTruncated,
  BookGap,
  BookDuplicate,
  BookCrossed,
  StreamSilent,
  Wick,
  Count
};
constexpr std::size_t kFaultCount = static_cast<std::size_t>(Fault::Count);

struct FaultInfo {
  Fault fault;
  std::string_view name;
  std::uint32_t usual;  ///< chances in 100,000 opportunities when it is on
  std::string_view text;
};

/// The one table of faults. An opportunity is one report, placement, cancel, query, reading or market event.
constexpr std::array<FaultInfo, kFaultCount> kFaults = {{
    {Fault::ReportDrop, "report_drop", 5'000, "a report never comes"},
    {Fault::ReportDelay, "report_delay", 13'000, "a report comes up to 5 s late"},
    {Fault::ReportDuplicate, "report_duplicate", 12'000, "a report comes twice"},
    {Fault::ReportReorder, "report_reorder", 13'000, "a report overtakes or is overtaken"},
    {Fault::PlaceLost, "place_lost", 3'500, "a placement never lands, nobody says so"},
    {Fault::PlaceLate, "place_late", 3'500, "a placement lands late, up to 10 min where the venue promises nothing"},
    {Fault::PlaceTimeout, "place_timeout", 3'500, "a placement lands, its answer is a time-out"},
    {Fault::PlaceServerError, "place_server_error", 3'500, "5xx: the placement lands or not"},
    {Fault::PlaceRateLimited, "place_rate_limited", 3'000, "429: the placement does not land, and nothing proves it"},
    {Fault::PlaceReject, "place_reject", 4'000, "the venue refuses an order"},
    {Fault::CancelLost, "cancel_lost", 5'000, "a cancel never arrives"},
    {Fault::CancelServerError, "cancel_server_error", 5'000, "5xx: the cancel arrives or not"},
    {Fault::CancelRateLimited, "cancel_rate_limited", 4'000, "429: the cancel does not arrive"},
    {Fault::QueryError, "query_error", 12'000, "no answer about an order"},
    {Fault::QueryLag, "query_lag", 8'000, "an order is denied once although it is there"},
    {Fault::AccountError, "account_error", 12'000, "no answer about the account"},
    {Fault::AccountStale, "account_stale", 15'000, "the account of a while ago, with its old time"},
    {Fault::AccountLie, "account_lie", 8'000, "an account with a wrong position or a missing order, as of now"},
    {Fault::AccountTruncated, "account_truncated", 8'000, "an account whose pages are empty or cut short"},
    {Fault::BookGap, "book_gap", 700, "a book update is missing"},
    {Fault::BookDuplicate, "book_duplicate", 16'000, "a book update comes twice"},
    {Fault::BookCrossed, "book_crossed", 500, "a book is crossed for a while"},
    {Fault::StreamSilent, "stream_silent", 40, "one instrument says nothing for 4 to 9 s"},
    {Fault::Wick, "wick", 40, "the price jumps by 2 to 50 % and comes back"},
}};

std::string_view toString(Fault fault);

/// Chances of each fault in 100,000. A plain value. Thread: value type.
class FaultPlan {
 public:
  static FaultPlan none() { return {}; }
  /// Every fault at its usual chance.
  static FaultPlan all();
  void set(Fault fault, std::uint32_t chance) { m_chances[static_cast<std::size_t>(fault)] = chance; }
  std::uint32_t chance(Fault fault) const { return m_chances[static_cast<std::size_t>(fault)]; }
  /// Switches a fault on at its usual chance. Error "fault.unknown" names what there is.
  Result<void> enable(std::string_view name);

 private:
  std::array<std::uint32_t, kFaultCount> m_chances{};
};

}  // namespace bw::fake
