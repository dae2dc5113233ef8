// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/agents/risk/risk_agent.h"
#include "tests/risk/risk_fixture.h"
#include "tests/support/fake_agent_context.h"

using namespace bw;
using namespace bw::risktest;

namespace {

struct RiskRig {
  RiskRig() : instruments(Desk::table()), agent(instruments, {}, authority, ports()) {
    agent.onStart(context);
    send(Topic::StateChanged, StateChanged{SessionState::Ready, SessionState::Trading, "test"});
    quote();
    equity("10000");
  }
  agents::RiskAgentPorts ports() {
    agents::RiskAgentPorts p;
    p.epoch = [this] { return epoch; };
    p.onBreach = [this](std::string cause) { breaches.push_back(std::move(cause)); };
    p.onCounters = [this](const risk::RiskCounters&) { ++stored; };
    return p;
  }
  template <class T>
  void send(Topic topic, T payload) {
    CHECK(context.deliver(agent, topic, Payload(std::move(payload))));
  }
  void quote() {
    BboUpdate bbo;
    bbo.receivedTime = context.now();
    bbo.bid = {Ticks{9999}, Lots{10}};
    bbo.ask = {Ticks{10000}, Lots{10}};
    send(Topic::MarketBbo, bbo);
  }
  void equity(const char* amount) {
    AccountUpdate a;
    a.venue = "paper";
    a.equity = a.balance = a.available = usdt(amount);
    send(Topic::BalanceChanged, a);
  }
  OrderIntent intent(const char* limit = "999") {
    OrderIntent o;
    o.id = Uuid{1, ++lastId};
    o.quantity = qty("0.1");
    o.limitPrice = price(limit);
    o.strategy = "demo";
    return o;
  }
  Instruments instruments;
  risk::ApprovalAuthority authority;
  std::uint64_t epoch = 5;
  std::uint64_t lastId = 0;
  std::vector<std::string> breaches;
  int stored = 0;
  test::FakeAgentContext context;
  agents::RiskAgent agent;
};

}  // namespace

TEST_CASE("risk agent: an intent is answered once, with its id as correlation, the gate's epoch and all checks") {
  RiskRig rig;
  const OrderIntent good = rig.intent();
  rig.send(Topic::Intent, good);
  const auto approved = rig.context.all<RiskApproved>(Topic::RiskApproved);
  REQUIRE(approved.size() == 1);
  CHECK(approved[0].approval->bounds().epoch == 5);
  CHECK(approved[0].approval->bounds().generation == 1);
  CHECK(approved[0].checks.size() == risk::kChecks.size());
  CHECK(rig.context.published.back().options.correlationId == good.id);
  const OrderIntent bad = rig.intent("2000");
  rig.send(Topic::Intent, bad);
  const auto refused = rig.context.all<RiskRefused>(Topic::RiskRejected);
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].reason == "PRICE_COLLAR");
  CHECK(rig.context.published.back().options.correlationId == bad.id);
  CHECK(rig.stored >= 2);
  CHECK(rig.agent.selfTest().empty());
}

TEST_CASE("risk agent: a stale book refuses entries until it is fresh") {
  RiskRig rig;
  auto depth = std::make_shared<BookDepth>();
  depth->stale = StaleReason::Gap;
  rig.send(Topic::MarketBook, BookUpdate{depth});
  rig.send(Topic::Intent, rig.intent());
  CHECK(rig.context.all<RiskRefused>(Topic::RiskRejected).at(0).reason == "MAX_DATA_AGE");
  auto fresh = std::make_shared<BookDepth>();
  fresh->stale = StaleReason::None;
  fresh->receivedTime = rig.context.now();
  fresh->bidCount = fresh->askCount = 1;
  fresh->bids[0] = {Ticks{9999}, Lots{1}};
  fresh->asks[0] = {Ticks{10000}, Lots{1}};
  rig.send(Topic::MarketBook, BookUpdate{fresh});
  rig.send(Topic::Intent, rig.intent());
  CHECK(rig.context.all<RiskApproved>(Topic::RiskApproved).size() == 1);
}

TEST_CASE("risk agent: status at most four times a second, alarms at 75 % and at the limit, breach raised once") {
  RiskRig rig;
  rig.context.advance(rig.agent, Duration::seconds(10));
  CHECK(rig.context.all<RiskStatus>(Topic::RiskLimits).size() <= 11);
  rig.equity("9620");  // 3.8 % of 5 %
  rig.context.advance(rig.agent, Duration::millis(250));
  auto alerts = rig.context.all<LimitAlert>(Topic::RiskAlert);
  REQUIRE(alerts.size() == 1);
  CHECK(alerts[0].gauge.key == "MAX_DAILY_DRAWDOWN");
  CHECK_FALSE(alerts[0].breached);
  CHECK(rig.breaches.empty());
  for (const char* amount : {"9500", "9499", "9498"}) rig.equity(amount);
  REQUIRE(rig.breaches.size() == 1);
  CHECK(rig.breaches[0].find("MAX_DAILY_DRAWDOWN") == 0);
  rig.context.advance(rig.agent, Duration::seconds(1));
  alerts = rig.context.all<LimitAlert>(Topic::RiskAlert);
  REQUIRE(alerts.size() == 2);
  CHECK(alerts[1].breached);
  const auto status = rig.context.all<RiskStatus>(Topic::RiskLimits).back();
  CHECK(status.reduceOnly);
  CHECK(status.breakers.size() == 1);
}

TEST_CASE("risk agent: hourly candles set the leverage by volatility") {
  RiskRig rig;
  CHECK_FALSE(rig.agent.engine().state().of(Desk::kBtc).volatility.has_value());
  for (int i = 0; i < 14; ++i) {
    Candle c;
    c.interval = Duration::minutes(60);
    c.open = c.close = Ticks{10'000};
    c.high = Ticks{10'030};
    c.low = Ticks{9'970};
    c.closed = true;
    rig.send(Topic::MarketCandle, c);
  }
  CHECK(rig.agent.engine().state().of(Desk::kBtc).volatility == Ratio::percent(dec("0.6")));
}
