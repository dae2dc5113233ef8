// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "tests/agents/execution_bench.h"

namespace {

using namespace bw;
using test::dec;
using test::ExecutionBench;
using test::price;
using test::quantity;
using Answer = ReconciliationAction;
using Kind = ReconciliationKind;
using State = ReconciliationItem::State;

ControlAnswer say(ExecutionBench& bench, const std::string& id, Answer action) {
  bench.context.deliver(*bench.agent, Topic::ReconciliationAnswer, ReconciliationAnswer{id, action, "window", "test"});
  const ControlAnswer answer = bench.context.all<ControlAnswer>(Topic::ControlAnswer).back();
  bench.settle();
  return answer;
}

ReconciliationItem onlyItem(const ExecutionBench& bench) {
  const auto items = bench.agent->inbox().items();
  REQUIRE(items.size() == 1);
  return items[0];
}

Quantity buyAtMarket(ExecutionBench& bench, const char* size) {
  bench.book();
  OrderIntent entry = bench.intent(size);
  entry.type = OrderType::Market;
  bench.approve(entry);
  return bench.held();
}

/// What the same journal makes of a new agent at the same venue.
std::unique_ptr<ExecutionBench> restarted(ExecutionBench& before) {
  auto after = std::make_unique<ExecutionBench>(before.journal.records(), &before.venue);
  after->context.advance(*after->agent, before.context.now() - after->context.now());
  after->settle();
  return after;
}

TEST_CASE("AC01, G20: drift is found by the poll within 15 s, locks the instrument and cancels all 30 s later") {
  ExecutionBench bench;
  bench.venue.putPosition({0}, quantity("3"), price("100"));
  Duration taken{0};
  while (bench.agent->inbox().size() == 0 && taken < Duration::seconds(60)) {
    bench.pass(Duration::millis(100));
    taken = taken + Duration::millis(100);
  }
  CHECK(taken <= Duration::seconds(15));
  MESSAGE("drift found by poll after ", taken.toMillis(), " ms");
  CHECK(bench.held().isZero());
  CHECK(bench.said("DRIFT"));
  bench.approve(bench.intent());
  CHECK(bench.lastDropped().reason.rfind("RECONCILE: R-1: BTCUSDT: the venue holds 3, we count 0", 0) == 0);
  CHECK(bench.gate.levelFor(bench.instruments->get({0}), "demo") == gate::Level::NoNew);
  CHECK(bench.gate.levelFor(bench.instruments->get({1}), "demo") == gate::Level::Run);
  bench.pass(Duration::millis(29'000));
  CHECK(bench.stop.raised.empty());
  bench.pass(Duration::seconds(2));
  REQUIRE(bench.stop.raised.size() == 1);
  CHECK(bench.stop.raised[0].level == StopLevel::CancelAll);
  CHECK(bench.stop.raised[0].scope.name == "fake");
  bench.pass(Duration::minutes(2));
  CHECK(bench.stop.raised.size() == 1);
  CHECK(bench.venue.count("place") == 0);
}

TEST_CASE("G20: a foreign fill on the private stream is told, booked and locks at once") {
  ExecutionBench bench;
  bench.book();
  Order foreign;
  foreign.clientId = {5, 5};
  foreign.instrument = {0};
  foreign.quantity = quantity("2");
  foreign.limitPrice = price("99");
  foreign.state = OrderState::Open;
  bench.venue.putOrder(foreign);
  bench.pass(Duration::millis(50));
  bench.venue.fill(foreign.clientId, quantity("0.5"), price("99"));
  bench.settle();
  const ReconciliationItem item = onlyItem(bench);
  CHECK(item.kind == Kind::ForeignFill);
  CHECK(bench.held() == quantity("0.5"));
  REQUIRE(bench.agent->positions().slices().size() == 1);
  CHECK(bench.agent->positions().slices()[0].owner == Owner::External);
  bench.approve(bench.intent());
  CHECK(bench.lastDropped().reason.rfind("RECONCILE", 0) == 0);
  OrderIntent other = bench.intent();
  other.instrument = {1};
  bench.approve(other);
  CHECK(bench.byIntent(other.id)->state == OrderState::Open);  // the lock is the instrument's alone
  // Closing what somebody else bought is the person's word; the exit goes through risk like any other.
  CHECK(say(bench, item.id, Answer::Close).ok);
  CHECK(bench.held().isZero());
  CHECK(bench.venue.position({0}).isZero());
  CHECK(bench.agent->inbox().find(item.id) == nullptr);
}

TEST_CASE("adopt takes a difference over as external, without an order, for good") {
  ExecutionBench bench;
  CHECK(buyAtMarket(bench, "1") == quantity("1"));
  bench.venue.putPosition({0}, quantity("3"), price("100"));
  bench.pass(Duration::seconds(16));
  const std::size_t placed = bench.venue.count("place");
  CHECK(say(bench, onlyItem(bench).id, Answer::Adopt).ok);
  CHECK(bench.held() == quantity("3"));
  bench.pass(Duration::seconds(16));
  CHECK(bench.agent->inbox().size() == 0);
  CHECK(bench.venue.count("place") == placed);
  CHECK(bench.gate.level() == gate::Level::Run);
  const auto slices = bench.agent->positions().slices();
  REQUIRE(slices.size() == 2);
  CHECK(slices[0].quantity == quantity("1"));
  CHECK(slices[1].owner == Owner::External);
  CHECK(slices[1].quantity == quantity("2"));
  const auto update = bench.context.all<PositionUpdate>(Topic::PositionMarked).back();
  CHECK(update.slices.size() == 2);
  const auto after = restarted(bench);
  CHECK(after->held() == quantity("3"));
  CHECK(after->agent->inbox().size() == 0);
}

TEST_CASE("adopt of less than we count nets our slice and invents no external short") {
  ExecutionBench bench;
  CHECK(buyAtMarket(bench, "1") == quantity("1"));
  bench.venue.putPosition({0}, quantity("0"), price("100"));
  bench.pass(Duration::seconds(16));
  CHECK(say(bench, onlyItem(bench).id, Answer::Adopt).ok);
  CHECK(bench.held().isZero());
  CHECK(bench.agent->positions().slices().empty());
  CHECK(restarted(bench)->held().isZero());
}

TEST_CASE("close adopts the difference and leaves it at market, once") {
  ExecutionBench bench;
  CHECK(buyAtMarket(bench, "1") == quantity("1"));
  bench.venue.putPosition({0}, quantity("3"), price("100"));
  bench.pass(Duration::seconds(16));
  CHECK(say(bench, onlyItem(bench).id, Answer::Close).ok);
  CHECK(bench.held() == quantity("1"));
  CHECK(bench.venue.position({0}) == quantity("1"));
  bench.pass(Duration::minutes(1));
  CHECK(bench.venue.position({0}) == quantity("1"));
  CHECK(bench.agent->inbox().size() == 0);
}

TEST_CASE("ignore lifts the lock until the figures change; pause holds until it is answered otherwise") {
  ExecutionBench bench;
  bench.venue.putPosition({0}, quantity("3"), price("100"));
  bench.pass(Duration::seconds(16));
  CHECK(say(bench, "R-1", Answer::Ignore).ok);
  bench.pass(Duration::minutes(2));
  CHECK(bench.stop.raised.empty());
  CHECK(bench.gate.levelFor(bench.instruments->get({0}), "demo") == gate::Level::Run);
  bench.venue.putPosition({0}, quantity("4"), price("100"));
  bench.pass(Duration::seconds(16));
  CHECK(onlyItem(bench).state == State::Open);
  CHECK(say(bench, "R-1", Answer::Pause).ok);
  bench.venue.putPosition({0}, quantity("0"), price("100"));
  bench.pass(Duration::minutes(2));
  CHECK(bench.gate.levelFor(bench.instruments->get({0}), "demo") == gate::Level::NoNew);
  const auto after = restarted(bench);
  CHECK(after->gate.levelFor(bench.instruments->get({0}), "demo") == gate::Level::NoNew);
  CHECK(say(*after, "R-1", Answer::Ignore).ok);
  after->pass(Duration::seconds(16));
  CHECK(after->gate.levelFor(bench.instruments->get({0}), "demo") == gate::Level::Run);
  CHECK(after->agent->inbox().size() == 0);
  CHECK_FALSE(say(*after, "R-9", Answer::Ignore).ok);
}

TEST_CASE("OR07: an order under our prefix that the journal does not know is a suspect and cancels all") {
  ExecutionBench bench;
  Order stranger;
  stranger.clientId = {0x7001, 99};
  stranger.instrument = {0};
  stranger.quantity = quantity("1");
  stranger.limitPrice = price("90");
  stranger.state = OrderState::Open;
  bench.venue.putOrder(stranger);
  bench.pass(Duration::seconds(16));
  CHECK(onlyItem(bench).kind == Kind::DuplicateSuspect);
  CHECK(bench.said("DUPLICATE_SUSPECT"));
  REQUIRE(bench.stop.raised.size() == 1);
  CHECK(bench.stop.raised[0].level == StopLevel::CancelAll);
  bench.pass(Duration::seconds(30));
  CHECK(bench.stop.raised.size() == 1);
  CHECK(say(bench, "R-1", Answer::Close).ok);
  CHECK(bench.venue.openOrders().empty());
  bench.pass(Duration::seconds(16));
  CHECK(bench.agent->inbox().size() == 0);
}

TEST_CASE(
    "OR02: where the venue promises nothing no denial ends UNKNOWN; a person may accept it, or it lands 10 min late") {
  ExecutionBench bench;
  bench.venue.set([](auto& knobs) {
    knobs.landsWithin.reset();
    knobs.landAfter = Duration::minutes(10);
    knobs.dropAcks = true;
  });
  const OrderIntent late = bench.intent();
  bench.approve(late);
  bench.pass(Duration::seconds(5));
  CHECK_FALSE(say(bench, "R-1", Answer::Adopt).ok);  // there is no such item yet
  bench.pass(Duration::seconds(9));
  CHECK(onlyItem(bench).kind == Kind::UnknownOrder);
  CHECK(bench.stop.raised.empty());
  bench.pass(Duration::seconds(20));
  CHECK(bench.stop.raised.size() == 1);  // UNKNOWN for 30 s
  bench.pass(Duration::minutes(9));
  CHECK(bench.byIntent(late.id)->state == OrderState::Unknown);
  bench.pass(Duration::minutes(1));
  CHECK(bench.byIntent(late.id)->state == OrderState::Open);
  CHECK(bench.agent->inbox().size() == 0);
  bench.venue.set([](auto& knobs) {
    knobs.landAfter = {};
    knobs.losePlacements = true;
  });
  const OrderIntent lost = bench.intent();
  bench.approve(lost);
  bench.pass(Duration::minutes(5));
  CHECK(bench.byIntent(lost.id)->state == OrderState::Unknown);
  CHECK(say(bench, onlyItem(bench).id, Answer::Adopt).ok);
  CHECK(bench.byIntent(lost.id)->state == OrderState::Cancelled);
  CHECK(bench.byIntent(lost.id)->reason == "the venue denies it; accepted by window");
  CHECK(bench.venue.count("place") == 2);
}

TEST_CASE("an answer without proof is refused: an UNKNOWN order that the venue has not denied is not adopted away") {
  ExecutionBench bench;
  bench.venue.set([](auto& knobs) { knobs.dropAcks = knobs.orderFails = knobs.accountFails = true; });
  bench.approve(bench.intent());
  bench.pass(Duration::seconds(20));
  const ControlAnswer refused = say(bench, onlyItem(bench).id, Answer::Adopt);
  CHECK_FALSE(refused.ok);
  CHECK(refused.reason == "reconcile.no_proof");
  CHECK(bench.agent->orders().hasLive());
}

TEST_CASE("OR09: an order that ended here and rests at the venue is cancelled there until it is gone") {
  ExecutionBench bench;
  const OrderIntent intent = bench.intent();
  bench.approve(intent);
  OrderReport lie;
  lie.kind = OrderReport::Kind::Cancelled;
  lie.clientId = bench.byIntent(intent.id)->clientId;
  bench.context.deliver(*bench.agent, Topic::VenueReport, lie);
  CHECK(bench.byIntent(intent.id)->state == OrderState::Cancelled);
  CHECK(bench.venue.openOrders().size() == 1);
  bench.pass(Duration::seconds(17));
  CHECK(bench.venue.openOrders().empty());
  bench.pass(Duration::seconds(16));
  CHECK(bench.agent->inbox().size() == 0);
}

TEST_CASE("AC04, AC06: funding and transfers count once, also after a restart; unexplained cash is told and adopted") {
  ExecutionBench bench;
  CHECK(buyAtMarket(bench, "1") == quantity("1"));
  const auto money = [](const char* amount) { return Money(dec(amount), Currency("USDT")); };
  const Timestamp later = bench.context.now() + Duration::seconds(1);
  bench.venue.payFunding({"f1", {0}, money("-0.25"), later});
  bench.venue.transfer({"t1", money("500"), later});
  bench.pass(Duration::seconds(40));
  CHECK(bench.agent->inbox().size() == 0);
  CHECK(bench.agent->positions().position({0}).funding == money("-0.25"));
  const AccountUpdate account = bench.context.all<AccountUpdate>(Topic::BalanceChanged).back();
  CHECK(account.funding == money("-0.25"));
  CHECK(account.dayPnl < money("1"));  // a transfer is no profit
  CHECK(account.balance > money("10499"));
  bench.venue.transfer({"t2", money("-100"), later}, true);
  bench.pass(Duration::seconds(16));
  const ReconciliationItem item = onlyItem(bench);
  CHECK(item.kind == Kind::Balance);
  CHECK_FALSE(item.locked);
  const auto after = restarted(bench);
  CHECK(after->agent->positions().position({0}).funding == money("-0.25"));
  CHECK(onlyItem(*after).id == item.id);
  after->pass(Duration::seconds(16));
  CHECK(say(*after, item.id, Answer::Adopt).ok);
  after->pass(Duration::seconds(16));
  CHECK(after->agent->inbox().size() == 0);
  CHECK(after->context.all<AccountUpdate>(Topic::BalanceChanged).back().balance < money("10400.1"));
}

TEST_CASE("AC02: a liquidation stops the account until it is answered") {
  ExecutionBench bench;
  CHECK(buyAtMarket(bench, "1") == quantity("1"));
  OrderReport report;
  report.kind = OrderReport::Kind::Filled;
  report.fill.clientId = {3, 3};
  report.fill.venueTradeId = "liq";
  report.fill.instrument = {0};
  report.fill.side = Side::Sell;
  report.fill.price = price("90");
  report.fill.quantity = quantity("1");
  report.fill.fee = Money::zero(Currency("USDT"));
  report.fill.liquidation = true;
  report.fill.venueTime = bench.context.now() + Duration::millis(1);
  bench.context.deliver(*bench.agent, Topic::VenueReport, report);
  CHECK(bench.held().isZero());
  CHECK(bench.said("LIQUIDATION"));
  OrderIntent other = bench.intent();
  other.instrument = {1};
  bench.approve(other);
  CHECK(bench.lastDropped().reason.rfind("RECONCILE", 0) == 0);
  CHECK(bench.gate.levelFor(bench.instruments->get({1}), "demo") == gate::Level::NoNew);
  for (const ReconciliationItem& item : bench.agent->inbox().items()) CHECK(say(bench, item.id, Answer::Ignore).ok);
  CHECK(bench.gate.levelFor(bench.instruments->get({1}), "demo") == gate::Level::Run);
}

TEST_CASE("fills, funding and transfers from before our books of an account are in its opening figures, also later") {
  ExecutionBench first;
  first.venue.putPosition({0}, quantity("2"), price("100"));
  Order old;
  old.clientId = {9, 9};
  old.instrument = {0};
  old.quantity = quantity("1");
  old.state = OrderState::Open;
  first.venue.putOrder(old);
  first.venue.fillSilently(old.clientId, quantity("1"), price("100"));
  ExecutionBench bench({}, &first.venue);
  bench.settle();
  CHECK(bench.held() == quantity("3"));
  bench.pass(Duration::seconds(40));
  CHECK(bench.agent->inbox().size() == 0);
  const auto after = restarted(bench);
  after->pass(Duration::seconds(40));
  CHECK(after->held() == quantity("3"));
  CHECK(after->agent->inbox().size() == 0);
}

TEST_CASE("without the venue's account there is no new risk, and the account is asked for with back-off") {
  ExecutionBench bench;
  bench.venue.set([](auto& knobs) { knobs.accountFails = true; });
  bench.pass(Duration::seconds(16));
  bench.approve(bench.intent());
  CHECK(bench.lastDropped().reason.rfind("NO_ACCOUNT", 0) == 0);
  bench.venue.set([](auto& knobs) { knobs.accountFails = false; });
  bench.pass(Duration::seconds(9));
  const OrderIntent next = bench.intent();
  bench.approve(next);
  CHECK(bench.byIntent(next.id)->state == OrderState::Open);
}

TEST_CASE("OR29: post-only entries refused again and again disable the strategy there; most refused stops the venue") {
  ExecutionBench bench;
  bench.venue.set([](auto& knobs) { knobs.rejectPlacements = true; });
  const auto postOnly = [&] {
    OrderIntent intent = bench.intent();
    intent.postOnly = true;
    bench.approve(intent);
    bench.pass(Duration::millis(100));
  };
  for (int i = 0; i < 5; ++i) postOnly();
  CHECK(bench.said("REPEATED_REJECTS"));
  const std::size_t placed = bench.venue.count("place");
  postOnly();
  CHECK(bench.venue.count("place") == placed);
  CHECK(bench.lastDropped().reason.rfind("REPEATED_REJECTS", 0) == 0);
  CHECK(bench.stop.raised.empty());
  for (int i = 0; i < 15; ++i) bench.approve(bench.intent());
  REQUIRE(bench.stop.raised.size() == 1);  // 20 of 20
  CHECK(bench.stop.raised[0].level == StopLevel::CancelAll);
  bench.venue.set([](auto& knobs) { knobs.rejectPlacements = false; });
  bench.context.deliver(*bench.agent, Topic::StateChanged,
                        StateChanged{SessionState::Ready, SessionState::Trading, "start"});
  postOnly();
  CHECK(bench.venue.count("place") == placed + 16);
}

}  // namespace
