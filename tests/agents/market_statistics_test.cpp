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
