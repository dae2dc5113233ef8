// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine remembers, row by row: quotes, rates, statements, restored orders, counters, records.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/risk/decision_record.h"
#include "core/risk/risk_day.h"
#include "core/risk/sizing.h"
#include "tests/risk/risk_fixture.h"

using namespace bw;
using namespace bw::risktest;

namespace {

BookDepth depthOf(Timestamp time, std::int64_t bid, std::int64_t ask) {
  BookDepth depth;
  depth.receivedTime = time;
  depth.stale = StaleReason::None;
  depth.bidCount = bid > 0 ? 1 : 0;
  depth.askCount = ask > 0 ? 1 : 0;
  depth.bids[0] = {Ticks{bid}, Lots{1}};
  depth.asks[0] = {Ticks{ask}, Lots{1}};
  return depth;
}

Order orderWith(OrderRole role, const char* quantity) {
  Order o;
  o.clientId = o.intentId = Uuid{8, 1};
  o.side = Side::Sell;
  o.role = role;
  o.quantity = qty(quantity);
  o.limitPrice = price("1001");
  o.state = OrderState::Open;
  return o;
}

}  // namespace

TEST_CASE("risk state: a newer quote stays, one-sided books leave one side, unknown instruments are ignored") {
  Desk d;
  d.now = d.now + Duration::seconds(10);
  d.quote(Desk::kBtc, 9990, 9991);
  d.engine->onBook(depthOf(d.now - Duration::seconds(5), 9000, 9100));
  CHECK(d.engine->state().of(Desk::kBtc).bid == price("999"));
  CHECK(d.engine->state().of(Desk::kBtc).bidLevels == std::vector<Ticks>{{9000}});
  d.now = d.now + Duration::seconds(10);
  d.engine->onBook(depthOf(d.now, 0, 9100));
  CHECK_FALSE(d.engine->state().of(Desk::kBtc).bid.has_value());
  CHECK(d.engine->state().of(Desk::kBtc).ask == price("910"));
  d.engine->onBook(depthOf(d.now, 9000, 0));
  CHECK_FALSE(d.engine->state().of(Desk::kBtc).ask.has_value());
  CHECK(d.engine->state().of(Desk::kBtc).bid == price("900"));
  BookDepth stale = depthOf(d.now, 1, 2);
  stale.stale = StaleReason::Gap;
  d.engine->onBook(stale);
  CHECK(d.engine->state().of(Desk::kBtc).bid == price("900"));
  BboUpdate late;
  late.receivedTime = d.now - Duration::seconds(60);
  d.engine->onBbo(late);  // its age never goes back
  CHECK(d.engine->state().of(Desk::kBtc).dataAt == d.now);

  const InstrumentId stranger{99};
  BboUpdate bbo;
  bbo.instrument = stranger;
  d.engine->onBbo(bbo);
  BookDepth depth = depthOf(d.now, 1, 2);
  depth.instrument = stranger;
  d.engine->onBook(depth);
  d.engine->onVolatility(stranger, Ratio());
  d.engine->onAtr(stranger, Price());
  d.engine->onMoveSigma(stranger, Decimal());
  d.engine->onExpectedFunding(stranger, Ratio());
  PositionUpdate position;
  position.position.instrument = stranger;
  d.engine->onPosition(position, d.now);
  Order order = orderWith(OrderRole::Entry, "1");
  order.instrument = stranger;
  d.engine->onOrder(order);
  OrderFilled fill;
  fill.fill.instrument = stranger;
  d.engine->onFill(fill, d.now);
  CHECK(d.engine->state().exposure.size() == 0);
}

TEST_CASE("risk state: a book before any quote states the prices") {
  auto table = std::make_shared<InstrumentTable>();
  table->add(makeInstrument("BTC"));
  const risk::ApprovalAuthority authority;
  risk::RiskEngine engine(table, {}, authority);
  engine.onBook(depthOf(Timestamp::fromSeconds(5), 9000, 9100));
  CHECK(engine.state().of({}).bid == price("900"));
}

