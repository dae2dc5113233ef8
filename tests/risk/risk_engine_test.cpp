// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/risk_engine.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/base/rng.h"
#include "tests/risk/risk_fixture.h"

using namespace bw;
using namespace bw::risktest;

namespace {

const CheckResult& checkOf(const risk::Verdict& verdict, std::string_view key) {
  const auto it =
      std::find_if(verdict.checks.begin(), verdict.checks.end(), [&](const CheckResult& c) { return c.check == key; });
  REQUIRE(it != verdict.checks.end());
  return *it;
}

}  // namespace

TEST_CASE("risk: two orders approved at once cannot pass a limit together") {
  Desk d;
  d.set("MAX_POSITION_PERCENT", "10");
  OrderIntent first = d.intent();
  first.quantity = qty("0.6");
  OrderIntent second = d.intent();
  second.quantity = qty("0.5");
  CHECK(d.engine->preview(first, d.now).approved);
  CHECK(d.engine->preview(second, d.now).approved);
  CHECK(d.evaluate(first).approved);
  const auto refused = d.evaluate(second);
  CHECK_FALSE(refused.approved);
  CHECK(refused.reason == "MAX_POSITION_PERCENT");
  CHECK(checkOf(refused, "MAX_POSITION_PERCENT").used == "5.994");
  CHECK(checkOf(refused, "MAX_POSITION_PERCENT").after == "10.989");
}

TEST_CASE("risk: exposure stays through open, UNKNOWN and cancel-pending, and goes with proof only") {
  Desk d;
  const OrderIntent o = d.intent();
  CHECK(d.evaluate(o).approved);
  const auto pending = [&] { return d.engine->state().exposure.totals(Desk::kBtc, Side::Buy).quantity; };
  for (const OrderState state : {OrderState::Pending, OrderState::Open, OrderState::Unknown}) {
    d.engine->onOrder(d.order(o, state));
    d.now = d.now + Duration::minutes(10);
    d.engine->tick(d.now);
    CHECK(pending() == qty("0.1"));
  }
  Order partial = d.order(o, OrderState::PartiallyFilled);
  partial.filled = qty("0.04");
  d.engine->onOrder(partial);  // overtakes its fill
  CHECK(pending() == qty("0.1"));
  d.fill(o, "t1", "0.04", OrderState::PartiallyFilled);
  CHECK(pending() == qty("0.06"));
  CHECK(d.engine->state().of(Desk::kBtc).position == qty("0.04"));
  d.fill(o, "t1", "0.04", OrderState::PartiallyFilled);  // the same again
  CHECK(d.engine->state().of(Desk::kBtc).position == qty("0.04"));
  Order cancelled = d.order(o, OrderState::Cancelled);
  cancelled.filled = qty("0.05");
  d.engine->onOrder(cancelled);
  CHECK(pending() == qty("0.01"));  // a fill the venue counts and we have not seen
  d.fill(o, "t2", "0.01", OrderState::Cancelled);
  CHECK(pending().isZero());
  CHECK(d.engine->state().of(Desk::kBtc).position == qty("0.05"));
  d.engine->onOrder(d.order(o, OrderState::Open));  // late, of an overtaken topic
  CHECK(pending().isZero());
  CHECK(d.engine->state().exposure.size() == 0);
}

TEST_CASE("risk: an approval that became no order is released after its life and a grace") {
  Desk d;
  CHECK(d.evaluate(d.intent()).approved);
  d.engine->tick(d.now + risk::RiskEngine::kApprovalLife);
  CHECK(d.engine->state().exposure.size() == 1);
  d.engine->tick(d.now + risk::RiskEngine::kApprovalLife + risk::RiskEngine::kReleaseGrace);
  CHECK(d.engine->state().exposure.size() == 0);
  CHECK(d.engine->state().exposure.totals(Desk::kBtc, Side::Buy).notional.isZero());
}

