// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <algorithm>

#include "core/base/rng.h"
#include "core/strategies/sizing.h"
#include "tests/strategies/strategy_bench.h"

using namespace bw;
using strategies::Permission;
using test::levelBook;
using test::StrategyBench;

namespace {

/// One line below the other, so that a difference can be read.
std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

Candle secondCandle(std::int64_t index, std::int64_t ticks) {
  Candle candle;
  candle.interval = Duration::seconds(1);
  candle.openTime = Timestamp::fromSeconds(1'700'000'000 + index);
  candle.open = candle.high = candle.low = candle.close = Ticks{ticks};
  candle.closed = true;
  return candle;
}

}  // namespace

TEST_CASE("ninth-level-demo: the golden session") {
  StrategyBench bench("ninth-level-demo");
  bench.runner().onBook(levelBook(20, 10));
  CHECK(bench.lines.empty());  // not trading yet
  bench.runner().setPermission(Permission::All);
  bench.runner().onBook(levelBook(20, 10));
  bench.runner().onBook(levelBook(10, 20));  // one entry at a time
  REQUIRE(bench.intents.size() == 1);
  bench.order(bench.intents[0], OrderState::Pending);
  bench.order(bench.intents[0], OrderState::Open);
  bench.advance(Duration::seconds(11));  // silent market: the timer withdraws
  bench.order(bench.intents[0], OrderState::Cancelled);
  bench.advance(Duration::seconds(1));
  bench.runner().onBook(levelBook(10, 20));
  REQUIRE(bench.intents.size() == 2);
  bench.order(bench.intents[1], OrderState::Open);
  bench.advance(Duration::seconds(2));
  bench.fill(bench.intents[1], "60000.9", "0.001");
  bench.runner().onBook(levelBook(20, 10));
  bench.advance(Duration::seconds(31));
  REQUIRE(bench.intents.size() == 3);
  bench.runner().onBook(levelBook(20, 10));  // one exit at a time
  bench.fill(bench.intents[2], "60000.1", "0.001");
  CHECK(bench.runner().position().isZero());
  bench.runner().onBook(levelBook(20, 10));
  const std::vector<std::string> expected = {
      "0.0 s: entry buy 0.001 LIMIT level 9 post-only stop 59819.3 target 60269.2",
      "10.0 s: cancel",
      "11.0 s: cancel",
      "11.0 s: entry sell 0.001 LIMIT level 9 post-only stop 60180.9 target 59730.8",
      "44.0 s: exit buy 0.001 MARKET reduce-only",
      "45.0 s: entry buy 0.001 LIMIT level 9 post-only stop 59819.3 target 60269.2",
  };
  CHECK(joined(bench.lines) == joined(expected));
  CHECK(bench.intents[0].expiresAt > bench.intents[0].createdAt);
  CHECK(bench.intents[0].strategy == "ninth-level-demo");
}

TEST_CASE("ninth-level-demo: waits the interval, says why it does not trade") {
  StrategyBench bench("ninth-level-demo", {{"rest_s", "2"}});
  bench.runner().setPermission(Permission::All);
  bench.runner().onBook(levelBook(20, 10, 8));
  CHECK(bench.statuses.back().text == "fewer than 9 levels in the book");
  bench.runner().onBook(levelBook(10, 10));
  CHECK(bench.statuses.back().text == "the book is balanced");
  bench.runner().onEquity(Money(Decimal::fromInteger(100), Currency("USDT")));
  bench.runner().onBook(levelBook(20, 10));
  CHECK(bench.statuses.back().text ==
        "not trading: the smallest order is 0.001 BTC = 60.00, more than 2 % of equity = 2.00");
  CHECK(bench.lines.empty());
  bench.runner().onEquity(Money(Decimal::fromInteger(10000), Currency("USDT")));
  bench.runner().onBook(levelBook(20, 10));
  REQUIRE(bench.intents.size() == 1);  // 0.1 % is 10 USDT, the smallest order 60: allowed up to 2 %
  CHECK(bench.intents[0].quantity.toString() == "0.001");
  CHECK(bench.intents[0].note == "the instrument's smallest order");
  bench.order(bench.intents[0], OrderState::Rejected);
  bench.advance(Duration::seconds(9));
  bench.runner().onBook(levelBook(20, 10));
  CHECK(bench.intents.size() == 1);
  bench.advance(Duration::seconds(1));
  bench.runner().onBook(levelBook(20, 10));
  CHECK(bench.intents.size() == 2);
}

TEST_CASE("ninth-level-demo: a partial fill is held, its rest withdrawn, and left whole") {
  StrategyBench bench("ninth-level-demo", {{"size_percent", "0.2"}});
  bench.runner().setPermission(Permission::All);
  bench.runner().onBook(levelBook(20, 10));
  REQUIRE(bench.intents.size() == 1);
  CHECK(bench.intents[0].quantity.toString() == "0.003");
  bench.fill(bench.intents[0], "59999.2", "0.001");
  bench.advance(Duration::seconds(10));
  CHECK(bench.cancels.size() == 1);
  bench.order(bench.intents[0], OrderState::Cancelled);
  bench.advance(Duration::seconds(21));
  REQUIRE(bench.intents.size() == 2);
  CHECK(test::intentText(bench.intents[1]) == "exit sell 0.001 MARKET reduce-only");
}

TEST_CASE("ema-cross: the golden session") {
  StrategyBench bench("ema-cross");
  bench.runner().setPermission(Permission::All);
  bench.runner().onBook(levelBook(20, 10));
  std::int64_t index = 0;
  std::int64_t price = 600000;
  const auto run = [&](int bars, std::int64_t step) {
    for (int i = 0; i < bars; ++i) {
      price += step;
      bench.runner().onCandle(secondCandle(index++, price));
      bench.advance(Duration::seconds(1));
    }
  };
  run(20, -5);
  CHECK(bench.statuses.back().text == "Warming up: 20 of 35 bars");
  run(20, -5);
  CHECK(bench.lines.empty());
  run(20, 5);
  REQUIRE(bench.intents.size() == 1);
  bench.order(bench.intents[0], OrderState::Open);
  bench.fill(bench.intents[0], "60000", "0.001");
  run(11, -5);
  REQUIRE(bench.intents.size() == 2);
  bench.fill(bench.intents[1], "59990", "0.001");
  const std::vector<std::string> expected = {
      "54.0 s: entry buy 0.001 LIMIT level 1 stop 59820 target 60270",
      "70.0 s: exit sell 0.001 MARKET reduce-only",
  };
  CHECK(joined(bench.lines) == joined(expected));
}

TEST_CASE("a runner refuses what must not be asked") {
  StrategyBench bench("ninth-level-demo");
  auto& runner = bench.runner();
  runner.onBook(levelBook(10, 10));
  OrderIntent entry;
  entry.quantity = *Quantity::parse("0.001");
  OrderIntent exit = entry;
  exit.role = OrderRole::Exit;
  CHECK(runner.submit(entry).isNil());
  CHECK(runner.submit(exit).isNil());
  runner.setPermission(Permission::ExitsOnly);
  CHECK(runner.submit(entry).isNil());
  CHECK(runner.submit(exit).isNil());  // not reduce-only
  exit.reduceOnly = true;
  CHECK_FALSE(runner.submit(exit).isNil());
  CHECK(runner.submit(exit).isNil());  // one exit at a time
  runner.setPermission(Permission::All);
  CHECK(runner.submit(entry).isNil());  // while an exit is live
  bench.order(bench.intents[0], OrderState::Cancelled);
  CHECK(runner.submit(exit).isNil());  // it came to nothing: the next waits a second
  bench.advance(Duration::seconds(1));
  CHECK_FALSE(runner.submit(exit).isNil());
  bench.order(bench.intents[1], OrderState::Cancelled);
  OrderIntent market = entry;
  market.type = OrderType::Market;
  CHECK(runner.submit(market).isNil());
  CHECK_FALSE(runner.submit(entry).isNil());
  CHECK(runner.submit(entry).isNil());
  runner.setEnabled(false);
  CHECK_FALSE(runner.running());
  const Order resting = bench.order(bench.intents[2], OrderState::Open);
  REQUIRE(bench.cancels.size() == 1);  // stopping withdraws the entry
  CHECK(bench.cancels[0].clientId == resting.clientId);
}

TEST_CASE("an order that ended stays live until its fills have come, whatever topic is faster") {
  StrategyBench bench("ninth-level-demo");
  bench.runner().setPermission(Permission::All);
  bench.runner().onBook(levelBook(20, 10));
  REQUIRE(bench.intents.size() == 1);
  Order order = bench.order(bench.intents[0], OrderState::Open);
  order.state = OrderState::Filled;
  order.filled = order.quantity;
  bench.runner().onOrder(order);
  CHECK(bench.runner().entryLive());
  bench.advance(Duration::seconds(4));
  CHECK(bench.runner().entryLive());
  Fill fill;
  fill.venueTradeId = "1";
  fill.quantity = order.quantity;
  bench.runner().onFill(fill, order);
  CHECK_FALSE(bench.runner().entryLive());
  CHECK(bench.runner().position() == order.quantity);
}

TEST_CASE("no entry on a book that turned stale") {
  StrategyBench bench("ninth-level-demo");
  bench.runner().onBook(levelBook(20, 10));
  BookDepth stale = levelBook(20, 10);
  stale.stale = StaleReason::Gap;
  bench.runner().onBook(stale);
  bench.runner().setPermission(Permission::All);
  bench.advance(Duration::seconds(60));
  CHECK(bench.intents.empty());
  OrderIntent entry;
  entry.quantity = *Quantity::parse("0.001");
  CHECK(bench.runner().submit(entry).isNil());
  CHECK(bench.statuses.back().text == "not asking for an order: the book is not live");
  bench.runner().onBook(levelBook(20, 10));
  CHECK(bench.intents.size() == 1);
}

TEST_CASE("a runner counts a fill once and takes over an older position") {
  StrategyBench bench("ninth-level-demo");
  Position held;
  held.quantity = *Quantity::parse("0.002");
  held.strategy = "ninth-level-demo";
  held.openedAt = Timestamp::fromSeconds(1);
  bench.runner().onPosition(held, false);
  CHECK(bench.runner().position().toString() == "0.002");
  Position flat = held;
  flat.quantity = Quantity();
  bench.runner().onPosition(flat, true);
  CHECK(bench.runner().position().isZero());
  held.openedAt = bench.now() + Duration::seconds(1);  // our own fill in this run: counted by the fill, not twice
  bench.runner().onPosition(held, false);
  CHECK(bench.runner().position().isZero());
  bench.runner().setPermission(Permission::All);
  bench.runner().onBook(levelBook(20, 10));
  Order order = bench.order(bench.intents[0], OrderState::Open);
  Fill fill;
  fill.venueTradeId = "7";
  fill.quantity = order.quantity;
  bench.runner().onFill(fill, order);
  bench.runner().onFill(fill, order);
  CHECK(bench.runner().position() == order.quantity);
}

TEST_CASE("property: never two entries at once, nothing while not running") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Rng rng(seed);
    StrategyBench bench(seed % 2 == 0 ? "ninth-level-demo" : "ema-cross");
    std::vector<std::pair<OrderIntent, OrderState>> live;
    Permission permission = Permission::Nothing;
    std::int64_t price = 600000;
    for (int step = 0; step < 1500; ++step) {
      const std::size_t before = bench.intents.size();
      const std::size_t cancelsBefore = bench.cancels.size();
      const std::uint64_t what = rng.below(100);
      if (what < 2) {
        permission = static_cast<Permission>(rng.below(3));
        bench.runner().setPermission(permission);
      } else if (what < 60) {
        bench.runner().onBook(levelBook(rng.between(1, 30), rng.between(1, 30)));
      } else if (what < 80) {
        price += rng.between(-30, 30);
        bench.runner().onCandle(secondCandle(step, price));
      } else if (what < 92 && !live.empty()) {
        auto& [intent, state] = live[rng.below(live.size())];
        const auto outcome = rng.below(4);
        if (outcome == 0 && state == OrderState::Pending) {
          state = OrderState::Open;
          bench.order(intent, state);
        } else if (outcome == 1) {
          state = OrderState::Filled;
          bench.fill(intent, "60000", intent.quantity.toString());
        } else if (outcome == 2) {
          state = OrderState::Cancelled;
          bench.order(intent, state);
        }
      } else {
        bench.advance(Duration::millis(rng.between(1, 4000)));
      }
      std::erase_if(live, [](const auto& one) { return isTerminal(one.second); });
      for (std::size_t i = before; i < bench.intents.size(); ++i) {
        const OrderIntent& fresh = bench.intents[i];
        REQUIRE(permission != Permission::Nothing);
        if (fresh.role == OrderRole::Entry) {
          REQUIRE(permission == Permission::All);
          for (const auto& [other, state] : live) REQUIRE(other.role != OrderRole::Entry);
        }
        live.emplace_back(fresh, OrderState::Pending);
        bench.order(fresh, OrderState::Pending);
      }
      if (permission == Permission::Nothing) REQUIRE(bench.cancels.size() == cancelsBefore);
    }
    if (seed % 2 == 0) CHECK(bench.intents.size() > 3);
  }
}