TEST_CASE("risk state: the rate of a minute keeps its lowest and highest, and a day at most") {
  Desk d;
  const auto amount = [](const char* text) { return Money(dec(text), Currency("EUR")); };
  for (const char* rate : {"1.1", "1.3", "1.0", "1.2"}) d.engine->onRate(Currency("EUR"), dec(rate), d.now);
  CHECK(d.engine->state().rates.at(Currency("EUR")).size() == 1);
  CHECK(d.engine->state().inAccount(amount("100"), d.now) == usdt("120"));
  const Timestamp later = d.now + Duration::minutes(2);
  CHECK(d.engine->state().inAccount(amount("100"), later) == usdt("130"));
  CHECK(d.engine->state().inAccount(amount("-100"), later) == usdt("-100"));
  CHECK(d.engine->state().ownedInAccount(amount("100"), later) == usdt("100"));
  CHECK(d.engine->state().ownedInAccount(amount("-100"), later) == usdt("-130"));
  d.engine->onRate(Currency("EUR"), dec("1.05"), d.now + Duration::minutes(24 * 60 + 1));
  CHECK(d.engine->state().rates.at(Currency("EUR")).size() == 1);  // older than a day: forgotten
  // One that is older than a day counts no more, though a newer one is kept beside it.
  d.engine->onRate(Currency("GBP"), dec("9"), d.now);
  d.engine->onRate(Currency("GBP"), dec("1"), d.now + Duration::minutes(23 * 60));
  CHECK(d.engine->state().rateOf(Currency("GBP"), true, d.now + Duration::minutes(23 * 60 + 30)) == dec("9"));
  CHECK(d.engine->state().rateOf(Currency("GBP"), true, d.now + Duration::minutes(24 * 60 + 30)) == dec("1"));
  CHECK_FALSE(d.engine->state().ownedInAccount(Money(dec("1"), Currency("JPY")), d.now).has_value());
}

TEST_CASE("risk state: what a position is worth where mark, quote and average are missing one by one") {
  auto table = std::make_shared<InstrumentTable>();
  table->add(makeInstrument("BTC"));
  table->add(makeInstrument("SHARE", ContractKind::Equity));
  const risk::ApprovalAuthority authority;
  risk::RiskEngine engine(table, {}, authority);
  const risk::RiskState& state = engine.state();
  CHECK_FALSE(state.valuation({}).has_value());
  PositionUpdate p;
  p.position.quantity = qty("2");
  engine.onPosition(p, {});  // no price at all
  CHECK(state.positionNotional({}).isZero());
  CHECK(state.positionMargin({}).isZero());
  BboUpdate bbo;
  bbo.bid = {Ticks{9990}, Lots{1}};
  engine.onBbo(bbo);
  CHECK_FALSE(state.valuation({}).has_value());
  bbo.ask = {Ticks{10010}, Lots{1}};
  engine.onBbo(bbo);
  CHECK(state.valuation({}) == price("1000"));
  CHECK(state.positionMargin({}) == usdt("2000"));  // at the quote: no average is known
  p.position.averagePrice = price("900");
  p.position.leverage = dec("0");
  p.mark = price("1100");
  engine.onPosition(p, {});
  CHECK(state.positionNotional({}) == usdt("2200"));
  CHECK(state.positionMargin({}) == usdt("1800"));
  PositionUpdate share;
  share.position.instrument = {1};
  share.position.quantity = qty("3");
  share.position.averagePrice = price("10");
  share.mark = price("12");
  engine.onPosition(share, {});
  CHECK(state.positionMargin({1}) == usdt("36"));  // what is bought for cash binds its value
  CHECK(state.messagesWithin(Timestamp::fromSeconds(10), Duration::seconds(1)) == 0);
}

TEST_CASE("risk state: statements and fills in every order") {
  risk::InstrumentState s;
  Position said;
  said.quantity = qty("1");
  said.lastTradeId = "t1";
  s.onStated(said, false);  // ahead of its fill
  CHECK(s.aheadTradeId == "t1");
  s.onFill("t2", qty("0.5"));  // another one: on top
  CHECK(s.position == qty("1.5"));
  s.onFill("t1", qty("1"));  // the one it waited for: all earlier ones are in it
  CHECK(s.position == qty("1"));
  s.onFill("t3", qty("0.25"));
  s.onStated(said, true);  // the same statement again: nothing new
  CHECK(s.position == qty("1.25"));
  said.lastTradeId = "t3";
  said.quantity = qty("1.25");
  said.averagePrice = price("5");
  said.leverage = dec("3");
  s.onStated(said, true);
  CHECK(s.unconfirmed.empty());
  CHECK(s.averagePrice == price("5"));
  said.lastTradeId = "t2";
  said.quantity = qty("9");
  s.onStated(said, true);  // outdated
  CHECK(s.position == qty("1.25"));
  said.lastTradeId.clear();
  said.quantity = qty("-2");
  s.onFill("t4", qty("1"));
  s.onStated(said, false);  // the venue's own word without a trade: it holds everything
  CHECK(s.position == qty("-2"));
  CHECK(s.largestHeld == qty("2.25"));
}

