// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <algorithm>

#include "core/base/rng.h"
#include "tests/risk/risk_fixture.h"

using namespace bw;
using namespace bw::risktest;
using risk::RiskKey;
using risk::RiskKeyInfo;

namespace {

// Every limit as tight as its range allows.
void tightenAll(Desk& d) {
  risk::RiskLimits limits = d.engine->limits();
  for (const RiskKeyInfo& info : risk::kRiskKeys) {
    if (!risk::isLiveRequired(info.key)) continue;
    const std::string_view edge = info.tighter == risk::Tighter::Lower ? info.lowest : info.highest;
    REQUIRE(limits.set(info.key, edge, "test").ok());
  }
  d.engine->setLimits(limits);
}

void shake(Desk& d, Rng& rng) {
  static constexpr SessionState kStates[] = {SessionState::Ready, SessionState::Trading, SessionState::Paused,
                                             SessionState::EmergencyStop};
  d.engine->onSession(kStates[rng.below(4)]);
  d.equity(rng.chance(0.5) ? "10000" : "1");
  for (int i = 0; i < 8; ++i) {
    OrderIntent o = d.intent();
    o.instrument = InstrumentId{static_cast<std::uint32_t>(rng.below(3))};
    o.side = rng.chance(0.5) ? Side::Buy : Side::Sell;
    o.limitPrice = Price(Decimal(o.side == Side::Buy ? 9900 - i : 10100 + i, 1));
    o.quantity = Quantity(Decimal(rng.between(1, 50), 3));
    d.engine->onOrder(d.order(o, rng.chance(0.3) ? OrderState::Unknown : OrderState::Open));
    d.engine->onCancel(d.now);
  }
  for (int i = 0; i < 5; ++i)
    d.position(Desk::kEth, "0", "1000", PositionUpdate::Kind::Closed, rng.chance(0.7) ? "-1" : "1");
  d.engine->onMoveSigma(Desk::kBtc, dec("19"));
  if (rng.chance(0.3)) d.now = d.now + Duration::minutes(rng.between(1, 3000));
}

OrderIntent closing(Desk& d, InstrumentId id, Side side, const Quantity& quantity, Rng& rng) {
  OrderIntent close = d.intent();
  close.instrument = id;
  close.side = side;
  close.quantity = quantity;
  close.role = rng.chance(0.5) ? OrderRole::Exit : OrderRole::StopLoss;
  close.leverage = rng.chance(0.5) ? dec("1") : dec("150");
  switch (rng.below(3)) {
    case 0:
      close.type = OrderType::Market;
      close.limitPrice.reset();
      break;
    case 1:
      close.type = OrderType::StopMarket;
      close.limitPrice.reset();
      close.triggerPrice = price("900");
      break;
    default:
      close.limitPrice = price(side == Side::Buy ? "2000" : "500");
  }
  return close;
}

}  // namespace

TEST_CASE(
    "risk property: no limit at its tightest, and no state, holds back a reduce-only order; cancels always count") {
  Rng rng(11);
  int approved = 0;
  for (int round = 0; round < 400; ++round) {
    CAPTURE(round);
    Desk d;
    const bool isLong = rng.chance(0.5);
    const Quantity held(Decimal(rng.between(1, 5000), 3));
    const std::string text = (isLong ? "" : "-") + held.toString();
    d.position(Desk::kBtc, text.c_str(), "1000");
    shake(d, rng);
    tightenAll(d);
    OrderIntent close = closing(d, Desk::kBtc, isLong ? Side::Sell : Side::Buy, held, rng);
    close.reduceOnly = true;
    close.expiresAt = d.now + Duration::seconds(5);
    const risk::Verdict verdict = d.evaluate(close);
    REQUIRE_MESSAGE(verdict.approved, verdict.reason << ": " << verdict.text);
    CHECK(verdict.reduces);
    CHECK(d.engine->voidApprovals() == 0);  // a tightening leaves it alone
    CHECK_FALSE(verdict.approval->consumed());
    ++approved;
    OrderIntent entry = d.intent();
    CHECK_FALSE(d.evaluate(entry).approved);
  }
  CHECK(approved == 400);
}

TEST_CASE(
    "risk property: without the venue's reduce-only, what cannot grow the position passes and one lot more does not") {
  Rng rng(12);
  for (int round = 0; round < 200; ++round) {
    CAPTURE(round);
    Desk d;
    const InstrumentId id = rng.chance(0.5) ? Desk::kSpot : Desk::kBtc;
    const std::int64_t lots = rng.between(2, 5000);
    d.position(id, Decimal(lots, 3).toString().c_str(), "1000");
    tightenAll(d);
    d.engine->onSession(SessionState::Paused);
    const std::int64_t first = rng.between(1, lots - 1);
    OrderIntent part = closing(d, id, Side::Sell, Quantity(Decimal(first, 3)), rng);
    part.role = OrderRole::Exit;
    CHECK(d.evaluate(part).approved);
    OrderIntent more = closing(d, id, Side::Sell, Quantity(Decimal(lots - first + 1, 3)), rng);
    more.role = OrderRole::Exit;
    CHECK_FALSE(d.evaluate(more).approved);
    more.id.low = 5000;
    more.quantity = Quantity(Decimal(lots - first, 3));
    CHECK(d.evaluate(more).approved);
  }
}

