// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/domain/account.h"
#include "core/domain/order.h"

namespace bw {

/// execution_events/order.updated (and order.placed for the first): the whole order after a change. Keep-all.
struct OrderUpdate {
  Order order;
  OrderState previous = OrderState::Pending;
  bool placed = false;  ///< true on the first one
};

/// execution_events/order.filled: one fill, applied once. Keep-all.
struct OrderFilled {
  Fill fill;
  Order order;                    ///< after the fill
  Owner owner = Owner::Strategy;  ///< whose slice it is booked to: a person's close of a strategy's is the strategy's
  std::string strategy;
};

/// execution_events/cancel.requested: from a strategy, a person or an agent; never blocked by a limit.
struct CancelRequest {
  enum class Scope : std::uint8_t { Order, Instrument, Strategy, All };
  Scope scope = Scope::Order;
  ClientOrderId clientId;
  InstrumentId instrument;
  std::string strategy;
  std::string reason;
};

/// What a venue said about one order, or a proof that it could not say. Made by venue connections and order lanes.
struct OrderReport {
  enum class Kind : std::uint8_t {
    Accepted,
    Rejected,
    Unknown,
    Triggered,
    Filled,
    Cancelled,
    CancelRejected,
    Expired,
    Absent,  ///< proven: the venue never had it
  };
  Kind kind = Kind::Accepted;
  std::string venue;
  ClientOrderId clientId;
  std::string venueOrderId;
  InstrumentId instrument;
  std::string reason;
  Fill fill;  ///< Filled only
  /// What the venue says has filled in all, where it said so; more than the fills it told keeps the order UNKNOWN.
  std::optional<Quantity> filledInAll;
  Timestamp venueTime;
};

/// venue/report: carries OrderReport. venue/account: carries AccountAnswer. Both keep-all.
struct AccountAnswer {
  AccountSnapshot snapshot;
  std::string error;  ///< not empty: no answer, and why
};

/// execution_events/protection.needed: a fill wants its stop and target; execution forms the children. Internal to
/// execution.

/// execution_events/reconciled: the difference found and what was done about it.
struct ReconciliationResult {
  bool clean = true;
  std::vector<std::string> differences;  ///< in words
};

}  // namespace bw
