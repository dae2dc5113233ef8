// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/domain/account.h"
#include "core/matching/venue_account.h"

namespace bw::matching {

/// The account journal of an in-process venue as text, one record a line: a letter, then key=value separated by
/// blanks; blanks, '%', '=' and control characters in values as %XX. Records that belong together end with `E crc=`,
/// the CRC-32 of their bytes in hexadecimal; what follows the last good E is a torn tail and is ignored.
///
///     H  version venue seed                                     first line
///     O  t id vid sym side type tif po ro qty filled notional fees limit trigger lev state trig reason
///     F  t trade id vid sym side px qty fee cur maker liq
///     U  t id sym amount                                        funding payment
///     P  t sym qty flow basis fees funding lev opened last
///     B  t cur total
///     C  t orders trades draws sessions                         counters and latency draws so far
///     M  t sym price                                            middle of the simulated market
///     E  crc
struct AccountImage {
  std::uint64_t seed = 0;
  std::uint64_t orders = 0;
  std::uint64_t trades = 0;
  std::uint64_t draws = 0;
  std::uint64_t sessions = 0;
  Timestamp time;
  struct StoredOrder {
    Order order;
    std::uint64_t number = 0;
    bool triggered = false;
  };
  std::map<std::uint64_t, StoredOrder> stored;  ///< by number, last state of each
  std::vector<Fill> fills;                      ///< in order of the file
  std::vector<FundingPayment> payments;         ///< likewise
  std::map<std::uint32_t, VenuePosition> positions;
  std::map<std::uint32_t, Price> mids;
  std::size_t goodBytes = 0;         ///< up to the last complete group
  std::size_t tornBytes = 0;         ///< after it
  std::uint64_t unknownSymbols = 0;  ///< records of instruments that this session does not have
};

/// Writes one group of records.
/// Thread: owner only.
class AccountWriter {
 public:
  explicit AccountWriter(Instruments instruments) : m_instruments(std::move(instruments)) {}
  void header(std::string_view venue, std::uint64_t seed);
  void order(Timestamp time, const Order& order, bool triggered);
  void fill(const Fill& fill);
  void funding(const FundingPayment& payment);
  void position(Timestamp time, const VenuePosition& position);
  void balance(Timestamp time, const Money& total);
  void counters(Timestamp time, std::uint64_t orders, std::uint64_t trades, std::uint64_t draws,
                std::uint64_t sessions);
  void mid(Timestamp time, InstrumentId id, const Price& price);
  bool empty() const { return m_text.empty(); }
  /// The finished group with its E line; the writer is empty afterwards.
  std::string take();

 private:
  void field(std::string_view key, std::string_view value);
  void field(std::string_view key, std::int64_t value);
  const std::string& symbol(InstrumentId id) const { return m_instruments->get(id).symbol; }

  Instruments m_instruments;
  std::string m_text;
};

/// Number of a venue order id as VenueDesk writes it ("P-17" is 17); 0 if it is none.
std::uint64_t orderNumber(std::string_view venueOrderId);

/// Reads a journal. `venue` chooses the instruments. Error "venue.journal" when the file is none or of another venue.
Result<AccountImage> readAccount(std::string_view text, const InstrumentTable& instruments, std::string_view venue);

}  // namespace bw::matching
