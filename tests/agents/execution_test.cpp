// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/execution/execution_agent.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/gate/report_queue.h"
#include "core/journal/file_journal.h"
#include "tests/support/fake_agent_context.h"
#include "tests/support/fake_venue.h"
#include "tests/support/order_path.h"

namespace {

using namespace bw;
using execution::ExecutionAgent;
using test::dec;
using test::price;
using test::quantity;

struct StopProbe final : EmergencyStopPort {
  void trigger(std::string_view, std::string_view) noexcept override { pressed += 1; }
  StopProgress progress() const override { return {}; }
  int pressed = 0;
};

/// Execution with its lane, a fake venue and a risk agent that approves everything.
struct ExecutionBench {
  explicit ExecutionBench(const std::vector<journal::JournalRecord>& history = {}, test::FakeVenue* shared = nullptr)
      : ownVenue("fake", context.clock(), instruments), venue(shared != nullptr ? *shared : ownVenue) {
    lane = std::make_unique<gate::OrderLane>(
        gate, journal, context.clock(), instruments, venue,
        gate::OrderLane::Outputs{[this](const OrderReport& r) { reports.onReport(r); },
                                 [this](const AccountAnswer& a) { reports.onAccount(a); }});
    agent = std::make_unique<ExecutionAgent>(
        execution::ExecutionParts{instruments, gate, journal, &marks, {lane.get()}, &stop},
        execution::ExecutionSettings{});
    CHECK(agent->restore(history).empty());
    agent->onStart(context);
    if (shared == nullptr) {
      venue.setPrice({0}, price("100"));
      settle();
    }
  }
  ~ExecutionBench() { lane.reset(); }

  void book(int levels = 10) {
    auto depth = std::make_shared<BookDepth>();
    depth->instrument = {0};
    depth->stale = StaleReason::None;
    depth->bidCount = depth->askCount = static_cast<std::uint16_t>(levels);
    for (int i = 0; i < levels; ++i) {
      depth->bids[static_cast<std::size_t>(i)] = {Ticks{999 - 2 * i}, Lots{1000}};
      depth->asks[static_cast<std::size_t>(i)] = {Ticks{1001 + 2 * i}, Lots{1000}};
    }
    context.deliver(*agent, Topic::MarketBook, BookUpdate{depth});
  }
  OrderIntent intent(const char* size = "1") {
    OrderIntent i;
    i.id = context.newId();
    i.instrument = {0};
    i.quantity = quantity(size);
    i.limitPrice = price("99.5");
    i.strategy = "demo";
    i.createdAt = context.now();
    return i;
  }
  OrderIntent exitIntent(const char* size) {
    OrderIntent i = intent(size);
    i.side = Side::Sell;
    i.role = OrderRole::Exit;
    i.type = OrderType::Market;
    i.reduceOnly = true;
    i.limitPrice.reset();
    return i;
  }
  void approve(const OrderIntent& i, const std::function<void(ApprovalBounds&)>& change = {}) {
    ApprovalBounds bounds;
    bounds.intentId = i.id;
    bounds.instrument = i.instrument;
    bounds.side = i.side;
    bounds.type = i.type;
    bounds.role = i.role;
    bounds.reduceOnly = i.reduceOnly;
    bounds.maxQuantity = i.quantity;
    if (i.type == OrderType::Limit || i.type == OrderType::Market)
      bounds.worstPrice = price(i.side == Side::Buy ? "110" : "90");
    bounds.maxNotional = Money(dec("1000000"), Currency("USDT"));
    bounds.maxLeverage = dec("10");
    bounds.epoch = gate.epoch();
    bounds.generation = 1;
    bounds.expiresAt = context.now() + Duration::seconds(60);
    if (change) change(bounds);
    context.deliver(*agent, Topic::RiskApproved, RiskApproved{i, ApprovalTestAccess::approve(bounds), {}});
    settle();
  }
  /// Lane, reports and children's approvals until nothing moves.
  void settle() {
    for (bool moved = true; moved;) {
      moved = false;
      while (lane->pump()) moved = true;
      for (auto& item : reports.takeAll()) {
        moved = true;
        if (auto* report = std::get_if<OrderReport>(&item)) {
          context.deliver(*agent, Topic::VenueReport, *report);
        } else {
          context.deliver(*agent, Topic::VenueAccount, std::get<AccountAnswer>(item));
        }
      }
      for (; m_seen < context.published.size(); ++m_seen) {
        if (context.published[m_seen].topic != Topic::Intent) continue;
        const auto child = std::get<OrderIntent>(context.published[m_seen].payload);
        m_seen += 1;
        moved = true;
        children.push_back(child);
        if (refuseChildren) {
          context.deliver(*agent, Topic::RiskRejected, RiskRefused{child, "TEST", "the test refuses", {}});
        } else {
          approve(child);
        }
        break;
      }
    }
  }
  void pass(Duration time) {
    const Timestamp end = context.now() + time;
    while (context.now() < end) {
      context.advance(*agent, std::min(Duration::millis(100), end - context.now()));
      settle();
    }
  }
  const Order* byIntent(const Uuid& id) const {
    for (const auto& entry : agent->orders().all()) {
      if (entry.second.intentId == id) return &entry.second;
    }
    return nullptr;
  }
  std::vector<Order> live(OrderRole role) const {
    std::vector<Order> out;
    for (const Order& order : agent->orders().live()) {
      if (order.role == role) out.push_back(order);
    }
    return out;
  }
  bool said(const std::string& code) const {
    const auto events = context.all<SystemEvent>(Topic::Event);
    return std::any_of(events.begin(), events.end(), [&](const SystemEvent& e) { return e.code == code; });
  }
  Order lastDropped() const {
    Order order;
    for (const auto& update : context.all<OrderUpdate>(Topic::OrderUpdated)) order = update.order;
    return order;
  }
  Quantity held() const { return agent->positions().position({0}).quantity; }

