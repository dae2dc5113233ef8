// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/formulas.h"

#include <doctest/doctest.h>

#include "core/risk/sizing.h"
#include "tests/risk/risk_fixture.h"

using namespace bw;
using namespace bw::risk;
using bw::risktest::dec;
using bw::risktest::price;
using bw::risktest::qty;
using bw::risktest::usdt;

namespace {

Instrument cents() {
  Instrument i = risktest::makeInstrument("X");
  i.tickSize = Decimal(1, 2);
  return i;
}
const Ratio kTaker = Ratio::percent(Decimal(6, 2));

}  // namespace

TEST_CASE("formulas: the published examples") {
  CHECK(breakEvenRoi(kTaker, kTaker, dec("50"), dec("0.05")) == dec("6.05"));
  CHECK(breakEvenRoi(kTaker, kTaker, dec("25"), dec("0.05")) == dec("3.05"));
  CHECK(breakEvenRoi(Ratio::percent(dec("0.02")), kTaker, dec("25"), dec("0.05")) == dec("2.05"));
  CHECK(adjustedRiskPercent(dec("0.5"), dec("100"), dec("2")) == dec("0.5"));
  CHECK(adjustedRiskPercent(dec("0.5"), dec("50"), dec("2")) == dec("1"));
  CHECK(adjustedRiskPercent(dec("0.5"), dec("25"), dec("2")) == dec("2"));
  CHECK(adjustedRiskPercent(dec("0.5"), dec("1"), dec("2")) == dec("2"));
  CHECK(stopPrice(price("100"), Side::Buy, dec("0.5"), dec("50"), cents()) == price("99.99"));
  CHECK(stopPrice(price("100"), Side::Sell, dec("0.5"), dec("50"), cents()) == price("100.01"));
}

TEST_CASE("formulas: a stop is rounded towards entry, never onto or past it") {
  CHECK(stopPrice(price("100"), Side::Buy, dec("0.75"), dec("50"), cents()) == price("99.99"));
  CHECK(stopPrice(price("100"), Side::Sell, dec("0.75"), dec("50"), cents()) == price("100.01"));
  CHECK(stopPrice(price("100"), Side::Buy, dec("0.01"), dec("100"), cents()) == price("99.99"));
  CHECK(stopPrice(price("100"), Side::Sell, dec("0.01"), dec("100"), cents()) == price("100.01"));
  CHECK(minimumStopDistance(cents(), Price(), Price()) == price("0.02"));
  CHECK(minimumStopDistance(cents(), price("0.05"), price("0.3")) == price("0.05"));
  CHECK(minimumStopDistance(cents(), price("0.05"), price("0.51")) == price("0.051"));
}

TEST_CASE("formulas: loss at the stop and ROI") {
  // 1 % distance + 0.12 % fees + 0.05 % slippage of 10,000.
  CHECK(lossAtStop(usdt("10000"), price("100"), price("99"), kTaker, kTaker, Ratio::percent(dec("0.05"))) ==
        usdt("117"));
  CHECK(lossAtStop(usdt("10000"), price("100"), price("101"), kTaker, kTaker, Ratio()) == usdt("112"));
  CHECK(roiPercent(price("100"), price("101"), Side::Buy, dec("10")) == dec("10"));
  CHECK(roiPercent(price("100"), price("101"), Side::Sell, dec("10")) == dec("-10"));
}

TEST_CASE("formulas: the staircase stop follows and never moves back") {
  const TrailingStop rule{dec("1"), dec("0.5"), dec("0.5")};
  const Instrument i = cents();
  const Decimal leverage = dec("10");
  std::optional<Price> stop = price("99");
  stop = trailedStop(rule, price("100"), price("100.09"), Side::Buy, leverage, stop, i);
  CHECK(stop == price("99"));  // ROI 0.9 %: not active
  stop = trailedStop(rule, price("100"), price("100.17"), Side::Buy, leverage, stop, i);
  CHECK(stop == price("100.1"));  // stair 1.5 %, less 0.5 %: +1 % ROI = 0.1 % of price
  stop = trailedStop(rule, price("100"), price("100.12"), Side::Buy, leverage, stop, i);
  CHECK(stop == price("100.1"));
  std::optional<Price> shortStop =
      trailedStop(rule, price("100"), price("99.83"), Side::Sell, leverage, price("101"), i);
  CHECK(shortStop == price("99.9"));
  shortStop = trailedStop(rule, price("100"), price("99.88"), Side::Sell, leverage, shortStop, i);
  CHECK(shortStop == price("99.9"));
  CHECK_FALSE(trailedStop(rule, price("100"), price("100"), Side::Buy, leverage, std::nullopt, i).has_value());
}

