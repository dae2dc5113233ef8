// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/execution/order_ledger.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "core/base/rng.h"
#include "tests/support/order_path.h"

namespace {

using namespace bw;
using execution::OrderChange;
using execution::OrderLedger;
using test::dec;
using test::price;
using test::quantity;

const Uuid kId{1, 1};
const Timestamp kNow = Timestamp::fromSeconds(5);

Order ledgerOrder(OrderState state = OrderState::Pending) {
  Order order;
  order.clientId = kId;
  order.intentId = {2, 2};
  order.quantity = quantity("1");
  order.state = state;
  return order;
}

OrderReport reportFor(OrderReport::Kind kind) {
  OrderReport report;
  report.kind = kind;
  report.clientId = kId;
  return report;
}

Fill fillOf(const char* id, const char* size) {
  Fill fill;
  fill.venueTradeId = id;
  fill.clientId = kId;
  fill.price = price("100");
  fill.quantity = quantity(size);
  fill.fee = Money(dec("0.01"), Currency("USDT"));
  return fill;
}

TEST_CASE("the table of legal transitions is the one of the specification") {
  using S = OrderState;
  const std::array<S, 8> all = {S::Pending,   S::Open,    S::PartiallyFilled, S::Filled,
                                S::Cancelled, S::Expired, S::Rejected,        S::Unknown};
  const auto legal = [](S from, S to) {
    switch (from) {
      case S::Pending:
        return to != S::Pending;
      case S::Open:
        return to == S::PartiallyFilled || to == S::Filled || to == S::Cancelled || to == S::Expired ||
               to == S::Unknown;
      case S::PartiallyFilled:
        return to == S::Filled || to == S::Cancelled || to == S::Expired || to == S::Unknown;
      case S::Unknown:
        return to != S::Unknown && to != S::Pending;
      default:
        return false;
    }
  };
  for (const S from : all) {
    for (const S to : all) CHECK(isLegalTransition(from, to) == legal(from, to));
  }
}

TEST_CASE("every report in every state leads where it should, and no report makes an illegal transition") {
  using S = OrderState;
  using K = OrderReport::Kind;
  struct Row {
    K kind;
    std::array<S, 8> after;  // from PENDING, OPEN, PARTIALLY_FILLED, FILLED, CANCELLED, EXPIRED, REJECTED, UNKNOWN
  };
  const std::array<S, 8> from = {S::Pending,   S::Open,    S::PartiallyFilled, S::Filled,
                                 S::Cancelled, S::Expired, S::Rejected,        S::Unknown};
  const std::vector<Row> rows = {
      {K::Accepted, {S::Open, S::Open, S::PartiallyFilled, S::Filled, S::Cancelled, S::Expired, S::Rejected, S::Open}},
      {K::Triggered, {S::Open, S::Open, S::PartiallyFilled, S::Filled, S::Cancelled, S::Expired, S::Rejected, S::Open}},
      {K::Rejected,
       {S::Rejected, S::Unknown, S::Unknown, S::Filled, S::Cancelled, S::Expired, S::Rejected, S::Rejected}},
      {K::Unknown, {S::Unknown, S::Unknown, S::Unknown, S::Filled, S::Cancelled, S::Expired, S::Rejected, S::Unknown}},
      {K::Cancelled,
       {S::Cancelled, S::Cancelled, S::Cancelled, S::Filled, S::Cancelled, S::Expired, S::Rejected, S::Cancelled}},
      {K::Expired, {S::Expired, S::Expired, S::Expired, S::Filled, S::Cancelled, S::Expired, S::Rejected, S::Expired}},
      {K::CancelRejected,
       {S::Pending, S::Open, S::PartiallyFilled, S::Filled, S::Cancelled, S::Expired, S::Rejected, S::Unknown}},
      {K::Absent,
       {S::Cancelled, S::Unknown, S::Unknown, S::Filled, S::Cancelled, S::Expired, S::Rejected, S::Cancelled}},
  };
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      OrderLedger ledger(test::fakeInstruments());
      ledger.adopt(ledgerOrder(from[i]));
      const OrderChange change = ledger.apply(reportFor(row.kind), kNow);
      CAPTURE(static_cast<int>(row.kind));
      CAPTURE(std::string(toString(from[i])));
      CHECK(change.order.state == row.after[i]);
      CHECK(change.previous == from[i]);
      if (change.order.state != from[i]) CHECK(isLegalTransition(from[i], change.order.state));
      CHECK(ledger.hasLive() == !isTerminal(row.after[i]));
    }
  }
}

