// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/agents/execution/execution_agent.h"
#include "core/journal/account_records.h"

namespace bw::execution {
namespace {

using Answer = ReconciliationAction;
using Kind = ReconciliationKind;

// These are told once and stay until they are answered; the others settle when the difference is gone.
bool isEvent(Kind kind) {
  return kind == Kind::ForeignFill || kind == Kind::Liquidation;
}

const char* codeOf(Kind kind) {
  switch (kind) {
    case Kind::ForeignOrder:
      return "EXTERNAL_ORDER";
    case Kind::ForeignFill:
      return "EXTERNAL_FILL";
    case Kind::DuplicateSuspect:
      return "DUPLICATE_SUSPECT";
    case Kind::UnknownOrder:
      return "UNKNOWN_ORDER";
    case Kind::Liquidation:
      return "LIQUIDATION";
    default:
      return "DRIFT";
  }
}

}  // namespace

void ExecutionAgent::found(const reconcile::Finding& finding) {
  const ReconciliationItem* known = m_inbox.find(subjectOf(finding));
  const bool wasOpen = known != nullptr && known->state == ReconciliationItem::State::Open;
  const auto item = m_inbox.report(finding, m_context->clock().now());
  if (!item) {
    if (known == nullptr && m_inbox.overflowed(finding.venue))
      event(3, "RECONCILE_FULL", "More differences than the reconciliation inbox holds", "Stop and compare by hand");
    return;
  }
  tell(*item);
  if (wasOpen || item->state != ReconciliationItem::State::Open) return;
  event(3, codeOf(item->kind), item->title, "Answer " + item->id + " in the reconciliation inbox");
}

void ExecutionAgent::tell(const ReconciliationItem& item) {
  record(RecordKind::Reconciliation, journal::encodeReconciliation(item, *m_parts.instruments));
  PublishOptions options;
  if (item.instrument) options.key = item.instrument->value;
  if (!item.order.isNil()) options.correlationId = item.order;
  m_context->publish(Topic::ReconciliationItem, item, options);
  lockGate(item);
}

// The gate holds the same lock, so that an order formed before cannot slip through.
void ExecutionAgent::lockGate(const ReconciliationItem& item) {
  StopScope scope;
  bool locked = false;
  if (item.instrument) {
    const Instrument& instrument = m_parts.instruments->get(*item.instrument);
    scope = {StopScope::Kind::Instrument, instrument.venue + "/" + instrument.symbol};
    locked = m_inbox.locked(*item.instrument, instrument.venue);
  } else {
    scope = {StopScope::Kind::Venue, item.venue};
    const auto items = m_inbox.items();
    locked = std::any_of(items.begin(), items.end(), [&](const ReconciliationItem& other) {
      return other.locked && other.venue == item.venue && !other.instrument;
    });
  }
  if (locked == (m_lockedScopes.count(scope.name) != 0)) return;
  if (locked) {
    m_lockedScopes.insert(scope.name);
    m_parts.gate.raiseScope(scope, gate::Level::NoNew);
  } else {
    m_lockedScopes.erase(scope.name);
    m_parts.gate.endScope(scope);
  }
}

void ExecutionAgent::settle(const reconcile::Subject& subject) {
  if (const auto gone = m_inbox.settle(subject, m_context->clock().now())) tell(*gone);
}

void ExecutionAgent::onAnswer(const ReconciliationAnswer& answer, const Uuid& messageId) {
  PublishOptions options;
  options.correlationId = messageId;
  const auto refuse = [&](const std::string& reason, const std::string& text) {
    m_context->publish(Topic::ControlAnswer, ControlAnswer{false, reason, text}, options);
  };
  const ReconciliationItem* known = m_inbox.find(answer.id);
  if (known != nullptr) {
    if (const std::string problem = cannot(*known, answer.action); !problem.empty())
      return refuse("reconcile.no_proof", problem);
  }
  const auto answered = m_inbox.answer(answer, m_context->clock().now());
  if (!answered) return refuse(answered.error().userKey, answered.error().detail);
  const ReconciliationItem item = *answered;
  tell(item);
  event(1, "RECONCILE",
        item.id + " was answered \"" + std::string(toString(answer.action)) + "\" by " + answer.by +
            (answer.reason.empty() ? "" : " (" + answer.reason + ")") + ": " + item.title);
  perform(item);
  m_context->publish(Topic::ControlAnswer, ControlAnswer{true, {}, {}}, options);
  if (isEvent(item.kind) && answer.action != Answer::Pause) settle(reconcile::subjectOf(item));
  askSoon(m_settings.compare.confirmAfter);
}

// Why an answer cannot be given now; empty: it can.
std::string ExecutionAgent::cannot(const ReconciliationItem& item, ReconciliationAction action) const {
  if (action != Answer::Adopt) return {};
  if (item.kind == Kind::UnknownOrder && m_unknown.denials(item.order) < kDenialsToAccept)
    return "The venue has not denied this order twice in a row: nothing says that it never landed";
  if (item.kind == Kind::Position) {
    const auto account = m_accounts.find(item.venue);
    if (account == m_accounts.end() || account->second.unanswered)
      return item.venue + " does not tell its account at present: there is nothing to adopt";
  }
  return {};
}

void ExecutionAgent::perform(const ReconciliationItem& item) {
  const Timestamp now = m_context->clock().now();
  const bool adopt = item.answer == Answer::Adopt;
  const bool close = item.answer == Answer::Close;
  switch (item.kind) {
    case Kind::Position:
    case Kind::Leverage:
      if (adopt || close) adoptPosition(item);
      if (close) closeExternal(*item.instrument);
      break;
    case Kind::ForeignFill:
      if (close) closeExternal(*item.instrument);
      break;
    case Kind::Balance:
      if (adopt && m_positions.hasAccount(item.venue)) {
        const Money ours = m_positions.account(item.venue, now).balance;
        const auto theirs = Decimal::parse(item.theirs);
        if (!theirs) break;
        const CashTransfer transfer{item.id, Money(*theirs, ours.currency()) - ours, now};
        if (!m_positions.transfer(item.venue, transfer)) break;
        record(RecordKind::Transfer, journal::encodeTransfer({item.venue, transfer}));
        publishAccount(item.venue);
      }
      break;
    case Kind::UnknownOrder:
      if (adopt) {
        OrderReport report;
        report.kind = OrderReport::Kind::Absent;
        report.clientId = item.order;
        report.reason = "the venue denies it; accepted by " + item.answeredBy;
        after(m_orders.apply(report, now));
      }
      [[fallthrough]];
    case Kind::ForeignOrder:
    case Kind::DuplicateSuspect:
    case Kind::OrderEnded:
    case Kind::MissingFills:
      if (close && !item.order.isNil()) {
        const Order* order = m_orders.find(item.order);
        Order named;
        named.clientId = item.order;
        named.instrument = *item.instrument;
        if (order != nullptr && !isTerminal(order->state)) {
          cancel(Order(*order), "closed from the reconciliation inbox");
        } else {
          cancelAtVenue(named, "closed from the reconciliation inbox");
        }
      }
      break;
    case Kind::Liquidation:
      break;
  }
}

// The venue is right: what differs is taken over without a fill, and no order is made of it.
void ExecutionAgent::adoptPosition(const ReconciliationItem& item) {
  const InstrumentId id = *item.instrument;
  const Account& account = m_accounts[item.venue];
  const auto stated = account.positions.find(id);
  const Position ours = m_positions.position(id);
  Position at = stated == account.positions.end() ? ours : stated->second;
  const Quantity difference = (stated == account.positions.end() ? Quantity{} : at.quantity) - ours.quantity;
  at.updatedAt = m_context->clock().now();
  if (at.averagePrice.sign() <= 0) at.averagePrice = m_positions.markOf(id).value_or(ours.averagePrice);
  std::vector<Position> adopted;
  if (difference.isZero()) {
    at.quantity = Quantity{};
    at.owner = ours.owner;
    at.strategy = ours.strategy;
    m_positions.adopt(at);
    adopted.push_back(at);
  } else {
    adopted = m_positions.adoptDifference(at, difference);
  }
  for (const Position& part : adopted)
    record(RecordKind::PositionAdopted, journal::encodePosition(part, *m_parts.instruments));
  ledger::BookChange change;
  change.opened = ours.flat() && !difference.isZero();
  publishPosition(id, change, PublishOptions{});
}

void ExecutionAgent::closeExternal(InstrumentId instrument) {
  const Quantity held = m_positions.position(instrument).quantity;
  for (const Position& slice : m_positions.slicesOf(instrument)) {
    if (slice.owner != Owner::External || slice.quantity.sign() != held.sign()) continue;
    OrderIntent intent;
    intent.id = m_context->newId();
    intent.instrument = instrument;
    intent.side = slice.quantity.sign() > 0 ? Side::Sell : Side::Buy;
    intent.type = OrderType::Market;
    intent.role = OrderRole::Exit;
    intent.reduceOnly = true;
    intent.quantity = std::min(slice.quantity.abs(), held.abs());
    intent.leverage = slice.leverage;
    intent.owner = Owner::Manual;
    intent.strategy = "manual";
    intent.note = "closed from the reconciliation inbox";
    intent.createdAt = m_context->clock().now();
    PublishOptions options;
    options.correlationId = intent.id;
    options.key = instrument.value;
    m_context->publish(Topic::Intent, intent, options);
  }
}

void ExecutionAgent::escalate() {
  for (const ReconciliationItem& item : m_inbox.due(m_context->clock().now())) {
    tell(item);
    cancelEverything(item.venue, item.title + ", and nobody has answered " + item.id);
  }
}

// RELIABILITY §3.3: level CancelAll, by the stop's own path.
void ExecutionAgent::cancelEverything(const std::string& venue, const std::string& cause) {
  event(3, "CANCEL_ALL", "All orders at " + venue + " that can add risk are cancelled: " + cause,
        "Answer the reconciliation inbox, then reset");
  if (m_parts.stop != nullptr) {
    m_parts.stop->raise(StopLevel::CancelAll, {StopScope::Kind::Venue, venue}, "execution", cause);
    return;
  }
  m_parts.gate.raiseNoNew(gate::NoNewCause::Reconciliation);
  for (const Order& order : m_orders.live()) {
    if (order.role == OrderRole::Entry && venueOf(order.instrument) == venue) cancel(order, cause);
  }
}

}  // namespace bw::execution