TEST_CASE("risk: the approval states bounds") {
  Desk d;
  OrderIntent o = d.intent();
  o.type = OrderType::Market;
  o.limitPrice.reset();
  o.leverage = dec("1");
  const auto verdict = d.engine->evaluate(o, d.now, 7, 3);
  REQUIRE(verdict.approved);
  const ApprovalBounds& b = verdict.approval->bounds();
  CHECK(b.worstPrice == price("1010"));  // 1 % through the best ask
  CHECK(b.maxQuantity == o.quantity);
  CHECK(b.maxNotional == usdt("101"));
  CHECK(b.epoch == 7);
  CHECK(b.generation == 3);
  CHECK(b.expiresAt == d.now + Duration::seconds(5));
  CHECK(verdict.approval->consume());
  CHECK_FALSE(verdict.approval->consume());
  OrderIntent limit = d.intent();
  limit.limitPrice = price("1000.5");
  CHECK(d.evaluate(limit).approval->bounds().worstPrice == price("1000.5"));
  OrderIntent sell = d.intent();
  sell.side = Side::Sell;
  sell.priceRule.kind = PriceRule::Kind::BookLevel;
  sell.limitPrice.reset();
  d.now = d.now + Duration::seconds(1);
  d.engine->onOrder(d.order(limit, OrderState::Cancelled));
  const auto level = d.evaluate(sell);
  REQUIRE_MESSAGE(level.approved, level.text);
  CHECK(level.approval->bounds().worstPrice == price("990"));  // 999.9 less 1 %, up to the tick
  CHECK(d.evaluate(sell).reason == "DUPLICATE_WINDOW");        // an intent is approved once
}

TEST_CASE("risk: at, just below and just above each kind of limit") {
  struct Row {
    const char* key;
    const char* limit;
    bool passes;
  };
  // The order: 0.1 at 999 = 99.90 USDT, 0.999 % of 10,000; fee 0.02 % maker = 0.01998.
  const Row rows[] = {
      {"MAX_POSITION_PERCENT", "0.999", true},
      {"MAX_POSITION_PERCENT", "0.99899999", false},
      {"MAX_POSITION_PERCENT", "0.99900001", true},
      {"MAX_EXPOSURE", "0.999", true},
      {"MAX_EXPOSURE", "0.9989999", false},
      {"MAX_CORRELATED_EXPOSURE", "0.999", true},
      {"MAX_CORRELATED_EXPOSURE", "0.9989999", false},
      {"MAX_ORDER_VALUE", "99.9", true},
      {"MAX_ORDER_VALUE", "99.89999999", false},
      {"MAX_ORDER_QUANTITY", "100", true},
      {"MAX_ORDER_QUANTITY", "99", false},
      {"MIN_FREE_BALANCE", "9900.08002", true},
      {"MIN_FREE_BALANCE", "9900.08002001", false},
      {"MIN_FREE_BALANCE", "9900.08001999", true},
      {"MAX_OPEN_POSITIONS", "1", true},
      {"MAX_OPEN_POSITIONS", "0", false},
      {"MAX_MESSAGE_RATE", "1", true},
      {"MAX_OPEN_ORDERS", "0", false},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.key));
    CAPTURE(std::string(row.limit));
    Desk d;
    d.set(row.key, row.limit);
    const auto verdict = d.evaluate(d.intent());
    CHECK(verdict.approved == row.passes);
    if (!row.passes) CHECK(verdict.reason == row.key);
  }
  for (const auto& [ageMs, passes] : {std::pair(5000, true), std::pair(5001, false)}) {
    Desk d;
    d.now = d.now + Duration::millis(ageMs);
    CHECK(d.evaluate(d.intent()).approved == passes);
  }
  for (const auto& [amount, passes] : {std::pair("9500.00000001", true), std::pair("9500", false)}) {
    Desk d;
    d.equity(amount);
    CHECK(d.evaluate(d.intent()).approved == passes);
  }
  for (const auto& [limit, passes] : {std::pair("1010", true), std::pair("1010.1", false)}) {
    Desk d;
    OrderIntent o = d.intent();
    o.limitPrice = price(limit);
    CHECK(d.evaluate(o).approved == passes);
  }
}

