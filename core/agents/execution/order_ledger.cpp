// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/execution/order_ledger.h"

namespace bw::execution {

OrderLedger::OrderLedger(Instruments instruments) : m_instruments(std::move(instruments)) {
  BW_ASSERT(m_instruments != nullptr);
}

const Order& OrderLedger::add(Order order) {
  BW_ASSERT(order.state == OrderState::Pending && m_orders.count(order.clientId) == 0);
  return adopt(std::move(order));
}

const Order& OrderLedger::adopt(Order order) {
  BW_ASSERT(!order.clientId.isNil());
  const Currency currency = m_instruments->get(order.instrument).settle;
  if (order.filledNotional.currency() == Currency()) order.filledNotional = Money::zero(currency);
  if (order.fees.currency() == Currency()) order.fees = Money::zero(currency);
  Order& stored = m_orders[order.clientId] = std::move(order);
  track(stored);
  return stored;
}

const Order* OrderLedger::find(ClientOrderId clientId) const {
  const auto found = m_orders.find(clientId);
  return found == m_orders.end() ? nullptr : &found->second;
}

std::string OrderLedger::keyOf(const Fill& fill) const {
  return m_instruments->get(fill.instrument).venue + "|" + fill.venueTradeId;
}

void OrderLedger::track(const Order& order) {
  if (isTerminal(order.state)) {
    m_live.erase(order.clientId);
  } else {
    m_live.insert(order.clientId);
  }
}

void OrderLedger::move(Order& order, OrderState to, Timestamp now, OrderChange& change) {
  if (order.state == to) return;
  BW_ASSERT(isLegalTransition(order.state, to));
  order.state = to;
  order.updatedAt = now;
  if (isTerminal(to)) order.cancelPending = order.replacePending = false;
  change.changed = true;
  track(order);
}

void OrderLedger::contradict(Order& order, const std::string& reason, Timestamp now, OrderChange& change) {
  change.contradiction = true;
  if (isTerminal(order.state)) return;
  order.reason = reason;
  move(order, OrderState::Unknown, now, change);
}

void OrderLedger::accept(Order& order, Timestamp now, OrderChange& change) {
  if (order.state != OrderState::Pending && order.state != OrderState::Unknown) return;
  if (order.state == OrderState::Unknown) order.reason.clear();
  move(order, order.filled.isZero() ? OrderState::Open : OrderState::PartiallyFilled, now, change);
}

void OrderLedger::end(Order& order, OrderState to, const OrderReport& report, Timestamp now, OrderChange& change) {
  if (isTerminal(order.state)) return;
  if (!isLegalTransition(order.state, to)) {
    contradict(order, std::string(toString(to)) + " reported while " + std::string(toString(order.state)), now, change);
    return;
  }
  order.reason = report.reason;
  move(order, to, now, change);
}

void OrderLedger::absent(Order& order, const OrderReport& report, Timestamp now, OrderChange& change) {
  // A venue that acknowledged or filled it cannot say that it never had it.
  if (order.state != OrderState::Pending && order.state != OrderState::Unknown) {
    contradict(order, "the venue denies an order that it had accepted", now, change);
    return;
  }
  if (!order.filled.isZero()) {
    contradict(order, "the venue denies an order that it had filled", now, change);
    return;
  }
  order.reason = report.reason.empty() ? "never reached the venue" : report.reason;
  move(order, OrderState::Cancelled, now, change);
}

OrderChange OrderLedger::apply(const OrderReport& report, Timestamp now) {
  if (report.kind == OrderReport::Kind::Filled) return applyFill(report.fill, now);
  OrderChange change;
  const auto found = m_orders.find(report.clientId);
  if (found == m_orders.end()) return change;
  Order& order = found->second;
  change.known = true;
  change.previous = order.state;
  if (!report.venueOrderId.empty() && report.venueOrderId != order.venueOrderId) {
    order.venueOrderId = report.venueOrderId;
    change.changed = true;
  }
  switch (report.kind) {
    case OrderReport::Kind::Accepted:
    case OrderReport::Kind::Triggered:
      accept(order, now, change);
      break;
    case OrderReport::Kind::Rejected:
      end(order, OrderState::Rejected, report, now, change);
      break;
    case OrderReport::Kind::Cancelled:
      end(order, OrderState::Cancelled, report, now, change);
      break;
    case OrderReport::Kind::Expired:
      end(order, OrderState::Expired, report, now, change);
      break;
    case OrderReport::Kind::Absent:
      if (!isTerminal(order.state)) absent(order, report, now, change);
      break;
    case OrderReport::Kind::Unknown:
      if (!isTerminal(order.state)) {
        order.reason = report.reason;
        move(order, OrderState::Unknown, now, change);
      }
      break;
    case OrderReport::Kind::CancelRejected:
      if (order.cancelPending || order.replacePending) change.changed = true;
      order.cancelPending = order.replacePending = false;
      break;
    case OrderReport::Kind::Filled:
      break;
  }
  change.order = order;
  return change;
}

OrderChange OrderLedger::applyFill(const Fill& fill, Timestamp now) {
  OrderChange change;
  const auto found = m_orders.find(fill.clientId);
  if (found == m_orders.end()) return change;
  Order& order = found->second;
  change.known = true;
  change.previous = order.state;
  change.order = order;
  if (!m_seen.insert(keyOf(fill)).second) {
    change.duplicate = true;
    return change;
  }
  const Instrument& instrument = m_instruments->get(order.instrument);
  const bool wasOver = order.filled > order.quantity;
  order.filled = order.filled + fill.quantity;
  order.filledNotional += instrument.notional(fill.price, fill.quantity);
  if (fill.fee.currency() == order.fees.currency()) order.fees += fill.fee;
  if (order.venueOrderId.empty()) order.venueOrderId = fill.venueOrderId;
  order.updatedAt = now;
  change.changed = true;
  change.fill = fill;
  if (isTerminal(order.state)) {
    order.lateFill = true;
  } else {
    move(order, order.filled >= order.quantity ? OrderState::Filled : OrderState::PartiallyFilled, now, change);
  }
  change.overfilled = !wasOver && order.filled > order.quantity;
  change.order = order;
  return change;
}

OrderChange OrderLedger::markUnknown(ClientOrderId clientId, const std::string& reason, Timestamp now) {
  OrderReport report;
  report.kind = OrderReport::Kind::Unknown;
  report.clientId = clientId;
  report.reason = reason;
  return apply(report, now);
}

OrderChange OrderLedger::setCancelPending(ClientOrderId clientId, bool pending, Timestamp now) {
  OrderChange change;
  const auto found = m_orders.find(clientId);
  if (found == m_orders.end()) return change;
  Order& order = found->second;
  change.known = true;
  change.previous = order.state;
  if (!isTerminal(order.state) && order.cancelPending != pending) {
    order.cancelPending = pending;
    order.updatedAt = now;
    change.changed = true;
  }
  change.order = order;
  return change;
}

OrderChange OrderLedger::setReplacePending(ClientOrderId clientId, bool pending, Timestamp now) {
  OrderChange change = setCancelPending(clientId, pending, now);
  if (!change.known || isTerminal(change.order.state)) return change;
  Order& order = m_orders[clientId];
  change.changed = change.changed || order.replacePending != pending;
  order.replacePending = pending;
  change.order = order;
  return change;
}

void OrderLedger::restoreState(const Order& journalled) {
  const auto found = m_orders.find(journalled.clientId);
  if (found == m_orders.end()) {
    Order order = journalled;
    order.filled = Quantity{};
    order.filledNotional = Money{};
    order.fees = Money{};
    adopt(std::move(order));
    return;
  }
  Order& order = found->second;
  order.state = journalled.state;
  order.venueOrderId = journalled.venueOrderId;
  order.reason = journalled.reason;
  order.lateFill = journalled.lateFill;
  order.quantity = journalled.quantity;
  order.sentAt = journalled.sentAt;
  order.updatedAt = journalled.updatedAt;
  track(order);
}

std::vector<Order> OrderLedger::live() const {
  std::vector<Order> orders;
  orders.reserve(m_live.size());
  for (const ClientOrderId& id : m_live) orders.push_back(m_orders.at(id));
  return orders;
}

}  // namespace bw::execution
