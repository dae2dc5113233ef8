// SPDX-License-Identifier: GPL-3.0-or-later
// What checks say where something is not known, not positive, or of another kind: each row of their conditions.
#include <doctest/doctest.h>

#include "tests/risk/bare_engine.h"

using namespace bw;
using namespace bw::risktest;
using Outcome = CheckResult::Outcome;

TEST_CASE("risk edges: without an account nothing that needs equity passes") {
  Bare b;
  b.limit("MAX_SECTOR_EXPOSURE", "50");
  b.quote(9999, 10000);
  const auto verdict = b.preview(b.intent());
  CHECK(verdict.reason == "CURRENCY_RATE");
  for (const char* key : {"MAX_POSITION_PERCENT", "MAX_EXPOSURE", "MIN_FREE_BALANCE", "MAX_DAILY_DRAWDOWN",
                          "MAX_WEEKLY_DRAWDOWN", "MAX_CORRELATED_EXPOSURE", "MAX_SECTOR_EXPOSURE"}) {
    CAPTURE(key);
    CHECK(found(verdict, key).outcome == Outcome::Failed);
    CHECK(found(verdict, key).text == "equity is not known yet");
  }
  CHECK(b.engine->breaches(b.now).empty());
  CHECK_FALSE(b.engine->state().inAccount(usdt("1"), b.now).has_value());
  CHECK_FALSE(b.engine->state().ownedInAccount(usdt("1"), b.now).has_value());
  CHECK_FALSE(b.engine->state().totalExposure(b.now, nullptr, nullptr).has_value());
  CHECK_FALSE(b.engine->state().totalMargin(b.now, nullptr, nullptr).has_value());
  CHECK_FALSE(b.engine->state().correlatedExposure({}, Side::Buy, b.now).has_value());
  CHECK_FALSE(b.engine->gauges(b.now).empty());
}

TEST_CASE("risk edges: with equity at zero or below nothing that needs it passes, and no gauge divides by it") {
  for (const char* amount : {"0", "-5"}) {
    Bare b;
    b.limit("MAX_SECTOR_EXPOSURE", "50");
    b.quote(9999, 10000);
    b.account(amount);
    const auto verdict = b.preview(b.intent());
    for (const char* key : {"MAX_POSITION_PERCENT", "MAX_EXPOSURE", "MIN_FREE_BALANCE", "MAX_DAILY_DRAWDOWN",
                            "MAX_WEEKLY_DRAWDOWN", "MAX_CORRELATED_EXPOSURE", "MAX_SECTOR_EXPOSURE"}) {
      CAPTURE(key);
      CHECK(found(verdict, key).outcome == Outcome::Failed);
      CHECK(found(verdict, key).text.find("not positive") != std::string::npos);
    }
    for (const LimitGauge& gauge : b.engine->gauges(b.now)) CHECK(gauge.key != "MAX_EXPOSURE");
    CHECK(b.engine->breaches(b.now).empty());
  }
}

TEST_CASE("risk edges: before the first quote only data age and price-less checks speak") {
  Bare b;
  b.limit("MAX_SECTOR_EXPOSURE", "50");
  b.account("10000");
  OrderIntent market = b.intent(OrderType::Market);
  market.leverage = dec("5");
  market.contingent.target = price("1100");
  market.contingent.stop = price("900");
  const auto verdict = b.preview(market);
  CHECK(verdict.reason == "MAX_DATA_AGE");
  for (const char* key : {"MAX_POSITION_PERCENT", "MAX_EXPOSURE", "MIN_FREE_BALANCE", "MAX_CORRELATED_EXPOSURE",
                          "MAX_SECTOR_EXPOSURE", "BREAK_EVEN", "STOP_DISTANCE", "MIN_LIQUIDATION_BUFFER",
                          "MIN_LIQUIDATION_DISTANCE", "MAX_ORDER_VALUE", "PRICE_COLLAR", "SELF_TRADE"}) {
    CAPTURE(key);
    CHECK(found(verdict, key).outcome == Outcome::NotApplicable);
  }
  // One side only: still no best bid and offer.
  b.quote(9999, 0);
  CHECK(b.check(b.intent(), "MAX_DATA_AGE").outcome == Outcome::Failed);
  b.quote(0, 10000);
  CHECK(b.check(b.intent(), "MAX_DATA_AGE").outcome == Outcome::Failed);
  CHECK(b.check(b.intent(OrderType::Market, Side::Sell), "PRICE_COLLAR").outcome == Outcome::NotApplicable);
  b.quote(10000, 10000);
  CHECK(b.check(b.intent(), "MAX_DATA_AGE").text.find("not below") != std::string::npos);
  OrderIntent stopped = b.intent();
  stopped.contingent.stop = price("900");
  CHECK(b.check(stopped, "STOP_DISTANCE").outcome == Outcome::Passed);  // a crossed quote has no spread
}

