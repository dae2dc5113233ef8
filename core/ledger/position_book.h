// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/account.h"
#include "core/domain/instrument.h"

namespace bw::ledger {

/// A way from flat to flat. Partial closes are part of it and do not count by themselves.
struct RoundTrip {
  InstrumentId instrument;
  Owner owner = Owner::Strategy;
  std::string strategy;
  Side side = Side::Buy;  ///< of the opening fill
  Quantity largest;       ///< largest |quantity| held
  Money realised;         ///< before fees and funding
  Money fees;
  Money funding;
  Money net;  ///< realised − fees + funding; < 0 is a loss
  Timestamp openedAt;
  Timestamp closedAt;
};

/// What a fill did to one book.
struct BookChange {
  Quantity before;
  Quantity after;
  std::optional<RoundTrip> closed;
  bool opened = false;  ///< from flat, or by a flip through zero
};

/// Position arithmetic of one instrument for one holder (the account, or one owner's slice), at average cost.
/// Realised P&L is kept as (basis − flow), where flow is the signed notional of all fills and basis that of what is
/// still held: roundings of partial closes cancel, so at flat it is the exact cash result, in whatever order fills
/// came, and realised + unrealised at a mark never depends on the order at all. Thread: owner only. Throws
/// ExactOverflow; the book is then unchanged.
class PositionBook {
 public:
  PositionBook(const Instrument& instrument, Owner owner, std::string strategy);

  /// `fill.fee` in the instrument's settle currency is a fee; in the base of a spot instrument it also takes quantity;
  /// in any other currency it is kept apart (otherFees).
  BookChange apply(const Fill& fill, const Decimal& leverage);
  /// > 0 received. Settle currency.
  void addFunding(Money amount);
  /// Takes over a position somebody states (restart, adopted external one) without any fill: on top of
  /// what is held, or netted against it at the stated average price where the signs differ. A quantity of zero changes
  /// the leverage alone.
  void adopt(const Position& position);

  const Quantity& quantity() const { return m_quantity; }
  bool flat() const { return m_quantity.isZero(); }
  Owner owner() const { return m_owner; }
  const std::string& strategy() const { return m_strategy; }
  Timestamp updatedAt() const { return m_updatedAt; }
  Money realised() const;
  const Money& fees() const { return m_fees; }
  const Money& funding() const { return m_funding; }
  const std::vector<Money>& otherFees() const { return m_otherFees; }
  /// At `mark`, rounded down; settle currency.
  Money unrealised(Price mark) const;
  /// Initial margin: entry notional ÷ leverage, rounded up.
  Money margin() const;
  Position position() const;

 private:
  struct State {
    Money flow;   ///< Σ signed notional of fills
    Money basis;  ///< signed notional at entry of what is held
    Money fees;
  };
  Money signedNotional(const Price& price, const Quantity& quantity) const;
  Money signedValue(const Price& mark) const;
  Money result(const Money& basis, const Money& flow) const;
  Price averagePrice() const;
  void beginTrip(Side side, Timestamp time);
  RoundTrip endTrip(const Money& realisedNow, const Money& feesNow, Timestamp time);

  const Instrument* m_instrument;  ///< in the session's table, which outlives every book
  Owner m_owner;
  std::string m_strategy;
  bool m_inverse;
  Quantity m_quantity;
  Money m_flow;
  Money m_basis;
  Money m_fees;
  Money m_funding;
  std::vector<Money> m_otherFees;
  Decimal m_leverage{1, 0};
  Timestamp m_openedAt;
  Timestamp m_updatedAt;
  std::string m_lastTradeId;
  // Where the running trip began.
  Side m_tripSide = Side::Buy;
  Quantity m_tripLargest;
  Money m_tripRealised;
  Money m_tripFees;
  Money m_tripFunding;
};

}  // namespace bw::ledger