TEST_CASE("risk state: orders of another life count by their role, price and type") {
  for (const OrderRole role : {OrderRole::Entry, OrderRole::Exit, OrderRole::StopLoss, OrderRole::TakeProfit}) {
    for (const bool reduceOnly : {false, true}) {
      Desk d;
      Order o = orderWith(role, "0.5");
      o.reduceOnly = reduceOnly;
      d.engine->onOrder(o);
      const bool child = role == OrderRole::StopLoss || role == OrderRole::TakeProfit;
      const auto& totals = d.engine->state().exposure.totals(Desk::kBtc, Side::Sell);
      CHECK(totals.quantity == (reduceOnly || child ? Quantity() : qty("0.5")));
      CHECK(totals.reducing == (reduceOnly || child ? qty("0.5") : Quantity()));
    }
  }
  Desk d;
  Order market = orderWith(OrderRole::Entry, "0.5");
  market.type = OrderType::Market;
  market.limitPrice.reset();
  market.intentId = {};  // the stop's own: known by its client id
  d.engine->onOrder(market);
  CHECK(d.engine->state().exposure.contains(market.clientId));
  CHECK(d.engine->state().exposure.totals(Desk::kBtc, Side::Sell).notional == usdt("499.975"));  // at mid
  CHECK_FALSE(d.engine->state().exposure.ownBest(Desk::kBtc, Side::Sell).has_value());
  Order triggered = orderWith(OrderRole::Entry, "0.5");
  triggered.clientId = triggered.intentId = Uuid{8, 2};
  triggered.type = OrderType::StopMarket;
  triggered.limitPrice.reset();
  triggered.triggerPrice = price("900");
  d.engine->onOrder(triggered);
  CHECK(d.engine->state().exposure.totals(Desk::kBtc, Side::Sell).notional == usdt("949.975"));
  Order nothing = orderWith(OrderRole::Entry, "0");
  nothing.clientId = nothing.intentId = Uuid{8, 3};
  d.engine->onOrder(nothing);
  CHECK(d.engine->state().exposure.size() == 2);
  Order ended = orderWith(OrderRole::Entry, "1");
  ended.clientId = ended.intentId = Uuid{8, 4};
  ended.state = OrderState::Cancelled;
  d.engine->onOrder(ended);  // it ended before we ever saw it
  ended.state = OrderState::Open;
  d.engine->onOrder(ended);
  CHECK(d.engine->state().exposure.size() == 2);
  auto table = std::make_shared<InstrumentTable>();
  table->add(makeInstrument("BTC"));
  risk::RiskEngine blind(table, {}, d.authority);
  blind.onOrder(market);  // no price known: counted by quantity
  CHECK(blind.state().exposure.totals({}, Side::Sell).quantity == qty("0.5"));
  CHECK(blind.state().exposure.totals({}, Side::Sell).notional.isZero());
}

TEST_CASE("risk state: an amended limit moves where the order rests; a trigger never rests") {
  Desk d;
  OrderIntent o = d.intent();
  REQUIRE(d.evaluate(o).approved);
  Order open = d.order(o, OrderState::Open);
  open.limitPrice = price("995");
  d.engine->onOrder(open);
  CHECK(d.engine->state().exposure.ownBest(Desk::kBtc, Side::Buy) == price("995"));
  open.limitPrice.reset();
  d.engine->onOrder(open);
  CHECK(d.engine->state().exposure.ownBest(Desk::kBtc, Side::Buy) == price("995"));
  OrderIntent stop = d.intent();
  stop.type = OrderType::StopMarket;
  stop.limitPrice.reset();
  stop.triggerPrice = price("1005");
  REQUIRE(d.evaluate(stop).approved);
  Order waiting = d.order(stop, OrderState::Open);
  waiting.limitPrice = price("1006");
  d.engine->onOrder(waiting);
  CHECK(d.engine->state().exposure.ownBest(Desk::kBtc, Side::Buy) == price("995"));
}