TEST_CASE("risk edges: amounts that do not convert are told by the currency check, the others stand back") {
  Bare b({makeInstrument("BTC"), pricedIn("ADA", "EUR")});
  b.limit("MAX_SECTOR_EXPOSURE", "50");
  b.account("10000");
  b.quote(9999, 10000);
  b.quote(9999, 10000, 1);
  OrderIntent inEuro = b.intent();
  inEuro.instrument = {1};
  const auto other = b.preview(inEuro);
  CHECK(other.reason == "CURRENCY_RATE");
  for (const char* key : {"MAX_POSITION_PERCENT", "MAX_EXPOSURE", "MIN_FREE_BALANCE", "MAX_CORRELATED_EXPOSURE",
                          "MAX_SECTOR_EXPOSURE", "MAX_ORDER_VALUE"}) {
    CAPTURE(key);
    CHECK(found(other, key).outcome == Outcome::NotApplicable);
  }
  statePosition(b, 1, "1", "1000");  // held in a currency nobody can convert: no new risk anywhere
  const auto mine = b.preview(b.intent());
  CHECK(mine.reason == "CURRENCY_RATE");
  for (const char* key : {"MAX_EXPOSURE", "MIN_FREE_BALANCE", "MAX_CORRELATED_EXPOSURE", "MAX_SECTOR_EXPOSURE"}) {
    CAPTURE(key);
    CHECK(found(mine, key).outcome == Outcome::NotApplicable);
  }
  for (const LimitGauge& gauge : b.engine->gauges(b.now)) {
    CHECK(gauge.key != "MAX_EXPOSURE");
    CHECK(gauge.key != "MIN_FREE_BALANCE");
  }
  b.engine->onRate(Currency("EUR"), dec("1.1"), b.now);
  CHECK(b.preview(b.intent()).approved);
  // An account in a currency without a rate makes the whole equity unknown.
  b.account("500", "GBP", "second");
  CHECK(b.check(b.intent(), "MAX_EXPOSURE").text == "equity is not known yet");
  b.engine->onRate(Currency("GBP"), dec("1.3"), b.now);
  CHECK(b.preview(b.intent()).approved);
  CHECK(b.engine->state().equity(b.now) == usdt("10650"));
}

