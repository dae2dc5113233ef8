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

TEST_CASE("the flags change no state, end with the order, and a refused cancel takes them back") {
  using S = OrderState;
  for (const S state :
       {S::Pending, S::Open, S::PartiallyFilled, S::Filled, S::Cancelled, S::Expired, S::Rejected, S::Unknown}) {
    OrderLedger ledger(test::fakeInstruments());
    ledger.adopt(ledgerOrder(state));
    const OrderChange replace = ledger.setReplacePending(kId, true, kNow);
    CHECK(replace.order.state == state);
    CHECK(replace.order.cancelPending == !isTerminal(state));
    CHECK(replace.order.replacePending == !isTerminal(state));
    CHECK_FALSE(ledger.setReplacePending(kId, true, kNow).changed);
    const OrderChange refused = ledger.apply(reportFor(OrderReport::Kind::CancelRejected), kNow);
    CHECK(refused.changed == !isTerminal(state));
    CHECK(refused.order.state == state);
    CHECK_FALSE(refused.order.cancelPending);
    CHECK_FALSE(refused.order.replacePending);
    CHECK_FALSE(ledger.apply(reportFor(OrderReport::Kind::CancelRejected), kNow).changed);
  }
  OrderLedger ledger(test::fakeInstruments());
  CHECK_FALSE(ledger.setCancelPending(kId, true, kNow).known);
  CHECK_FALSE(ledger.setReplacePending(kId, true, kNow).known);
  CHECK_FALSE(ledger.apply(reportFor(OrderReport::Kind::Accepted), kNow).known);
  CHECK_FALSE(ledger.applyFill(fillOf("a", "1"), kNow).known);
}

TEST_CASE("OR18: an amend gives a new venue id; the end of the old one does not end the order") {
  OrderLedger ledger(test::fakeInstruments());
  ledger.add(ledgerOrder());
  const auto at = [](OrderReport::Kind kind, const char* venueId) {
    OrderReport report = reportFor(kind);
    report.venueOrderId = venueId;
    return report;
  };
  CHECK(ledger.apply(at(OrderReport::Kind::Accepted, "v1"), kNow).order.venueOrderId == "v1");
  ledger.expectAmend(kId);
  // The cancelled half first, then the new one; late words about the old one change nothing.
  CHECK(ledger.apply(at(OrderReport::Kind::Cancelled, "v1"), kNow).order.state == OrderState::Open);
  CHECK(ledger.apply(at(OrderReport::Kind::Accepted, "v2"), kNow).order.venueOrderId == "v2");
  for (const auto kind : {OrderReport::Kind::Cancelled, OrderReport::Kind::Expired, OrderReport::Kind::Rejected})
    CHECK(ledger.apply(at(kind, "v1"), kNow).order.state == OrderState::Open);
  CHECK(ledger.find(kId)->venueOrderId == "v2");
  CHECK(ledger.byVenueId({0}, "v1") == kId);
  CHECK(ledger.byVenueId({0}, "v2") == kId);
  CHECK(ledger.byVenueId({0}, "v3").isNil());
  CHECK(ledger.byVenueId({0}, "").isNil());
  // Reports and fills that name only a venue id of the chain find the order.
  Fill fill = fillOf("a", "0.4");
  fill.clientId = {};
  fill.venueOrderId = "v1";
  const OrderChange filled = ledger.applyFill(fill, kNow);
  CHECK(filled.order.filled == quantity("0.4"));
  CHECK(filled.fill->clientId == kId);
  OrderReport nameless = at(OrderReport::Kind::Cancelled, "v2");
  nameless.clientId = {};
  CHECK(ledger.apply(nameless, kNow).order.state == OrderState::Cancelled);
}

TEST_CASE("an end with more filled than fills were told is no end: UNKNOWN until they come") {
  for (const auto kind : {OrderReport::Kind::Cancelled, OrderReport::Kind::Expired, OrderReport::Kind::Accepted}) {
    OrderLedger ledger(test::fakeInstruments());
    ledger.adopt(ledgerOrder(OrderState::Unknown));
    OrderReport report = reportFor(kind);
    report.filledInAll = quantity("0.4");
    const OrderChange change = ledger.apply(report, kNow);
    CHECK(change.missing == quantity("0.4"));
    CHECK(change.order.state == OrderState::Unknown);
    const OrderChange part = ledger.applyFill(fillOf("a", "0.3"), kNow);
    const bool ended = kind != OrderReport::Kind::Accepted;
    CHECK(part.order.state == (ended ? OrderState::Unknown : OrderState::PartiallyFilled));
    // The last missing fill brings the end that was proven before.
    const OrderChange last = ledger.applyFill(fillOf("b", "0.1"), kNow);
    CHECK(isTerminal(last.order.state) == ended);
    CHECK_FALSE(last.order.lateFill);
    CHECK(ledger.apply(report, kNow).missing.isZero());
  }
  OrderLedger more(test::fakeInstruments());
  more.adopt(ledgerOrder(OrderState::Open));
  OrderReport report = reportFor(OrderReport::Kind::Cancelled);
  report.filledInAll = quantity("0.4");
  more.apply(report, kNow);
  CHECK(more.applyFill(fillOf("a", "1"), kNow).order.state == OrderState::Filled);
}

