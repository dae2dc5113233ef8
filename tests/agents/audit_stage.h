// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/agents/audit/audit_agent.h"
#include "tests/support/approval_access.h"
#include "tests/support/fake_agent_context.h"

namespace bw::test {

using agents::AuditAgent;
using agents::AuditLimits;
using agents::Invariant;

inline const Currency kUsdt("USDT");

inline Instruments auditInstruments() {
  auto table = std::make_shared<InstrumentTable>();
  for (int i = 0; i < 6; ++i) {
    Instrument instrument;
    instrument.venue = "paper";
    instrument.symbol = "COIN" + std::to_string(i);
    instrument.quote = instrument.settle = kUsdt;
    table->add(instrument);
  }
  return table;
}

inline Quantity units(std::int64_t thousandths) {
  return Quantity(Decimal(thousandths, 3));
}
inline Price priced(std::int64_t whole) {
  return Price(Decimal::fromInteger(whole));
}
inline Money usdt(std::int64_t whole) {
  return {Decimal::fromInteger(whole), kUsdt};
}

/// A session as the bus would show it to the audit; each test plants one thing that must not be.
struct AuditStage {
  std::vector<std::string> stops;
  AuditAgent agent{auditInstruments(), limits(), [this](std::string cause) { stops.push_back(std::move(cause)); }};
  FakeAgentContext context;
  std::uint64_t ids = 0;

  AuditStage() { agent.onStart(context); }
  static AuditLimits limits() {
    AuditLimits result;
    result.maxOpenPositions = 2;
    result.maxConsecutiveLosses = 3;
    return result;
  }
  void send(Topic topic, Payload payload) { context.deliver(agent, topic, std::move(payload)); }
  void pass(Duration time) { context.advance(agent, time); }

  Order makeOrder(Side side = Side::Buy, std::int64_t thousandths = 10, std::uint32_t instrument = 0) {
    Order order;
    order.clientId = {2, ++ids};
    order.intentId = {1, ids};
    order.instrument = {instrument};
    order.side = side;
    order.quantity = units(thousandths);
    order.limitPrice = priced(100);
    order.strategy = "demo";
    order.createdAt = context.now();
    return order;
  }
  void approve(const Order& order, std::int64_t worst = 101) {
    ApprovalBounds bounds;
    bounds.intentId = order.intentId;
    bounds.instrument = order.instrument;
    bounds.side = order.side;
    bounds.maxQuantity = order.quantity;
    bounds.worstPrice = priced(order.side == Side::Buy ? worst : 200 - worst);
    RiskApproved approved;
    approved.intent.id = order.intentId;
    approved.approval = ApprovalTestAccess::approve(bounds);
    send(Topic::RiskApproved, approved);
  }
  void update(Order order, OrderState previous, OrderState state) {
    order.state = state;
    send(Topic::OrderUpdated, OrderUpdate{order, previous, previous == state});
  }
  void open(const Order& order) {
    update(order, OrderState::Pending, OrderState::Pending);
    update(order, OrderState::Pending, OrderState::Open);
  }
  void fill(const Order& order, std::int64_t thousandths, std::int64_t price = 100, std::string tradeId = {}) {
    Fill one;
    one.venueTradeId = tradeId.empty() ? "trade" + std::to_string(++ids) : tradeId;
    one.clientId = order.clientId;
    one.instrument = order.instrument;
    one.side = order.side;
    one.price = priced(price);
    one.quantity = units(thousandths);
    one.fee = usdt(0);
    OrderFilled filled;
    filled.fill = one;
    filled.order = order;
    send(Topic::OrderFilled, filled);
  }
  void position(std::int64_t thousandths, PositionUpdate::Kind kind = PositionUpdate::Kind::Changed,
                std::uint32_t instrument = 0, std::int64_t mark = 100, std::int64_t net = 0) {
    PositionUpdate update;
    update.kind = kind;
    update.position.instrument = {instrument};
    update.position.quantity = units(thousandths);
    update.position.openedAt = context.now();
    update.mark = priced(mark);
    update.tripNet = usdt(net);
    send(kind == PositionUpdate::Kind::Closed   ? Topic::PositionClosed
         : kind == PositionUpdate::Kind::Opened ? Topic::PositionOpened
                                                : Topic::PositionMarked,
         update);
  }
  void account(std::int64_t equity, std::int64_t available) {
    AccountUpdate update;
    update.venue = "paper";
    update.equity = usdt(equity);
    update.available = usdt(available);
    update.time = context.now();
    send(Topic::BalanceChanged, update);
  }
  void book(std::uint32_t instrument = 0) {
    auto depth = std::make_shared<BookDepth>();
    depth->instrument = {instrument};
    depth->stale = StaleReason::None;
    depth->bidCount = depth->askCount = 1;
    send(Topic::MarketBook, BookUpdate{depth});
  }
  bool broken(Invariant invariant) const {
    return !agent.status().invariants.at(static_cast<std::size_t>(invariant)).ok;
  }
  int brokenCount() const {
    const auto rows = agent.status().invariants;
    return static_cast<int>(std::count_if(rows.begin(), rows.end(), [](const auto& row) { return !row.ok; }));
  }
  /// Exactly this one is broken, and the stop was (not) called for it.
  void expectOnly(Invariant invariant, bool stop) {
    CHECK(broken(invariant));
    CHECK(brokenCount() == 1);
    CHECK(stops.empty() != stop);
    const auto events = context.all<SystemEvent>(Topic::Event);
    REQUIRE_FALSE(events.empty());
    CHECK(events.back().priority == (stop ? 3 : 2));
    CHECK_FALSE(events.back().action.empty());
  }
};

}  // namespace bw::test