TEST_CASE("risk: overtaken statements of positions neither lose nor double a fill") {
  Desk d;
  const OrderIntent o = d.intent();
  CHECK(d.evaluate(o).approved);
  const auto held = [&] { return d.engine->state().of(Desk::kBtc).position; };
  const auto state = [&](const char* quantity, const char* tradeId) {
    PositionUpdate p;
    p.position.instrument = Desk::kBtc;
    p.position.quantity = qty(quantity);
    p.position.averagePrice = price("999");
    p.position.lastTradeId = tradeId;
    d.engine->onPosition(p, d.now);
  };
  d.fill(o, "a", "0.01", OrderState::PartiallyFilled);
  d.fill(o, "b", "0.02", OrderState::PartiallyFilled);
  CHECK(held() == qty("0.03"));
  state("0.01", "a");
  CHECK(held() == qty("0.03"));
  state("0.03", "b");
  CHECK(held() == qty("0.03"));
  state("0.01", "a");  // an old mark comes late
  CHECK(held() == qty("0.03"));
  state("0.06", "c");  // ahead of its fill
  CHECK(held() == qty("0.06"));
  d.fill(o, "c", "0.03", OrderState::PartiallyFilled);
  CHECK(held() == qty("0.06"));
  state("0", "");  // somebody without trade ids: taken as said
  CHECK(held().isZero());
}

TEST_CASE("risk: the closed half of a flip, heard after the opened half, does not hide the position") {
  Desk d;
  const auto held = [&] { return d.engine->state().of(Desk::kBtc).position; };
  const auto say = [&](PositionUpdate::Kind kind, const char* quantity, std::uint64_t sequence) {
    PositionUpdate p;
    p.kind = kind;
    p.position.instrument = Desk::kBtc;
    p.position.quantity = qty(quantity);
    p.position.averagePrice = price("999");
    p.position.lastTradeId = "flip";
    d.engine->onPosition(p, d.now, sequence);
  };
  say(PositionUpdate::Kind::Opened, "-0.02", 8);
  say(PositionUpdate::Kind::Closed, "0", 7);
  CHECK(held() == qty("-0.02"));
  say(PositionUpdate::Kind::Closed, "0", 9);
  CHECK(held().isZero());
}

TEST_CASE("risk: running totals equal a recount after random events, and a limit is never passed") {
  Desk d;
  d.set("MAX_EXPOSURE", "50");
  d.set("MAX_POSITION_PERCENT", "100");
  d.set("MAX_MESSAGE_RATE", "100");
  d.set("MAX_REPEATED_EXECUTIONS", "1000");
  d.set("MAX_OPEN_ORDERS", "500");
  d.set("DUPLICATE_WINDOW", "0");
  Rng rng(11);
  std::vector<OrderIntent> live;
  std::uint64_t trade = 0;
  int approved = 0;
  for (int i = 0; i < 4'000; ++i) {
    d.now = d.now + Duration::millis(50);
    d.quote(Desk::kBtc, 9999, 10000);
    d.quote(Desk::kEth, 9999, 10000);
    if (live.empty() || rng.chance(0.5)) {
      OrderIntent o = d.intent();
      o.instrument = rng.chance(0.5) ? Desk::kBtc : Desk::kEth;
      o.side = rng.chance(0.5) ? Side::Buy : Side::Sell;
      o.limitPrice = o.side == Side::Buy ? price("999") : price("1001");
      o.quantity = Quantity(Decimal(rng.between(1, 3000), 3));
      if (d.evaluate(o).approved) {
        live.push_back(o);
        ++approved;
        d.engine->onOrder(d.order(o, OrderState::Open));
      }
    } else {
      const std::size_t at = rng.below(live.size());
      OrderIntent& o = live[at];
      if (rng.chance(0.5)) {
        d.engine->onOrder(d.order(o, OrderState::Cancelled));
      } else {
        d.fill(o, std::to_string(++trade).c_str(), o.quantity.toString().c_str(), OrderState::Filled);
        Order done = d.order(o, OrderState::Filled);
        done.filled = o.quantity;
        d.engine->onOrder(done);
      }
      live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
    }
    const auto total = d.engine->state().totalExposure(d.now, nullptr, nullptr);
    // Fills turn 999 and 1001 into mid prices, which may move the figure by their difference.
    CHECK(*total <= usdt("5010"));
    for (const InstrumentId id : {Desk::kBtc, Desk::kEth}) {
      for (const Side side : {Side::Buy, Side::Sell}) {
        const auto naive = d.engine->state().exposure.recount(id, side);
        const auto& kept = d.engine->state().exposure.totals(id, side);
        CHECK_UNARY(naive.notional == kept.notional && naive.quantity == kept.quantity && naive.margin == kept.margin &&
                    naive.orders == kept.orders);
      }
    }
  }
  CHECK(approved > 100);
}

