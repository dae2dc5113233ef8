// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/agents/execution/execution_agent.h"
#include "core/base/mutant.h"
#include "core/journal/account_records.h"

namespace bw::execution {

PublishOptions ExecutionAgent::correlated(const Order& order) const {
  PublishOptions options;
  options.correlationId = order.intentId.isNil() ? order.clientId : order.intentId;
  options.key = order.instrument.value;
  return options;
}

void ExecutionAgent::event(int priority, const char* code, std::string text, std::string action) {
  SystemEvent said;
  said.priority = priority;
  said.source = "execution";
  said.code = code;
  said.text = std::move(text);
  said.action = std::move(action);
  m_context->publish(Topic::Event, std::move(said));
}

void ExecutionAgent::record(RecordKind kind, const std::string& payload) {
  if (m_parts.journal.append(kind, payload)) return;
  if (!m_parts.gate.hasNoNew(gate::NoNewCause::Journal)) {
    event(3, "journal.write", "The journal takes no more records: no new risk", "Free the disk, then restart");
  }
  m_parts.gate.raiseNoNew(gate::NoNewCause::Journal);
}

// Denials of an order are proof only as UnknownResolver says; everything else counts at once.
bool ExecutionAgent::isProof(const OrderReport& report, const Order& order) {
  const bool neverSent = report.reason.rfind("never sent: ", 0) == 0;
  if (report.kind == OrderReport::Kind::Unknown) return true;
  if (report.kind != OrderReport::Kind::Absent) {
    m_unknown.answered(order.clientId);
    return true;
  }
  if (neverSent || isTerminal(order.state)) return true;
  gate::OrderLane* lane = laneOf(order.instrument);
  std::optional<Duration> landsWithin = lane == nullptr ? std::nullopt : lane->capabilities().landsWithin;
  // What was acknowledged has landed: two denials then say that the venue has let go of it.
  if (!order.venueOrderId.empty()) landsWithin = Duration{};
  return m_unknown.denied(order.clientId, m_context->clock().now(), landsWithin);
}

void ExecutionAgent::onReport(const OrderReport& report) {
  const Timestamp now = m_context->clock().now();
  const bool filled = report.kind == OrderReport::Kind::Filled;
  ClientOrderId id = filled ? report.fill.clientId : report.clientId;
  if (id.isNil()) {
    id = filled ? m_orders.byVenueId(report.fill.instrument, report.fill.venueOrderId)
                : m_orders.byVenueId(report.instrument, report.venueOrderId);
  }
  const Order* order = m_orders.find(id);
  if (order == nullptr) return onForeignReport(report);
  if (filled && (order->owner == Owner::External || order->role == OrderRole::EmergencyClose) &&
      order->filled + report.fill.quantity > order->quantity && !m_orders.hasSeen(report.fill)) {
    Order grown = *order;
    grown.quantity = order->filled + report.fill.quantity;
    m_orders.adopt(grown);
  }
  if (!isProof(report, *order)) return;
  const OrderChange change = m_orders.apply(report, now);
  after(change);
  if (report.kind == OrderReport::Kind::CancelRejected && change.known && !isTerminal(change.order.state)) {
    abandonReplace(change.order);
    ask(change.order);
  }
}

void ExecutionAgent::onForeignReport(const OrderReport& report) {
  if (report.kind == OrderReport::Kind::Filled) {
    const auto account = m_accounts.find(report.venue.empty() ? venueOf(report.fill.instrument) : report.venue);
    const bool ofBefore = account != m_accounts.end() && report.fill.venueTime <= account->second.since;
    if (!ofBefore && !m_orders.hasSeen(report.fill)) bookForeign(report.fill);
    return;
  }
  // Something moves that we do not know: the account tells what, within a second.
  const bool moves = report.kind == OrderReport::Kind::Accepted || report.kind == OrderReport::Kind::Triggered;
  if (moves && !isStopClose(report.clientId)) askSoon(m_settings.compare.staleGrace);
}

void ExecutionAgent::bookForeign(const Fill& fill) {
  Order order;
  order.clientId = fill.clientId;
  order.venueOrderId = fill.venueOrderId;
  order.instrument = fill.instrument;
  order.side = fill.side;
  order.type = OrderType::Market;
  order.state = OrderState::Open;
  order.quantity = fill.quantity;
  order.createdAt = order.sentAt = order.updatedAt = m_context->clock().now();
  if (order.clientId.isNil()) order.clientId = m_context->newId();
  order.intentId = order.clientId;
  const bool forgotten = m_orders.mayBeForgotten(fill.clientId);
  const std::string words = std::string(toString(fill.side)) + " " + fill.quantity.toString() + " " +
                            m_parts.instruments->get(fill.instrument).symbol + " at " + fill.price.toString();
  if (isStopClose(fill.clientId)) {
    order.owner = Owner::Emergency;
    order.role = OrderRole::EmergencyClose;
    order.reduceOnly = true;
    order.reason = "close of the emergency stop";
  } else {
    order.owner = Owner::External;
    order.reason = forgotten ? "of an order that ended long ago" : "not ours";
  }
  m_orders.adopt(order);
  Fill own = fill;
  own.clientId = order.clientId;
  after(m_orders.applyFill(own, m_context->clock().now()));
  if (order.owner != Owner::External) return;
  reconcile::Finding finding;
  finding.kind = hasOurPrefix(fill.clientId) && !forgotten ? ReconciliationKind::DuplicateSuspect
                                                           : ReconciliationKind::ForeignFill;
  finding.venue = venueOf(fill.instrument);
  finding.instrument = fill.instrument;
  finding.title = m_parts.instruments->get(fill.instrument).symbol + ": a fill that is not ours, " + words;
  finding.text =
      "Somebody traded this account outside. It is booked as external and counts against the limits. Adopt and ignore "
      "unlock the instrument, close leaves the external part at market, pause keeps it locked.";
  if (finding.kind == ReconciliationKind::DuplicateSuspect) {
    finding.order = fill.clientId;
    finding.title =
        m_parts.instruments->get(fill.instrument).symbol + ": a fill under our name that we never sent, " + words;
  }
  finding.theirs = fill.venueTradeId;
  finding.actions = {ReconciliationAction::Adopt, ReconciliationAction::Ignore, ReconciliationAction::Close,
                     ReconciliationAction::Pause};
  found(finding);
  if (finding.kind == ReconciliationKind::DuplicateSuspect) cancelEverything(finding.venue, finding.title);
}

void ExecutionAgent::after(const OrderChange& change) {
  if (change.tooOld) event(2, "OLD_FILL", "A fill older than what is remembered was told again and is not counted");
  if (!change.known || change.duplicate) return;
  const Order& order = change.order;
  const Timestamp now = m_context->clock().now();
  if (change.fill) {
    if (!BW_MUTANT(27)) record(RecordKind::FillApplied, journal::encodeFill(*change.fill, *m_parts.instruments));
    applyToPositions(*change.fill, order);
    if (order.lateFill) event(2, "LATE_FILL", "A fill came after the order had ended: " + toString(order.clientId));
  }
  if (change.changed) {
    if (!BW_MUTANT(28)) record(RecordKind::OrderUpdated, journal::encodeOrder(order, *m_parts.instruments));
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
  if (change.previous == OrderState::Pending && order.state != OrderState::Pending &&
      order.state != OrderState::Unknown && order.owner != Owner::External) {
    watchRejects(order, now);
  }
  if (order.state == OrderState::Unknown) {
    m_unknownSince.try_emplace(order.clientId, now);
    if (change.previous != OrderState::Unknown) ask(order);
  } else {
    if (order.state != OrderState::Pending) m_unknown.forget(order.clientId);
    if (m_unknownSince.erase(order.clientId) != 0)
      settle({ReconciliationKind::UnknownOrder, venueOf(order.instrument), order.instrument, order.clientId});
    if (isTerminal(order.state)) {
      m_parts.gate.settle(order.clientId);
      if (change.previous != order.state) continueReplace(order);
      if (isProtective(order.role)) placeWaitingExit(order.instrument);
    }
  }
  m_protection.onEntry(order);
  m_protection.onChild(order);
  runProtection();
}

void ExecutionAgent::watchRejects(const Order& order, Timestamp now) {
  const std::string& venue = venueOf(order.instrument);
  const auto verdict = m_rejects.outcome(order, venue, order.state == OrderState::Rejected, now);
  if (verdict.disabled) {
    event(3, "REPEATED_REJECTS",
          order.strategy + " is disabled on " + m_parts.instruments->get(order.instrument).symbol +
              ": its post-only entries were refused again and again",
          "Look at its prices, then start trading again");
  }
  if (verdict.storm) cancelEverything(venue, venue + " refuses most orders; the last reason: " + order.reason);
}

// A close of somebody else's slice (stop, person, foreign order) is booked to the slice that it closes.
ledger::FillOrigin ExecutionAgent::originOf(const Fill& fill, const Order& order) const {
  ledger::FillOrigin origin{order.owner, order.strategy, order.leverage};
  if (!order.reduceOnly && order.owner != Owner::External) return origin;
  const int sign = signOf(fill.side);
  std::optional<Position> largest;
  for (const Position& slice : m_positions.slicesOf(fill.instrument)) {
    if (slice.quantity.sign() == sign) continue;
    if (slice.owner == order.owner && slice.strategy == order.strategy) return origin;
    if (!largest || slice.quantity.abs() > largest->quantity.abs()) largest = slice;
  }
  if (largest) return {largest->owner, largest->strategy, largest->leverage};
  return origin;
}

void ExecutionAgent::applyToPositions(const Fill& fill, const Order& order) {
  const ledger::FillOrigin origin = originOf(fill, order);
  ledger::AppliedFill applied;
  try {
    applied = m_positions.apply(fill, origin);
  } catch (const ExactOverflow&) {
    event(3, "OVERFLOW", "A fill does not fit the exact numbers and is not in the position: " + fill.venueTradeId,
          "Stop trading this instrument");
    m_parts.gate.raiseNoNew(gate::NoNewCause::Reconciliation);
    return;
  }
  m_context->publish(Topic::OrderFilled, OrderFilled{fill, order, origin.owner, origin.strategy}, correlated(order));
  if (!applied.applied) return;
  const InstrumentId id = fill.instrument;
  if (!m_positions.markOf(id)) m_positions.mark(id, fill.price);
  if (const auto mid = viewOf(id).mid(m_parts.instruments->get(id))) m_positions.mark(id, *mid);
  publishPosition(id, applied.change, correlated(order));
  if (fill.liquidation) {
    reconcile::Finding finding;
    finding.kind = ReconciliationKind::Liquidation;
    finding.venue = venueOf(id);
    finding.title = m_parts.instruments->get(id).symbol + ": the venue liquidated " + fill.quantity.toString() +
                    " at " + fill.price.toString();
    finding.text = "The account takes no new risk until this is answered. Ignore unlocks it, pause keeps it locked.";
    finding.theirs = fill.venueTradeId;
    finding.actions = {ReconciliationAction::Ignore, ReconciliationAction::Pause};
    found(finding);
  }
}

void ExecutionAgent::publishPosition(InstrumentId id, const ledger::BookChange& change, const PublishOptions& given) {
  PublishOptions options = given;
  options.key = id.value;
  const auto say = [&](Topic topic, const PositionUpdate& update) {
    snapshotPosition(update);
    m_context->publish(topic, update, options);
  };
  if (change.closed) {
    PositionUpdate update = describe(id, PositionUpdate::Kind::Closed);
    if (change.opened) {  // flipped: the closed part is flat by itself
      update.position.quantity = Quantity{};
      update.position.entryNotional = Money::zero(update.position.entryNotional.currency());
    }
    update.tripNet = change.closed->net;
    say(Topic::PositionClosed, update);
  }
  if (change.opened) say(Topic::PositionOpened, describe(id, PositionUpdate::Kind::Opened));
  if (!change.closed && !change.opened) say(Topic::PositionMarked, describe(id, PositionUpdate::Kind::Changed));
  publishAccount(venueOf(id));
}

// Read again by no restart, so a journal that takes it late or not at all does no harm.
void ExecutionAgent::snapshotPosition(const PositionUpdate& update) {
  static_cast<void>(m_parts.journal.append(RecordKind::PositionSnapshot,
                                           journal::encodePositionUpdate(update, *m_parts.instruments)));
}

PositionUpdate ExecutionAgent::describe(InstrumentId instrument, PositionUpdate::Kind kind) const {
  PositionUpdate update = m_positions.update(instrument, kind);
  Quantity stops;
  Quantity targets;
  for (const ClientOrderId& id : m_orders.liveIds()) {
    const Order& order = *m_orders.find(id);
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
  ProtectionView view;
  view.position = [this](InstrumentId id) { return m_positions.position(id).quantity; };
  view.exclusive = [this](InstrumentId id) { return exitsExclude(id); };
  view.price = [this](InstrumentId id) { return viewOf(id).mid(m_parts.instruments->get(id)); };
  view.yields = [this](InstrumentId id) { return m_waitingExits.count(id) != 0 || hasLiveExit(id); };
  view.passes = [this](const Order& entry, OrderRole role) {
    const gate::Level level = m_parts.gate.levelFor(m_parts.instruments->get(entry.instrument), entry.strategy);
    return level < gate::Level::CancelAll || (level == gate::Level::CancelAll && role == OrderRole::StopLoss);
  };
  for (const ProtectionAction& action :
       m_protection.plan(m_context->clock().now(), view, [this] { return m_context->newId(); })) {
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
  m_unknown.asked(order.clientId, m_context->clock().now());
  lane->submit(gate::QueryOrderCommand{order.clientId, order.instrument});
}

void ExecutionAgent::watchOrders() {
  const Timestamp now = m_context->clock().now();
  for (const Order& order : m_orders.live()) {
    if (order.state == OrderState::Pending &&
        now - order.sentAt >= withRoom(m_context->clock(), m_settings.ackTimeout)) {
      after(
          BW_MUTANT(25)
              ? m_orders.apply(
                    {OrderReport::Kind::Cancelled, {}, order.clientId, {}, order.instrument, "timer", {}, {}, {}}, now)
              : m_orders.markUnknown(order.clientId, "no answer from the venue", now));
    } else if (order.state == OrderState::Unknown) {
      watchUnknown(order, now);
    } else if (order.cancelPending && now - order.updatedAt >= withRoom(m_context->clock(), m_settings.cancelTimeout) &&
               m_unknown.mayAsk(order.clientId, now)) {
      ask(order);
      laneOf(order.instrument)->submit(gate::CancelCommand{order.clientId, order.instrument});
    }
  }
}

void ExecutionAgent::watchUnknown(const Order& order, Timestamp now) {
  if (m_unknown.mayAsk(order.clientId, now) && !BW_MUTANT(26)) {
    ask(order);
    // A cancel is never held back by doubt about the order.
    if (order.cancelPending) laneOf(order.instrument)->submit(gate::CancelCommand{order.clientId, order.instrument});
  }
  const auto since = m_unknownSince.try_emplace(order.clientId, now).first->second;
  if (now - since < m_settings.unknownItemAfter) return;
  reconcile::Finding finding;
  finding.kind = ReconciliationKind::UnknownOrder;
  finding.venue = venueOf(order.instrument);
  finding.instrument = order.instrument;
  finding.order = order.clientId;
  finding.title = m_parts.instruments->get(order.instrument).symbol + ": " + std::string(toString(order.side)) + " " +
                  order.quantity.toString() + " was sent, and what became of it is not proven";
  finding.text =
      "It counts in full against every limit and the venue is asked again and again. Once the venue has denied it "
      "twice, "
      "adopt accepts that it never had it. Close sends a cancel again; ignore waits on.";
  if (m_unknown.denials(order.clientId) >= kDenialsToAccept) finding.title += "; the venue denies it";
  finding.actions = {ReconciliationAction::Adopt, ReconciliationAction::Close, ReconciliationAction::Ignore,
                     ReconciliationAction::Pause};
  finding.locks = false;
  finding.escalates = true;
  finding.escalateAfter = m_settings.unknownCancelAfter - m_settings.unknownItemAfter;
  found(finding);
}

}  // namespace bw::execution
