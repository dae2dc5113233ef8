// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/risk/market_statistics.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/base/rng.h"
#include "tests/risk/risk_fixture.h"

using namespace bw;
using namespace bw::risktest;

namespace {

Candle candleAt(InstrumentId id, Duration interval, int index, std::int64_t close, bool closed = true) {
  Candle c;
  c.instrument = id;
  c.interval = interval;
  c.openTime = Timestamp::fromSeconds(1'700'006'400) + interval * index;
  c.open = c.high = c.low = c.close = Ticks{close};
  c.closed = closed;
  return c;
}

}  // namespace

TEST_CASE(
    "market statistics: correlation of hourly returns reaches the engine after 100 of them, else it counts as 1") {
  Desk d;
  agents::MarketStatistics statistics(d.instruments);
  const Ratio one = Ratio::fraction(dec("1"));
  const auto rho = [&](InstrumentId a, InstrumentId b) { return d.engine->state().correlation(a, b); };
  Rng rng(7);
  std::int64_t btc = 1'000'000;
  std::int64_t mirror = 1'000'000;
  std::int64_t other = 1'000'000;
  for (int hour = 0; hour <= 300; ++hour) {
    const double step = rng.uniform() - 0.5;
    btc = std::llround(static_cast<double>(btc) * (1 + 0.01 * step));
    mirror = std::llround(static_cast<double>(mirror) * (1 - 0.01 * step));
    other = std::llround(static_cast<double>(other) * (1 + 0.01 * (rng.uniform() - 0.5)));
    statistics.onCandle(candleAt(Desk::kBtc, Duration::minutes(60), hour, btc), *d.engine);
    statistics.onCandle(candleAt(Desk::kEth, Duration::minutes(60), hour, mirror), *d.engine);
    if (hour < 100) statistics.onCandle(candleAt(Desk::kSpot, Duration::minutes(60), hour, other), *d.engine);
    statistics.onCandle(candleAt(Desk::kInverse, Duration::minutes(60), hour, other), *d.engine);
    statistics.settle(*d.engine, d.now);
    if (hour == 99) {
      CHECK(rho(Desk::kBtc, Desk::kEth) == one);  // 99 returns
      CHECK(rho(Desk::kBtc, Desk::kInverse) == one);
    }
  }
  CHECK(rho(Desk::kBtc, Desk::kEth) < Ratio::fraction(dec("-0.999")));
  CHECK(rho(Desk::kBtc, Desk::kInverse) < Ratio::fraction(dec("0.2")));
  CHECK(rho(Desk::kBtc, Desk::kInverse) > Ratio::fraction(dec("-0.2")));
  CHECK(rho(Desk::kBtc, Desk::kSpot) == one);
}

TEST_CASE("market statistics: correlation agrees with the definition and takes the newest common hours only") {
  std::vector<std::pair<Timestamp, double>> a;
  std::vector<std::pair<Timestamp, double>> b;
  for (int i = 0; i < 50; ++i) {
    a.emplace_back(Timestamp::fromSeconds(i), std::sin(i));
    if (i % 5 != 0) b.emplace_back(Timestamp::fromSeconds(i), std::sin(i) + 0.5 * std::cos(3 * i));
  }
  double meanA = 0;
  double meanB = 0;
  double ab = 0;
  double aa = 0;
  double bb = 0;
  const auto inWindow = [](int i) { return i % 5 != 0 && i >= 25; };  // the newest 20 common ones
  for (int i = 0; i < 50; ++i) {
    if (!inWindow(i)) continue;
    meanA += std::sin(i) / 20;
    meanB += (std::sin(i) + 0.5 * std::cos(3 * i)) / 20;
  }
  for (int i = 0; i < 50; ++i) {
    if (!inWindow(i)) continue;
    const double x = std::sin(i) - meanA;
    const double y = std::sin(i) + 0.5 * std::cos(3 * i) - meanB;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  CHECK(agents::correlationOf(a, b, 20, 10).value() == doctest::Approx(ab / std::sqrt(aa * bb)));
  CHECK_FALSE(agents::correlationOf(a, b, 20, 21).has_value());
  CHECK_FALSE(agents::correlationOf({}, b, 20, 0).has_value());
  for (auto& value : b) value.second = 1;
  CHECK_FALSE(agents::correlationOf(a, b, 20, 10).has_value());
}

TEST_CASE("market statistics: the last move in standard deviations, running minute included") {
  Desk d;
  agents::MarketStatistics statistics(d.instruments);
  const auto sigma = [&] { return d.engine->state().of(Desk::kBtc).lastMoveSigma; };
  std::int64_t close = 100'000;
  for (int minute = 0; minute < 60; ++minute) {
    close = minute % 2 == 0 ? 100'100 : 100'000;
    statistics.onCandle(candleAt(Desk::kBtc, Duration::minutes(1), minute, close), *d.engine);
    if (minute == 30) CHECK_FALSE(sigma().has_value());
  }
  REQUIRE(sigma().has_value());
  CHECK(*sigma() < dec("1.1"));
  CHECK(*sigma() > dec("0.9"));
  statistics.onCandle(candleAt(Desk::kBtc, Duration::minutes(1), 60, 100'500, false), *d.engine);
  CHECK(*sigma() > dec("4.5"));  // five times the usual move, before the minute is over
  d.set("VOLATILITY_HALT", "4");
  CHECK(d.evaluate(d.intent()).reason == "VOLATILITY_HALT");
}

TEST_CASE("market statistics: exchange rates come from quotes and from config, and go stale to the worst of a day") {
  Desk d;
  auto table = std::make_shared<InstrumentTable>();
  Instrument pair = makeInstrument("EURUSDT", ContractKind::Spot);
  pair.base = Currency("EUR");
  table->add(pair);
  Instrument dollar = makeInstrument("USDTCHF", ContractKind::Spot);
  dollar.base = Currency("USDT");
  dollar.quote = dollar.settle = Currency("CHF");
  table->add(dollar);
  risk::RiskEngine engine(table, {}, d.authority);
  agents::MarketStatistics statistics(table);
  AccountUpdate account;
  account.venue = "paper";
  account.equity = usdt("10000");
  engine.onAccount(account, d.now);
  const auto amount = [](const char* text, const char* currency) { return Money(dec(text), Currency(currency)); };
  const auto quote = [&](std::uint32_t id, std::int64_t bid, std::int64_t ask) {
    BboUpdate bbo;
    bbo.instrument = {id};
    bbo.receivedTime = d.now;
    bbo.bid = {Ticks{bid}, Lots{1}};
    bbo.ask = {Ticks{ask}, Lots{1}};
    statistics.onBbo(bbo, engine);
  };
  CHECK_FALSE(engine.state().inAccount(amount("100", "EUR"), d.now).has_value());
  quote(0, 10, 12);  // 1.0 × 1.2
  quote(1, 8, 9);    // 0.8 CHF per USDT
  CHECK(engine.state().inAccount(amount("100", "EUR"), d.now) == usdt("120"));
  CHECK(engine.state().inAccount(amount("100", "CHF"), d.now) == usdt("125"));
  d.now = d.now + Duration::minutes(10);
  quote(0, 9, 10);
  CHECK(engine.state().inAccount(amount("100", "EUR"), d.now) == usdt("100"));
  d.now = d.now + Duration::minutes(10);
  CHECK(engine.state().inAccount(amount("100", "EUR"), d.now) == usdt("120"));       // stale: the worst of the day
  CHECK(engine.state().ownedInAccount(amount("100", "EUR"), d.now) == usdt("100"));  // of what is owned, the lowest
  d.now = d.now + Duration::minutes(24 * 60);
  CHECK_FALSE(engine.state().inAccount(amount("100", "EUR"), d.now).has_value());
  statistics.setFixedRates({{Currency("USD"), dec("0.99")}});
  statistics.settle(engine, d.now);
  CHECK(engine.state().inAccount(amount("100", "USD"), d.now) == usdt("99"));
  for (int i = 0; i < 200; ++i) {
    d.now = d.now + Duration::minutes(10);
    statistics.settle(engine, d.now);
  }
  CHECK(engine.state().inAccount(amount("100", "USD"), d.now) == usdt("99"));
}

TEST_CASE("market statistics: what says nothing is ignored, one by one") {
  Desk d;
  agents::MarketStatistics statistics(d.instruments);
  const auto hour = [](int index, std::int64_t close, bool closed = true, std::uint32_t id = 0) {
    return candleAt(InstrumentId{id}, Duration::minutes(60), index, close, closed);
  };
  statistics.onCandle(hour(0, 100, true, 99), *d.engine);  // a stranger
  statistics.onCandle(hour(0, 0), *d.engine);              // no price
  statistics.onCandle(hour(0, 100, false), *d.engine);     // still running
  for (int i = 0; i < 13; ++i) statistics.onCandle(hour(i, 100), *d.engine);
  statistics.onCandle(hour(12, 500), *d.engine);  // heard before
  statistics.settle(*d.engine, d.now);
  const Ratio before = d.engine->state().of(Desk::kBtc).volatility.value();
  CHECK(before == Ratio::percent(dec("0.1")));
  statistics.onCandle(hour(13, 100), *d.engine);
  CHECK(d.engine->state().of(Desk::kBtc).volatility == Ratio());
  // Holes are no returns: with one in every second place none is left.
  agents::MarketStatistics holes(d.instruments);
  Rng rng(5);
  for (int i = 0; i < 300; i += 2) {
    const std::int64_t close = 100'000 + rng.between(0, 1000);
    holes.onCandle(hour(i, close), *d.engine);
    holes.onCandle(hour(i, close, true, 1), *d.engine);
  }
  holes.settle(*d.engine, d.now);
  CHECK(d.engine->state().correlations.empty());
  // More hours than the largest window holds are forgotten.
  for (int i = 300; i < 5400; ++i) holes.onCandle(hour(i, 100'000 + rng.between(0, 1000)), *d.engine);
  holes.settle(*d.engine, d.now);

  // Moves that are all alike have no deviation.
  agents::MarketStatistics flat(d.instruments);
  for (int i = 0; i < 40; ++i) flat.onCandle(candleAt(Desk::kEth, Duration::minutes(1), i, 100), *d.engine);
  CHECK_FALSE(d.engine->state().of(Desk::kEth).lastMoveSigma.has_value());
  flat.onCandle(candleAt(Desk::kEth, Duration::minutes(1), 40, 101, false), *d.engine);
  CHECK_FALSE(d.engine->state().of(Desk::kEth).lastMoveSigma.has_value());
}

TEST_CASE("market statistics: a running minute that moves less than the last one does not lower the figure") {
  Desk d;
  agents::MarketStatistics statistics(d.instruments);
  for (int minute = 0; minute < 60; ++minute)
    statistics.onCandle(candleAt(Desk::kBtc, Duration::minutes(1), minute, minute % 2 == 0 ? 100'100 : 100'000),
                        *d.engine);
  const Decimal last = d.engine->state().of(Desk::kBtc).lastMoveSigma.value();
  statistics.onCandle(candleAt(Desk::kBtc, Duration::minutes(1), 60, 100'001, false), *d.engine);
  CHECK(d.engine->state().of(Desk::kBtc).lastMoveSigma == last);
  // The first running minute after enough closed ones may be the first figure there is.
  agents::MarketStatistics young(d.instruments);
  for (int minute = 0; minute < 31; ++minute)
    young.onCandle(candleAt(Desk::kEth, Duration::minutes(1), minute, minute % 2 == 0 ? 100'100 : 100'000), *d.engine);
  CHECK_FALSE(d.engine->state().of(Desk::kEth).lastMoveSigma.has_value());
  young.onCandle(candleAt(Desk::kEth, Duration::minutes(1), 31, 100'000, false), *d.engine);
  CHECK(d.engine->state().of(Desk::kEth).lastMoveSigma.has_value());
}

TEST_CASE("market statistics: quotes that state no rate") {
  Desk d;
  auto table = std::make_shared<InstrumentTable>();
  Instrument pair = makeInstrument("EURUSDT", ContractKind::Spot);
  pair.base = Currency("EUR");
  table->add(pair);
  Instrument cross = makeInstrument("EURCHF", ContractKind::Spot);
  cross.base = Currency("EUR");
  cross.quote = Currency("CHF");
  table->add(cross);
  Instrument same = makeInstrument("USDTUSDT", ContractKind::Spot);
  same.base = Currency("USDT");
  table->add(same);
  risk::RiskEngine engine(table, {}, d.authority);
  agents::MarketStatistics statistics(table);
  const auto quote = [&](std::uint32_t id, Level bid, Level ask) {
    BboUpdate bbo;
    bbo.instrument = {id};
    bbo.receivedTime = d.now;
    bbo.bid = bid;
    bbo.ask = ask;
    statistics.onBbo(bbo, engine);
  };
  const Level ten{Ticks{10}, Lots{1}};
  const Level eleven{Ticks{11}, Lots{1}};
  quote(0, ten, eleven);  // no account yet
  AccountUpdate account;
  account.equity = usdt("1");
  engine.onAccount(account, d.now);
  quote(9, ten, eleven);
  quote(1, ten, eleven);
  quote(2, ten, eleven);
  quote(0, {}, eleven);
  quote(0, ten, {});
  CHECK(engine.state().rates.empty());
  quote(0, {Ticks{-1}, Lots{1}}, eleven);
  CHECK(engine.state().rates.empty());
  d.now = d.now + Duration::seconds(1);
  quote(0, ten, eleven);
  d.now = d.now + Duration::millis(500);
  quote(0, ten, {Ticks{20}, Lots{1}});  // at most one a second
  CHECK(engine.state().rates.at(Currency("EUR")).back().rate == dec("1.1"));
  statistics.setFixedRates({{Currency("USD"), dec("1")}});
  for (int i = 0; i < 40; ++i) {
    statistics.settle(engine, d.now);
    d.now = d.now + Duration::seconds(1);
  }
  CHECK(engine.state().rates.at(Currency("USD")).back().time == d.now - Duration::seconds(10));
}
