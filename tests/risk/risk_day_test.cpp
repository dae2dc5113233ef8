// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/risk_day.h"

#include <doctest/doctest.h>

#include "tests/risk/risk_fixture.h"

using namespace bw;
using namespace bw::risktest;

namespace {

Timestamp utc(const char* text) {
  return timestampFromIso8601(text).value();
}

}  // namespace

TEST_CASE("risk day: starts at the stated zone's hour, through clock changes") {
  CHECK(risk::nextDayStart(utc("2024-08-08T23:54:15Z"), "UTC", 0) == utc("2024-08-09T00:00:00Z"));
  CHECK(risk::nextDayStart(utc("2024-08-09T00:00:00Z"), "UTC", 0) == utc("2024-08-10T00:00:00Z"));
  CHECK(risk::nextDayStart(utc("2024-08-08T12:00:00Z"), "America/New_York", 17) == utc("2024-08-08T21:00:00Z"));
  // 2024-03-10 has 23 hours there, 2024-11-03 has 25.
  CHECK(risk::nextDayStart(utc("2024-03-09T22:00:00Z"), "America/New_York", 17) == utc("2024-03-10T21:00:00Z"));
  CHECK(risk::nextDayStart(utc("2024-11-02T21:00:00Z"), "America/New_York", 17) == utc("2024-11-03T22:00:00Z"));
  CHECK(risk::nextWeekStart(utc("2024-08-08T23:54:15Z"), "UTC", 0) == utc("2024-08-12T00:00:00Z"));
  CHECK(risk::nextWeekStart(utc("2024-08-12T00:00:00Z"), "UTC", 0) == utc("2024-08-19T00:00:00Z"));
  CHECK(risk::nextWeekStart(utc("2024-08-12T12:00:00Z"), "America/New_York", 17) == utc("2024-08-12T21:00:00Z"));
}

TEST_CASE("risk day: changing its start never shortens the running day or week") {
  Desk d;
  d.now = utc("2024-08-11T12:00:00Z");  // a Sunday
  d.set("RISK_DAY_START", "17:00 America/New_York");
  d.equity("10000");
  CHECK(d.engine->counters().dayEnds == utc("2024-08-11T21:00:00Z"));
  CHECK(d.engine->counters().weekEnds == utc("2024-08-12T21:00:00Z"));
  d.equity("9700");
  d.set("RISK_DAY_START", "00:00 UTC");
  d.engine->tick(d.now);
  CHECK(d.engine->counters().dayEnds == utc("2024-08-12T00:00:00Z"));
  CHECK(d.engine->counters().weekEnds == utc("2024-08-19T00:00:00Z"));
  CHECK(d.engine->counters().dayHigh == usdt("10000"));
  d.now = utc("2024-08-11T23:00:00Z");  // past the old end
  d.equity("9700");
  CHECK(d.engine->counters().dayHigh == usdt("10000"));
  d.now = utc("2024-08-12T00:00:00Z");
  d.equity("9700");
  CHECK(d.engine->counters().dayHigh == usdt("9700"));
  CHECK(d.engine->counters().weekHigh == usdt("10000"));
  d.now = utc("2024-08-19T00:00:00Z");
  d.equity("9700");
  CHECK(d.engine->counters().weekHigh == usdt("9700"));
  CHECK(d.engine->counters().dayRule == "00:00 UTC");
}

TEST_CASE("risk day: counters, stops and lost sizes survive a restart") {
  Desk d;
  d.set("SYMBOL_LOCK", "30");
  d.set("REENTRY_COOLDOWN", "10");
  d.set("MAX_SIZE_AFTER_LOSS", "1");
  OrderIntent stop = d.intent();
  stop.role = OrderRole::StopLoss;
  stop.side = Side::Sell;
  d.position(Desk::kBtc, "0.05", "1000", PositionUpdate::Kind::Opened);
  d.fill(stop, "t1", "0.05", OrderState::Filled);
  d.position(Desk::kBtc, "0", "1000", PositionUpdate::Kind::Closed, "-1");
  const std::string text = d.engine->counters().encode();
  auto read = risk::RiskCounters::decode(text);
  REQUIRE(read.ok());
  CHECK(read->encode() == text);
  Desk again(d.engine->limits());
  again.engine->restore(*read);
  again.now = d.now + Duration::minutes(29);
  again.quote(Desk::kBtc, 9999, 10000);
  CHECK(again.evaluate(again.intent()).reason == "MAX_SIZE_AFTER_LOSS");
  again.set("MAX_SIZE_AFTER_LOSS", "off");
  CHECK(again.evaluate(again.intent()).reason == "SYMBOL_LOCK");
  again.now = d.now + Duration::minutes(30);
  again.quote(Desk::kBtc, 9999, 10000);
  CHECK(again.evaluate(again.intent()).approved);
  again.set("COOLDOWN_AFTER_STOP", "40");
  again.now = again.now + Duration::seconds(1);
  CHECK(again.evaluate(again.intent()).reason == "COOLDOWN_AFTER_STOP");
  for (const char* bad : {"mark:paper|BTC=1", "mark:paper|BTC=1 2", "mark:paper|BTC=x 2 -", "mark:paper|BTC=1 y -",
                          "mark:paper|BTC=1 2 z", "last_stop=-", "day_rule=", "week_ends=", "nonsense", "approved=1x"})
    CHECK_FALSE(risk::RiskCounters::decode(bad).ok());
}

TEST_CASE("risk: expected funding makes break-even dearer for who pays it and never cheaper") {
  Desk d;
  const auto neededFor = [&](Side side) {
    OrderIntent o = d.intent();
    o.side = side;
    o.limitPrice = side == Side::Buy ? price("999") : price("1001");
    o.leverage = dec("10");
    o.expectedMove = Ratio::percent(dec("5"));
    o.contingent.stop = side == Side::Buy ? price("950") : price("1050");
    for (const CheckResult& check : d.engine->preview(o, d.now).checks) {
      if (check.check == "BREAK_EVEN") return check.limit;
    }
    return std::string();
  };
  CHECK(neededFor(Side::Buy) == "0.85");  // (0.02 + 0.06) % × 10 + 0.05
  d.engine->onExpectedFunding(Desk::kBtc, Ratio::percent(dec("0.01")));
  CHECK(neededFor(Side::Buy) == "0.95");
  CHECK(neededFor(Side::Sell) == "0.85");
  d.engine->onExpectedFunding(Desk::kBtc, Ratio::percent(dec("-0.01")));
  CHECK(neededFor(Side::Buy) == "0.85");
  CHECK(neededFor(Side::Sell) == "0.95");
}

TEST_CASE("risk: a bound that no file states is zero in live") {
  const risk::RiskLimits live = risk::RiskLimits().forLive();
  for (const risk::RiskKeyInfo& info : risk::kRiskKeys) {
    CAPTURE(std::string(info.name));
    if (!risk::isLiveRequired(info.key)) continue;
    REQUIRE_FALSE(live.isOff(info.key));
    CHECK(live.number(info.key) == (info.tighter == risk::Tighter::Higher ? dec(info.highest.data()) : Decimal{}));
  }
  Desk d(live);
  CHECK_FALSE(d.evaluate(d.intent()).approved);
  risk::RiskLimits stated;
  for (const risk::RiskKeyInfo& info : risk::kRiskKeys) REQUIRE(stated.set(info.key, info.initial, "risk.yaml:1").ok());
  CHECK(Desk(stated.forLive()).engine->limits().number(risk::RiskKey::MaxExposure) == dec("300"));
  Desk free(stated.forLive());
  CHECK(free.evaluate(free.intent()).approved);
}
