// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/agents/audit_stage.h"

using namespace bw;
using agents::AuditAgent;
using agents::AuditLimits;
using agents::Invariant;
using test::auditInstruments;
using test::AuditStage;
using test::priced;
using test::units;
using test::usdt;

TEST_CASE("a clean session breaks nothing, and its path is measured") {
  AuditStage stage;
  stage.account(10000, 9000);
  OrderIntent intent;
  Order order = stage.makeOrder();
  intent.id = order.intentId;
  stage.send(Topic::Intent, intent);
  stage.pass(Duration::millis(1));
  stage.approve(order);
  stage.pass(Duration::millis(2));
  stage.update(order, OrderState::Pending, OrderState::Pending);
  stage.pass(Duration::millis(50));
  stage.update(order, OrderState::Pending, OrderState::Open);
  stage.pass(Duration::millis(500));
  stage.fill(order, 4);
  stage.update(order, OrderState::Open, OrderState::PartiallyFilled);
  stage.fill(order, 6);
  stage.update(order, OrderState::PartiallyFilled, OrderState::Filled);
  stage.position(10);
  for (int i = 0; i < 100; ++i) {
    stage.book();
    stage.pass(Duration::seconds(1));
  }
  CHECK(stage.brokenCount() == 0);
  CHECK(stage.stops.empty());
  const AuditStatus status = stage.agent.status();
  CHECK(status.violations == 0);
  CHECK(status.cycles > 1000);
  CHECK(status.invariants.size() == agents::kInvariantCount);
  const auto stage1 = [&](std::size_t row) { return status.latencies.at(row); };
  CHECK(stage1(0).name == "intent to verdict");
  CHECK(stage1(0).p50Us == doctest::Approx(1000).epsilon(0.07));
  CHECK(stage1(1).p99Us == doctest::Approx(2000).epsilon(0.07));
  CHECK(stage1(2).maxUs == doctest::Approx(50000));
  CHECK(stage1(3).count == 1);
  const auto published = stage.context.all<AuditStatus>(Topic::Audit);
  CHECK(published.size() >= 198);  // 100 s at 2 a second
  CHECK(published.size() <= 202);
}

TEST_CASE("planted: an order without approval") {
  AuditStage stage;
  stage.open(stage.makeOrder());
  stage.pass(Duration::seconds(1));
  CHECK(stage.brokenCount() == 0);  // the approval may still be on its way
  stage.pass(Duration::seconds(2));
  stage.expectOnly(Invariant::Approved, true);
}

TEST_CASE("planted: an order placed before its approval") {
  AuditStage stage;
  const Order order = stage.makeOrder();
  stage.open(order);
  stage.approve(order);
  stage.expectOnly(Invariant::Approved, true);
}

TEST_CASE("an emergency close, an external order and one from before need no approval") {
  AuditStage stage;
  Order close = stage.makeOrder();
  close.role = OrderRole::EmergencyClose;
  close.owner = Owner::Emergency;
  stage.open(close);
  Order external = stage.makeOrder();
  external.owner = Owner::External;
  stage.open(external);
  Order older = stage.makeOrder();
  older.createdAt = Timestamp::fromSeconds(1);
  stage.open(older);
  stage.pass(Duration::seconds(5));
  CHECK(stage.brokenCount() == 0);
}

TEST_CASE("planted: an order beyond its approval") {
  for (int what = 0; what < 5; ++what) {
    CAPTURE(what);
    AuditStage stage;
    Order order = stage.makeOrder();
    stage.approve(order);
    if (what == 0) order.quantity = units(11);
    if (what == 1) order.side = Side::Sell;
    if (what == 2) order.instrument = {1};
    if (what == 3) order.limitPrice = priced(102);
    if (what == 4) order.leverage = Decimal::fromInteger(5);
    stage.open(order);
    stage.expectOnly(Invariant::WithinApproval, true);
  }
}

TEST_CASE("planted: a fill at a worse price than approved") {
  AuditStage stage;
  const Order order = stage.makeOrder(Side::Sell);
  stage.approve(order);
  stage.open(order);
  stage.position(-10);
  stage.fill(order, 10, 98);
  stage.expectOnly(Invariant::WithinApproval, true);
}

TEST_CASE("planted: fills beyond the order's quantity") {
  AuditStage stage;
  Order order = stage.makeOrder();
  order.createdAt = Timestamp::fromSeconds(1);  // no approval known, so only the order's own quantity counts
  stage.open(order);
  stage.fill(order, 6);
  stage.position(11);
  CHECK(stage.brokenCount() == 0);
  stage.fill(order, 5);
  stage.expectOnly(Invariant::FillsWithinOrder, true);
}