TEST_CASE("risk state: a spot fill whose fee is taken in the base leaves less") {
  Desk d;
  const auto fillWith = [&](InstrumentId id, const char* trade, const Money& fee) {
    OrderIntent o = d.intent();
    o.instrument = id;
    OrderFilled f;
    f.order = d.order(o, OrderState::Filled);
    f.order.role = OrderRole::Exit;
    f.order.leverage = dec("0");
    f.fill.venueTradeId = trade;
    f.fill.instrument = id;
    f.fill.price = price("999");
    f.fill.quantity = qty("1");
    f.fill.fee = fee;
    d.engine->onFill(f, d.now);
    return d.engine->state().of(id).position;
  };
  const Money inBase(dec("0.001"), Currency("BTC"));
  CHECK(fillWith(Desk::kSpot, "a", inBase) == qty("0.999"));
  CHECK(fillWith(Desk::kSpot, "b", usdt("1")) == qty("1.999"));
  CHECK(fillWith(Desk::kSpot, "c", usdt("0")) == qty("2.999"));
  CHECK(fillWith(Desk::kBtc, "d", inBase) == qty("1"));
  OrderIntent entry = d.intent();
  OrderFilled f;
  f.order = d.order(entry, OrderState::Filled);
  f.order.leverage = dec("0");  // not said: what is known stays
  f.fill.venueTradeId = "e";
  f.fill.instrument = Desk::kBtc;
  f.fill.price = price("999");
  f.fill.quantity = qty("1");
  f.fill.fee = usdt("0");
  d.engine->onFill(f, d.now);
  CHECK(d.engine->state().of(Desk::kBtc).leverage == dec("1"));
}

TEST_CASE("risk state: children reserve as reductions, whatever the venue enforces") {
  Desk d;
  for (const InstrumentId id : {Desk::kSpot, Desk::kBtc}) {
    for (const OrderRole role : {OrderRole::StopLoss, OrderRole::TakeProfit, OrderRole::Exit}) {
      d.position(id, "1", "1000");
      OrderIntent o = d.intent();
      o.instrument = id;
      o.side = Side::Sell;
      o.role = role;
      o.limitPrice = price("1001");
      o.quantity = qty("0.2");
      o.reduceOnly = role != OrderRole::Exit;
      REQUIRE(d.evaluate(o).approved);
    }
    const auto& totals = d.engine->state().exposure.totals(id, Side::Sell);
    CHECK(totals.reducing == qty("0.4"));
    CHECK(totals.quantity == qty("0.2"));  // a plain exit counts on its side, where what is held offsets it
  }
  auto table = std::make_shared<InstrumentTable>();
  table->add(makeInstrument("SHARE", ContractKind::Equity));
  risk::RiskEngine shares(table, {}, d.authority);
  PositionUpdate held;
  held.position.quantity = qty("1");
  shares.onPosition(held, d.now);
  OrderIntent out = d.intent();
  out.side = Side::Sell;
  out.role = OrderRole::Exit;
  out.reduceOnly = true;
  REQUIRE(shares.evaluate(out, d.now, 1, 1).approved);
  CHECK(shares.state().exposure.totals({}, Side::Sell).quantity == qty("0.1"));
  OrderIntent blindMarket = out;  // without any price only the quantity bounds it
  blindMarket.id.low = 777;
  blindMarket.type = OrderType::Market;
  blindMarket.limitPrice.reset();
  const auto verdict = shares.evaluate(blindMarket, d.now, 1, 1);
  REQUIRE(verdict.approved);
  CHECK(verdict.approval->bounds().maxNotional > usdt("1000000"));
}

