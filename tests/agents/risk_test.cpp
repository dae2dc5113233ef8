// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/agents/risk/risk_agent.h"
#include "core/risk/decision_record.h"
#include "tests/risk/risk_fixture.h"
#include "tests/support/fake_agent_context.h"

using namespace bw;
using namespace bw::risktest;

namespace {

struct RiskRig {
  explicit RiskRig(std::function<void(const std::string&)> onDecision = {})
      : instruments(Desk::table()), agent(instruments, {}, authority, ports(std::move(onDecision))) {
    agent.onStart(context);
    send(Topic::StateChanged, StateChanged{SessionState::Ready, SessionState::Trading, "test"});
    quote();
    equity("10000");
  }
  agents::RiskAgentPorts ports(std::function<void(const std::string&)> onDecision) {
    agents::RiskAgentPorts p;
    p.onDecision = std::move(onDecision);
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

TEST_CASE(
    "risk agent: a new configuration is in force with the next intent, voids older approvals, and is acknowledged") {
  RiskRig rig;
  rig.send(Topic::Intent, rig.intent());
  const auto before = rig.context.all<RiskApproved>(Topic::RiskApproved);
  REQUIRE(before.size() == 1);
  LimitCommand command;
  command.version = 4;
  command.who = "anna";
  command.reason = "test";
  command.tightens = true;
  for (const risk::RiskKeyInfo& info : risk::kRiskKeys)
    command.values.push_back({std::string(info.name), std::string(info.initial)});
  command.values[0].value = "0.5";
  CHECK(command.values[0].key == "MAX_POSITION_PERCENT");
  rig.send(Topic::Limits, command);
  CHECK(before[0].approval->consumed());
  CHECK_FALSE(before[0].approval->consume());
  CHECK(rig.context.all<RiskStatus>(Topic::RiskLimits).back().limitsVersion == 4);
  rig.send(Topic::Intent, rig.intent("998"));
  REQUIRE(rig.context.all<RiskRefused>(Topic::RiskRejected).size() == 1);
  CHECK(rig.context.all<RiskRefused>(Topic::RiskRejected)[0].reason == "MAX_POSITION_PERCENT");

  LimitCommand old = command;  // versions only rise
  old.version = 3;
  old.values[0].value = "50";
  rig.send(Topic::Limits, old);
  LimitCommand broken = command;
  broken.version = 5;
  broken.values[0].value = "lots";
  rig.send(Topic::Limits, broken);
  rig.send(Topic::Intent, rig.intent("997"));
  CHECK(rig.context.all<RiskRefused>(Topic::RiskRejected).size() == 2);
  CHECK(rig.context.all<RiskStatus>(Topic::RiskLimits).back().limitsVersion == 4);
}

TEST_CASE("risk agent: a decision is recorded with the values that were compared, and reads back") {
  std::vector<std::string> records;
  RiskRig rig([&](const std::string& record) { records.push_back(record); });
  rig.send(Topic::Intent, rig.intent());
  rig.send(Topic::Intent, rig.intent("2000"));
  REQUIRE(records.size() == 2);
  const auto first = risk::DecisionRecord::decode(records[0]);
  const auto second = risk::DecisionRecord::decode(records[1]);
  REQUIRE(first.ok());
  REQUIRE(second.ok());
  CHECK(first->approved);
  CHECK(first->adds);
  CHECK(first->symbol == "BTC");
  CHECK(first->touch == dec("1000"));
  CHECK(first->venueLeverage == dec("100"));
  CHECK_FALSE(first->volatility.has_value());
  CHECK_FALSE(second->approved);
  CHECK(second->reason == "PRICE_COLLAR");
  CHECK(first->encode() == records[0]);
  for (const char* bad :
       {"", "decision 2\n", "decision 1\na\nb\nc\n1 1 2 - 1 - \n", "decision 1\na\nb\nc\n1 1 1 - 1 - \nX q 1 1\n"})
    CHECK_FALSE(risk::DecisionRecord::decode(bad).ok());
}

TEST_CASE("risk agent: hourly candles set the leverage by volatility, whether they are sent or put together") {
  for (const bool sent : {true, false}) {
    RiskRig rig;
    CHECK_FALSE(rig.agent.engine().state().of(Desk::kBtc).volatility.has_value());
    for (int i = 0; i < (sent ? 14 : 14 * 60 + 1); ++i) {
      Candle c;
      c.interval = Duration::minutes(sent ? 60 : 1);
      c.openTime = Timestamp{} + c.interval * i;
      c.open = c.close = Ticks{10'000};
      c.high = Ticks{10'030};
      c.low = Ticks{9'970};
      c.closed = true;
      rig.send(Topic::MarketCandle, c);
    }
    CHECK(rig.agent.engine().state().of(Desk::kBtc).volatility == Ratio::percent(dec("0.6")));
  }
}

TEST_CASE("risk agent: a drawdown limit tightened below the figure reduces only, and stops when it gets worse") {
  RiskRig rig;
  LimitCommand command;
  command.version = 1;
  command.tightens = true;
  for (const risk::RiskKeyInfo& info : risk::kRiskKeys)
    command.values.push_back({std::string(info.name), std::string(info.initial)});
  const auto set = [&](const char* key, const char* value) {
    for (LimitEdit& edit : command.values) {
      if (edit.key == key) edit.value = value;
    }
  };
  rig.equity("9700");  // 3 % of 5 %
  set("MAX_DAILY_DRAWDOWN", "2");
  rig.send(Topic::Limits, command);
  CHECK(rig.breaches.empty());
  CHECK(rig.context.all<RiskStatus>(Topic::RiskLimits).back().reduceOnly);
  rig.send(Topic::Intent, rig.intent());
  CHECK(rig.context.all<RiskRefused>(Topic::RiskRejected).at(0).reason == "MAX_DAILY_DRAWDOWN");
  rig.equity("9700");
  rig.equity("9750");
  CHECK(rig.breaches.empty());
  rig.equity("9699.99");
  CHECK(rig.breaches.size() == 1);
  // Once it was back inside, the limit is a limit again.
  rig.equity("9900");
  rig.equity("9800");
  CHECK(rig.breaches.size() == 2);
  // What has stopped already is not tolerated by tightening further.
  set("MAX_DAILY_DRAWDOWN", "1");
  command.version = 2;
  rig.send(Topic::Limits, command);
  rig.equity("9790");
  CHECK(rig.breaches.size() == 2);  // raised once
}

TEST_CASE("risk agent: a loosening voids nothing, values that contradict each other are not used") {
  RiskRig rig;
  rig.send(Topic::Intent, rig.intent());
  const auto approved = rig.context.all<RiskApproved>(Topic::RiskApproved);
  REQUIRE(approved.size() == 1);
  LimitCommand command;
  command.version = 1;
  for (const risk::RiskKeyInfo& info : risk::kRiskKeys)
    command.values.push_back({std::string(info.name), std::string(info.initial)});
  rig.send(Topic::Limits, command);
  CHECK_FALSE(approved[0].approval->consumed());
  command.version = 2;
  for (LimitEdit& edit : command.values) {
    if (edit.key == "MAX_DAILY_DRAWDOWN") edit.value = "50";
  }
  rig.send(Topic::Limits, command);
  CHECK(rig.context.all<RiskStatus>(Topic::RiskLimits).back().limitsVersion == 1);
  CHECK(rig.context.all<SystemEvent>(Topic::Event).back().code == "limits.invalid");
}

TEST_CASE("risk agent: orders, fills, cancels and positions reach the engine") {
  RiskRig rig;
  const OrderIntent intent = rig.intent();
  rig.send(Topic::Intent, intent);
  Order order;
  order.clientId = Uuid{2, 1};
  order.intentId = intent.id;
  order.quantity = intent.quantity;
  order.limitPrice = intent.limitPrice;
  order.state = OrderState::Open;
  OrderUpdate update;
  update.order = order;
  rig.send(Topic::OrderPlaced, update);
  rig.send(Topic::OrderUpdated, update);
  CHECK(rig.agent.engine().state().exposure.entryOrders() == 1);
  OrderFilled filled;
  filled.order = order;
  filled.order.state = OrderState::Filled;
  filled.fill.venueTradeId = "1";
  filled.fill.price = price("999");
  filled.fill.quantity = intent.quantity;
  filled.fill.fee = usdt("0");
  rig.send(Topic::OrderFilled, filled);
  CHECK(rig.agent.engine().state().of(Desk::kBtc).position == qty("0.1"));
  CancelRequest cancel;
  cancel.clientId = order.clientId;
  rig.send(Topic::CancelRequested, cancel);
  CHECK(rig.agent.engine().state().messagesWithin(rig.context.now(), Duration::seconds(1)) == 2);
  PositionUpdate position;
  position.kind = PositionUpdate::Kind::Opened;
  position.position.quantity = qty("0.1");
  position.position.averagePrice = position.mark = price("999");
  position.position.lastTradeId = "1";
  rig.send(Topic::PositionOpened, position);
  position.kind = PositionUpdate::Kind::Marked;
  rig.send(Topic::PositionMarked, position);
  const int stored = rig.stored;
  position.kind = PositionUpdate::Kind::Closed;
  position.position.quantity = Quantity();
  position.tripNet = usdt("-1");
  rig.send(Topic::PositionClosed, position);
  CHECK(rig.stored == stored + 1);
  CHECK(rig.agent.engine().counters().accountLosses == 1);
  CHECK(rig.agent.selfTest().empty());
}

TEST_CASE("risk agent: without listeners for breaches and counters it judges all the same") {
  agents::RiskAgentPorts ports;
  ports.epoch = [] { return std::uint64_t{1}; };
  const risk::ApprovalAuthority authority;
  agents::RiskAgent agent(Desk::table(), {}, authority, ports);
  test::FakeAgentContext context;
  agent.onStart(context);
  CHECK(context.deliver(agent, Topic::StateChanged, StateChanged{SessionState::Ready, SessionState::Trading, "test"}));
  BboUpdate bbo;
  bbo.receivedTime = context.now();
  bbo.bid = {Ticks{9999}, Lots{10}};
  bbo.ask = {Ticks{10000}, Lots{10}};
  CHECK(context.deliver(agent, Topic::MarketBbo, bbo));
  AccountUpdate account;
  for (const char* equity : {"10000", "9000"}) {
    account.equity = usdt(equity);
    CHECK(context.deliver(agent, Topic::BalanceChanged, account));
  }
  OrderIntent intent;
  intent.id = Uuid{1, 1};
  intent.quantity = qty("0.1");
  intent.limitPrice = price("999");
  CHECK(context.deliver(agent, Topic::Intent, intent));
  account.equity = usdt("10000");
  CHECK(context.deliver(agent, Topic::BalanceChanged, account));
  intent.id = Uuid{1, 2};
  CHECK(context.deliver(agent, Topic::Intent, intent));
  CHECK(context.all<RiskRefused>(Topic::RiskRejected).size() == 1);
  CHECK(context.all<RiskApproved>(Topic::RiskApproved).size() == 1);
}

TEST_CASE("risk agent: a lower bound raises its alarms as it is neared and passed") {
  risk::RiskLimits limits;
  REQUIRE(limits.set("MIN_FREE_BALANCE", "9000", "t").ok());
  agents::RiskAgentPorts ports;
  ports.epoch = [] { return std::uint64_t{1}; };
  const risk::ApprovalAuthority authority;
  agents::RiskAgent agent(Desk::table(), limits, authority, ports);
  test::FakeAgentContext context;
  agent.onStart(context);
  AccountUpdate account;
  const auto alertsAt = [&](const char* equity) {
    account.equity = usdt(equity);
    CHECK(context.deliver(agent, Topic::BalanceChanged, account));
    context.advance(agent, Duration::millis(250));
    std::size_t count = 0;
    for (const LimitAlert& alert : context.all<LimitAlert>(Topic::RiskAlert))
      count += alert.gauge.key == "MIN_FREE_BALANCE" ? 1 : 0;
    return count;
  };
  CHECK(alertsAt("12001") == 0);
  CHECK(alertsAt("11999") == 1);
  CHECK(alertsAt("8999") == 2);
}
