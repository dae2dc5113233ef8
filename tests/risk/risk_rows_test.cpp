// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of the conditions that the other tests leave over.
#include "tests/risk/bare_engine.h"

using namespace bw;
using namespace bw::risktest;
using Outcome = CheckResult::Outcome;

TEST_CASE("risk edges: the rest of the rows") {
  // A currency nobody can convert, before any quote.
  Bare euro({pricedIn("ADA", "EUR")});
  euro.account("10000");
  CHECK(euro.check(euro.intent(OrderType::Market), "CURRENCY_RATE").outcome == Outcome::Failed);
  // Groups count apart.
  Instrument coin = makeInstrument("BTC");
  coin.sector = "coins";
  Instrument chain = makeInstrument("ETH");
  chain.sector = "chains";
  Instrument last = makeInstrument("ZED");
  last.sector = "small";
  Bare groups({coin, chain, last});
  groups.limit("MAX_SECTOR_EXPOSURE", "50");
  groups.account("10000");
  groups.quote(9999, 10000);
  groups.quote(9999, 10000, 1);
  statePosition(groups, 0, "4", "1000");
  statePosition(groups, 1, "1", "1000");
  statePosition(groups, 2, "0.5", "1000");
  OrderIntent more = groups.intent();
  CHECK(groups.check(more, "MAX_SECTOR_EXPOSURE").used == "39.998");
  more.instrument = {1};
  CHECK(groups.check(more, "MAX_SECTOR_EXPOSURE").used == "9.9995");
  for (const LimitGauge& gauge : groups.engine->gauges(groups.now)) {
    if (gauge.key == "MAX_SECTOR_EXPOSURE") CHECK(gauge.scope == "coins");
  }
  // A trigger reaches into no book of its own.
  Desk d;
  OrderIntent sell = d.intent();
  sell.side = Side::Sell;
  sell.limitPrice = price("1001");
  REQUIRE(d.evaluate(sell).approved);
  OrderIntent trigger = d.intent();
  trigger.type = OrderType::StopMarket;
  trigger.limitPrice.reset();
  trigger.triggerPrice = price("1005");
  CHECK(found(d.engine->preview(trigger, d.now), "SELF_TRADE").outcome == Outcome::NotApplicable);
  // A stop without quotes is measured by ticks and ATR.
  Bare blind;
  blind.account("10000");
  OrderIntent stopped = blind.intent();
  stopped.contingent.stop = price("998.9");
  CHECK(blind.check(stopped, "STOP_DISTANCE").limit == "0.2");
  CHECK(blind.check(stopped, "STOP_DISTANCE").outcome == Outcome::Failed);
  blind.quote(9989, 0);
  CHECK(blind.check(stopped, "STOP_DISTANCE").limit == "0.2");
  // Off limits keep their figure for the what-if.
  blind.engine->onMoveSigma({}, dec("3"));
  CHECK(blind.check(stopped, "VOLATILITY_HALT").after == "3");
  CHECK(blind.check(stopped, "VOLATILITY_HALT").outcome == Outcome::NotApplicable);
  blind.limit("VOLATILITY_HALT", "4");
  CHECK(blind.check(stopped, "VOLATILITY_HALT").outcome == Outcome::Passed);
  // An inverse contract with a trigger is worth what it is at the trigger's far side.
  Bare inverse({makeInstrument("INV", ContractKind::Inverse)});
  inverse.account("10", "BTC");
  inverse.quote(9999, 10000);
  OrderIntent far = inverse.intent(OrderType::StopMarket);
  far.quantity = qty("100");
  far.triggerPrice = price("1000");
  CHECK(risk::demandOf(far, inverse.table->get({}), inverse.engine->state(), inverse.engine->limits()).notional.sign() >
        0);
}