TEST_CASE("risk state: only approvals that were not used are voided") {
  Desk d;
  const auto used = d.evaluate(d.intent());
  OrderIntent other = d.intent();
  other.quantity = qty("0.2");
  const auto unused = d.evaluate(other);
  REQUIRE(used.approved);
  REQUIRE(unused.approved);
  CHECK(used.approval->consume());
  CHECK(d.engine->voidApprovals() == 1);
  CHECK(unused.approval->consumed());
  CHECK(d.engine->voidApprovals() == 0);
  // Used and expired ones are forgotten at the next verdict.
  const auto old = d.evaluate(d.intent());
  d.now = d.now + Duration::seconds(10);
  d.quote(Desk::kBtc, 9999, 10000);
  REQUIRE(d.evaluate(d.intent()).approved);
  CHECK(d.engine->voidApprovals() == 1);
  d.engine->setApprovalLife(Duration::seconds(500));
  d.now = d.now + Duration::seconds(1);
  const auto longLived = d.evaluate(d.intent());
  REQUIRE(longLived.approved);
  CHECK(longLived.approval->bounds().expiresAt == d.now + Duration::seconds(500));
}

TEST_CASE("risk state: counters without anything, with everything, and damaged ones") {
  risk::RiskCounters none;
  CHECK(risk::RiskCounters::decode(none.encode())->encode() == none.encode());
  CHECK(none.encode().find("day_rule") == std::string::npos);
  CHECK(risk::RiskCounters::decode("day=3\nweek=4\nlosses=2").value().accountLosses == 2);  // of earlier builds
  risk::RiskCounters one;
  one.marks["v|A"].leftAt = Timestamp::fromSeconds(3);
  const auto again = risk::RiskCounters::decode(one.encode());
  REQUIRE(again.ok());
  CHECK_FALSE(again->marks.at("v|A").lastTripLost);
  CHECK_FALSE(again->marks.at("v|A").stoppedAt.has_value());
  for (const char* bad : {"day_high=5", "day_high=5 LONGNAMES", "day_high=5 ", "day_high=x USDT", "losses:demo=x",
                          "other:demo=1", "last_stop=x", "="})
    CHECK_FALSE(risk::RiskCounters::decode(bad).ok());
}

TEST_CASE("risk state: the week begins on Monday in the months before March too") {
  const auto utc = [](const char* text) { return timestampFromIso8601(text).value(); };
  CHECK(risk::nextWeekStart(utc("2025-01-15T12:00:00Z"), "UTC", 0) == utc("2025-01-20T00:00:00Z"));
  CHECK(risk::nextWeekStart(utc("2024-02-28T12:00:00Z"), "UTC", 0) == utc("2024-03-04T00:00:00Z"));
}

TEST_CASE("risk state: decisions read back whole, and damage is refused field by field") {
  risk::DecisionRecord r;
  r.intentId = "id";
  r.symbol = "S";
  r.strategy = "x";
  r.adds = false;
  r.buy = false;
  r.reason = "MAX_EXPOSURE";
  r.volatility = Ratio::percent(dec("0.7"));
  r.values = {{"MAX_EXPOSURE", CheckResult::Outcome::Failed, dec("5"), dec("4")},
              {"SESSION_STATE", CheckResult::Outcome::Passed, std::nullopt, std::nullopt}};
  const auto back = risk::DecisionRecord::decode(r.encode());
  REQUIRE(back.ok());
  CHECK(back->encode() == r.encode());
  CHECK(back->volatility == r.volatility);
  CHECK_FALSE(back->adds);
  CHECK_FALSE(back->buy);
  const std::string head = "decision 1\ni\ns\nx\n";
  for (const char* rest : {"2 1 1 - 1 - r\n", "1 2 1 - 1 - r\n", "1 1 2 - 1 - r\n", "1 1 1 z 1 - r\n",
                           "1 1 1 - z - r\n", "1 1 1 - 1 z r\n", "1 1 1 - 1 - r\n p 1 1\n", "1 1 1 - 1 - r\nA pp 1 1\n",
                           "1 1 1 - 1 - r\nA p z 1\n", "1 1 1 - 1 - r\nA p 1 z\n"}) {
    CAPTURE(rest);
    CHECK_FALSE(risk::DecisionRecord::decode(head + rest).ok());
  }
  CHECK(risk::DecisionRecord::decode(head + "1 1 1 - - - r\n")->venueLeverage.sign() == 0);
  Desk d;
  OrderIntent stranger = d.intent();
  stranger.instrument = {99};
  CHECK(risk::recordOf(stranger, d.engine->preview(stranger, d.now), d.engine->state()).symbol.empty());
  OrderIntent sell = d.intent();
  sell.side = Side::Sell;
  CHECK(risk::recordOf(sell, d.engine->preview(sell, d.now), d.engine->state()).touch == dec("999.9"));
  d.engine->onBook(depthOf(d.now + Duration::seconds(1), 0, 9000));
  CHECK_FALSE(risk::recordOf(sell, d.engine->preview(sell, d.now), d.engine->state()).touch.has_value());
}

