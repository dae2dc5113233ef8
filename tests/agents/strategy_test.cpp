// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/agents/strategy/strategy_agent.h"
#include "tests/support/fake_agent_context.h"

using namespace bw;
using agents::StrategyAgent;
using agents::StrategySpec;

namespace {

Instruments oneInstrument() {
  auto table = std::make_shared<InstrumentTable>();
  Instrument instrument;
  instrument.venue = "paper";
  instrument.symbol = "BTCUSDT";
  instrument.base = Currency("BTC");
  instrument.quote = instrument.settle = Currency("USDT");
  instrument.tickSize = Decimal(1, 1);
  table->add(instrument);
  return table;
}

BookUpdate heavyBids(StaleReason stale = StaleReason::None) {
  auto depth = std::make_shared<BookDepth>();
  depth->stale = stale;
  depth->bidCount = depth->askCount = 10;
  for (std::size_t i = 0; i < 10; ++i) {
    depth->bids[i] = {Ticks{600000 - static_cast<std::int64_t>(i)}, Lots{20}};
    depth->asks[i] = {Ticks{600001 + static_cast<std::int64_t>(i)}, Lots{10}};
  }
  return {depth};
}

AccountUpdate account() {
  AccountUpdate update;
  update.venue = "paper";
  update.equity = Money(Decimal::fromInteger(100000), Currency("USDT"));
  return update;
}

StateChanged stateTo(SessionState state) {
  return {SessionState::Ready, state, "test"};
}

Order restingOrder(const OrderIntent& intent, OrderState state) {
  Order order;
  order.clientId = {9, intent.id.low};
  order.intentId = intent.id;
  order.instrument = intent.instrument;
  order.side = intent.side;
  order.role = intent.role;
  order.quantity = intent.quantity;
  order.state = state;
  order.strategy = intent.strategy;
  return order;
}

struct Stage {
  StrategyAgent agent{oneInstrument(), {StrategySpec{"ninth-level-demo", {}, {}, true}}};
  test::FakeAgentContext context;
  Stage() {
    agent.onStart(context);
    context.deliver(agent, Topic::BalanceChanged, account());
  }
  std::vector<OrderIntent> intents() const { return context.all<OrderIntent>(Topic::Intent); }
};

}  // namespace

TEST_CASE("strategies act only in TRADING and only on a live book") {
  Stage stage;
  stage.context.deliver(stage.agent, Topic::MarketBook, heavyBids());
  for (const SessionState state : {SessionState::Ready, SessionState::Paused, SessionState::EmergencyStop}) {
    stage.context.deliver(stage.agent, Topic::StateChanged, stateTo(state));
    stage.context.deliver(stage.agent, Topic::MarketBook, heavyBids());
  }
  CHECK(stage.intents().empty());
  stage.context.deliver(stage.agent, Topic::MarketBook, heavyBids(StaleReason::Gap));
  stage.context.deliver(stage.agent, Topic::StateChanged, stateTo(SessionState::Trading));
  CHECK(stage.intents().empty());
  stage.context.deliver(stage.agent, Topic::MarketBook, heavyBids());
  REQUIRE(stage.intents().size() == 1);
  for (const auto& one : stage.context.published) {
    if (one.topic == Topic::Intent) CHECK(one.options.correlationId == stage.intents()[0].id);
  }
  CHECK(stage.intents()[0].owner == Owner::Strategy);
  CHECK(stage.agent.statuses().at(0).running);
  CHECK(stage.agent.selfTest().empty());
}

TEST_CASE("in PAUSED a strategy may withdraw and leave, in EMERGENCY_STOP nothing") {
  Stage stage;
  stage.context.deliver(stage.agent, Topic::StateChanged, stateTo(SessionState::Trading));
  stage.context.deliver(stage.agent, Topic::MarketBook, heavyBids());
  REQUIRE(stage.intents().size() == 1);
  const Order open = restingOrder(stage.intents()[0], OrderState::Open);
  stage.context.deliver(stage.agent, Topic::OrderUpdated, OrderUpdate{open, OrderState::Pending, false});
  stage.context.deliver(stage.agent, Topic::StateChanged, stateTo(SessionState::Paused));
  stage.context.advance(stage.agent, Duration::seconds(11));
  CHECK(stage.context.all<CancelRequest>(Topic::CancelRequested).size() == 2);
  Fill fill;
  fill.venueTradeId = "1";
  fill.clientId = open.clientId;
  fill.quantity = open.quantity;
  Order filled = restingOrder(stage.intents()[0], OrderState::Filled);
  filled.filled = filled.quantity;
  stage.context.deliver(stage.agent, Topic::OrderUpdated, OrderUpdate{filled, OrderState::Open, false});
  stage.context.deliver(stage.agent, Topic::OrderFilled, OrderFilled{fill, filled, Owner::Strategy, {}});
  stage.context.deliver(stage.agent, Topic::EmergencyStop, EmergencyStopRaised());
  stage.context.advance(stage.agent, Duration::seconds(60));
  CHECK(stage.intents().size() == 1);
  stage.context.deliver(stage.agent, Topic::StateChanged, stateTo(SessionState::Paused));
  stage.context.advance(stage.agent, Duration::seconds(2));
  REQUIRE(stage.intents().size() == 2);
  CHECK(stage.intents()[1].role == OrderRole::Exit);
  CHECK(stage.intents()[1].reduceOnly);
}

TEST_CASE("a refusal frees the strategy and is told") {
  Stage stage;
  stage.context.deliver(stage.agent, Topic::StateChanged, stateTo(SessionState::Trading));
  stage.context.deliver(stage.agent, Topic::MarketBook, heavyBids());
  REQUIRE(stage.intents().size() == 1);
  RiskRefused refused;
  refused.intent = stage.intents()[0];
  refused.text = "exposure";
  stage.context.deliver(stage.agent, Topic::RiskRejected, refused);
  CHECK(stage.agent.statuses().at(0).text == "refused: exposure");
  stage.context.advance(stage.agent, Duration::seconds(10));
  stage.context.deliver(stage.agent, Topic::MarketBook, heavyBids());
  CHECK(stage.intents().size() == 2);
}

TEST_CASE("a person stops and starts a strategy at run time") {
  Stage stage;
  stage.context.deliver(stage.agent, Topic::StateChanged, stateTo(SessionState::Trading));
  stage.agent.setEnabled("ninth-level-demo", false);
  CHECK(stage.context.wakeRequested);
  stage.agent.onWake();
  stage.context.deliver(stage.agent, Topic::MarketBook, heavyBids());
  CHECK(stage.intents().empty());
  CHECK(stage.agent.statuses().at(0).text == "stopped");
  stage.agent.setEnabled("ninth-level-demo", true);
  stage.agent.onWake();
  stage.context.deliver(stage.agent, Topic::MarketBook, heavyBids());
  CHECK(stage.intents().size() == 1);
}

TEST_CASE("specs are checked") {
  CHECK(agents::validate({{"ninth-level-demo", {}, {}, true}, {"ema-cross", {}, {}, true}}).ok());
  CHECK(agents::validate({{"nonsense", {}, {}, true}}).error().detail ==
        "there is no strategy \"nonsense\"; there are ninth-level-demo, ema-cross");
  CHECK(agents::validate({{"ema-cross", {{"fast", "x"}}, {}, true}}).error().userKey == "strategy.parameter");
  CHECK(agents::validate({{"ema-cross", {}, {}, true}, {"ema-cross", {}, {}, true}}).error().userKey ==
        "strategy.twice");
}