TEST_CASE("risk edges: an order must be well formed, each fault by its own words") {
  Instrument strict = makeInstrument("BTC");
  strict.minQuantity = dec("0.01");
  strict.minNotional = dec("20");
  Bare b({strict});
  b.account("10000");
  b.quote(9999, 10000);
  const auto fault = [&](const OrderIntent& o, const char* words) {
    CAPTURE(words);
    const auto verdict = b.preview(o);
    CHECK(verdict.reason == "INSTRUMENT");
    CHECK_MESSAGE(verdict.text.find(words) != std::string::npos, verdict.text);
  };
  OrderIntent o = b.intent();
  CHECK(b.preview(o).approved);
  o.limitPrice = price("-1");
  fault(o, "not positive");
  o.limitPrice = price("999.05");
  fault(o, "multiple of 0.1");
  o.limitPrice.reset();
  fault(o, "needs a price");
  o.priceRule.kind = PriceRule::Kind::BookLevel;
  CHECK(b.preview(o).approved);
  for (const OrderType type : {OrderType::StopMarket, OrderType::TakeProfitMarket}) {
    OrderIntent triggered = b.intent(type);
    fault(triggered, "trigger price");
    triggered.triggerPrice = price("1005");
    CHECK(b.check(triggered, "INSTRUMENT").outcome == Outcome::Passed);
  }
  o = b.intent();
  o.expiresAt = b.now;
  fault(o, "expired");
  o = b.intent();
  o.leverage = dec("0.5");
  fault(o, "below 1");
  CHECK(b.check(o, "MIN_LIQUIDATION_BUFFER").outcome == Outcome::NotApplicable);
  CHECK(b.check(o, "MIN_LIQUIDATION_DISTANCE").outcome == Outcome::NotApplicable);
  o = b.intent();
  o.quantity = qty("0.009");
  fault(o, "below the minimum 0.01");
  o.quantity = qty("0.02");
  fault(o, "below the minimum 20");
  o.quantity = qty("0.0005");
  fault(o, "multiple of 0.001");
  o.quantity = qty("0");
  fault(o, "not positive");
  o = b.intent();
  o.instrument = {7};
  fault(o, "not in this session");
  CHECK(b.engine->evaluate(o, b.now, 1, 1).reason == "INSTRUMENT");
  for (const Side side : {Side::Buy, Side::Sell}) {
    OrderIntent wrong = b.intent(OrderType::Limit, side);
    wrong.contingent.stop = price(side == Side::Buy ? "1000" : "1000");
    fault(wrong, "wrong side");
    wrong.contingent.stop.reset();
    wrong.contingent.target = price(side == Side::Buy ? "990" : "1010");
    fault(wrong, "wrong side");
    wrong.contingent.target = price(side == Side::Buy ? "1010" : "990");
    wrong.contingent.stop = price(side == Side::Buy ? "990" : "1010");
    CHECK(b.preview(wrong).approved);
  }
  // Without a price the size cannot be compared with the smallest notional; the data check refuses.
  Bare blind({strict});
  blind.account("10000");
  CHECK(blind.preview(blind.intent(OrderType::Market)).reason == "MAX_DATA_AGE");
}

TEST_CASE("risk edges: break-even takes the fees of the words, on both sides") {
  Bare b;
  b.account("10000");
  b.quote(9999, 10000);
  const auto needed = [&](OrderIntent o) {
    o.expectedMove = Ratio::percent(dec("5"));
    return b.check(o, "BREAK_EVEN").limit;
  };
  CHECK(needed(b.intent()) == "0.13");                   // maker 0.02 + taker 0.06 + buffer 0.05
  CHECK(needed(b.intent(OrderType::Market)) == "0.17");  // as sent: taker
  b.limit("ENTRY_ORDER_TYPE", "maker");
  CHECK(needed(b.intent(OrderType::Market)) == "0.13");
  b.limit("ENTRY_ORDER_TYPE", "taker");
  b.limit("EXIT_ORDER_TYPE", "maker");
  CHECK(needed(b.intent()) == "0.13");
  b.limit("EXIT_ORDER_TYPE", "taker");
  CHECK(needed(b.intent()) == "0.17");
  OrderIntent sell = b.intent(OrderType::Limit, Side::Sell);
  sell.contingent.target = price("990");
  CHECK(b.check(sell, "BREAK_EVEN").after.rfind("1.09", 0) == 0);
  CHECK(b.preview(sell).approved);
  // A limit that crosses is no maker, one that may only rest is.
  OrderIntent crossing = b.intent();
  crossing.limitPrice = price("1000");
  b.limit("ENTRY_ORDER_TYPE", "as-sent");
  CHECK(needed(crossing) == "0.17");
  crossing.postOnly = true;
  CHECK(needed(crossing) == "0.13");
}

TEST_CASE("risk edges: a duplicate is equal in everything, a repeated entry in strategy, instrument and side") {
  const auto second = [](const auto& change, const char* key) {
    Desk d;
    d.set("MAX_REPEATED_EXECUTIONS", "1");
    OrderIntent first = d.intent();
    REQUIRE(d.evaluate(first).approved);
    OrderIntent next = d.intent();
    change(d, next);
    return found(d.engine->preview(next, d.now), key).outcome;
  };
  CHECK(second([](Desk&, OrderIntent&) {}, "DUPLICATE_WINDOW") == Outcome::Failed);
  const auto passes = [&](const auto& change) { CHECK(second(change, "DUPLICATE_WINDOW") == Outcome::Passed); };
  passes([](Desk&, OrderIntent& o) { o.instrument = Desk::kEth; });
  passes([](Desk&, OrderIntent& o) { o.side = Side::Sell; });
  passes([](Desk&, OrderIntent& o) { o.type = OrderType::Market; });
  passes([](Desk&, OrderIntent& o) { o.quantity = qty("0.2"); });
  passes([](Desk&, OrderIntent& o) { o.limitPrice = price("998"); });
  passes([](Desk&, OrderIntent& o) { o.triggerPrice = price("998"); });
  passes([](Desk&, OrderIntent& o) { o.strategy = "other"; });
  passes([](Desk& d, OrderIntent&) { d.now = d.now + Duration::millis(250); });
  CHECK(second([](Desk&, OrderIntent&) {}, "MAX_REPEATED_EXECUTIONS") == Outcome::Failed);
  const auto again = [&](const auto& change) { CHECK(second(change, "MAX_REPEATED_EXECUTIONS") == Outcome::Passed); };
  again([](Desk&, OrderIntent& o) { o.instrument = Desk::kEth; });
  again([](Desk&, OrderIntent& o) { o.side = Side::Sell; });
  again([](Desk&, OrderIntent& o) { o.strategy = "other"; });
  again([](Desk& d, OrderIntent&) { d.now = d.now + Duration::seconds(60); });
}