TEST_CASE("risk state: gauges pick the worst instrument, group and side, with and without an order") {
  Desk d;
  const auto gauge = [](const std::vector<LimitGauge>& all, std::string_view key) {
    const auto it = std::find_if(all.begin(), all.end(), [&](const LimitGauge& g) { return g.key == key; });
    REQUIRE(it != all.end());
    return *it;
  };
  d.set("MAX_SECTOR_EXPOSURE", "50");
  d.set("MAX_CLASS_EXPOSURE", "60");
  d.set("MAX_POSITION_PERCENT", "100");
  d.position(Desk::kBtc, "2", "1000");
  d.position(Desk::kEth, "1", "1000");
  d.position(Desk::kSpot, "0.5", "1000");
  CHECK(gauge(d.engine->gauges(d.now), "MAX_POSITION_PERCENT").scope == "BTC");
  CHECK(gauge(d.engine->gauges(d.now), "MAX_SECTOR_EXPOSURE").scope == "unknown");
  CHECK(gauge(d.engine->gauges(d.now), "MAX_SECTOR_EXPOSURE").used == dec("35"));
  CHECK(gauge(d.engine->gauges(d.now), "MAX_CORRELATED_EXPOSURE").used == dec("35"));
  d.engine->onCorrelation(Desk::kBtc, Desk::kEth, Ratio::percent(dec("-50")));
  d.engine->onCorrelation(Desk::kBtc, Desk::kSpot, Ratio());
  for (const InstrumentId id : {Desk::kBtc, Desk::kEth, Desk::kSpot})
    d.engine->onCorrelation(Desk::kInverse, id, Ratio());
  CHECK(gauge(d.engine->gauges(d.now), "MAX_CORRELATED_EXPOSURE").used == dec("20"));
  OrderIntent sell = d.intent();
  sell.side = Side::Sell;
  sell.quantity = qty("4");
  sell.limitPrice = price("1001");
  CHECK(d.engine->preview(sell, d.now).checks.size() == risk::kChecks.size());
  CHECK(gauge(d.engine->gaugesWith(sell, d.now), "MAX_OPEN_ORDERS").used == dec("1"));
  OrderIntent stranger = d.intent();
  stranger.instrument = {99};
  CHECK(gauge(d.engine->gaugesWith(stranger, d.now), "MAX_OPEN_ORDERS").used == Decimal());  // nothing judged
  // The oldest data of all instruments is shown.
  d.now = d.now + Duration::seconds(3);
  d.quote(Desk::kBtc, 9999, 10000);
  CHECK(gauge(d.engine->gauges(d.now), "MAX_DATA_AGE").scope == "ETH");
  CHECK(gauge(d.engine->gauges(d.now), "MAX_DATA_AGE").used == dec("3000"));
  d.quote(Desk::kEth, 9999, 10000);
  CHECK(gauge(d.engine->gauges(d.now), "MAX_DATA_AGE").scope == "SPOT");
  // Momentary figures alone never make the account reduce only.
  d.set("MAX_MESSAGE_RATE", "1");
  d.engine->onCancel(d.now);
  d.engine->onCancel(d.now);
  CHECK_FALSE(d.engine->status(d.now + Duration::millis(500)).reduceOnly);
  d.set("MAX_OPEN_POSITIONS", "0");
  CHECK(d.engine->status(d.now).reason.rfind("MAX_OPEN_POSITIONS", 0) == 0);
}

