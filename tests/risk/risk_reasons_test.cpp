// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <map>
#include <string>

#include "tests/risk/risk_fixture.h"

using namespace bw;
using namespace bw::risktest;

namespace {

using Scenario = std::function<risk::Verdict(Desk&)>;

// For each reason a scenario in which it is the first to fail.
std::map<std::string, Scenario> orderScenarios() {
  std::map<std::string, Scenario> all;
  all["SESSION_STATE"] = [](Desk& d) {
    d.engine->onSession(SessionState::Paused);
    return d.evaluate(d.intent());
  };
  all["INSTRUMENT"] = [](Desk& d) {
    OrderIntent o = d.intent();
    o.quantity = qty("0.0005");
    return d.evaluate(o);
  };
  all["CURRENCY_RATE"] = [](Desk& d) {
    OrderIntent o = d.intent();
    o.instrument = Desk::kInverse;
    o.quantity = qty("10");
    d.now = d.now + Duration::minutes(25 * 60);
    d.quote(Desk::kInverse, 9999, 10000);
    return d.evaluate(o);
  };
  all["MAX_POSITION_PERCENT"] = [](Desk& d) {
    OrderIntent o = d.intent();
    o.quantity = qty("1.002");
    return d.evaluate(o);
  };
  all["MAX_LEVERAGE"] = [](Desk& d) {
    d.engine->onVolatility(Desk::kBtc, Ratio::percent(dec("5")));
    OrderIntent o = d.intent();
    o.leverage = dec("11");
    o.contingent.stop = price("980");
    return d.evaluate(o);
  };
  all["MAX_ORDER_VALUE"] = [](Desk& d) {
    d.set("MAX_ORDER_VALUE", "99.8");
    return d.evaluate(d.intent());
  };
  all["MAX_ORDER_QUANTITY"] = [](Desk& d) {
    d.set("MAX_ORDER_QUANTITY", "99");
    return d.evaluate(d.intent());
  };
  all["PRICE_COLLAR"] = [](Desk& d) {
    OrderIntent o = d.intent();
    o.limitPrice = price("1010.1");
    return d.evaluate(o);
  };
  all["BREAK_EVEN"] = [](Desk& d) {
    OrderIntent o = d.intent();
    o.contingent.target = price("1000");
    return d.evaluate(o);
  };
  all["STOP_DISTANCE"] = [](Desk& d) {
    OrderIntent o = d.intent();
    o.contingent.stop = price("998.9");
    return d.evaluate(o);
  };
  all["MIN_LIQUIDATION_BUFFER"] = [](Desk& d) {
    OrderIntent o = d.intent();
    o.leverage = dec("2");
    return d.evaluate(o);
  };
  all["MIN_LIQUIDATION_DISTANCE"] = [](Desk& d) {
    d.set("MIN_LIQUIDATION_DISTANCE", "60%");
    OrderIntent o = d.intent();
    o.leverage = dec("2");
    o.contingent.stop = price("900");
    return d.evaluate(o);
  };
  all["MAX_CORRELATED_EXPOSURE"] = [](Desk& d) {
    d.set("MAX_CORRELATED_EXPOSURE", "1");
    d.position(Desk::kEth, "0.05", "1000");
    return d.evaluate(d.intent());
  };
  all["MAX_EXPOSURE"] = [](Desk& d) {
    d.set("MAX_EXPOSURE", "1");
    d.engine->onCorrelation(Desk::kBtc, Desk::kEth, Ratio());
    d.position(Desk::kEth, "-0.05", "1000");
    return d.evaluate(d.intent());
  };
  all["MIN_FREE_BALANCE"] = [](Desk& d) {
    d.set("MIN_FREE_BALANCE", "9990");
    return d.evaluate(d.intent());
  };
  all["OVERFLOW"] = [](Desk& d) {
    OrderIntent o = d.intent();
    o.quantity = Quantity(Decimal(std::numeric_limits<std::int64_t>::max(), 3));
    return d.evaluate(o);
  };
  return all;
}

void addStateScenarios(std::map<std::string, Scenario>& all) {
  all["MAX_DAILY_DRAWDOWN"] = [](Desk& d) {
    d.equity("9500");
    return d.evaluate(d.intent());
  };
  all["MAX_WEEKLY_DRAWDOWN"] = [](Desk& d) {
    d.equity("9600");
    d.now = d.now + Duration::minutes(24 * 60);
    d.equity("9000");
    d.now = d.now + Duration::minutes(24 * 60);  // Saturday: still the same week
    d.equity("9000");
    d.quote(Desk::kBtc, 9999, 10000);
    return d.evaluate(d.intent());
  };
  all["MAX_CONSECUTIVE_LOSSES"] = [](Desk& d) {
    d.set("MAX_CONSECUTIVE_LOSSES", "10");
    for (int i = 0; i < 10; ++i) d.position(Desk::kBtc, "0", "1000", PositionUpdate::Kind::Closed, "-0.00000001");
    return d.evaluate(d.intent());
  };
  all["MAX_OPEN_POSITIONS"] = [](Desk& d) {
    d.set("MAX_OPEN_POSITIONS", "1");
    d.position(Desk::kEth, "0.05", "1000");
    return d.evaluate(d.intent());
  };
  all["MAX_OPEN_ORDERS"] = [](Desk& d) {
    d.set("MAX_OPEN_ORDERS", "1");
    CHECK(d.evaluate(d.intent()).approved);
    return d.evaluate(d.intent());
  };
  all["MAX_MESSAGE_RATE"] = [](Desk& d) {
    d.set("MAX_MESSAGE_RATE", "2");
    d.engine->onCancel(d.now);
    d.engine->onCancel(d.now);
    return d.evaluate(d.intent());
  };
  all["MAX_REPEATED_EXECUTIONS"] = [](Desk& d) {
    d.set("MAX_REPEATED_EXECUTIONS", "1");
    CHECK(d.evaluate(d.intent()).approved);
    return d.evaluate(d.intent());
  };
  all["DUPLICATE_WINDOW"] = [](Desk& d) {
    CHECK(d.evaluate(d.intent()).approved);
    return d.evaluate(d.intent());
  };
  all["MAX_DATA_AGE"] = [](Desk& d) {
    d.now = d.now + Duration::millis(5001);
    return d.evaluate(d.intent());
  };
  all["SELF_TRADE"] = [](Desk& d) {
    OrderIntent sell = d.intent();
    sell.side = Side::Sell;
    sell.limitPrice = price("1000");
    CHECK(d.evaluate(sell).approved);
    OrderIntent buy = d.intent();
    buy.limitPrice = price("1000");
    return d.evaluate(buy);
  };
  for (const bool sector : {true, false}) {
    const char* key = sector ? "MAX_SECTOR_EXPOSURE" : "MAX_CLASS_EXPOSURE";
    all[key] = [key](Desk& d) {
      d.set(key, "0.5");
      return d.evaluate(d.intent());
    };
  }
  all["MAX_TRADES_PER_DAY"] = [](Desk& d) {
    d.set("MAX_TRADES_PER_DAY", "0");
    return d.evaluate(d.intent());
  };
  all["MAX_SIZE_AFTER_LOSS"] = [](Desk& d) {
    d.set("MAX_SIZE_AFTER_LOSS", "1");
    d.position(Desk::kBtc, "0.05", "1000", PositionUpdate::Kind::Opened);
    d.position(Desk::kBtc, "0", "1000", PositionUpdate::Kind::Closed, "-1");
    return d.evaluate(d.intent());
  };
  all["REENTRY_COOLDOWN"] = [](Desk& d) {
    d.set("REENTRY_COOLDOWN", "1");
    d.position(Desk::kBtc, "0", "1000", PositionUpdate::Kind::Closed, "1");
    return d.evaluate(d.intent());
  };
  for (const char* key : {"COOLDOWN_AFTER_STOP", "SYMBOL_LOCK"}) {
    all[key] = [key](Desk& d) {
      d.set(key, "1");
      OrderIntent stop = d.intent();
      stop.role = OrderRole::StopLoss;
      d.fill(stop, "t1", "0.1", OrderState::Filled);
      return d.evaluate(d.intent());
    };
  }
  all["VOLATILITY_HALT"] = [](Desk& d) {
    d.set("VOLATILITY_HALT", "3");
    d.engine->onMoveSigma(Desk::kBtc, dec("3"));
    return d.evaluate(d.intent());
  };
}

}  // namespace

