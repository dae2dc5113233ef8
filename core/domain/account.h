// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/exact.h"
#include "core/domain/order.h"

namespace bw {

/// A position as somebody states it: the venue (confirmed) or our ledger.
struct Position {
  InstrumentId instrument;
  Quantity quantity;    ///< signed: > 0 long
  Money entryNotional;  ///< |quantity| × average entry × multiplier, >= 0
  Price averagePrice;   ///< display and formulas; rounded to 12 decimals against us
  Money realised;       ///< before fees and funding
  Money fees;           ///< paid, > 0
  Money funding;        ///< received, < 0 paid
  Decimal leverage{1, 0};
  Owner owner = Owner::Strategy;
  std::string strategy;
  Timestamp openedAt;
  Timestamp updatedAt;
  std::string lastTradeId;  ///< venueTradeId of the newest fill it includes; empty: not known
  bool flat() const { return quantity.isZero(); }
};

/// Cash of one currency at a venue account.
struct Balance {
  Currency currency;
  Money total;      ///< without unrealised P&L
  Money available;  ///< total less margin and reservations, as the venue says
};

/// A funding payment as the venue booked it.
struct FundingPayment {
  std::string id;  ///< unique per venue account; booked once
  InstrumentId instrument;
  Money amount;  ///< > 0 received
  Timestamp time;
};

/// Cash that came to a venue account (> 0) or left it, other than by trading.
struct CashTransfer {
  std::string id;  ///< unique per venue account; booked once
  Money amount;
  Timestamp time;
};

/// A market that takes no market orders at the moment.
struct MarketClosure {
  InstrumentId instrument;
  Timestamp opensAt;
};

/// The venue's own answer to "what do I have": open orders, positions, balances, all of one instant.
struct AccountSnapshot {
  std::string venue;
  Timestamp venueTime;
  std::vector<Order> openOrders;
  std::vector<Position> positions;  ///< only those that are not flat
  std::vector<Balance> balances;
  std::vector<Fill> recentFills;              ///< newest last; enough to close any gap since the last answer
  std::vector<FundingPayment> recentFunding;  ///< likewise
  std::vector<CashTransfer> recentTransfers;  ///< likewise
  std::vector<MarketClosure> closures;        ///< of instruments that trade in sessions and are closed now
};

}  // namespace bw