TEST_CASE("risk edges: an intent is approved once, whatever time has passed") {
  Desk d;
  const OrderIntent o = d.intent();
  REQUIRE(d.evaluate(o).approved);
  d.engine->onOrder(d.order(o, OrderState::Cancelled));
  d.now = d.now + Duration::minutes(5);
  d.quote(Desk::kBtc, 9999, 10000);
  const auto again = d.evaluate(o);
  CHECK_FALSE(again.approved);
  CHECK(again.text == "an intent is approved once only");
}

TEST_CASE("risk edges: drawdowns without a highest equity of the same currency say so") {
  Bare b;
  b.quote(9999, 10000);
  b.account("10000");
  risk::RiskCounters counters = b.engine->counters();
  for (const auto& high : {std::optional<Money>(), std::optional<Money>(Money(dec("9"), Currency("EUR"))),
                           std::optional<Money>(usdt("0"))}) {
    counters.dayHigh = counters.weekHigh = high;
    b.engine->restore(counters);
    CHECK(b.check(b.intent(), "MAX_DAILY_DRAWDOWN").outcome == Outcome::NotApplicable);
    CHECK(b.check(b.intent(), "MAX_WEEKLY_DRAWDOWN").outcome == Outcome::NotApplicable);
    CHECK(b.engine->breaches(b.now).empty());
  }
  b.engine->onTransfer(usdt("5"));  // no high of that currency above zero: nothing moves but the zero
  b.account("10000");
  CHECK(b.engine->counters().dayHigh == usdt("10000"));
  // Another currency takes the place of the old one.
  counters.dayHigh = Money(dec("9"), Currency("EUR"));
  b.engine->restore(counters);
  b.engine->onTransfer(usdt("5"));
  CHECK(b.engine->counters().dayHigh == Money(dec("9"), Currency("EUR")));
  b.account("10000");
  CHECK(b.engine->counters().dayHigh == usdt("10000"));
}

