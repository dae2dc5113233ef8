// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/limits/what_if.h"

#include <doctest/doctest.h>

#include "tests/risk/risk_fixture.h"

using namespace bw;
using namespace bw::limits;
using namespace bw::risktest;

namespace {

TimedDecision judged(Desk& desk, const OrderIntent& intent) {
  const risk::Verdict verdict = desk.evaluate(intent);
  return {desk.now, risk::recordOf(intent, verdict, desk.engine->state())};
}

risk::RiskLimits with(const risk::RiskLimits& before, const char* key, const char* value) {
  risk::RiskLimits after = before;
  REQUIRE(after.set(std::string_view(key), value, "t").ok());
  return after;
}

}  // namespace

TEST_CASE("what-if: the same intents under the new limits from the start give the same count") {
  // Values rise and fall by themselves: every order is cancelled before the next one.
  for (const auto& [changedKey, changedValue] :
       std::vector<std::pair<const char*, const char*>>{{"MAX_ORDER_VALUE", "300"},
                                                        {"MAX_POSITION_PERCENT", "2.5"},
                                                        {"MAX_EXPOSURE", "3"},
                                                        {"PRICE_COLLAR", "2"},
                                                        {"MAX_LEVERAGE", "30"},
                                                        {"LEVERAGE_BY_VOLATILITY", "above:0.2"},
                                                        {"MAX_ORDER_QUANTITY", "200"},
                                                        {"MIN_LIQUIDATION_BUFFER", "80"},
                                                        {"BREAK_EVEN_BUFFER", "2"},
                                                        {"MAX_CORRELATED_EXPOSURE", "3.2"}}) {
    const char* key = changedKey;
    const char* value = changedValue;
    CAPTURE(key);
    std::vector<TimedDecision> decisions;
    std::uint64_t refusedThere = 0;
    Desk here;
    Desk there(with(here.engine->limits(), key, value));
    for (int i = 0; i < 60; ++i) {
      for (Desk* desk : {&here, &there}) {
        desk->now = desk->now + Duration::seconds(2);
        desk->quote(Desk::kBtc, 9999, 10000);
        OrderIntent o = desk->intent();
        o.quantity = Quantity(Decimal(10 + 7 * (i % 60), 3));
        o.leverage = Decimal(1 + i % 50, 0);
        o.limitPrice = Price(Decimal(9990 + i % 14, 1));
        o.contingent.stop = price("985");
        o.contingent.target = price("1010");
        const TimedDecision decision = judged(*desk, o);
        if (decision.second.approved) desk->engine->onOrder(desk->order(o, OrderState::Cancelled));
        if (desk == &here) {
          decisions.push_back(decision);
        } else if (decisions.back().second.approved && !decision.second.approved) {
          ++refusedThere;
        }
      }
    }
    const auto result = whatIf(decisions, here.engine->limits(), there.engine->limits(), 7);
    CHECK(result.intents == 60);
    CHECK(result.blocked == refusedThere);
    CHECK(refusedThere > 0);
    CHECK(refusedThere < 60);
    CHECK(result.unjudged == 0);
    REQUIRE(result.keys.size() == 1);
    CHECK(result.keys[0].key == key);
    CHECK(result.samples.size() == std::min<std::uint64_t>(refusedThere, 50));
    CHECK(result.samples.front().time >= result.samples.back().time);
    // Back again: what was refused for this limit alone is freed.
    std::vector<TimedDecision> refused;
    for (const auto& decision : decisions) refused.push_back(decision);
    CHECK(whatIf(refused, there.engine->limits(), here.engine->limits(), 7).freed == 0);
  }
}

TEST_CASE("what-if: freed orders, switched-on limits, breakers and what cannot be judged") {
  Desk d;
  std::vector<TimedDecision> decisions;
  const auto add = [&](OrderIntent o) {
    d.now = d.now + Duration::seconds(2);
    d.quote(Desk::kBtc, 9999, 10000);
    decisions.push_back(judged(d, o));
  };
  d.set("MAX_ORDER_VALUE", "50");
  add(d.intent());  // refused: 99.9
  d.set("MAX_ORDER_VALUE", "25000");
  add(d.intent());
  add(d.intent());
  OrderIntent close = d.intent();
  close.reduceOnly = true;
  close.side = Side::Sell;
  close.limitPrice = price("1001");
  add(close);
  d.equity("9700");  // 3 %
  add(d.intent());
  d.equity("9900");
  add(d.intent());
  d.equity("9700");
  add(d.intent());
  const risk::RiskLimits now = d.engine->limits();
  const auto tight = with(now, "MAX_ORDER_VALUE", "50");
  CHECK(whatIf(decisions, tight, now, 7).freed == 1);
  CHECK(whatIf(decisions, now, tight, 7).blocked == 5);
  CHECK(whatIf(decisions, now, tight, 7).intents == 6);  // the close is not judged again
  CHECK(whatIf(decisions, now, with(now, "MAX_TRADES_PER_DAY", "2"), 7).blocked == 3);
  const auto drawdown = whatIf(decisions, now, with(now, "MAX_DAILY_DRAWDOWN", "3"), 7);
  CHECK(drawdown.breakers == 2);
  CHECK(drawdown.blocked == 2);
  CHECK(drawdown.text == "2 of 5 approved orders would have been rejected, 2 breakers would have opened");
  CHECK(whatIf(decisions, now, with(now, "MAX_SLIPPAGE", "10"), 7).unjudged == 5);
  CHECK(whatIf({}, now, tight, 7).text ==
        "0 of 0 approved orders would have been rejected, 0 breakers would have opened");
}
