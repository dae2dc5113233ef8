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

TEST_CASE("a passive violation is told to the gate's hook when it begins and when all is well again, once each") {
  std::vector<std::string> stops;
  std::vector<bool> told;
  AuditAgent agent(auditInstruments(), AuditStage::limits(),
                   [&](std::string cause) { stops.push_back(std::move(cause)); });
  agent.setOnPassiveViolation([&](bool broken) { told.push_back(broken); });
  test::FakeAgentContext context;
  agent.onStart(context);
  const auto hold = [&](std::uint32_t instrument, std::int64_t thousandths) {
    PositionUpdate update;
    update.kind = PositionUpdate::Kind::Opened;
    update.position.instrument = {instrument};
    update.position.owner = Owner::External;
    update.position.quantity = units(thousandths);
    context.deliver(agent, Topic::PositionOpened, update);
  };
  hold(0, 1);
  hold(1, 1);
  context.advance(agent, Duration::seconds(1));
  CHECK(told.empty());
  hold(2, 1);
  context.advance(agent, Duration::seconds(5));
  CHECK(told == std::vector<bool>{true});
  RiskStatus wider;
  wider.gauges.push_back({"MAX_OPEN_POSITIONS", "account", Decimal(3, 0), Decimal(3, 0), "", "", "", false});
  context.deliver(agent, Topic::RiskLimits, wider);
  context.advance(agent, Duration::seconds(1));
  CHECK(told == std::vector<bool>{true, false});
  wider.gauges[0].limit = Decimal(2, 0);
  context.deliver(agent, Topic::RiskLimits, wider);
  CHECK(told == std::vector<bool>{true, false, true});  // at once: the limit was tightened below what is held
  CHECK(stops.empty());
}

TEST_CASE("how long a stream and an agent may be silent comes from the settings") {
  AuditLimits limits = AuditStage::limits();
  limits.streamSilence = Duration::seconds(10);
  limits.heartbeatAge = Duration::seconds(2);
  std::vector<std::string> stops;
  AuditAgent agent(auditInstruments(), limits, [&](std::string cause) { stops.push_back(std::move(cause)); });
  test::FakeAgentContext context;
  agent.onStart(context);
  PositionUpdate held;
  held.position.owner = Owner::External;
  held.position.quantity = units(1);
  context.deliver(agent, Topic::PositionMarked, held);
  AgentHealth health;
  health.agent = "signal";
  health.state = AgentHealth::State::Running;
  health.heartbeatAge = Duration::millis(1999);
  context.deliver(agent, Topic::Health, health);
  context.advance(agent, Duration::millis(9800));
  CHECK(stops.empty());
  CHECK(agent.status().invariants.at(static_cast<std::size_t>(Invariant::Heartbeats)).ok);
  health.heartbeatAge = Duration::millis(2001);
  context.deliver(agent, Topic::Health, health);
  context.advance(agent, Duration::millis(400));
  CHECK_FALSE(agent.status().invariants.at(static_cast<std::size_t>(Invariant::Heartbeats)).ok);
  REQUIRE(stops.size() == 1);
  CHECK(stops[0].find("silent for 10 s") != std::string::npos);
}

TEST_CASE("metrics: round trips, indicators and fills come out as they were; nothing measured says so") {
  AuditStage stage;
  const auto rowOf = [&](const std::string& name) {
    const auto all = stage.context.all<MetricsUpdate>(Topic::Metrics);
    REQUIRE_FALSE(all.empty());
    for (const Metric& row : all.back().rows) {
      if (row.name == name) return row;
    }
    FAIL("no row ", name);
    return Metric{};
  };
  stage.pass(Duration::seconds(2));
  CHECK(rowOf("win rate 7d").state == Metric::State::NotMeasured);
  CHECK(rowOf("win rate 7d").value.empty());
  CHECK(rowOf("win rate 7d").target == "> 65.0 %");
  stage.account(1000, 900);
  for (const std::int64_t net : {30, 30, -20}) stage.position(0, PositionUpdate::Kind::Closed, 0, 100, net);
  stage.account(950, 900);
  stage.pass(Duration::seconds(2));
  CHECK(rowOf("win rate 7d").value == "66.7 %");
  CHECK(rowOf("win rate 30d").state == Metric::State::Good);
  CHECK(rowOf("profit factor").value == "3.00");
  CHECK(rowOf("max drawdown").value == "5.00 %");
  CHECK(rowOf("max drawdown").state == Metric::State::Good);
  // mean 13.33, deviation 28.87 of a thousand each
  CHECK(rowOf("Sharpe ratio per trade").value == "0.46");
  CHECK(rowOf("invariant cycle, worst").state == Metric::State::Good);

  auto depth = std::make_shared<BookDepth>();
  depth->instrument = {0};
  depth->stale = StaleReason::None;
  depth->bidCount = depth->askCount = 1;
  const Instruments table = auditInstruments();
  const Instrument& instrument = table->get({0});
  depth->bids[0].price = *instrument.toTicks(priced(99));
  depth->asks[0].price = *instrument.toTicks(priced(101));
  stage.send(Topic::MarketBook, BookUpdate{depth});
  SignalGenerated signal;
  signal.warm = true;
  SignalComponent right;
  right.name = "RSI";
  right.available = true;
  right.contribution = 10;
  SignalComponent wrong = right;
  wrong.name = "MACD";
  wrong.contribution = -10;
  signal.breakdown = {right, wrong};
  stage.send(Topic::Signal, signal);
  const Order order = stage.makeOrder();
  stage.approve(order, 101);
  stage.send(Topic::OrderPlaced, OrderUpdate{order, OrderState::Pending, true});
  stage.open(order);
  stage.fill(order, 10, 101);
  stage.pass(Duration::seconds(61));
  Candle candle;
  candle.closed = true;
  candle.close = *instrument.toTicks(priced(105));
  stage.send(Topic::MarketCandle, candle);
  stage.pass(Duration::seconds(2));
  CHECK(rowOf("accuracy of RSI after 60 s").value == "100 %");
  CHECK(rowOf("accuracy of MACD after 60 s").value == "0.00 %");
  CHECK(rowOf("fill price against the middle at placement").value == "100 bp");
}
