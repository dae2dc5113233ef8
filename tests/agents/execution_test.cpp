// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "tests/agents/execution_bench.h"

namespace {

using namespace bw;
using test::dec;
using test::ExecutionBench;
using test::price;
using test::quantity;

TEST_CASE("an approved limit order is placed, acknowledged, filled and in the position, under one correlation id") {
  ExecutionBench bench;
  const OrderIntent intent = bench.intent();
  bench.approve(intent);
  const Order* order = bench.byIntent(intent.id);
  REQUIRE(order != nullptr);
  CHECK(order->state == OrderState::Open);
  bench.venue.fill(order->clientId, quantity("0.4"), price("99.5"));
  bench.settle();
  CHECK(bench.byIntent(intent.id)->state == OrderState::PartiallyFilled);
  CHECK(bench.held() == quantity("0.4"));
  bench.venue.fill(order->clientId, quantity("0.6"), price("99.5"));
  bench.settle();
  CHECK(bench.byIntent(intent.id)->state == OrderState::Filled);
  CHECK(bench.held() == quantity("1"));
  CHECK(bench.context.all<OrderUpdate>(Topic::OrderPlaced).size() == 1);
  CHECK(bench.context.all<OrderFilled>(Topic::OrderFilled).size() == 2);
  CHECK(bench.context.all<PositionUpdate>(Topic::PositionOpened).size() == 1);
  for (const auto& one : bench.context.published) {
    if (one.topic == Topic::OrderPlaced || one.topic == Topic::OrderUpdated || one.topic == Topic::OrderFilled)
      CHECK(one.options.correlationId == intent.id);
  }
  const auto accounts = bench.context.all<AccountUpdate>(Topic::BalanceChanged);
  REQUIRE_FALSE(accounts.empty());
  CHECK(accounts.back().fees == Money(dec("0.0597"), Currency("USDT")));
}

TEST_CASE("a slippage limit that is changed at run time holds for the next order") {
  ExecutionBench bench;
  OrderIntent intent = bench.intent();
  intent.limitPrice.reset();
  intent.priceRule.kind = PriceRule::Kind::BookLevel;
  intent.priceRule.level = 3;
  bench.book(9);
  LimitCommand command;
  command.version = 1;
  command.values = {{"MAX_SLIPPAGE", "10"}};
  bench.context.deliver(*bench.agent, Topic::Limits, command);
  bench.approve(intent);
  CHECK(bench.lastDropped().reason.rfind("SLIPPAGE_EXCEEDED", 0) == 0);
  command.version = 2;
  command.values = {{"MAX_SLIPPAGE", "100"}};
  bench.context.deliver(*bench.agent, Topic::Limits, command);
  intent.id = bench.context.newId();
  bench.approve(intent);
  CHECK(bench.byIntent(intent.id) != nullptr);
}

TEST_CASE("a book-level entry rests on the ninth level; thin books and far levels are refused with their reason") {
  ExecutionBench bench;
  OrderIntent intent = bench.intent();
  intent.limitPrice.reset();
  intent.priceRule.kind = PriceRule::Kind::BookLevel;
  bench.approve(intent);
  CHECK(bench.lastDropped().reason.rfind("BOOK_STALE", 0) == 0);
  bench.book(8);
  intent.id = bench.context.newId();
  bench.approve(intent);
  CHECK(bench.lastDropped().reason.rfind("BOOK_TOO_THIN", 0) == 0);
  CHECK(bench.lastDropped().state == OrderState::Cancelled);
  CHECK(bench.lastDropped().intentId == intent.id);
  bench.book(9);
  intent.id = bench.context.newId();
  bench.approve(intent);
  CHECK(bench.lastDropped().reason.rfind("SLIPPAGE_EXCEEDED", 0) == 0);  // 98.3 against 100: 1.7 %
  intent.id = bench.context.newId();
  intent.priceRule.level = 3;
  intent.side = Side::Sell;
  bench.approve(intent);
  REQUIRE(bench.byIntent(intent.id) != nullptr);
  CHECK(bench.byIntent(intent.id)->limitPrice == price("100.5"));
  CHECK(bench.byIntent(intent.id)->midAtDecision == price("100"));
}

TEST_CASE("size and price stay inside the approval; a market order is an IOC at its collar") {
  ExecutionBench bench;
  bench.book();
  OrderIntent market = bench.intent("2");
  market.type = OrderType::Market;
  market.limitPrice.reset();
  bench.approve(market, [](ApprovalBounds& b) { b.maxNotional = Money(dec("150"), Currency("USDT")); });
  const Order* order = bench.byIntent(market.id);
  REQUIRE(order != nullptr);
  CHECK(order->limitPrice == price("100.5"));
  CHECK(order->tif == TimeInForce::Ioc);
  CHECK(order->quantity == quantity("1.492"));  // 150 / 100.5, down to the lot
  OrderIntent worse = bench.intent();
  worse.limitPrice = price("110.1");
  bench.approve(worse);
  CHECK(bench.lastDropped().reason.rfind("OUTSIDE_BOUNDS", 0) == 0);
}

TEST_CASE("OR01, OR10: without an answer the order is UNKNOWN, is asked for, and is never sent again") {
  for (const bool unknownAnswer : {false, true}) {
    ExecutionBench bench;
    bench.venue.set([&](auto& knobs) {
      (unknownAnswer ? knobs.answerUnknown : knobs.dropAcks) = true;
      knobs.orderFails = true;
      knobs.accountFails = true;
    });
    const OrderIntent intent = bench.intent();
    bench.approve(intent);
    bench.pass(Duration::seconds(5));
    CHECK(bench.byIntent(intent.id)->state == OrderState::Unknown);
    bench.pass(Duration::minutes(10));
    CHECK(bench.byIntent(intent.id)->state == OrderState::Unknown);  // no timer ends it
    bench.venue.set([](auto& knobs) { knobs.orderFails = knobs.accountFails = false; });
    bench.pass(Duration::seconds(9));
    CHECK(bench.byIntent(intent.id)->state == OrderState::Open);
    CHECK(bench.venue.count("place") == 1);
  }
}

TEST_CASE("OR02: a lost placement ends by two denials apart in time; a late landing is found instead") {
  ExecutionBench bench;
  bench.venue.set([](auto& knobs) { knobs.losePlacements = true; });
  const OrderIntent lost = bench.intent();
  bench.approve(lost);
  bench.pass(Duration::millis(2600));
  CHECK(bench.byIntent(lost.id)->state == OrderState::Unknown);
  bench.pass(Duration::millis(3400));  // denied more than once, but the approval could still be used
  CHECK(bench.byIntent(lost.id)->state == OrderState::Unknown);
  bench.pass(Duration::seconds(3));
  CHECK(bench.byIntent(lost.id)->state == OrderState::Cancelled);
  bench.venue.set([](auto& knobs) {
    knobs.losePlacements = false;
    knobs.landAfter = Duration::millis(2300);
    knobs.dropAcks = true;
  });
  const OrderIntent late = bench.intent();
  bench.approve(late);
  bench.pass(Duration::seconds(9));
  CHECK(bench.byIntent(late.id)->state == OrderState::Open);
  CHECK(bench.venue.count("place") == 2);
}

TEST_CASE("OR03, OR04: fills come twice and before the acknowledgement, and count once") {
  ExecutionBench bench;
  bench.book();
  bench.venue.set([](auto& knobs) { knobs.duplicateFills = knobs.fillBeforeAck = true; });
  OrderIntent market = bench.intent();
  market.type = OrderType::Market;
  bench.approve(market);
  bench.pass(Duration::seconds(20));  // the account lists the fill once more
  CHECK(bench.held() == quantity("1"));
  CHECK(bench.context.all<OrderFilled>(Topic::OrderFilled).size() == 1);
  CHECK(bench.byIntent(market.id)->state == OrderState::Filled);
}

TEST_CASE("OR05, OR22: cancelled in part; a fill that comes later corrects the position and flags the order") {
  ExecutionBench bench;
  const OrderIntent intent = bench.intent();
  bench.approve(intent);
  const Uuid id = bench.byIntent(intent.id)->clientId;
  bench.venue.fill(id, quantity("0.4"), price("99.5"));
  CancelRequest request;
  request.clientId = id;
  bench.context.deliver(*bench.agent, Topic::CancelRequested, request);
  CHECK(bench.agent->orders().find(id)->cancelPending);
  bench.settle();
  CHECK(bench.agent->orders().find(id)->state == OrderState::Cancelled);
  CHECK(bench.agent->orders().find(id)->filled == quantity("0.4"));
  OrderReport late;
  late.kind = OrderReport::Kind::Filled;
  late.clientId = id;
  late.fill.clientId = id;
  late.fill.venueTradeId = "late";
  late.fill.instrument = {0};
  late.fill.price = price("99.5");
  late.fill.quantity = quantity("0.1");
  late.fill.fee = Money::zero(Currency("USDT"));
  bench.context.deliver(*bench.agent, Topic::VenueReport, late);
  CHECK(bench.held() == quantity("0.5"));
  CHECK(bench.agent->orders().find(id)->lateFill);
  CHECK(bench.said("LATE_FILL"));
}

TEST_CASE("OR06: a cancel refused because the order filled ends as FILLED, by proof") {
  ExecutionBench bench;
  const OrderIntent intent = bench.intent();
  bench.approve(intent);
  const Uuid id = bench.byIntent(intent.id)->clientId;
  bench.venue.fillSilently(id, quantity("1"), price("99.5"));
  CancelRequest request;
  request.clientId = id;
  bench.context.deliver(*bench.agent, Topic::CancelRequested, request);
  bench.pass(Duration::seconds(20));
  CHECK(bench.agent->orders().find(id)->state == OrderState::Filled);
  CHECK(bench.held() == quantity("1"));
  CHECK(bench.venue.count("cancel") <= 2);
}

TEST_CASE("OR21: an overfill is kept and presses the emergency stop") {
  ExecutionBench bench;
  const OrderIntent intent = bench.intent();
  bench.approve(intent);
  const Uuid id = bench.byIntent(intent.id)->clientId;
  bench.venue.fill(id, quantity("1"), price("99.5"));
  bench.settle();
  CHECK(bench.stop.pressed == 0);
  bench.venue.fill(id, quantity("0.5"), price("99.5"));
  bench.settle();
  CHECK(bench.held() == quantity("1.5"));
  CHECK(bench.stop.pressed == 1);
}

TEST_CASE("stop and target follow what filled: placed, resized by cancel first, ended with the position") {
  ExecutionBench bench;
  bench.book();
  OrderIntent intent = bench.intent();
  intent.contingent = {price("95"), price("105")};
  bench.approve(intent);
  const Uuid id = bench.byIntent(intent.id)->clientId;
  CHECK(bench.live(OrderRole::StopLoss).empty());
  bench.venue.fill(id, quantity("0.4"), price("99.5"));
  bench.settle();
  REQUIRE(bench.live(OrderRole::StopLoss).size() == 1);
  REQUIRE(bench.live(OrderRole::TakeProfit).size() == 1);
  const Order first = bench.live(OrderRole::StopLoss)[0];
  CHECK(first.quantity == quantity("0.4"));
  CHECK(first.reduceOnly);
  CHECK(first.parent == id);
  CHECK(first.triggerPrice == price("95"));
  bench.venue.fill(id, quantity("0.6"), price("99.5"));
  bench.settle();
  REQUIRE(bench.live(OrderRole::StopLoss).size() == 1);
  CHECK(bench.live(OrderRole::StopLoss)[0].quantity == quantity("1"));
  CHECK(bench.agent->orders().find(first.clientId)->state == OrderState::Cancelled);
  // OR27: the target fills in part; the stop is cancelled first, then comes back at the rest.
  const Order target = bench.live(OrderRole::TakeProfit)[0];
  bench.venue.fill(target.clientId, quantity("0.3"), price("105"));
  bench.settle();
  REQUIRE(bench.live(OrderRole::StopLoss).size() == 1);
  CHECK(bench.live(OrderRole::StopLoss)[0].quantity == quantity("0.7"));
  CHECK(bench.live(OrderRole::TakeProfit)[0].clientId == target.clientId);
  bench.venue.fill(target.clientId, quantity("0.7"), price("105"));
  bench.settle();
  CHECK(bench.held().isZero());
  CHECK(bench.venue.openOrders().empty());
  CHECK(bench.venue.crossings() == 0);
  CHECK(bench.context.all<PositionUpdate>(Topic::PositionClosed).size() == 1);
}

TEST_CASE("while the sibling's end is not proven no successor is placed") {
  ExecutionBench bench;
  bench.book();
  OrderIntent intent = bench.intent();
  intent.contingent.stop = price("95");
  bench.approve(intent);
  const Uuid id = bench.byIntent(intent.id)->clientId;
  bench.venue.fill(id, quantity("0.4"), price("99.5"));
  bench.settle();
  bench.venue.set([](auto& knobs) { knobs.ignoreCancels = true; });
  bench.venue.fill(id, quantity("0.6"), price("99.5"));
  bench.settle();
  bench.pass(Duration::seconds(5));
  REQUIRE(bench.live(OrderRole::StopLoss).size() == 1);
  CHECK(bench.live(OrderRole::StopLoss)[0].quantity == quantity("0.4"));
  bench.venue.set([](auto& knobs) { knobs.ignoreCancels = false; });
  bench.pass(Duration::seconds(5));
  REQUIRE(bench.live(OrderRole::StopLoss).size() == 1);
  CHECK(bench.live(OrderRole::StopLoss)[0].quantity == quantity("1"));
}

TEST_CASE("OR28: a stop refused again and again ends in one alarm, not in a loop") {
  ExecutionBench bench;
  bench.book();
  bench.refuseChildren = true;
  OrderIntent intent = bench.intent();
  intent.contingent.stop = price("95");
  bench.approve(intent);
  bench.venue.fill(bench.byIntent(intent.id)->clientId, quantity("1"), price("99.5"));
  bench.settle();
  bench.pass(Duration::minutes(1));
  CHECK(bench.children.size() == 4);
  int alarms = 0;
  for (const auto& event : bench.context.all<SystemEvent>(Topic::Event)) alarms += event.code == "UNPROTECTED" ? 1 : 0;
  CHECK(alarms == 1);
}

TEST_CASE("a child that the gate would not let through is asked for when the stopped scope is reset, not in a loop") {
  ExecutionBench bench;
  bench.book();
  OrderIntent intent = bench.intent();
  intent.contingent = {price("95"), price("105")};
  bench.approve(intent);
  bench.venue.fill(bench.byIntent(intent.id)->clientId, quantity("1"), price("99.5"));
  bench.settle();
  REQUIRE(bench.children.size() == 2);
  const StopScope scope{StopScope::Kind::Venue, "fake"};
  bench.gate.raiseScope(scope, gate::Level::CancelAll);
  bench.lane->submit(gate::CancelCommand{bench.live(OrderRole::TakeProfit)[0].clientId, {0}});
  bench.lane->submit(gate::CancelCommand{bench.live(OrderRole::StopLoss)[0].clientId, {0}});
  bench.settle();
  bench.pass(Duration::minutes(1));
  CHECK(bench.children.size() == 3);  // the stop may be put back, the target may not
  CHECK(bench.live(OrderRole::StopLoss).size() == 1);
  CHECK(bench.live(OrderRole::TakeProfit).empty());
  CHECK_FALSE(bench.said("UNPROTECTED"));
  bench.gate.endScope(scope);
  bench.pass(Duration::seconds(2));
  CHECK(bench.live(OrderRole::StopLoss).size() == 1);
  CHECK(bench.live(OrderRole::TakeProfit).size() == 1);
}

TEST_CASE("a stop that cannot leave is tried again once a second, with one alarm, until it can") {
  ExecutionBench bench;
  bench.book();
  OrderIntent intent = bench.intent();
  intent.contingent.stop = price("95");
  bench.approve(intent);
  bench.gate.raiseGeneration(2);  // every approval of this bench is of generation 1
  bench.venue.fill(bench.byIntent(intent.id)->clientId, quantity("1"), price("99.5"));
  bench.settle();
  bench.pass(Duration::seconds(20));
  CHECK(bench.children.size() >= 10);
  CHECK(bench.children.size() <= 21);
  CHECK(bench.live(OrderRole::StopLoss).empty());
  int alarms = 0;
  for (const auto& event : bench.context.all<SystemEvent>(Topic::Event)) alarms += event.code == "UNPROTECTED" ? 1 : 0;
  CHECK(alarms == 1);
}

TEST_CASE("OR27: exits are cut to the position, one at a time, and none without a position") {
  ExecutionBench bench;
  bench.book();
  bench.approve(bench.exitIntent("1"));
  CHECK(bench.lastDropped().reason.rfind("EXIT_REFUSED", 0) == 0);
  OrderIntent entry = bench.intent();
  entry.type = OrderType::Market;
  bench.approve(entry);
  REQUIRE(bench.held() == quantity("1"));
  OrderIntent resting = bench.exitIntent("5");
  resting.type = OrderType::Limit;
  resting.limitPrice = price("120");
  bench.approve(resting);
  REQUIRE(bench.byIntent(resting.id) != nullptr);
  CHECK(bench.byIntent(resting.id)->quantity == quantity("1"));
  bench.approve(bench.exitIntent("1"));
  CHECK(bench.lastDropped().reason.rfind("EXIT_REFUSED", 0) == 0);
  CancelRequest request;
  request.scope = CancelRequest::Scope::All;
  bench.context.deliver(*bench.agent, Topic::CancelRequested, request);
  bench.settle();
  bench.approve(bench.exitIntent("5"));
  CHECK(bench.held().isZero());
  CHECK(bench.venue.crossings() == 0);
}

TEST_CASE("a modify cancels first, and what filled meanwhile is not ordered twice") {
  ExecutionBench bench;
  const OrderIntent first = bench.intent();
  bench.approve(first);
  const Uuid old = bench.byIntent(first.id)->clientId;
  bench.venue.set([](auto& knobs) { knobs.ignoreCancels = true; });
  OrderIntent change = bench.intent();
  change.limitPrice = price("99");
  change.replaces = old;
  bench.approve(change);
  CHECK(bench.agent->orders().find(old)->replacePending);
  CHECK(bench.byIntent(change.id) == nullptr);
  bench.venue.fill(old, quantity("0.4"), price("99.5"));
  bench.venue.set([](auto& knobs) { knobs.ignoreCancels = false; });
  bench.pass(Duration::seconds(5));
  REQUIRE(bench.byIntent(change.id) != nullptr);
  CHECK(bench.byIntent(change.id)->quantity == quantity("0.6"));
  CHECK(bench.byIntent(change.id)->limitPrice == price("99"));
}

TEST_CASE("a modify whose cancel is refused is dropped, and the old order stays as it is") {
  ExecutionBench bench;
  const OrderIntent first = bench.intent();
  bench.approve(first);
  const Uuid old = bench.byIntent(first.id)->clientId;
  bench.venue.set([](auto& knobs) { knobs.ignoreCancels = true; });
  OrderIntent change = bench.intent();
  change.replaces = old;
  bench.approve(change);
  OrderReport refused;
  refused.kind = OrderReport::Kind::CancelRejected;
  refused.clientId = old;
  refused.instrument = {0};
  bench.context.deliver(*bench.agent, Topic::VenueReport, refused);
  bench.settle();
  CHECK(bench.byIntent(change.id) == nullptr);
  CHECK(bench.lastDropped().intentId == change.id);
  CHECK(bench.lastDropped().state == OrderState::Cancelled);
  CHECK_FALSE(bench.agent->orders().find(old)->replacePending);
  CHECK(bench.agent->orders().find(old)->state == OrderState::Open);
}

TEST_CASE("an UNKNOWN order that ended leaves nothing in flight at the gate") {
  ExecutionBench bench;
  bench.venue.set([](auto& knobs) { knobs.losePlacements = knobs.answerUnknown = true; });
  bench.approve(bench.intent());
  CHECK(bench.gate.inFlight().size() == 1);
  bench.pass(Duration::seconds(9));
  CHECK_FALSE(bench.agent->orders().hasLive());
  CHECK(bench.gate.inFlight().empty());
}

TEST_CASE("after the emergency stop nothing is placed until the reset; its closes are booked to the slice they close") {
  ExecutionBench bench;
  bench.book();
  OrderIntent entry = bench.intent();
  entry.type = OrderType::Market;
  bench.approve(entry);
  bench.context.deliver(*bench.agent, Topic::EmergencyStop, EmergencyStopRaised{1, "plate", "test", {}});
  bench.approve(bench.intent());
  CHECK(bench.lastDropped().reason.rfind("EMERGENCY_STOP", 0) == 0);
  OrderReport close;
  close.kind = OrderReport::Kind::Filled;
  close.fill.clientId = {0x8000, 1};
  close.fill.venueTradeId = "stop-1";
  close.fill.venueTime = bench.context.now() + Duration::millis(1);
  close.fill.instrument = {0};
  close.fill.side = Side::Sell;
  close.fill.price = price("99");
  close.fill.quantity = quantity("1");
  close.fill.fee = Money::zero(Currency("USDT"));
  bench.context.deliver(*bench.agent, Topic::VenueReport, close);
  CHECK(bench.held().isZero());
  CHECK(bench.agent->positions().slices().empty());
  CHECK_FALSE(bench.said("EXTERNAL_FILL"));
  bench.context.deliver(*bench.agent, Topic::StateChanged,
                        StateChanged{SessionState::EmergencyStop, SessionState::Ready, "reset"});
  const OrderIntent next = bench.intent();
  bench.approve(next);
  CHECK(bench.byIntent(next.id) != nullptr);
}

}  // namespace