TEST_CASE("risk edges: highs that are missing one at a time, transfers before any, limits at zero") {
  Bare b;
  b.engine->onTransfer(usdt("5"));
  CHECK_FALSE(b.engine->counters().dayHigh.has_value());
  b.quote(9999, 10000);
  b.account("10000");
  for (const bool day : {true, false}) {
    risk::RiskCounters counters = b.engine->counters();
    (day ? counters.dayHigh : counters.weekHigh).reset();
    b.engine->restore(counters);
    b.engine->tick(b.now);
    CHECK(b.engine->counters().dayHigh == usdt("10000"));
    CHECK(b.engine->counters().weekHigh == usdt("10000"));
  }
  Order odd;
  odd.clientId = odd.intentId = Uuid{8, 8};
  odd.quantity = qty("1");
  odd.limitPrice = price("-1");
  odd.state = OrderState::Open;
  b.engine->onOrder(odd);
  CHECK(b.engine->state().exposure.totals({}, Side::Buy).notional.isZero());
  Bare none{std::vector<Instrument>{}};
  none.account("10000");
  for (const LimitGauge& gauge : none.engine->gauges(none.now)) CHECK(gauge.key != "MAX_LEVERAGE");
  Bare live({makeInstrument("BTC"), makeInstrument("ETH")});
  live.engine->setLimits(risk::RiskLimits().forLive());
  live.account("10000");
  live.quote(9999, 10000);
  OrderIntent o = live.intent();
  o.leverage = dec("2");
  for (const LimitGauge& gauge : live.engine->gaugesWith(o, live.now)) {
    if (gauge.key == "MAX_EXPOSURE") CHECK(gauge.limit.sign() == 0);
    if (gauge.key == "MAX_LEVERAGE") CHECK(gauge.used == dec("2"));
  }
  live.engine->setLimits(risk::RiskLimits());
  CHECK_FALSE(live.engine->gaugesWith(live.intent(OrderType::Market), live.now).empty());
  Bare dark;
  dark.account("10000");  // no quote: the exposure check has no figure to add
  for (const LimitGauge& gauge : dark.engine->gaugesWith(dark.intent(OrderType::Market), dark.now)) {
    if (gauge.key == "MAX_EXPOSURE") CHECK(gauge.used.sign() == 0);
  }
  // Held leverage against different bounds: the nearer one is shown.
  Desk d;
  PositionUpdate p;
  p.position.instrument = Desk::kBtc;
  p.position.quantity = qty("0.1");
  p.position.averagePrice = p.mark = price("1000");
  p.position.leverage = dec("20");
  d.engine->onPosition(p, d.now);
  p.position.instrument = Desk::kEth;
  p.position.leverage = dec("9");
  d.engine->onPosition(p, d.now);
  d.engine->onVolatility(Desk::kEth, Ratio::percent(dec("5")));
  for (const LimitGauge& gauge : d.engine->gauges(d.now)) {
    if (gauge.key != "MAX_LEVERAGE") continue;
    CHECK(gauge.scope == "ETH");  // 9 of 10 against 20 of 100
    CHECK(gauge.limit == dec("10"));
  }
}

TEST_CASE("risk edges: the nearer of two gauges, where a bound is zero") {
  for (const bool first : {true, false}) {
    Instrument none = makeInstrument("NONE");
    none.maxLeverage = Decimal();
    const Instrument some = makeInstrument("SOME");
    Bare b(first ? std::vector<Instrument>{none, some} : std::vector<Instrument>{some, none});
    b.account("10000");
    for (const std::uint32_t id : {0U, 1U}) {
      PositionUpdate p;
      p.position.instrument = {id};
      p.position.quantity = qty("0.1");
      p.position.averagePrice = p.mark = price("1000");
      p.position.leverage = dec("5");
      b.engine->onPosition(p, b.now);
    }
    for (const LimitGauge& gauge : b.engine->gauges(b.now)) {
      if (gauge.key == "MAX_LEVERAGE") CHECK(gauge.scope == "NONE");
    }
  }
  Desk d;
  d.set("MIN_FREE_BALANCE", "100");
  OrderIntent huge = d.intent();
  huge.quantity = qty("20");
  for (const LimitGauge& gauge : d.engine->gaugesWith(huge, d.now)) {
    if (gauge.key == "MIN_FREE_BALANCE") CHECK(gauge.used.sign() < 0);
  }
}