TEST_CASE("risk state: an instrument whose figure does not convert is left out of its group's gauge") {
  auto table = std::make_shared<InstrumentTable>();
  Instrument known = makeInstrument("BTC");
  known.sector = "coins";
  table->add(known);
  Instrument other = makeInstrument("ADA");
  other.sector = "coins";
  other.quote = other.settle = Currency("EUR");
  table->add(other);
  const risk::ApprovalAuthority authority;
  risk::RiskLimits limits;
  REQUIRE(limits.set("MAX_SECTOR_EXPOSURE", "50", "t").ok());
  risk::RiskEngine engine(table, limits, authority);
  AccountUpdate account;
  account.equity = usdt("1000");
  engine.onAccount(account, {});
  for (std::uint32_t id : {0U, 1U}) {
    PositionUpdate p;
    p.position.instrument = {id};
    p.position.quantity = qty("0.1");
    p.position.averagePrice = p.mark = price("1000");
    engine.onPosition(p, {});
  }
  for (const LimitGauge& gauge : engine.gauges({})) {
    if (gauge.key != "MAX_SECTOR_EXPOSURE") continue;
    CHECK(gauge.scope == "coins");
    CHECK(gauge.used == dec("10"));
  }
}

TEST_CASE("sizing: inputs that are missing, leverage that is cut, quantities that are capped") {
  const Instrument i = makeInstrument("BTC");
  risk::RiskLimits limits;
  risk::SizingInput in;
  in.equity = in.available = usdt("10000");
  in.exposure = in.positionMargin = usdt("0");
  in.fraction = Ratio::percent(dec("5"));
  CHECK(risk::sizePosition(in, i, limits).error().detail.find("entry price") != std::string::npos);
  in.entry = price("1000");
  in.equity = Money(dec("1"), Currency("EUR"));
  CHECK(risk::sizePosition(in, i, limits).error().detail.find("USDT") != std::string::npos);
  in.equity = usdt("10000");
  in.method = risk::SizingMethod::FixedRisk;
  in.stop = in.entry;
  CHECK_FALSE(risk::sizePosition(in, i, limits).ok());
  in.stop.reset();
  in.method = risk::SizingMethod::FixedFractional;
  in.leverage = dec("20");
  in.fraction = Ratio::percent(dec("100"));
  const auto cut = risk::sizePosition(in, i, limits);  // volatility unknown: 10x at most
  CHECK(cut->cutBy == "MAX_LEVERAGE");
  CHECK(cut->quantity == qty("5"));
  in.volatility = Ratio::percent(dec("0.1"));
  CHECK(risk::sizePosition(in, i, limits)->quantity == qty("10"));
  REQUIRE(limits.set("MAX_ORDER_QUANTITY", "100", "t").ok());
  CHECK(risk::sizePosition(in, i, limits)->cutBy == "MAX_ORDER_QUANTITY");
  CHECK(risk::sizePosition(in, i, limits)->quantity == qty("0.1"));
  in.bookDepth = qty("50");  // deep enough
  CHECK(risk::sizePosition(in, i, limits)->cutBy == "MAX_ORDER_QUANTITY");
  in.stop = price("990");
  in.available = usdt("0");
  CHECK(risk::sizePosition(in, i, limits)->quantity.isZero());
  CHECK(risk::sizePosition(in, i, limits)->lossAtStop.isZero());
  Instrument inverse = makeInstrument("INV", ContractKind::Inverse);
  risk::SizingInput coin;
  coin.entry = price("1000");
  coin.equity = coin.available = Money(dec("2"), Currency("BTC"));
  coin.exposure = coin.positionMargin = Money(dec("0"), Currency("BTC"));
  coin.fraction = Ratio::percent(dec("5"));
  const auto contracts = risk::sizePosition(coin, inverse, risk::RiskLimits());
  REQUIRE(contracts.ok());
  CHECK(contracts->quantity == qty("100"));  // 0.1 BTC of one-dollar contracts at 1000
}

TEST_CASE("formulas: equities and prices without way") {
  Instrument share = makeInstrument("SHARE", ContractKind::Equity);
  CHECK_FALSE(risk::liquidationPrice(share, price("10"), Side::Buy, dec("1")).has_value());
  CHECK(risk::liquidationBufferPercent(price("10"), price("9"), price("10"), Side::Buy).sign() < 0);
  const risk::TrailingStop rule{dec("1"), dec("0.5"), dec("0.5")};
  CHECK(risk::trailedStop(rule, price("100"), price("101"), Side::Buy, dec("10"), std::nullopt, makeInstrument("B"))
            .has_value());
}