  test::FakeAgentContext context;
  Instruments instruments = test::fakeInstruments();
  gate::Gate gate{context.clock(), instruments};
  journal::MemoryJournal journal{&context.clock(), true};
  gate::MarkMirror marks{*instruments};
  gate::ReportQueue reports;
  test::FakeVenue ownVenue;
  test::FakeVenue& venue;
  StopProbe stop;
  std::unique_ptr<gate::OrderLane> lane;
  std::unique_ptr<ExecutionAgent> agent;
  std::vector<OrderIntent> children;
  bool refuseChildren = false;

 private:
  std::size_t m_seen = 0;
};

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
    bench.pass(Duration::seconds(3));
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
  bench.pass(Duration::seconds(3));
  CHECK(bench.byIntent(lost.id)->state == OrderState::Cancelled);
  bench.venue.set([](auto& knobs) {
    knobs.losePlacements = false;
    knobs.landAfter = Duration::millis(2300);
    knobs.dropAcks = true;
  });
  const OrderIntent late = bench.intent();
  bench.approve(late);
  bench.pass(Duration::seconds(6));
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

TEST_CASE(
    "reconciliation: an order that is not ours and a position that differs are alarms and NoNew, never absorbed") {
  ExecutionBench bench;
  const OrderIntent intent = bench.intent();
  bench.approve(intent);
  Order foreign;
  foreign.clientId = {77, 77};
  foreign.instrument = {0};
  foreign.quantity = quantity("1");
  foreign.limitPrice = price("90");
  foreign.state = OrderState::Open;
  bench.venue.putOrder(foreign);
  bench.pass(Duration::seconds(16));
  CHECK(bench.said("EXTERNAL_ORDER"));
  CHECK(bench.agent->orders().find(foreign.clientId)->owner == Owner::External);
  CHECK(bench.gate.level() == gate::Level::NoNew);
  bench.venue.putPosition({0}, quantity("3"), price("100"));
  bench.pass(Duration::seconds(18));
  CHECK(bench.said("DRIFT"));
  CHECK(bench.held().isZero());
  const auto results = bench.context.all<ReconciliationResult>(Topic::Reconciled);
  REQUIRE_FALSE(results.empty());
  CHECK_FALSE(results.back().clean);
  bench.venue.putPosition({0}, quantity("0"), price("100"));
  bench.pass(Duration::seconds(16));
  CHECK(bench.gate.level() == gate::Level::Run);
}

TEST_CASE("OR08: an order that the venue does not list is UNKNOWN until the venue is asked, and comes back") {
  ExecutionBench bench;
  const OrderIntent intent = bench.intent();
  bench.approve(intent);
  bench.venue.set([](auto& knobs) {
    knobs.hideOrders = true;
    knobs.orderFails = true;
  });
  bench.pass(Duration::seconds(17));
  CHECK(bench.byIntent(intent.id)->state == OrderState::Unknown);
  bench.venue.set([](auto& knobs) { knobs.orderFails = false; });
  bench.pass(Duration::seconds(3));
  CHECK(bench.byIntent(intent.id)->state == OrderState::Open);
}

// A life in stages: entry, part fill with protection, second order, fill of the target, cancel.
void liveUntil(ExecutionBench& bench, int stage) {
  bench.book();
  OrderIntent entry = bench.intent();
  entry.contingent = {price("95"), price("105")};
  bench.approve(entry);
  const Uuid id = bench.byIntent(entry.id)->clientId;
  if (stage < 1) return;
  bench.venue.fill(id, quantity("0.4"), price("99.5"));
  bench.settle();
  if (stage < 2) return;
  bench.approve(bench.intent("2"));
  if (stage < 3) return;
  bench.venue.fill(bench.live(OrderRole::TakeProfit)[0].clientId, quantity("0.1"), price("105"));
  bench.settle();
  if (stage < 4) return;
  CancelRequest request;
  request.clientId = id;
  bench.context.deliver(*bench.agent, Topic::CancelRequested, request);
  bench.settle();
}

TEST_CASE("killed at any record behind the last durable intent: orders, positions and protection come back") {
  for (int stage = 0; stage <= 4; ++stage) {
    ExecutionBench probe;
    liveUntil(probe, stage);
    std::size_t lastIntent = 0;
    for (const auto& record : probe.journal.records()) {
      if (record.kind == RecordKind::OrderIntentApproved) lastIntent = static_cast<std::size_t>(record.sequence);
    }
    for (std::size_t kept = lastIntent; kept <= probe.journal.records().size(); ++kept) {
      CAPTURE(stage);
      CAPTURE(kept);
      ExecutionBench before;
      liveUntil(before, stage);
      const auto& records = before.journal.records();
      const std::vector<journal::JournalRecord> history(records.begin(),
                                                        records.begin() + static_cast<std::ptrdiff_t>(kept));
      const std::size_t open = before.venue.openOrders().size();
      before.context.advance(*before.agent, Duration::seconds(30));
      ExecutionBench after(history, &before.venue);
      for (const Order& order : after.agent->orders().live()) CHECK(order.state == OrderState::Unknown);
      after.context.advance(*after.agent, before.context.now() - after.context.now());
      after.settle();
      after.pass(Duration::seconds(4));
      CHECK(after.held() == before.venue.position({0}));
      CHECK(before.venue.openOrders().size() == open);
      CHECK(after.agent->orders().live().size() == open);
      for (const Order& order : before.venue.openOrders()) {
        const Order* known = after.agent->orders().find(order.clientId);
        REQUIRE(known != nullptr);
        CHECK(known->owner != Owner::External);
        CHECK(known->filled == order.filled);
        CHECK((known->state == OrderState::Open || known->state == OrderState::PartiallyFilled));
      }
      CHECK(after.gate.level() == gate::Level::Run);
      CHECK_FALSE(after.said("DRIFT"));
    }
  }
}

}  // namespace
