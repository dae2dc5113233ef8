// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gate/gate.h"

#include <doctest/doctest.h>

#include <functional>

#include "core/gate/report_queue.h"
#include "tests/support/fake_venue.h"
#include "tests/support/order_path.h"

namespace {

using namespace bw;
using gate::Gate;
using gate::Level;
using gate::Refusal;
using test::dec;
using test::price;
using test::quantity;

struct GateBench {
  ManualClock clock{Timestamp::fromSeconds(1000)};
  Instruments instruments = test::fakeInstruments();
  Gate gate{clock, instruments};
  test::FakeVenue venue{"fake", clock, instruments};
  gate::ReportQueue reports;
  std::unique_ptr<VenueConnection> connection = venue.connect(reports);

  Order order() const {
    Order o;
    o.clientId = {1, 1};
    o.intentId = {2, 2};
    o.instrument = {0};
    o.side = Side::Buy;
    o.quantity = quantity("0.5");
    o.limitPrice = price("100");
    o.leverage = dec("2");
    return o;
  }
  ApprovalBounds bounds() const {
    ApprovalBounds b;
    b.intentId = {2, 2};
    b.instrument = {0};
    b.maxQuantity = quantity("0.5");
    b.worstPrice = price("100");
    b.maxNotional = Money(dec("50"), Currency("USDT"));
    b.maxLeverage = dec("2");
    b.epoch = gate.epoch();
    b.generation = gate.generation();
    b.expiresAt = clock.now() + Duration::seconds(1);
    return b;
  }
  Refusal pass(const Order& o, const ApprovalBounds& b) {
    return gate.pass(gate::requestFor(o), o, *ApprovalTestAccess::approve(b), *connection).refusal;
  }
};

TEST_CASE("an order at its bounds passes and reaches the venue once") {
  GateBench bench;
  CHECK(bench.pass(bench.order(), bench.bounds()) == Refusal::None);
  CHECK(bench.venue.count("place") == 1);
  CHECK(bench.gate.passedCount() == 1);
  REQUIRE(bench.gate.inFlight().size() == 1);
  CHECK(bench.gate.inFlight()[0].clientId == Uuid{1, 1});
  bench.gate.settle({1, 1});
  CHECK(bench.gate.inFlight().empty());
}

TEST_CASE("one step outside any bound is refused for that field and nothing is sent") {
  struct Case {
    Refusal expected;
    std::function<void(Order&, ApprovalBounds&)> change;
  };
  const std::vector<Case> cases = {
      {Refusal::Intent, [](Order& o, ApprovalBounds&) { o.intentId.low += 1; }},
      {Refusal::Instrument, [](Order& o, ApprovalBounds&) { o.instrument = {1}; }},
      {Refusal::Instrument, [](Order& o, ApprovalBounds& b) { o.instrument = b.instrument = {99}; }},
      {Refusal::InstrumentVersion, [](Order&, ApprovalBounds& b) { b.instrumentVersion = 2; }},
      {Refusal::Side, [](Order& o, ApprovalBounds&) { o.side = Side::Sell; }},
      {Refusal::Type, [](Order& o, ApprovalBounds&) { o.type = OrderType::Market; }},
      {Refusal::Role, [](Order& o, ApprovalBounds&) { o.role = OrderRole::Exit; }},
      {Refusal::ReduceOnly, [](Order&, ApprovalBounds& b) { b.reduceOnly = true; }},
      {Refusal::ReduceOnly, [](Order& o, ApprovalBounds& b) { o.role = b.role = OrderRole::Exit; }},
      {Refusal::Quantity, [](Order& o, ApprovalBounds&) { o.quantity = quantity("0.501"); }},
      {Refusal::Quantity, [](Order& o, ApprovalBounds&) { o.quantity = quantity("0"); }},
      {Refusal::Quantity, [](Order& o, ApprovalBounds&) { o.quantity = quantity("-0.1"); }},
      {Refusal::Price, [](Order& o, ApprovalBounds&) { o.limitPrice = price("100.1"); }},
      {Refusal::Price, [](Order& o, ApprovalBounds&) { o.limitPrice.reset(); }},
      {Refusal::Price, [](Order&, ApprovalBounds& b) { b.worstPrice.reset(); }},
      {Refusal::Price, [](Order& o, ApprovalBounds& b) { o.type = b.type = OrderType::StopMarket; }},
      {Refusal::Notional,
       [](Order&, ApprovalBounds& b) { b.maxNotional = Money(dec("49.99999999"), Currency("USDT")); }},
      {Refusal::Notional, [](Order&, ApprovalBounds& b) { b.maxNotional = Money(dec("1000"), Currency("USD")); }},
      {Refusal::Leverage, [](Order& o, ApprovalBounds&) { o.leverage = dec("2.01"); }},
      {Refusal::Step, [](Order& o, ApprovalBounds&) { o.quantity = quantity("0.0005"); }},
      {Refusal::Step, [](Order& o, ApprovalBounds&) { o.limitPrice = price("99.99"); }},
      {Refusal::Generation, [](Order&, ApprovalBounds& b) { b.generation += 1; }},
      {Refusal::Epoch, [](Order&, ApprovalBounds& b) { b.epoch += 1; }},
      {Refusal::Epoch, [](Order&, ApprovalBounds& b) { b.epoch -= 1; }},
  };
  for (const Case& one : cases) {
    GateBench bench;
    Order order = bench.order();
    ApprovalBounds bounds = bench.bounds();
    one.change(order, bounds);
    CAPTURE(std::string(gate::toString(one.expected)));
    CHECK(bench.pass(order, bounds) == one.expected);
    CHECK(bench.venue.log().empty());
    CHECK(bench.gate.inFlight().empty());
    CHECK(bench.gate.refusedCount() == 1);
  }
}

TEST_CASE("a sell may not go under its worst price") {
  GateBench bench;
  Order order = bench.order();
  ApprovalBounds bounds = bench.bounds();
  order.side = bounds.side = Side::Sell;
  order.limitPrice = price("99.9");
  CHECK(bench.pass(order, bounds) == Refusal::Price);
  order.limitPrice = price("100");
  CHECK(bench.pass(order, bounds) == Refusal::None);
}

TEST_CASE("what is sent must be the order in every field") {
  const std::vector<std::function<void(PlaceRequest&)>> changes = {
      [](PlaceRequest& r) { r.clientId.low += 1; },        [](PlaceRequest& r) { r.instrument = {1}; },
      [](PlaceRequest& r) { r.side = Side::Sell; },        [](PlaceRequest& r) { r.type = OrderType::Market; },
      [](PlaceRequest& r) { r.tif = TimeInForce::Ioc; },   [](PlaceRequest& r) { r.postOnly = true; },
      [](PlaceRequest& r) { r.reduceOnly = true; },        [](PlaceRequest& r) { r.quantity = quantity("0.4"); },
      [](PlaceRequest& r) { r.limitPrice = price("99"); }, [](PlaceRequest& r) { r.triggerPrice = price("99"); },
      [](PlaceRequest& r) { r.leverage = dec("1"); }};
  for (const auto& change : changes) {
    GateBench bench;
    const Order order = bench.order();
    PlaceRequest request = gate::requestFor(order);
    change(request);
    CHECK(bench.gate.pass(request, order, *ApprovalTestAccess::approve(bench.bounds()), *bench.connection).refusal ==
          Refusal::Request);
    CHECK(bench.venue.log().empty());
  }
}

TEST_CASE("an approval is used once, and not from its expiry on") {
  GateBench bench;
  const Order order = bench.order();
  const auto approval = ApprovalTestAccess::approve(bench.bounds());
  CHECK(bench.gate.pass(gate::requestFor(order), order, *approval, *bench.connection).passed());
  CHECK(bench.gate.pass(gate::requestFor(order), order, *approval, *bench.connection).refusal == Refusal::Consumed);
  const ApprovalBounds bounds = bench.bounds();
  bench.clock.advance(Duration::seconds(1) - Duration::nanos(1));
  CHECK(bench.pass(order, bounds) == Refusal::None);
  bench.clock.advance(Duration::nanos(1));
  CHECK(bench.pass(order, bounds) == Refusal::Expired);
}

TEST_CASE("each level lets through what it says, for every role") {
  const auto refusal = [](const std::function<void(Gate&)>& raise, OrderRole role) {
    GateBench bench;
    raise(bench.gate);
    Order order = bench.order();
    ApprovalBounds bounds = bench.bounds();
    order.role = bounds.role = role;
    order.reduceOnly = bounds.reduceOnly = role != OrderRole::Entry;
    if (role == OrderRole::StopLoss) {
      order.type = bounds.type = OrderType::StopMarket;
      order.limitPrice.reset();
      bounds.worstPrice.reset();
      order.triggerPrice = price("90");
    }
    return bench.pass(order, bounds);
  };
  const auto run = [](Gate&) {};
  const auto noNew = [](Gate& g) { g.raiseNoNew(gate::NoNewCause::Manual); };
  const auto cancelAll = [](Gate& g) { g.raise(Level::CancelAll); };
  const auto flatten = [](Gate& g) { g.raise(Level::Flatten); };
  const auto cut = [](Gate& g) { g.raise(Level::Cut); };
  for (const OrderRole role : {OrderRole::Entry, OrderRole::Exit, OrderRole::StopLoss}) {
    CHECK(refusal(run, role) == Refusal::None);
    CHECK(refusal(noNew, role) == (role == OrderRole::Entry ? Refusal::Level : Refusal::None));
    CHECK(refusal(cancelAll, role) == (role == OrderRole::StopLoss ? Refusal::None : Refusal::Level));
    CHECK(refusal(flatten, role) == Refusal::Level);
    CHECK(refusal(cut, role) == Refusal::Level);
  }
}

TEST_CASE("a latching level only rises, voids approvals and ends by a reset that saw the last raise") {
  GateBench bench;
  const ApprovalBounds before = bench.bounds();
  bench.gate.raise(Level::Flatten);
  CHECK(bench.gate.level() == Level::Flatten);
  bench.gate.raise(Level::CancelAll);
  CHECK(bench.gate.level() == Level::Flatten);
  CHECK(bench.pass(bench.order(), before) == Refusal::Epoch);
  const std::uint64_t seen = bench.gate.epoch();
  bench.gate.raise(Level::Flatten);
  CHECK_FALSE(bench.gate.reset(seen));
  CHECK(bench.gate.level() == Level::Flatten);
  CHECK(bench.gate.reset(bench.gate.epoch()));
  CHECK(bench.gate.level() == Level::Run);
  CHECK(bench.pass(bench.order(), before) == Refusal::Epoch);
  CHECK(bench.pass(bench.order(), bench.bounds()) == Refusal::None);
}

TEST_CASE("NoNew ends with its last cause, and a reset does not end it") {
  GateBench bench;
  bench.gate.raiseNoNew(gate::NoNewCause::Journal);
  bench.gate.raiseNoNew(gate::NoNewCause::ClockJump);
  bench.gate.endNoNew(gate::NoNewCause::Journal);
  CHECK(bench.gate.level() == Level::NoNew);
  CHECK(bench.gate.hasNoNew(gate::NoNewCause::ClockJump));
  bench.gate.raise(Level::CancelAll);
  CHECK(bench.gate.reset(bench.gate.epoch()));
  CHECK(bench.gate.level() == Level::NoNew);
  bench.gate.endNoNew(gate::NoNewCause::ClockJump);
  CHECK(bench.gate.level() == Level::Run);
}

TEST_CASE("approvals of a quarantined host are refused for ever") {
  GateBench bench;
  bench.gate.raiseGeneration(5);
  const ApprovalBounds old = bench.bounds();
  bench.gate.raiseGeneration(6);
  bench.gate.raiseGeneration(4);
  CHECK(bench.gate.generation() == 6);
  CHECK(bench.pass(bench.order(), old) == Refusal::Generation);
}

TEST_CASE("emergency closes only reduce what the venue confirmed, and only while flattening") {
  risk::ApprovalAuthority risk;
  const auto authority = risk.takeEmergencyAuthority();
  const auto close = [&](const std::function<void(PlaceRequest&)>& change, const char* confirmed, Level level) {
    GateBench bench;
    bench.venue.putPosition({0}, quantity("1"), price("100"));
    if (level >= Level::CancelAll) bench.gate.raise(level);
    PlaceRequest request;
    request.clientId = {9, 9};
    request.instrument = {0};
    request.side = Side::Sell;
    request.type = OrderType::Market;
    request.reduceOnly = true;
    request.quantity = quantity("1");
    request.limitPrice = price("99");
    change(request);
    const Refusal refusal =
        bench.gate.passEmergencyClose(*authority, request, quantity(confirmed), *bench.connection).refusal;
    CHECK(bench.venue.log().empty() == (refusal != Refusal::None));
    return refusal;
  };
  const auto same = [](PlaceRequest&) {};
  CHECK(close(same, "1", Level::Flatten) == Refusal::None);
  CHECK(close(same, "1", Level::Run) == Refusal::Level);
  CHECK(close(same, "1", Level::CancelAll) == Refusal::Level);
  CHECK(close(same, "1", Level::Cut) == Refusal::Level);
  CHECK(close(same, "0.999", Level::Flatten) == Refusal::Quantity);
  CHECK(close(same, "0", Level::Flatten) == Refusal::NotConfirmed);
  CHECK(close(same, "-1", Level::Flatten) == Refusal::NotConfirmed);
  CHECK(close([](PlaceRequest& r) { r.side = Side::Buy; }, "1", Level::Flatten) == Refusal::NotConfirmed);
  CHECK(close([](PlaceRequest& r) { r.reduceOnly = false; }, "1", Level::Flatten) == Refusal::ReduceOnly);
  CHECK(close([](PlaceRequest& r) { r.type = OrderType::Limit; }, "1", Level::Flatten) == Refusal::Type);
  CHECK(close([](PlaceRequest& r) { r.limitPrice.reset(); }, "1", Level::Flatten) == Refusal::Price);
  CHECK(close([](PlaceRequest& r) { r.quantity = quantity("0.0001"); }, "1", Level::Flatten) == Refusal::Step);
}

}  // namespace