TEST_CASE("parameters are declared once and read strictly") {
  for (const strategies::StrategyInfo& info : strategies::allStrategies()) {
    CHECK(strategies::Parameters::resolve(info.parameters, {}).ok());
    for (const strategies::Parameter& parameter : info.parameters) {
      CAPTURE(parameter.key);
      CHECK(parameter.minimum <= parameter.fallback);
      CHECK(parameter.fallback <= parameter.maximum);
      CHECK(parameter.step > Decimal(0, 0));
      CHECK_FALSE(parameter.help.empty());
    }
  }
  const auto& list = strategies::findStrategy("ninth-level-demo")->parameters;
  CHECK(strategies::Parameters::resolve(list, {{"nonsense", "1"}}).error().detail ==
        "parameter nonsense: this strategy has no such parameter");
  CHECK(strategies::Parameters::resolve(list, {{"level", "99"}}).error().detail ==
        "parameter level: 99 is outside 1 to 50");
  CHECK(strategies::Parameters::resolve(list, {{"level", "2.5"}}).error().detail ==
        "parameter level: 2.5 must be a whole number");
  CHECK_FALSE(strategies::Parameters::resolve(list, {{"level", "abc"}}).ok());
  CHECK(strategies::Parameters::resolve(list, {{"hold_s", "1.5"}})->seconds("hold_s") == Duration::millis(1500));
}

TEST_CASE("sizes are rounded down, brackets towards safety") {
  const Instrument instrument = test::bitcoinInstrument();
  const Money equity(Decimal::fromInteger(100000), Currency("USDT"));
  const auto sized = [&](const char* percent) {
    return strategies::sizeByEquity(instrument, equity, *Price::parse("60000"),
                                    Ratio::percent(*Decimal::parse(percent)), Ratio::percent(Decimal(2, 0)));
  };
  CHECK(sized("0.1199").quantity.toString() == "0.001");
  CHECK(sized("0.12").quantity.toString() == "0.002");
  CHECK(sized("0.01").raised);
  const Money euros(Decimal::fromInteger(100000), Currency("EUR"));
  CHECK(strategies::sizeByEquity(instrument, euros, *Price::parse("60000"), Ratio::percent(Decimal(1, 0)),
                                 Ratio::percent(Decimal(2, 0)))
            .quantity.isZero());
  const Price price = *Price::parse("60000");
  const auto tiny = strategies::bracketAround(instrument, Side::Buy, price, Ratio::bps(Decimal(1, 4)), Ratio());
  CHECK(tiny.stop->toString() == "59999.9");  // never onto the price
  CHECK_FALSE(tiny.target.has_value());
}
