// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/agents/execution/execution_agent.h"
#include "core/journal/binary.h"

namespace bw::execution {
namespace {

std::string encodeStart(const std::string& venue, const Money& start) {
  journal::BinaryWriter out;
  out.u8(1);
  out.text(venue);
  out.money(start);
  return out.take();
}

}  // namespace

void ExecutionAgent::askAccounts() {
  for (gate::OrderLane* lane : m_parts.lanes) lane->submit(gate::QueryAccountCommand{});
  m_context->cancelTimer(m_reconcileTimer);
  m_reconcileTimer = m_context->startTimer(m_context->clock().now() + m_settings.reconcileEvery);
}

void ExecutionAgent::onAccount(const AccountAnswer& answer) {
  const std::string& venue = answer.snapshot.venue;
  if (!answer.error.empty()) {
    event(2, "NO_ACCOUNT", venue + " does not tell its account: " + answer.error);
    return;
  }
  Timestamp& newest = m_accountTimes[venue];
  if (answer.snapshot.venueTime < newest) {
    event(1, "STALE_ACCOUNT", venue + " sent an account older than one before");
    return;
  }
  newest = answer.snapshot.venueTime;
  const bool first = m_reconciled.insert(venue).second;
  takeRecentFills(answer.snapshot, first);
  openAccount(answer.snapshot);
  std::vector<std::string> differences;
  compareOrders(answer.snapshot, differences);
  comparePositions(answer.snapshot, first, differences);
  ReconciliationResult result;
  result.clean = differences.empty();
  result.differences = differences;
  m_context->publish(Topic::Reconciled, result);
  if (first) publishAccount(venue);
  if (result.clean) {
    const bool others = !m_suspects.empty();
    if (!others) m_parts.gate.endNoNew(gate::NoNewCause::Reconciliation);
    return;
  }
  m_parts.gate.raiseNoNew(gate::NoNewCause::Reconciliation);
  std::string text = "The venue's account differs from ours:";
  for (const std::string& difference : differences) text += " " + difference + ".";
  event(3, "DRIFT", text, "Compare with the venue's own page; no new risk until it is settled");
}

void ExecutionAgent::openAccount(const AccountSnapshot& snapshot) {
  if (m_positions.hasAccount(snapshot.venue) || snapshot.balances.empty()) return;
  const Money start = snapshot.balances.front().total;
  m_positions.openAccount(snapshot.venue, start);
  record(RecordKind::SessionStart, encodeStart(snapshot.venue, start));
}

void ExecutionAgent::takeRecentFills(const AccountSnapshot& snapshot, bool first) {
  for (const Fill& fill : snapshot.recentFills) {
    if (m_orders.hasSeen(fill)) continue;
    if (first && !m_hasHistory && m_orders.find(fill.clientId) == nullptr) {
      // From before our time: it is in the position that is adopted now.
      m_orders.markSeen(fill);
      continue;
    }
    OrderReport report;
    report.kind = OrderReport::Kind::Filled;
    report.venue = snapshot.venue;
    report.clientId = fill.clientId;
    report.instrument = fill.instrument;
    report.fill = fill;
    report.venueTime = fill.venueTime;
    onReport(report);
  }
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
  event(3, "EXTERNAL_ORDER",
        "An order at " + m_parts.instruments->get(order.instrument).venue + " is not ours: " + toString(order.clientId),
        "Check who else trades on this account");
}

void ExecutionAgent::compareOrders(const AccountSnapshot& snapshot, std::vector<std::string>& differences) {
  const Timestamp now = m_context->clock().now();
  std::set<ClientOrderId> listed;
  for (const Order& order : snapshot.openOrders) {
    listed.insert(order.clientId);
    const Order* own = m_orders.find(order.clientId);
    if (own == nullptr) {
      if (((order.clientId.high >> 12) & 0xf) == 8) continue;  // a close of the emergency stop
      adoptForeign(order);
      differences.push_back("order " + toString(order.clientId) + " is not ours");
      continue;
    }
    if (isTerminal(own->state)) {
      // Ended since the snapshot was made, or the snapshot lies; a later one or the answer tells.
      if (snapshot.venueTime > own->updatedAt + m_settings.staleGrace) {
        differences.push_back("order " + toString(order.clientId) + " ended here, but rests at the venue");
        ask(*own);
      }
      continue;
    }
    if (own->state != OrderState::Pending && own->state != OrderState::Unknown) continue;
    OrderReport proof;
    proof.kind = OrderReport::Kind::Accepted;
    proof.venue = snapshot.venue;
    proof.clientId = order.clientId;
    proof.venueOrderId = order.venueOrderId;
    proof.instrument = order.instrument;
    after(m_orders.apply(proof, now));
  }
  for (const Order& order : m_orders.live()) {
    if (listed.count(order.clientId) != 0 || m_parts.instruments->get(order.instrument).venue != snapshot.venue)
      continue;
    if (snapshot.venueTime <= order.updatedAt + m_settings.staleGrace) continue;
    if (order.state == OrderState::Open || order.state == OrderState::PartiallyFilled) {
      after(m_orders.markUnknown(order.clientId, "the venue does not list it", now));
    } else {
      ask(order);
    }
  }
}

void ExecutionAgent::comparePositions(const AccountSnapshot& snapshot, bool first,
                                      std::vector<std::string>& differences) {
  std::map<InstrumentId, Quantity> theirs;
  for (const Position& position : snapshot.positions) theirs[position.instrument] = position.quantity;
  for (const Instrument& instrument : *m_parts.instruments) {
    if (instrument.venue != snapshot.venue) continue;
    const Quantity ours = m_positions.position(instrument.id).quantity;
    const Quantity venue = theirs[instrument.id];
    if (ours == venue) {
      m_suspects.erase(instrument.id);
      continue;
    }
    const std::string text =
        instrument.symbol + ": the venue holds " + venue.toString() + ", we count " + ours.toString();
    if (first && !m_hasHistory && ours.isZero()) {
      for (Position position : snapshot.positions) {
        if (position.instrument != instrument.id) continue;
        position.owner = Owner::External;
        position.strategy.clear();
        m_positions.adopt(position);
      }
      event(2, "EXTERNAL_POSITION", text + "; adopted as external");
      PublishOptions options;
      options.key = instrument.id.value;
      m_context->publish(Topic::PositionOpened, describe(instrument.id, PositionUpdate::Kind::Opened), options);
      continue;
    }
    // A fill may be on its way: a second look decides, except where we have just started.
    const Timestamp now = m_context->clock().now();
    const Timestamp since = m_suspects.try_emplace(instrument.id, now).first->second;
    if (!first && now - since < m_settings.reconcileSoon) {
      m_context->cancelTimer(m_reconcileTimer);
      m_reconcileTimer = m_context->startTimer(since + m_settings.reconcileSoon);
      continue;
    }
    differences.push_back(text);
  }
}

std::vector<std::string> ExecutionAgent::restore(const std::vector<journal::JournalRecord>& records) {
  BW_ASSERT(m_context == nullptr);
  std::vector<std::string> problems;
  for (const journal::JournalRecord& record : records) restoreOne(record, problems);
  m_hasHistory = !m_starts.empty() || m_orders.size() > 0;
  for (const Order& order : m_orders.live())
    m_orders.markUnknown(order.clientId, "restarted: the venue must say what became of it", order.updatedAt);
  return problems;
}

void ExecutionAgent::restoreOne(const journal::JournalRecord& record, std::vector<std::string>& problems) {
  const auto complain = [&](const Error& error) {
    problems.push_back("record " + std::to_string(record.sequence) + ": " + error.detail);
  };
  switch (record.kind) {
    case RecordKind::SessionStart: {
      journal::BinaryReader in(record.payload);
      const std::uint8_t version = in.u8();
      const std::string venue = in.text();
      const Money start = in.money();
      if (version == 1 && in.ok() && in.atEnd()) m_starts.emplace(venue, start);
      break;
    }
    case RecordKind::OrderIntentApproved:
    case RecordKind::OrderUpdated: {
      auto order = journal::decodeOrder(record.payload, *m_parts.instruments);
      if (!order) return complain(order.error());
      // The record of the intent is written before anything else about the order, but the disk may group them
      // otherwise.
      if (record.kind == RecordKind::OrderUpdated || m_orders.find(order->clientId) == nullptr)
        m_orders.restoreState(*order);
      break;
    }
    case RecordKind::FillApplied: {
      auto fill = journal::decodeFill(record.payload, *m_parts.instruments);
      if (!fill) return complain(fill.error());
      if (m_orders.find(fill->clientId) == nullptr) {
        Order order;
        order.clientId = order.intentId = fill->clientId;
        order.instrument = fill->instrument;
        order.side = fill->side;
        order.state = OrderState::Open;
        order.quantity = fill->quantity;
        order.owner = ((fill->clientId.high >> 12) & 0xf) == 8 ? Owner::Emergency : Owner::External;
        order.reduceOnly = order.owner == Owner::Emergency;
        m_orders.adopt(order);
      }
      const OrderChange change = m_orders.applyFill(*fill, fill->venueTime);
      if (change.fill) m_positions.apply(*fill, originOf(*fill, change.order));
      break;
    }
    default:
      break;
  }
}

}  // namespace bw::execution