TEST_CASE("risk: every registered check is the reason of a refusal in a scenario of its own") {
  auto scenarios = orderScenarios();
  addStateScenarios(scenarios);
  std::string seen;
  for (const auto& scenario : scenarios) {
    const auto& reason = scenario.first;
    const auto& run = scenario.second;
    CAPTURE(reason);
    Desk plain;
    REQUIRE_MESSAGE(plain.evaluate(plain.intent()).approved, "the same order passes without the cause");
    Desk desk;
    const risk::Verdict verdict = run(desk);
    CHECK_FALSE(verdict.approved);
    CHECK(verdict.approval == nullptr);
    CHECK_MESSAGE(verdict.reason == reason, verdict.reason << ": " << verdict.text);
    CHECK_FALSE(verdict.text.empty());
    if (reason != "OVERFLOW") CHECK(verdict.checks.size() == risk::kChecks.size());
    seen += reason + " ";
  }
  for (const risk::CheckEntry& check : risk::kChecks) {
    CHECK_MESSAGE(scenarios.count(std::string(check.key)) == 1, "no scenario for " << std::string(check.key));
  }
  MESSAGE("reasons seen: " << seen);
}

TEST_CASE("risk: no limit holds back what reduces risk, whatever the state") {
  Desk d;
  d.position(Desk::kBtc, "5", "1000");
  d.engine->onSession(SessionState::Paused);
  d.equity("5000");
  for (const char* key : {"MAX_MESSAGE_RATE", "MAX_REPEATED_EXECUTIONS"}) d.set(key, "1");
  d.set("MAX_ORDER_VALUE", "1");
  d.set("MAX_EXPOSURE", "0");
  d.now = d.now + Duration::seconds(100);
  for (int i = 0; i < 5; ++i) {
    OrderIntent close = d.intent();
    close.side = Side::Sell;
    close.type = OrderType::Market;
    close.limitPrice.reset();
    close.role = OrderRole::Exit;
    close.reduceOnly = i % 2 == 0;
    close.quantity = qty("1");
    const auto verdict = d.evaluate(close);
    CHECK_MESSAGE(verdict.approved, verdict.text);
  }
  OrderIntent more = d.intent();
  more.side = Side::Sell;
  more.quantity = qty("0.001");
  CHECK_FALSE(d.evaluate(more).approved);  // all of the position is spoken for: this one would open a short
}

TEST_CASE("risk: on spot a reduce-only flag proves nothing, the quantity held does") {
  Desk d;
  OrderIntent sell = d.intent();
  sell.instrument = Desk::kSpot;
  sell.side = Side::Sell;
  sell.reduceOnly = true;
  d.engine->onSession(SessionState::Paused);
  CHECK_FALSE(d.evaluate(sell).approved);
  d.position(Desk::kSpot, "0.1", "1000");
  sell.id.low = 900;
  CHECK(d.evaluate(sell).approved);
}
