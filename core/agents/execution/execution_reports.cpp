// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/agents/execution/execution_agent.h"

namespace bw::execution {
namespace {

// Our derived ids (version 8) are the emergency stop's closes.
bool isStopClose(ClientOrderId id) {
  return ((id.high >> 12) & 0xf) == 8;
}

}  // namespace

PublishOptions ExecutionAgent::correlated(const Order& order) const {
  PublishOptions options;
  options.correlationId = order.intentId.isNil() ? order.clientId : order.intentId;
  options.key = order.instrument.value;
  return options;
}

void ExecutionAgent::event(int priority, const char* code, std::string text, std::string action) {
  m_context->publish(Topic::Event, SystemEvent{priority, "execution", code, std::move(text), std::move(action)});
}

void ExecutionAgent::record(RecordKind kind, const std::string& payload) {
  if (m_parts.journal.append(kind, payload)) return;
  if (!m_parts.gate.hasNoNew(gate::NoNewCause::Journal)) {
    event(3, "journal.write", "The journal takes no more records: no new risk", "Free the disk, then restart");
  }
  m_parts.gate.raiseNoNew(gate::NoNewCause::Journal);
}

void ExecutionAgent::onReport(const OrderReport& report) {
  const Timestamp now = m_context->clock().now();
  const ClientOrderId id = report.kind == OrderReport::Kind::Filled ? report.fill.clientId : report.clientId;
  const Order* order = m_orders.find(id);
  if (order == nullptr) return onForeignReport(report);
  if (report.kind == OrderReport::Kind::Filled &&
      (order->owner == Owner::External || order->role == OrderRole::EmergencyClose) &&
      order->filled + report.fill.quantity > order->quantity) {
    Order grown = *order;
    grown.quantity = order->filled + report.fill.quantity;
    if (!m_orders.hasSeen(report.fill)) m_orders.adopt(grown);
  }
  if (report.kind == OrderReport::Kind::Absent && report.reason.rfind("never sent: ", 0) != 0 &&
      !isTerminal(order->state)) {
    // One denial may come before a late landing; two, apart in time, are taken as proof.
    Proof& proof = m_proofs[id];
    if (proof.absences == 0 || now - proof.absentAt >= m_settings.absenceGap) {
      proof.absences += 1;
      proof.absentAt = now;
    }
    if (proof.absences < 2) return;
  }
  const OrderChange change = m_orders.apply(report, now);
  after(change);
  if (report.kind == OrderReport::Kind::CancelRejected && change.known && !isTerminal(change.order.state)) {
    abandonReplace(change.order);
    ask(change.order);
  }
}

void ExecutionAgent::onForeignReport(const OrderReport& report) {
  if (report.kind != OrderReport::Kind::Filled) return;
  const Fill& fill = report.fill;
  if (m_orders.hasSeen(fill)) return;
  Order order;
  order.clientId = fill.clientId;
  order.venueOrderId = fill.venueOrderId;
  order.intentId = fill.clientId;
  order.instrument = fill.instrument;
  order.side = fill.side;
  order.type = OrderType::Market;
  order.state = OrderState::Open;
  order.quantity = fill.quantity;
  order.createdAt = order.sentAt = order.updatedAt = m_context->clock().now();
  if (order.clientId.isNil()) order.clientId = order.intentId = m_context->newId();
  if (isStopClose(fill.clientId)) {
    order.owner = Owner::Emergency;
    order.role = OrderRole::EmergencyClose;
    order.reduceOnly = true;
    order.reason = "close of the emergency stop";
  } else {
    order.owner = Owner::External;
    order.reason = "not ours";
    event(3, "EXTERNAL_FILL",
          "A fill of an order that is not ours: " + std::string(toString(fill.side)) + " " + fill.quantity.toString() +
              " " + m_parts.instruments->get(fill.instrument).symbol + " at " + fill.price.toString(),
          "Check who else trades on this account");
  }
  m_orders.adopt(order);
  Fill own = fill;
  own.clientId = order.clientId;
  after(m_orders.applyFill(own, m_context->clock().now()));
}

void ExecutionAgent::after(const OrderChange& change) {
  if (!change.known || change.duplicate) return;
  const Order& order = change.order;
  if (change.fill) {
    record(RecordKind::FillApplied, journal::encodeFill(*change.fill, *m_parts.instruments));
    applyToPositions(*change.fill, order);
    if (order.lateFill) event(2, "LATE_FILL", "A fill came after the order had ended: " + toString(order.clientId));
  }
  if (change.changed) {
    record(RecordKind::OrderUpdated, journal::encodeOrder(order, *m_parts.instruments));
    m_context->publish(Topic::OrderUpdated, OrderUpdate{order, change.previous, false}, correlated(order));
  }
  if (change.overfilled && order.owner != Owner::External && order.role != OrderRole::EmergencyClose) {
    const std::string text =
        "The venue filled " + order.filled.toString() + " of an order of " + order.quantity.toString();
    event(3, "OVERFILL", text, "The emergency stop was raised");
    if (m_parts.stop != nullptr) m_parts.stop->trigger("execution", text);
  }
  if (change.contradiction)
    event(3, "CONTRADICTION", "Order " + toString(order.clientId) + ": " + order.reason, "Wait for reconciliation");
  if (order.state == OrderState::Unknown) {
    if (change.previous != OrderState::Unknown) ask(order);
  } else if (isTerminal(order.state)) {
    m_proofs.erase(order.clientId);
    m_parts.gate.settle(order.clientId);
    if (change.previous != order.state) continueReplace(order);
  } else {
    m_proofs.erase(order.clientId);
  }
  m_protection.onEntry(order);
  m_protection.onChild(order);
  runProtection();
}

// A close of somebody else's slice (stop, person, foreign order) is booked to the slice that it closes.
ledger::FillOrigin ExecutionAgent::originOf(const Fill& fill, const Order& order) const {
  ledger::FillOrigin origin{order.owner, order.strategy, order.leverage};
  if (!order.reduceOnly && order.owner != Owner::External) return origin;
  const int sign = signOf(fill.side);
  std::optional<Position> largest;
  for (const Position& slice : m_positions.slices()) {
    if (slice.instrument != fill.instrument || slice.quantity.sign() == sign) continue;
    if (slice.owner == order.owner && slice.strategy == order.strategy) return origin;
    if (!largest || slice.quantity.abs() > largest->quantity.abs()) largest = slice;
  }
  if (largest) return {largest->owner, largest->strategy, largest->leverage};
  return origin;
}

void ExecutionAgent::applyToPositions(const Fill& fill, const Order& order) {
  ledger::AppliedFill applied;
  try {
    applied = m_positions.apply(fill, originOf(fill, order));
  } catch (const ExactOverflow&) {
    event(3, "OVERFLOW", "A fill does not fit the exact numbers and is not in the position: " + fill.venueTradeId,
          "Stop trading this instrument");
    m_parts.gate.raiseNoNew(gate::NoNewCause::Reconciliation);
    return;
  }
  m_context->publish(Topic::OrderFilled, OrderFilled{fill, order}, correlated(order));
  if (!applied.applied) return;
  const InstrumentId id = fill.instrument;
  if (!m_positions.markOf(id)) m_positions.mark(id, fill.price);
  if (const auto mid = viewOf(id).mid(m_parts.instruments->get(id))) m_positions.mark(id, *mid);
  PublishOptions options = correlated(order);
  options.key = id.value;
  const auto& change = applied.change;
  if (change.closed) {
    PositionUpdate update = describe(id, PositionUpdate::Kind::Closed);
    if (change.opened) {  // flipped: the closed part is flat by itself
      update.position.quantity = Quantity{};
      update.position.entryNotional = Money::zero(update.position.entryNotional.currency());
    }
    update.tripNet = change.closed->net;
    m_context->publish(Topic::PositionClosed, update, options);
  }
  if (change.opened) m_context->publish(Topic::PositionOpened, describe(id, PositionUpdate::Kind::Opened), options);
  if (!change.closed && !change.opened)
    m_context->publish(Topic::PositionMarked, describe(id, PositionUpdate::Kind::Changed), options);
  publishAccount(m_parts.instruments->get(id).venue);
}

PositionUpdate ExecutionAgent::describe(InstrumentId instrument, PositionUpdate::Kind kind) const {
  PositionUpdate update = m_positions.update(instrument, kind);
  Quantity stops;
  Quantity targets;
  for (const Order& order : m_orders.live()) {
    if (order.instrument != instrument || !order.reduceOnly || order.state == OrderState::Unknown) continue;
    if (order.role == OrderRole::StopLoss) stops = stops + order.remaining();
    if (order.role == OrderRole::TakeProfit) targets = targets + order.remaining();
  }
  const Quantity held = update.position.quantity.abs();
  update.hasStop = !held.isZero() && stops >= held;
  update.hasTarget = !held.isZero() && targets >= held;
  return update;
}

void ExecutionAgent::publishAccount(std::string_view venue) {
  if (!m_positions.hasAccount(venue)) return;
  PublishOptions options;
  for (std::size_t i = 0; i < m_parts.lanes.size(); ++i) {
    if (m_parts.lanes[i]->venue() == venue) options.key = i;
  }
  m_context->publish(Topic::BalanceChanged, m_positions.account(venue, m_context->clock().now()), options);
}

void ExecutionAgent::runProtection() {
  if (m_stopped || m_planning || !m_protection.busy()) return;
  m_planning = true;
  const auto position = [this](InstrumentId id) { return m_positions.position(id).quantity; };
  for (const ProtectionAction& action :
       m_protection.plan(m_context->clock().now(), position, [this] { return m_context->newId(); })) {
    switch (action.kind) {
      case ProtectionAction::Kind::PublishIntent: {
        PublishOptions options;
        options.correlationId = action.intent.id;
        options.key = action.intent.instrument.value;
        m_context->publish(Topic::Intent, action.intent, options);
        break;
      }
      case ProtectionAction::Kind::Cancel:
        if (const Order* child = m_orders.find(action.clientId)) cancel(Order(*child), action.text);
        break;
      case ProtectionAction::Kind::Alarm:
        event(3, "UNPROTECTED", action.text, "Place a stop by hand or close the position");
        break;
    }
  }
  m_planning = false;
}

void ExecutionAgent::ask(const Order& order) {
  gate::OrderLane* lane = laneOf(order.instrument);
  if (lane == nullptr) return;
  m_proofs[order.clientId].askedAt = m_context->clock().now();
  lane->submit(gate::QueryOrderCommand{order.clientId, order.instrument});
}

void ExecutionAgent::watchOrders() {
  const Timestamp now = m_context->clock().now();
  for (const Order& order : m_orders.live()) {
    const auto proof = m_proofs.find(order.clientId);
    const bool mayAsk = proof == m_proofs.end() || now - proof->second.askedAt >= m_settings.queryAgain;
    if (order.state == OrderState::Pending && now - order.sentAt >= m_settings.ackTimeout) {
      after(m_orders.markUnknown(order.clientId, "no answer from the venue", now));
    } else if (order.state == OrderState::Unknown && mayAsk) {
      ask(order);
    } else if (order.cancelPending && now - order.updatedAt >= m_settings.cancelTimeout && mayAsk) {
      ask(order);
      laneOf(order.instrument)->submit(gate::CancelCommand{order.clientId, order.instrument});
    }
  }
}

}  // namespace bw::execution