TEST_CASE("risk edges: demand of every order type on both sides") {
  Bare b;
  b.account("10000");
  b.quote(9999, 10000);
  auto depth = std::make_shared<BookDepth>();
  depth->receivedTime = b.now;
  depth->stale = StaleReason::None;
  depth->bidCount = depth->askCount = 3;
  for (std::size_t i = 0; i < 3; ++i) {
    depth->bids[i] = {Ticks{9999 - static_cast<std::int64_t>(i)}, Lots{5}};
    depth->asks[i] = {Ticks{10000 + static_cast<std::int64_t>(i)}, Lots{5}};
  }
  b.engine->onBook(*depth);
  const auto demand = [&](const OrderIntent& o) {
    return risk::demandOf(o, b.table->get(o.instrument), b.engine->state(), b.engine->limits());
  };
  OrderIntent level = b.intent();
  level.limitPrice.reset();
  level.priceRule.kind = PriceRule::Kind::BookLevel;
  level.priceRule.level = 3;
  CHECK(demand(level).entry == price("999.7"));
  CHECK(demand(level).valuation == demand(level).worstPrice);
  CHECK(demand(level).maker);
  level.side = Side::Sell;
  CHECK(demand(level).entry == price("1000.2"));
  CHECK(demand(level).valuation == price("1010"));  // a seller's worst is the highest it may rest at
  level.priceRule.level = 9;                        // deeper than the book: its own best
  CHECK(demand(level).entry == price("1000"));
  OrderIntent market = b.intent(OrderType::Market);
  CHECK(demand(market).worstPrice == price("1010"));
  CHECK(demand(market).entry == price("1000"));
  market.side = Side::Sell;
  CHECK(demand(market).valuation == price("1010"));
  CHECK(demand(market).worstPrice == price("990"));  // 999.9 less 1 %, up to the tick
  CHECK(demand(market).entry == price("999.9"));
  OrderIntent stop = b.intent(OrderType::StopMarket);
  CHECK_FALSE(demand(stop).valuation.has_value());
  stop.triggerPrice = price("1000");
  CHECK(demand(stop).valuation == price("1010"));
  CHECK_FALSE(demand(stop).worstPrice.has_value());
  OrderIntent sell = b.intent(OrderType::Limit, Side::Sell);
  sell.limitPrice = price("500");
  CHECK(demand(sell).valuation == price("999.9"));  // it would fill at the bid
  CHECK(demand(sell).entry == price("999.9"));
  CHECK(demand(sell).worstPrice > price("500"));
  OrderIntent high = b.intent();
  high.limitPrice = price("5000");
  CHECK(demand(high).entry == price("1000"));
  CHECK(demand(high).worstPrice == price("1010"));
  OrderIntent nothing = b.intent();
  nothing.quantity = Quantity();
  CHECK(demand(nothing).notional.isZero());
  nothing.quantity = qty("1");
  nothing.limitPrice = price("-1");
  CHECK(demand(nothing).notional.isZero());
  // Without a quote a given limit is all there is.
  Bare blind;
  const auto alone = risk::demandOf(b.intent(OrderType::Limit, Side::Sell), blind.table->get({}), blind.engine->state(),
                                    blind.engine->limits());
  CHECK(alone.worstPrice == price("1001"));
  CHECK(alone.valuation == price("1001"));
  CHECK_FALSE(alone.maker);
  OrderIntent unpriced = b.intent();
  unpriced.limitPrice.reset();
  CHECK_FALSE(risk::demandOf(unpriced, blind.table->get({}), blind.engine->state(), blind.engine->limits())
                  .valuation.has_value());
  // A rebate is not counted as income.
  Instrument rebate = makeInstrument("R");
  rebate.makerFee = Ratio::percent(dec("-0.01"));
  Bare paid({rebate});
  paid.quote(9999, 10000);
  CHECK(risk::demandOf(b.intent(), paid.table->get({}), paid.engine->state(), paid.engine->limits()).fees.isZero());
}

TEST_CASE("risk edges: what provably reduces, by kind, side and what is pending") {
  Instrument share = makeInstrument("SHARE", ContractKind::Equity);
  Bare b({makeInstrument("BTC"), share});
  const auto reduces = [&](OrderIntent o, std::uint32_t id, OrderRole role = OrderRole::Exit) {
    o.instrument = {id};
    o.role = role;
    return risk::provablyReduces(o, b.table->get(o.instrument), b.engine->state());
  };
  OrderIntent sell = b.intent(OrderType::Limit, Side::Sell);
  CHECK_FALSE(reduces(sell, 0));  // nothing held
  sell.reduceOnly = true;
  CHECK(reduces(sell, 0));        // the venue enforces it
  CHECK_FALSE(reduces(sell, 1));  // nobody does
  sell.reduceOnly = false;
  for (const std::uint32_t id : {0U, 1U}) {
    statePosition(b, id, "0.15", "1000");
    CHECK(reduces(sell, id));
    OrderIntent buy = sell;
    buy.side = Side::Buy;
    CHECK_FALSE(reduces(buy, id));
    Order resting;
    resting.clientId = resting.intentId = Uuid{9, id + 1};
    resting.instrument = {id};
    resting.side = Side::Sell;
    resting.role = OrderRole::Exit;
    resting.reduceOnly = true;
    resting.quantity = qty("0.1");
    resting.limitPrice = price("1100");
    resting.state = OrderState::Open;
    b.engine->onOrder(resting);
    CHECK_FALSE(reduces(sell, id));                 // with the one that rests it would turn the position
    CHECK(reduces(sell, id, OrderRole::StopLoss));  // siblings exclude each other
    CHECK(reduces(sell, id, OrderRole::TakeProfit));
  }
}