TEST_CASE("REJECTED of an order that had filled in part is a contradiction") {
  OrderLedger ledger(test::fakeInstruments());
  ledger.add(ledgerOrder());
  ledger.applyFill(fillOf("a", "0.4"), kNow);
  ledger.markUnknown(kId, "lost", kNow);
  const OrderChange change = ledger.apply(reportFor(OrderReport::Kind::Rejected), kNow);
  CHECK(change.contradiction);
  CHECK(change.order.state == OrderState::Unknown);
}

TEST_CASE("ended orders and their venue ids are forgotten beyond the horizon, live ones never; the bound holds") {
  OrderLedger ledger(test::fakeInstruments(), 100, 50);
  const auto idOf = [](std::uint64_t n) { return Uuid{n << 16 | 0x7000, 0x8000000000000000ULL | n}; };
  for (std::uint64_t n = 1; n <= 5000; ++n) {
    Order order = ledgerOrder();
    order.clientId = idOf(n);
    ledger.add(order);
    OrderReport report = reportFor(OrderReport::Kind::Accepted);
    report.clientId = order.clientId;
    report.venueOrderId = "v" + std::to_string(n);
    ledger.apply(report, kNow);
    Fill fill = fillOf(("t" + std::to_string(n)).c_str(), "0.1");
    fill.clientId = order.clientId;
    fill.venueTime = Timestamp::fromSeconds(static_cast<std::int64_t>(n));
    ledger.applyFill(fill, kNow);
    report.kind = OrderReport::Kind::Cancelled;
    if (n % 500 != 0) ledger.apply(report, kNow);
    ledger.prune();
    CHECK(ledger.size() <= 110 + n / 500);
  }
  CHECK(ledger.liveIds().size() == 10);
  CHECK(ledger.find(idOf(500)) != nullptr);
  CHECK(ledger.find(idOf(4999)) != nullptr);
  CHECK(ledger.find(idOf(501)) == nullptr);
  CHECK(ledger.byVenueId({0}, "v501").isNil());
  CHECK(ledger.byVenueId({0}, "v500") == idOf(500));
  CHECK(ledger.mayBeForgotten(idOf(501)));
  CHECK_FALSE(ledger.mayBeForgotten(idOf(500)));
  CHECK_FALSE(ledger.mayBeForgotten(idOf(6000)));
  CHECK_FALSE(ledger.mayBeForgotten({5, 5}));
  Fill old = fillOf("t500", "0.1");
  old.clientId = idOf(500);
  old.venueTime = Timestamp::fromSeconds(500);
  CHECK(ledger.hasSeen(old));
  const OrderChange again = ledger.applyFill(old, kNow);
  CHECK(again.duplicate);
  CHECK(again.tooOld);
  CHECK(ledger.find(idOf(500))->filled == quantity("0.1"));
  ledger.markSeen(fillOf("never", "1"));
  // An order that comes back from its end (an external one that grows) is forgotten like any other, once it ended
  // again.
  Order back = *ledger.find(idOf(4999));
  back.state = OrderState::Open;
  ledger.adopt(back);
  ledger.prune();
  CHECK(ledger.find(idOf(4999))->state == OrderState::Open);
}

TEST_CASE("forgetting: orders without a venue id, foreign ones, and one that is live again; fees of other currencies") {
  OrderLedger ledger(test::fakeInstruments(), 1);
  Order foreign = ledgerOrder(OrderState::Cancelled);
  foreign.clientId = {5, 5};
  ledger.adopt(foreign);
  Order back = ledgerOrder(OrderState::Cancelled);
  back.clientId = {6, 6};
  ledger.adopt(back);
  back.state = OrderState::Open;
  ledger.adopt(back);
  Order last = ledgerOrder(OrderState::Cancelled);
  last.clientId = {7, 7};
  ledger.adopt(last);
  ledger.prune();
  CHECK(ledger.find({5, 5}) == nullptr);
  CHECK(ledger.find({6, 6}) != nullptr);
  CHECK(ledger.find({7, 7}) != nullptr);
  CHECK_FALSE(ledger.mayBeForgotten({5, 5}));
  Fill fill = fillOf("x", "0.1");
  fill.clientId = {6, 6};
  fill.fee = Money(dec("0.01"), Currency("BNB"));
  CHECK(ledger.applyFill(fill, kNow).order.fees.isZero());
  fill.venueTradeId = "y";
  fill.venueOrderId = "v9";
  CHECK(ledger.applyFill(fill, kNow).order.venueOrderId == "v9");
}

TEST_CASE("what was journalled comes back: state, flags of the end, the chain of venue ids; fills make quantities") {
  OrderLedger ledger(test::fakeInstruments());
  Order order = ledgerOrder(OrderState::Open);
  order.venueOrderId = "v1";
  order.filled = quantity("0.4");
  ledger.restoreState(order);
  CHECK(ledger.find(kId)->filled.isZero());
  ledger.applyFill(fillOf("a", "0.4"), kNow);
  order.venueOrderId = "v2";
  order.state = OrderState::Cancelled;
  order.lateFill = true;
  ledger.restoreState(order);
  CHECK(ledger.find(kId)->state == OrderState::Cancelled);
  CHECK(ledger.find(kId)->lateFill);
  CHECK(ledger.find(kId)->filled == quantity("0.4"));
  CHECK(ledger.byVenueId({0}, "v1") == kId);
  CHECK_FALSE(ledger.hasLive());
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