TEST_CASE("a fill is applied once, whoever reports it") {
  OrderLedger ledger(test::fakeInstruments());
  ledger.add(ledgerOrder());
  CHECK(ledger.applyFill(fillOf("a", "0.4"), kNow).fill.has_value());
  const OrderChange again = ledger.applyFill(fillOf("a", "0.4"), kNow);
  CHECK(again.duplicate);
  CHECK_FALSE(again.fill.has_value());
  CHECK(ledger.find(kId)->filled == quantity("0.4"));
  CHECK(ledger.find(kId)->fees == Money(dec("0.01"), Currency("USDT")));
}

TEST_CASE("OR04: a fill before its acknowledgement advances the order; the late acknowledgement does nothing") {
  OrderLedger ledger(test::fakeInstruments());
  ledger.add(ledgerOrder());
  CHECK(ledger.applyFill(fillOf("a", "0.4"), kNow).order.state == OrderState::PartiallyFilled);
  CHECK_FALSE(ledger.apply(reportFor(OrderReport::Kind::Accepted), kNow).changed);
  CHECK(ledger.applyFill(fillOf("b", "0.6"), kNow).order.state == OrderState::Filled);
  CHECK_FALSE(ledger.apply(reportFor(OrderReport::Kind::Accepted), kNow).changed);
}

TEST_CASE("OR05: filled in part, then cancelled; OR22: a fill after the end corrects and flags") {
  OrderLedger ledger(test::fakeInstruments());
  ledger.add(ledgerOrder());
  ledger.apply(reportFor(OrderReport::Kind::Accepted), kNow);
  ledger.applyFill(fillOf("a", "0.4"), kNow);
  ledger.setCancelPending(kId, true, kNow);
  OrderChange change = ledger.apply(reportFor(OrderReport::Kind::Cancelled), kNow);
  CHECK(change.order.state == OrderState::Cancelled);
  CHECK(change.order.filled == quantity("0.4"));
  CHECK_FALSE(change.order.cancelPending);
  CHECK_FALSE(change.order.lateFill);
  change = ledger.applyFill(fillOf("b", "0.1"), kNow);
  CHECK(change.order.state == OrderState::Cancelled);
  CHECK(change.order.filled == quantity("0.5"));
  CHECK(change.order.lateFill);
}

TEST_CASE("OR21: more filled than ordered is kept as truth and flagged once") {
  OrderLedger ledger(test::fakeInstruments());
  ledger.add(ledgerOrder());
  CHECK_FALSE(ledger.applyFill(fillOf("a", "1"), kNow).overfilled);
  OrderChange change = ledger.applyFill(fillOf("b", "0.001"), kNow);
  CHECK(change.overfilled);
  CHECK(change.order.filled == quantity("1.001"));
  CHECK_FALSE(ledger.applyFill(fillOf("c", "0.001"), kNow).overfilled);
}

TEST_CASE("OR23: fills in any order, with repeats, end in the same order") {
  std::vector<Fill> fills = {fillOf("a", "0.1"), fillOf("b", "0.2"), fillOf("c", "0.3"), fillOf("d", "0.4")};
  Rng rng(11);
  for (int round = 0; round < 200; ++round) {
    for (std::size_t i = fills.size() - 1; i > 0; --i) std::swap(fills[i], fills[rng.below(i + 1)]);
    OrderLedger ledger(test::fakeInstruments());
    ledger.add(ledgerOrder());
    for (const Fill& fill : fills) {
      ledger.applyFill(fill, kNow);
      if (rng.chance(0.5)) ledger.applyFill(fills[rng.below(fills.size())], kNow);
      if (rng.chance(0.3)) ledger.apply(reportFor(OrderReport::Kind::Accepted), kNow);
      if (rng.chance(0.3)) ledger.markUnknown(kId, "lost", kNow);
    }
    const Order& order = *ledger.find(kId);
    CHECK(order.state == OrderState::Filled);
    CHECK(order.filled == quantity("1"));
    CHECK(order.filledNotional == Money(dec("100"), Currency("USDT")));
  }
}

TEST_CASE("a venue that filled an order cannot deny it") {
  OrderLedger ledger(test::fakeInstruments());
  ledger.add(ledgerOrder());
  ledger.applyFill(fillOf("a", "0.4"), kNow);
  ledger.markUnknown(kId, "lost", kNow);
  const OrderChange change = ledger.apply(reportFor(OrderReport::Kind::Absent), kNow);
  CHECK(change.contradiction);
  CHECK(change.order.state == OrderState::Unknown);
}

}  // namespace