TEST_CASE("formulas: liquidation, linear, inverse and where nothing liquidates") {
  Instrument i = cents();
  i.maintenanceMargin = Ratio::percent(dec("0.5"));
  CHECK(liquidationPrice(i, price("100"), Side::Buy, dec("10")) == price("90.46"));    // 90 / 0.995, up
  CHECK(liquidationPrice(i, price("100"), Side::Sell, dec("10")) == price("109.45"));  // 110 / 1.005, down
  CHECK_FALSE(liquidationPrice(i, price("100"), Side::Buy, dec("1")).has_value());
  CHECK(liquidationPrice(i, price("100"), Side::Sell, dec("1")) == price("199"));
  Instrument inverse = i;
  inverse.kind = ContractKind::Inverse;
  CHECK(liquidationPrice(inverse, price("100"), Side::Buy, dec("10")) == price("91.37"));  // 100.5 × 10 / 11, up
  CHECK(liquidationPrice(inverse, price("100"), Side::Sell, dec("10")) == price("110.55"));
  CHECK_FALSE(liquidationPrice(inverse, price("100"), Side::Sell, dec("1")).has_value());
  Instrument spot = i;
  spot.kind = ContractKind::Spot;
  CHECK_FALSE(liquidationPrice(spot, price("100"), Side::Buy, dec("1")).has_value());
  CHECK(liquidationBufferPercent(price("100"), price("95"), price("90"), Side::Buy) == dec("50"));
  CHECK(liquidationBufferPercent(price("100"), price("105"), price("110"), Side::Sell) == dec("50"));
  CHECK(liquidationBufferPercent(price("100"), price("89"), price("90"), Side::Buy).sign() < 0);
}

TEST_CASE("sizing: each method, and which limit cut it") {
  const Instrument i = risktest::makeInstrument("BTC");
  RiskLimits limits;
  SizingInput in;
  in.entry = price("1000");
  in.equity = in.available = usdt("10000");
  in.exposure = in.positionMargin = usdt("0");
  in.fraction = Ratio::percent(dec("5"));
  in.volatility = Ratio::percent(dec("0.1"));
  auto r = sizePosition(in, i, limits);
  REQUIRE(r.ok());
  CHECK(r->quantity == qty("0.5"));
  CHECK(r->cutBy.empty());
  in.fraction = Ratio::percent(dec("20"));
  r = sizePosition(in, i, limits);
  CHECK(r->quantity == qty("1"));
  CHECK(r->cutBy == "MAX_POSITION_PERCENT");
  in.bookDepth = qty("0.25");
  CHECK(sizePosition(in, i, limits)->cutBy == "BOOK_DEPTH");
  in.bookDepth.reset();
  in.available = usdt("100");
  CHECK(sizePosition(in, i, limits)->cutBy == "MIN_FREE_BALANCE");
  CHECK(sizePosition(in, i, limits)->quantity == qty("0.099"));
  in.available = usdt("10000");
  in.method = SizingMethod::CappedKelly;
  in.kelly = Ratio::percent(dec("3"));
  CHECK(sizePosition(in, i, limits)->quantity == qty("0.3"));
  in.kelly = Ratio::percent(dec("-3"));
  CHECK(sizePosition(in, i, limits)->quantity.isZero());
  in.method = SizingMethod::FixedRisk;
  CHECK_FALSE(sizePosition(in, i, limits).ok());
  in.leverage = dec("100");
  in.stop = price("990");
  // 0.5 % of 10,000 at risk over 1 % + 0.12 %: 4464.28 of notional.
  r = sizePosition(in, i, limits);
  REQUIRE(r.ok());
  CHECK(r->quantity == qty("4.464"));
  CHECK(r->lossAtStop <= usdt("50"));
  in.method = SizingMethod::AtrTarget;
  in.fraction = Ratio::percent(dec("1"));
  CHECK_FALSE(sizePosition(in, i, limits).ok());
  in.atr = price("50");
  CHECK(sizePosition(in, i, limits)->quantity == qty("2"));
}