TEST_CASE("risk: counters survive, days roll, transfers are no drawdown") {
  Desk d;
  d.equity("10500");
  CHECK(d.engine->counters().dayHigh == usdt("10500"));
  d.engine->onTransfer(usdt("-5500"));
  d.equity("5000");
  CHECK(d.engine->breaches(d.now).empty());
  d.position(Desk::kBtc, "0", "1000", PositionUpdate::Kind::Closed, "-1");
  const std::string stored = d.engine->counters().encode();
  const auto again = risk::RiskCounters::decode(stored);
  REQUIRE(again.ok());
  CHECK(again->encode() == stored);
  CHECK(again->accountLosses == 1);
  CHECK(again->strategyLosses.at("demo") == 1);
  CHECK_FALSE(risk::RiskCounters::decode("day_ends=x").ok());
  CHECK_FALSE(risk::RiskCounters::decode("nonsense").ok());
  Desk fresh;
  fresh.engine->restore(*again);
  fresh.equity("4700");
  CHECK(fresh.engine->breaches(fresh.now).size() == 1);
  fresh.now = fresh.now + Duration::minutes(24 * 60);
  fresh.equity("4700");
  CHECK(fresh.engine->breaches(fresh.now).empty());
  d.position(Desk::kBtc, "0", "1000", PositionUpdate::Kind::Closed, "0");
  CHECK(d.engine->counters().accountLosses == 0);
}

TEST_CASE("risk: gauges show what is used and what an order would make of it") {
  Desk d;
  d.position(Desk::kBtc, "0.5", "1000");
  const auto find = [](const std::vector<LimitGauge>& all, std::string_view key) {
    const auto it = std::find_if(all.begin(), all.end(), [&](const LimitGauge& g) { return g.key == key; });
    REQUIRE(it != all.end());
    return *it;
  };
  CHECK(find(d.engine->gauges(d.now), "MAX_EXPOSURE").used == dec("5"));
  OrderIntent o = d.intent();
  o.limitPrice = price("1000");
  CHECK(find(d.engine->gaugesWith(o, d.now), "MAX_EXPOSURE").used == dec("6"));
  CHECK(find(d.engine->gauges(d.now), "MIN_FREE_BALANCE").lowerBound);
  CHECK(d.engine->counters().approved == 0);
  CHECK(d.engine->state().exposure.size() == 0);
  d.set("MAX_EXPOSURE", "4");
  const RiskStatus status = d.engine->status(d.now);
  CHECK(status.reduceOnly);
  CHECK(status.reason.find("MAX_EXPOSURE") == 0);
}
