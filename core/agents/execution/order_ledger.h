// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/domain/instrument.h"
#include "core/domain/messages/execution.h"
#include "core/domain/order.h"

namespace bw::execution {

/// What one report or fill did to an order.
struct OrderChange {
  bool known = false;    ///< the order is in the ledger
  bool changed = false;  ///< anything about it changed
  OrderState previous = OrderState::Pending;
  Order order;                 ///< after the change, if known
  std::optional<Fill> fill;    ///< applied now, for the first time
  bool duplicate = false;      ///< a fill that had been applied before
  bool overfilled = false;     ///< more filled than ordered, from this fill on
  bool contradiction = false;  ///< the report does not fit the state: the order is UNKNOWN until the venue proves more
};

/// The order state machine of SPEC §7.3 for all orders of the workstation. Reports and fills are applied exactly once
/// and in any order: a fill may come before its acknowledgement or after the end. UNKNOWN ends by proof only.
/// Thread: owner only.
class OrderLedger {
 public:
  explicit OrderLedger(Instruments instruments);

  /// A new order, PENDING. Its client id must be new.
  const Order& add(Order order);
  /// Takes over an order in whatever state it is (journal, or found at the venue).
  const Order& adopt(Order order);
  /// Null if unknown.
  const Order* find(ClientOrderId clientId) const;

  OrderChange apply(const OrderReport& report, Timestamp now);
  OrderChange applyFill(const Fill& fill, Timestamp now);
  /// No answer came, or the process was restarted.
  OrderChange markUnknown(ClientOrderId clientId, const std::string& reason, Timestamp now);
  OrderChange setCancelPending(ClientOrderId clientId, bool pending, Timestamp now);
  OrderChange setReplacePending(ClientOrderId clientId, bool pending, Timestamp now);
  /// Recovery: state, flags and venue id of a journalled update; quantities come from fills alone.
  void restoreState(const Order& journalled);

  /// True if the fill was applied before. Fills are named by venue and venue trade id.
  bool hasSeen(const Fill& fill) const { return m_seen.count(keyOf(fill)) != 0; }
  void markSeen(const Fill& fill) { m_seen.insert(keyOf(fill)); }
  /// Not terminal, by client id (which is by age for our own).
  std::vector<Order> live() const;
  bool hasLive() const { return !m_live.empty(); }
  std::size_t size() const { return m_orders.size(); }
  const std::map<ClientOrderId, Order>& all() const { return m_orders; }

 private:
  std::string keyOf(const Fill& fill) const;
  void move(Order& order, OrderState to, Timestamp now, OrderChange& change);
  void contradict(Order& order, const std::string& reason, Timestamp now, OrderChange& change);
  void end(Order& order, OrderState to, const OrderReport& report, Timestamp now, OrderChange& change);
  void accept(Order& order, Timestamp now, OrderChange& change);
  void absent(Order& order, const OrderReport& report, Timestamp now, OrderChange& change);
  void track(const Order& order);

  Instruments m_instruments;
  std::map<ClientOrderId, Order> m_orders;
  std::set<ClientOrderId> m_live;
  std::unordered_set<std::string> m_seen;
};

}  // namespace bw::execution