TEST_CASE("planted: an illegal transition") {
  AuditStage stage;
  const Order order = stage.makeOrder();
  stage.approve(order);
  stage.open(order);
  stage.update(order, OrderState::Open, OrderState::Cancelled);
  CHECK(stage.brokenCount() == 0);
  stage.update(order, OrderState::Cancelled, OrderState::Open);
  stage.expectOnly(Invariant::Transitions, true);
}

TEST_CASE("a late fill after the end is no illegal transition") {
  AuditStage stage;
  Order order = stage.makeOrder();
  stage.approve(order);
  stage.open(order);
  stage.update(order, OrderState::Open, OrderState::Cancelled);
  order.lateFill = true;
  stage.update(order, OrderState::Cancelled, OrderState::Filled);
  CHECK(stage.brokenCount() == 0);
}

TEST_CASE("planted: fills that do not sum to the position") {
  AuditStage stage;
  const Order order = stage.makeOrder();
  stage.approve(order);
  stage.open(order);
  stage.fill(order, 10);
  stage.position(9, PositionUpdate::Kind::Opened);
  stage.pass(Duration::seconds(1));
  CHECK(stage.brokenCount() == 0);  // the next word on the position may be on its way
  stage.pass(Duration::seconds(2));
  stage.expectOnly(Invariant::FillsSumToPosition, true);
  CHECK(stage.stops.front().find("fills sum to 0.01, the position is 0.009") != std::string::npos);
  CHECK(stage.agent.status().violations == 1);
}

TEST_CASE("planted: a fill applied twice") {
  AuditStage stage;
  const Order order = stage.makeOrder();
  stage.approve(order);
  stage.open(order);
  stage.fill(order, 5, 100, "same");
  stage.fill(order, 5, 100, "same");
  stage.expectOnly(Invariant::FillsSumToPosition, true);
}

TEST_CASE("a position from before the start is taken as stated") {
  AuditStage stage;
  PositionUpdate held;
  held.kind = PositionUpdate::Kind::Marked;
  held.position.quantity = units(25);
  held.position.openedAt = Timestamp::fromSeconds(1);
  held.mark = priced(100);
  stage.send(Topic::PositionMarked, held);
  stage.pass(Duration::seconds(10));
  CHECK(stage.brokenCount() == 0);
  const Order order = stage.makeOrder();
  stage.approve(order);
  stage.open(order);
  stage.fill(order, 10);
  stage.position(35);
  stage.pass(Duration::seconds(10));
  CHECK(stage.brokenCount() == 0);
  stage.position(34);
  stage.pass(Duration::seconds(3));
  stage.expectOnly(Invariant::FillsSumToPosition, true);
}

TEST_CASE("an order from before, first heard of in the middle of its life, needs no approval") {
  AuditStage stage;
  const Order order = stage.makeOrder();
  stage.update(order, OrderState::Unknown, OrderState::Open);
  stage.pass(Duration::seconds(5));
  CHECK(stage.brokenCount() == 0);
}

TEST_CASE("accounts of several venues are added up, not compared with one another") {
  AuditStage stage;
  for (const char* venue : {"paper", "other", "paper"}) {
    AccountUpdate update;
    update.venue = venue;
    update.equity = update.available = usdt(venue[0] == 'p' ? 10000 : 100);
    update.time = stage.context.now();
    stage.send(Topic::BalanceChanged, update);
  }
  CHECK(stage.brokenCount() == 0);
}

TEST_CASE("planted: too many open positions") {
  AuditStage stage;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const Order order = stage.makeOrder(Side::Buy, 10, i);
    stage.approve(order);
    stage.open(order);
    stage.fill(order, 10);
    stage.position(10, PositionUpdate::Kind::Changed, i);
  }
  stage.expectOnly(Invariant::OpenPositions, false);
  stage.pass(Duration::seconds(1));
  CHECK(stage.agent.status().violations == 1);  // said once
  const Order order = stage.makeOrder(Side::Buy, 10, 3);
  stage.approve(order);
  stage.open(order);
  stage.fill(order, 10);
  stage.position(10, PositionUpdate::Kind::Changed, 3);
  CHECK(stage.stops.size() == 1);  // a passive violation that grows becomes a stop
}

TEST_CASE("planted: daily drawdown") {
  AuditStage stage;
  stage.account(10000, 10000);
  stage.account(11000, 11000);
  stage.account(10451, 10451);
  CHECK(stage.brokenCount() == 0);
  stage.account(10450, 10450);
  stage.expectOnly(Invariant::Drawdown, true);
}

TEST_CASE("the drawdown begins anew with the risk day") {
  AuditStage stage;
  stage.account(10000, 10000);
  stage.pass(Duration::seconds(86400));
  stage.account(9000, 9000);
  CHECK(stage.brokenCount() == 0);
}

