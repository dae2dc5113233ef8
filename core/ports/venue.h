// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/domain/account.h"
#include "core/domain/messages/execution.h"

namespace bw {

namespace gate {
class Gate;
}

/// Shown to Venue::place; only the gate can make one, so nothing else can place an order.
class PlacementPermit {
 private:
  friend class gate::Gate;
  PlacementPermit() = default;
};

/// An order as it goes to a venue.
struct PlaceRequest {
  ClientOrderId clientId;
  InstrumentId instrument;
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  TimeInForce tif = TimeInForce::Gtc;
  bool postOnly = false;
  bool reduceOnly = false;
  Quantity quantity;
  std::optional<Price> limitPrice;  ///< a MARKET order is sent as IOC at this collar price
  std::optional<Price> triggerPrice;
  Decimal leverage{1, 0};
};

/// The order a request asks for, not yet known to any venue.
inline Order orderOf(const PlaceRequest& request) {
  Order order;
  order.clientId = request.clientId;
  order.instrument = request.instrument;
  order.side = request.side;
  order.type = request.type;
  order.tif = request.tif;
  order.postOnly = request.postOnly;
  order.reduceOnly = request.reduceOnly;
  order.quantity = request.quantity;
  order.limitPrice = request.limitPrice;
  order.triggerPrice = request.triggerPrice;
  order.leverage = request.leverage;
  return order;
}

/// What a venue can do; the UI shows it and strategies can ask.
struct VenueCapabilities {
  bool stopOrders = false;
  bool takeProfitOrders = false;
  bool postOnly = false;
  bool reduceOnly = false;
  bool oco = false;
  bool amend = false;
  bool cancelAll = false;
  bool shortSelling = false;
  bool deadMansSwitch = false;
  bool simulated = true;
  /// A placement has landed this long after it was sent or never will: the venue's TTL; zero where its own answer
  /// "absent" is final. None: the venue promises nothing, so "absent" proves nothing and the order stays UNKNOWN.
  std::optional<Duration> landsWithin;
  int cancelBatch = 1;     ///< most orders in one cancel request
  bool stopLocks = false;  ///< a resting stop reserves the quantity that a close would need
  bool spot = false;       ///< positions are holdings, part of which may be older than our orders
};

/// An order to be withdrawn.
struct CancelTarget {
  ClientOrderId clientId;
  InstrumentId instrument;
};

/// Receives what a venue says. Called from any thread; must not block and must not call the venue back.
class VenueListener {
 public:
  virtual ~VenueListener() = default;
  virtual void onReport(const OrderReport& report) = 0;
};

/// One authenticated connection to a venue account. Order lane, stop executor and tests each hold their own.
/// Thread: one caller at a time per connection; different connections at once.
class VenueConnection {
 public:
  virtual ~VenueConnection() = default;
  virtual std::string_view venue() const = 0;
  virtual VenueCapabilities capabilities() const = 0;
  /// Sends once, never again. The outcome comes as a report: Accepted, Rejected, or Unknown (no proof either way).
  virtual void place(const PlacementPermit& permit, const PlaceRequest& request) = 0;
  /// The outcome comes as a report: Cancelled, CancelRejected or Unknown.
  virtual void cancel(ClientOrderId clientId, InstrumentId instrument) = 0;
  /// Called each time a request has been handed to the system.
  using CancelWritten = std::function<void()>;
  /// The same for many, in as few requests and as much at once as the venue allows; `written` may be empty.
  virtual void cancelMany(const std::vector<CancelTarget>& targets, const CancelWritten& written) {
    for (const CancelTarget& target : targets) {
      cancel(target.clientId, target.instrument);
      if (written) written();
    }
  }
  /// Every order of the account that can add risk or rest; reports follow for each.
  virtual void cancelAll() = 0;
  /// The venue's own view, read anew. Error: no answer (then nothing is known).
  virtual Result<AccountSnapshot> account() = 0;
  /// The venue's word on one order: its state and what of it filled. Error "venue.order_absent": proven, the venue does
  /// not have it and never had; any other error: no answer, nothing is known.
  virtual Result<Order> order(ClientOrderId clientId) = 0;
  /// The same for many, in the order asked, as much at once as the venue allows.
  virtual std::vector<Result<Order>> orders(const std::vector<ClientOrderId>& ids) {
    std::vector<Result<Order>> answers;
    answers.reserve(ids.size());
    for (const ClientOrderId& id : ids) answers.push_back(order(id));
    return answers;
  }
  /// Proves path, key and clock without changing anything, and keeps the connection open. Error: why a stop could not
  /// work here now.
  virtual Result<void> probe() { return {}; }
  /// Ends the connection for good and wipes its keys; every later call fails.
  virtual void close() {}
};

/// A venue that can be connected to. `listener` outlives the connection.
class Venue {
 public:
  virtual ~Venue() = default;
  virtual std::string_view name() const = 0;
  virtual std::unique_ptr<VenueConnection> connect(VenueListener& listener) = 0;
};

}  // namespace bw
