// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/domain/messages/execution.h"

namespace bw::risk {

/// What one approval or order could still add if all of it filled.
struct Reservation {
  Uuid intentId;
  InstrumentId instrument;
  Side side = Side::Buy;
  OrderRole role = OrderRole::Entry;
  bool reduces = false;  ///< counted against the position only, never as exposure
  Quantity quantity;     ///< approved
  Quantity filled;       ///< fills seen here
  Quantity finalFilled;  ///< terminal orders: what the venue says was filled
  Money notional;        ///< worst-case notional of all of `quantity`, settle currency
  Decimal leverage{1, 0};
  std::optional<Price> restPrice;  ///< where it could rest; absent: never rests in the book (triggers)
  Owner owner = Owner::Strategy;
  std::string strategy;
  Timestamp releaseAt = Timestamp::never();  ///< when an approval that became no order stops counting
  bool ordered = false;                      ///< an order exists
  bool ended = false;                        ///< terminal; only fills not seen yet count
};

/// Pending exposure of one instrument on one side, all counted as if filled.
struct SideTotals {
  Quantity quantity;
  Money notional;
  Money margin;
  Quantity reducing;  ///< of orders that only reduce
  std::uint64_t orders = 0;
};

/// Everything approved, open or UNKNOWN, with running totals per instrument and side, so that a check never walks the
/// orders. A reservation is made at approval and shrinks by fills only; it ends with the order (rejected, cancelled,
/// expired, proven absent), or when the approval expired without ever becoming an order.
/// Thread: owner only.
class ExposureBook {
 public:
  explicit ExposureBook(Instruments instruments);

  void reserve(Reservation reservation);
  /// An order changed. One we made no reservation for (restored, foreign) is taken in with `restored` as its exposure.
  void onOrder(const Order& order, const Reservation& restored);
  /// `fill` moved from the reservation into the position. False: the order is not known here.
  bool onFill(const Fill& fill, const Uuid& intentId);
  /// Approvals that became no order in time stop counting.
  void expire(Timestamp now);

  const SideTotals& totals(InstrumentId instrument, Side side) const;
  /// Best (for a crossing order) resting price of our own orders on `side`: lowest sell, highest buy..
  std::optional<Price> ownBest(InstrumentId instrument, Side side) const;
  std::uint64_t entryOrders() const { return m_entryOrders; }
  std::size_t size() const { return m_reservations.size(); }
  bool contains(const Uuid& intentId) const { return m_reservations.count(intentId) != 0; }
  /// Sums everything anew; for deep checks and the benchmark's baseline.
  SideTotals recount(InstrumentId instrument, Side side) const;

 private:
  struct PerInstrument {
    SideTotals buy;
    SideTotals sell;
    std::map<Price, int> restingBuys;
    std::map<Price, int> restingSells;
  };
  using Entries = std::unordered_map<Uuid, Reservation>;
  static Quantity outstanding(const Reservation& r);
  static void contribution(const Reservation& r, SideTotals& sum, int sign);
  void add(const Reservation& r, int sign);
  void finishIfDone(Entries::iterator it);

  Instruments m_instruments;
  std::vector<PerInstrument> m_totals;
  Entries m_reservations;
  std::unordered_set<Uuid> m_finished;
  std::multimap<Timestamp, Uuid> m_deadlines;
  std::uint64_t m_entryOrders = 0;
};

}  // namespace bw::risk
