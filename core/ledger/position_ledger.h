// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/domain/messages/portfolio.h"
#include "core/ledger/position_book.h"
#include "core/ledger/seen_ids.h"

namespace bw::ledger {

/// Whose order a fill belongs to, and with which leverage it opened.
struct FillOrigin {
  Owner owner = Owner::Strategy;
  std::string strategy;
  Decimal leverage{1, 0};
};

/// What applying a fill changed; `applied` is false for one that was applied before (nothing else is set then).
struct AppliedFill {
  bool applied = false;
  bool tooOld = false;  ///< older than what is remembered: it may have been applied before, so it is not
  Position position;    ///< of the whole account in that instrument
  BookChange change;    ///< of the account
  std::optional<RoundTrip> sliceClosed;  ///< of the owner's slice
};

/// Round trips of one strategy, or of the account.
struct TripCounts {
  std::uint64_t trips = 0;
  std::uint64_t losses = 0;  ///< net < 0
  std::uint64_t consecutiveLosses = 0;
};

/// All positions and accounts of the workstation, made from fills only. Exact throughout. Each instrument has the
/// account's book and one slice per (owner, strategy); slices always sum to the account (a deep check).
/// Thread: owner only. ExactOverflow is thrown through; the fill then counts as not applied.
class PositionLedger {
 public:
  explicit PositionLedger(Instruments instruments);

  /// Starts an account with `start` cash; its currency is what the venue's P&L is counted in. Once per venue.
  void openAccount(std::string_view venue, Money start);
  bool hasAccount(std::string_view venue) const;
  /// Money moved in (> 0) or out: changes the balance, never a drawdown or the day's P&L. Once by `id`; false: booked
  /// before.
  bool transfer(std::string_view venue, const CashTransfer& transfer);

  /// Applies a fill once (by venue and venueTradeId), in any order.
  AppliedFill apply(const Fill& fill, const FillOrigin& origin);
  /// Books a funding payment (> 0 received) once by `id`, shared among slices by quantity. False: booked before.
  bool applyFunding(const FundingPayment& payment);
  /// Takes over a position without fills, as a slice of its own owner: at restart, or found at the venue.
  void adopt(const Position& position);
  /// Takes over a difference of quantity found at the venue: first against the slices of the other sign, the largest
  /// first, the rest as an external slice, all at `at`'s average price and leverage. Returns what was adopted, to be
  /// journalled: adopt() of each in order does the same again.
  std::vector<Position> adoptDifference(const Position& at, Quantity difference);
  void mark(InstrumentId instrument, Price mark);

  /// The account's position; a flat one if there never was any.
  Position position(InstrumentId instrument) const;
  std::vector<Position> positions() const;                        ///< not flat, by instrument
  std::vector<Position> slices() const;                           ///< not flat, by instrument, owner, strategy
  std::vector<Position> slicesOf(InstrumentId instrument) const;  ///< of one instrument
  std::optional<Price> markOf(InstrumentId instrument) const;
  /// At the last mark; zero while there is none.
  Money unrealised(InstrumentId instrument) const;
  /// A marked update of the account's position, ready to publish.
  PositionUpdate update(InstrumentId instrument, PositionUpdate::Kind kind) const;

  /// Balance = start + transfers + realised − fees + funding; equity = balance + unrealised; available = equity −
  /// margin. Rolls the risk day (00:00 UTC) and its highest equity forward. The venue must have been opened.
  AccountUpdate account(std::string_view venue, Timestamp now);
  /// Fees in other currencies than the settle currency; they are in no balance until converted.
  std::vector<Money> otherFees() const;
  /// Empty strategy: the account.
  TripCounts tripCounts(std::string_view strategy) const;

 private:
  using SliceKey = std::pair<Owner, std::string>;
  struct Holding {
    PositionBook account;
    std::map<SliceKey, PositionBook> slices;
    std::optional<Price> mark;
  };
  struct Account {
    Money start;
    std::int64_t day = -1;
    Money dayStartEquity;
    Money highWater;
  };
  Holding& holding(InstrumentId instrument);
  PositionBook& slice(Holding& holding, const Instrument& instrument, Owner owner, const std::string& strategy);
  bool slicesSumUp(const Holding& holding) const;
  void count(const RoundTrip& trip, const std::string& key);

  Instruments m_instruments;
  std::map<InstrumentId, Holding> m_holdings;
  std::map<std::string, Account, std::less<>> m_accounts;
  SeenIds m_seen;
  SeenIds m_payments;  ///< funding and transfers
  std::map<std::string, TripCounts, std::less<>> m_counts;
};

}  // namespace bw::ledger
