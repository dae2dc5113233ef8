// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/agents/execution/execution_agent.h"
#include "core/base/mutant.h"
#include "core/journal/account_records.h"
#include "core/journal/binary.h"

namespace bw::execution {
namespace {

constexpr Duration kRetryFirst = Duration::seconds(1);
constexpr int kRetryDoublings = 3;
constexpr Duration kPollAllowance = Duration::seconds(2);  // for the second look and the way

std::string encodeStart(const std::string& venue, const Money& start, Timestamp since) {
  journal::BinaryWriter out;
  out.u8(2);
  out.text(venue);
  out.money(start);
  out.time(since);
  return out.take();
}

}  // namespace

gate::OrderLane* ExecutionAgent::laneOf(InstrumentId instrument) const {
  const std::string& venue = m_parts.instruments->get(instrument).venue;
  for (gate::OrderLane* lane : m_parts.lanes) {
    if (lane->venue() == venue) return lane;
  }
  return nullptr;
}

void ExecutionAgent::askAccounts() {
  for (gate::OrderLane* lane : m_parts.lanes) lane->submit(gate::QueryAccountCommand{});
  m_context->cancelTimer(m_reconcileTimer);
  const Duration every = std::max(m_settings.reconcileEvery - kPollAllowance, Duration::seconds(1));
  m_reconcileAt = m_context->clock().now() + every;
  m_reconcileTimer = m_context->startTimer(m_reconcileAt);
}

void ExecutionAgent::askSoon(Duration after) {
  const Timestamp when = m_context->clock().now() + after;
  if (m_reconcileAt <= when) return;
  m_context->cancelTimer(m_reconcileTimer);
  m_reconcileAt = when;
  m_reconcileTimer = m_context->startTimer(when);
}

void ExecutionAgent::onAccount(const AccountAnswer& answer) {
  const AccountSnapshot& snapshot = answer.snapshot;
  Account& account = m_accounts[snapshot.venue];
  if (!answer.error.empty()) {
    if (!account.unanswered)
      event(2, "NO_ACCOUNT", snapshot.venue + " does not tell its account, no new risk there: " + answer.error);
    account.unanswered = true;
    askSoon(kRetryFirst * (std::int64_t{1} << std::min(account.retries++, kRetryDoublings)));
    return;
  }
  account.unanswered = false;
  account.retries = 0;
  if (snapshot.venueTime < account.newest && !BW_MUTANT(30)) {
    if (!account.staleTold) event(1, "STALE_ACCOUNT", snapshot.venue + " sent an account older than one before");
    account.staleTold = true;
    return;
  }
  account.staleTold = false;
  account.newest = snapshot.venueTime;
  account.positions.clear();
  for (const Position& position : snapshot.positions) account.positions[position.instrument] = position;
  const bool first = m_reconciled.insert(snapshot.venue).second;
  openAccount(snapshot);
  takeRecent(snapshot, account);

  const Timestamp now = m_context->clock().now();
  reconcile::OurView ours;
  ours.find = [this](ClientOrderId id) { return m_orders.find(id); };
  ours.mayBeForgotten = [this](ClientOrderId id) { return m_orders.mayBeForgotten(id); };
  ours.live = m_orders.live();
  ours.position = [this](InstrumentId id) { return m_positions.position(id); };
  if (m_positions.hasAccount(snapshot.venue)) ours.balance = m_positions.account(snapshot.venue, now).balance;
  ours.first = first;
  ours.hasHistory = m_hasHistory;
  const reconcile::Comparison compared = m_comparer.compare(snapshot, ours, now);
  takeListed(snapshot, compared);
  ReconciliationResult result;
  for (const reconcile::Finding& finding : compared.findings) {
    result.differences.push_back(finding.title);
    found(finding);
  }
  for (const ReconciliationItem& gone :
       m_inbox.settleOthers(reconcile::lastingKinds(), snapshot.venue, compared.still, now))
    tell(gone);
  if (compared.suspicious) askSoon(m_settings.compare.confirmAfter);
  result.clean = result.differences.empty();
  m_context->publish(Topic::Reconciled, std::move(result));
  if (first) publishAccount(snapshot.venue);
}

void ExecutionAgent::openAccount(const AccountSnapshot& snapshot) {
  if (m_positions.hasAccount(snapshot.venue) || snapshot.balances.empty()) return;
  const Money start = snapshot.balances.front().total;
  m_positions.openAccount(snapshot.venue, start);
  m_accounts[snapshot.venue].since = snapshot.venueTime;
  record(RecordKind::SessionStart, encodeStart(snapshot.venue, start, snapshot.venueTime));
}

// Fills, funding and transfers that the venue still remembers, each counted once. What is older than our books of the
// account is in the figures that they began with.
void ExecutionAgent::takeRecent(const AccountSnapshot& snapshot, const Account& account) {
  for (const Fill& fill : snapshot.recentFills) {
    if (m_orders.hasSeen(fill) || BW_MUTANT(29)) continue;
    OrderReport report;
    report.kind = OrderReport::Kind::Filled;
    report.venue = snapshot.venue;
    report.clientId = fill.clientId;
    report.instrument = fill.instrument;
    report.fill = fill;
    report.venueTime = fill.venueTime;
    onReport(report);
  }
  if (!m_positions.hasAccount(snapshot.venue)) return;
  bool moved = false;
  for (const FundingPayment& payment : snapshot.recentFunding) {
    if (payment.time <= account.since || !m_positions.applyFunding(payment)) continue;
    record(RecordKind::Funding, journal::encodeFunding(payment, *m_parts.instruments));
    publishPosition(payment.instrument, ledger::BookChange{}, PublishOptions{});
    moved = true;
  }
  for (const CashTransfer& transfer : snapshot.recentTransfers) {
    if (transfer.time <= account.since || !m_positions.transfer(snapshot.venue, transfer)) continue;
    record(RecordKind::Transfer, journal::encodeTransfer({snapshot.venue, transfer}));
    event(1, "TRANSFER",
          transfer.amount.toString() + " " + std::string(transfer.amount.currency().code()) +
              (transfer.amount.sign() > 0 ? " came to " : " left ") + snapshot.venue + "; it is no profit or loss");
    moved = true;
  }
  if (moved) publishAccount(snapshot.venue);
}

void ExecutionAgent::takeListed(const AccountSnapshot& snapshot, const reconcile::Comparison& compared) {
  const Timestamp now = m_context->clock().now();
  for (const Order& order : compared.foreign) adoptForeign(order);
  for (const Order& order : compared.listed) {
    OrderReport proof;
    proof.kind = OrderReport::Kind::Accepted;
    proof.venue = snapshot.venue;
    proof.clientId = order.clientId;
    proof.venueOrderId = order.venueOrderId;
    proof.instrument = order.instrument;
    proof.filledInAll = order.filled;
    after(m_orders.apply(proof, now));
  }
  for (const ClientOrderId& id : compared.doubtful) after(m_orders.markUnknown(id, "the venue does not list it", now));
  for (const ClientOrderId& id : compared.ask) {
    const Order* order = m_orders.find(id);
    if (order != nullptr && order->state == OrderState::Unknown && m_unknown.mayAsk(id, now)) ask(Order(*order));
  }
  for (const Order& order : compared.zombies) cancelAtVenue(order, "ended here, but rests at the venue");
  for (const Order& order : compared.strangers) {
    const reconcile::Subject subject{ReconciliationKind::DuplicateSuspect, snapshot.venue, order.instrument,
                                     order.clientId};
    if (m_inbox.find(subject) == nullptr)
      cancelEverything(snapshot.venue, "an order under our name that we never sent: " + toString(order.clientId));
  }
  adoptEarlier(compared.earlier);
}

void ExecutionAgent::adoptForeign(const Order& listed) {
  Order order = listed;
  order.owner = Owner::External;
  order.reason = "not ours";
  if (order.intentId.isNil()) order.intentId = order.clientId;
  order.updatedAt = m_context->clock().now();
  m_orders.adopt(order);
  record(RecordKind::OrderUpdated, journal::encodeOrder(order, *m_parts.instruments));
  m_context->publish(Topic::OrderUpdated, OrderUpdate{order, OrderState::Pending, true}, correlated(order));
}

void ExecutionAgent::adoptEarlier(const std::vector<Position>& positions) {
  for (Position position : positions) {
    position.owner = Owner::External;
    position.strategy.clear();
    m_positions.adopt(position);
    record(RecordKind::PositionAdopted, journal::encodePosition(position, *m_parts.instruments));
    event(2, "EXTERNAL_POSITION",
          m_parts.instruments->get(position.instrument).symbol + ": the venue holds " + position.quantity.toString() +
              " from before our time; adopted as external");
    ledger::BookChange change;
    change.opened = true;
    publishPosition(position.instrument, change, PublishOptions{});
  }
}

// Of an order that is not live here: cancels are never held back, whatever we believe.
void ExecutionAgent::cancelAtVenue(const Order& order, const std::string& reason) {
  gate::OrderLane* lane = laneOf(order.instrument);
  if (lane == nullptr) return;
  record(RecordKind::CancelSent,
         journal::encodeCancel({order.clientId, order.instrument, reason}, *m_parts.instruments));
  lane->submit(gate::CancelCommand{order.clientId, order.instrument});
}

}  // namespace bw::execution