TEST_CASE("planted: consecutive losses") {
  AuditStage stage;
  stage.position(0, PositionUpdate::Kind::Closed, 0, 100, -1);
  stage.position(0, PositionUpdate::Kind::Closed, 0, 100, -1);
  stage.position(0, PositionUpdate::Kind::Closed, 0, 100, 0);  // break-even counts as no loss
  stage.position(0, PositionUpdate::Kind::Closed, 0, 100, -1);
  stage.position(0, PositionUpdate::Kind::Closed, 0, 100, -1);
  CHECK(stage.brokenCount() == 0);
  stage.position(0, PositionUpdate::Kind::Closed, 0, 100, -1);
  stage.expectOnly(Invariant::Losses, true);
}

TEST_CASE("planted: negative free margin") {
  AuditStage stage;
  stage.account(10000, 0);
  CHECK(stage.brokenCount() == 0);
  stage.account(10000, -100);
  stage.expectOnly(Invariant::FreeMargin, false);
  stage.account(10000, -104);
  CHECK(stage.stops.empty());
  stage.account(10000, -106);
  CHECK(stage.stops.size() == 1);
  stage.account(10000, 1);
  CHECK(stage.brokenCount() == 0);
}

TEST_CASE("planted: exposure") {
  AuditStage stage;
  stage.account(1000, 1000);
  const Order order = stage.makeOrder(Side::Sell, 30000);
  stage.approve(order);
  stage.open(order);
  stage.fill(order, 30000);
  stage.position(-30000, PositionUpdate::Kind::Changed, 0, 100);
  CHECK(stage.brokenCount() == 0);  // exactly three times equity
  stage.position(-30000, PositionUpdate::Kind::Changed, 0, 101);
  stage.expectOnly(Invariant::Exposure, false);
}

TEST_CASE("planted: a silent stream under a resting order") {
  AuditStage stage;
  stage.book();
  stage.pass(Duration::seconds(100));
  CHECK(stage.brokenCount() == 0);  // nothing rests or is held
  const Order order = stage.makeOrder();
  stage.approve(order);
  stage.open(order);
  stage.pass(Duration::seconds(59));
  stage.book();
  stage.pass(Duration::seconds(59));
  CHECK(stage.brokenCount() == 0);
  stage.pass(Duration::seconds(2));
  stage.expectOnly(Invariant::Streams, true);
}

TEST_CASE("a recording that ended is not a silent stream") {
  AuditStage stage;
  const Order order = stage.makeOrder();
  stage.approve(order);
  stage.open(order);
  FeedStatus ended;
  ended.venue = "paper";
  ended.state = FeedStatus::State::Ended;
  stage.send(Topic::Feed, ended);
  stage.pass(Duration::seconds(120));
  CHECK(stage.brokenCount() == 0);
}

TEST_CASE("planted: an agent not heard from") {
  AuditStage stage;
  AgentHealth health;
  health.agent = "risk";
  health.state = AgentHealth::State::Running;
  health.heartbeatAge = Duration::seconds(5);
  stage.send(Topic::Health, health);
  stage.pass(Duration::millis(100));
  CHECK(stage.brokenCount() == 0);
  health.heartbeatAge = Duration::millis(5001);
  stage.send(Topic::Health, health);
  stage.pass(Duration::millis(100));
  stage.expectOnly(Invariant::Heartbeats, false);
}

TEST_CASE("planted: credentials that are not valid, a key that can withdraw") {
  for (const bool withdraw : {false, true}) {
    AuditLimits limits;
    limits.credentialsValid = withdraw;
    limits.keyCanWithdraw = withdraw;
    std::string cause;
    AuditAgent agent(auditInstruments(), limits, [&](std::string text) { cause = std::move(text); });
    test::FakeAgentContext context;
    agent.onStart(context);
    context.advance(agent, Duration::millis(100));
    CHECK(cause == (withdraw ? "credentials: the key can withdraw" : "credentials: the credentials are not valid"));
  }
}

TEST_CASE("the histogram's percentiles are within a sixteenth") {
  agents::LatencyHistogram histogram;
  CHECK(histogram.percentile(0.5).ns == 0);
  for (std::int64_t i = 1; i <= 100'000; ++i) histogram.add(Duration::nanos(i * 37));
  for (const double share : {0.5, 0.95, 0.99}) {
    const double exact = share * 100'000 * 37;
    CHECK(static_cast<double>(histogram.percentile(share).ns) >= exact);
    CHECK(static_cast<double>(histogram.percentile(share).ns) <= exact * (1 + 1.0 / 16));
  }
  CHECK(histogram.max().ns == 3'700'000);
  histogram.add(Duration::nanos(-5));
  histogram.add(Duration::max());
  CHECK(histogram.percentile(1.0) == Duration::max());
}