TEST_CASE(
    "risk property: each limit is passed by nothing that the check says fails, one notch looser lets it through") {
  // An order exactly at a limit passes; with the limit one step tighter it is refused for that key.
  Desk plain;
  OrderIntent o = plain.intent();
  o.leverage = dec("2");
  o.contingent.stop = price("950");
  o.contingent.target = price("1100");
  const risk::Verdict verdict = plain.engine->preview(o, plain.now);
  REQUIRE(verdict.approved);
  int tried = 0;
  for (const CheckResult& check : verdict.checks) {
    const RiskKeyInfo* info = risk::findRiskKey(check.check);
    const auto after = Decimal::parse(check.after);
    if (info == nullptr || !after || info->lowest.empty() || info->key == RiskKey::PriceCollar) continue;
    const Decimal low = *Decimal::parse(info->lowest);
    const Decimal high = *Decimal::parse(info->highest);
    const Decimal step = info->form == risk::KeyForm::Count ? Decimal(1, 0) : Decimal(1, 8);
    const bool lower = info->tighter == risk::Tighter::Lower;
    const Decimal past = lower ? *after - step : *after + step;
    if (past < low || past > high || *after > high) continue;
    CAPTURE(check.check);
    Desk d;
    d.set(check.check.c_str(), past.toString().c_str());
    const risk::Verdict refused = d.engine->preview(o, d.now);
    CHECK(refused.reason == check.check);
    if (check.check != "MAX_LEVERAGE") {
      d.set(check.check.c_str(), after->toString().c_str());
      CHECK(d.engine->preview(o, d.now).approved);
    }
    ++tried;
  }
  CHECK(tried >= 10);
}

TEST_CASE("risk: the gauges with an order show the preview's own figures and limits, leverage by volatility included") {
  Desk d;
  const auto gaugeOf = [&](const std::vector<LimitGauge>& gauges, std::string_view key) {
    const auto it = std::find_if(gauges.begin(), gauges.end(), [&](const LimitGauge& g) { return g.key == key; });
    REQUIRE(it != gauges.end());
    return *it;
  };
  const auto checkOf = [](const risk::Verdict& verdict, std::string_view key) {
    const auto it = std::find_if(verdict.checks.begin(), verdict.checks.end(),
                                 [&](const CheckResult& c) { return c.check == key; });
    REQUIRE(it != verdict.checks.end());
    return *it;
  };
  auto table = std::make_shared<InstrumentTable>();
  table->add(makeInstrument("BTC"));
  risk::RiskEngine fresh(table, {}, d.authority);  // volatility unknown: a tenth of 100x
  fresh.onSession(SessionState::Trading);
  AccountUpdate account;
  account.equity = usdt("10000");
  fresh.onAccount(account, d.now);
  BboUpdate bbo;
  bbo.receivedTime = d.now;
  bbo.bid = {Ticks{9999}, Lots{1}};
  bbo.ask = {Ticks{10000}, Lots{1}};
  fresh.onBbo(bbo);
  CHECK(gaugeOf(fresh.gauges(d.now), "MAX_LEVERAGE").limit == dec("10"));
  OrderIntent o = d.intent();
  o.leverage = dec("11");
  o.contingent.stop = price("990");
  CHECK(fresh.preview(o, d.now).reason == "MAX_LEVERAGE");
  const LimitGauge refused = gaugeOf(fresh.gaugesWith(o, d.now), "MAX_LEVERAGE");
  CHECK(refused.used == dec("11"));
  CHECK(refused.limit == dec("10"));
  fresh.onVolatility({}, Ratio::percent(dec("0.7")));
  CHECK(gaugeOf(fresh.gaugesWith(o, d.now), "MAX_LEVERAGE").limit == dec("50"));
  CHECK(fresh.preview(o, d.now).approved);

  d.position(Desk::kEth, "2", "1000");
  OrderIntent big = d.intent();
  big.quantity = qty("0.7");
  const risk::Verdict verdict = d.engine->preview(big, d.now);
  const auto with = d.engine->gaugesWith(big, d.now);
  for (const char* key : {"MAX_EXPOSURE", "MAX_OPEN_POSITIONS", "MAX_OPEN_ORDERS", "MIN_FREE_BALANCE",
                          "MAX_CORRELATED_EXPOSURE", "MAX_DAILY_DRAWDOWN"}) {
    CAPTURE(key);
    CHECK(gaugeOf(with, key).used.toString() == Decimal::parse(checkOf(verdict, key).after)->toString());
    CHECK(gaugeOf(with, key).limit.toString() == Decimal::parse(checkOf(verdict, key).limit)->toString());
  }
  CHECK(gaugeOf(with, "MAX_POSITION_PERCENT").scope == "ETH");  // the worst stays the worst
}
