// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/formulas.h"

#include <algorithm>

#include "core/base/mutant.h"

namespace bw::risk {
namespace {

constexpr int kPercentScale = 10;
const Decimal kHundred{100, 0};
const Decimal kOne{1, 0};

// price × numerator ÷ denominator in whole ticks.
Price scaledToTick(Price price, const Decimal& numerator, const Decimal& denominator, const Instrument& instrument,
                   Rounding rounding) {
  const Decimal raised = (price.decimal().canonical() * numerator.canonical()).canonical();
  const Decimal step = (denominator.canonical() * instrument.tickSize.canonical()).canonical();
  return instrument.price(Ticks{divide(raised, step, 0, rounding).mantissa});
}

}  // namespace

Decimal breakEvenRoi(Ratio entryFee, Ratio exitFee, const Decimal& leverage, const Decimal& bufferRoi,
                     Ratio expectedFunding) {
  const Ratio costs = entryFee + exitFee + expectedFunding;
  return multiply(costs.decimal(), leverage, kHundred, kPercentScale, Rounding::Up) + bufferRoi;
}

Decimal adjustedRiskPercent(const Decimal& base, const Decimal& leverage, const Decimal& cap) {
  BW_ASSERT(leverage >= kOne);
  const Decimal risk = divide(base * kHundred, leverage, kPercentScale, Rounding::Down);
  return std::min(risk, cap);
}

Decimal roiPercent(Price entry, Price price, Side side, const Decimal& leverage) {
  const Price gain = side == Side::Buy ? price - entry : entry - price;
  const Decimal raised = gain.decimal().canonical() * (leverage * kHundred).canonical();
  return divide(raised, entry.decimal().canonical(), kPercentScale, Rounding::Down);
}

Price stopPrice(Price entry, Side side, const Decimal& stopRoi, const Decimal& leverage, const Instrument& instrument) {
  const Decimal whole = leverage * kHundred;
  const Decimal numerator = side == Side::Buy ? whole - stopRoi : whole + stopRoi;
  const Rounding towardsEntry = side == Side::Buy ? Rounding::Up : Rounding::Down;
  const Price stop = scaledToTick(entry, numerator, whole, instrument, towardsEntry);
  const Price tick(instrument.tickSize);
  if (side == Side::Buy && stop >= entry) {
    return instrument.price(instrument.toTicksRounded(entry, Rounding::Up)) - tick;
  }
  if (side == Side::Sell && stop <= entry) {
    return instrument.price(instrument.toTicksRounded(entry, Rounding::Down)) + tick;
  }
  return stop;
}

Price minimumStopDistance(const Instrument& instrument, Price spread, Price atr) {
  const Price ticks(instrument.tickSize * Decimal::fromInteger(2));
  const int scale = std::min(Decimal::kMaxScale, atr.decimal().canonical().scale + 1);
  const Price share(multiply(atr.decimal(), Decimal(1, 1), scale, Rounding::Up));
  return std::max({ticks, spread, share});
}

Money lossAtStop(Money notional, Price entry, Price stop, Ratio entryFee, Ratio exitFee, Ratio slippage) {
  const Price distance = (entry - stop).abs();
  const Decimal move = divide(distance.decimal().canonical(), entry.decimal().canonical(), 12, Rounding::Up);
  return of(notional, Ratio::fraction(move) + entryFee + exitFee + slippage, Rounding::Up);
}

std::optional<Price> trailedStop(const TrailingStop& rule, Price entry, Price mark, Side side, const Decimal& leverage,
                                 std::optional<Price> current, const Instrument& instrument) {
  BW_ASSERT(rule.step.sign() > 0);
  const Decimal roi = roiPercent(entry, mark, side, leverage);
  if (roi < rule.activation) return current;
  const Decimal level = divide(roi, rule.step, 0, Rounding::Down) * rule.step;
  const Decimal locked = level - rule.distance;
  const Decimal whole = leverage * kHundred;
  const bool isLong = side == Side::Buy;
  const Decimal numerator = isLong ? whole + locked : whole - locked;
  const Price stop = scaledToTick(entry, numerator, whole, instrument, isLong ? Rounding::Up : Rounding::Down);
  if (!current) return stop;
  return isLong ? std::max(*current, stop) : std::min(*current, stop);
}

std::optional<Price> liquidationPrice(const Instrument& instrument, Price entry, Side side, const Decimal& leverage) {
  BW_ASSERT(leverage >= kOne);
  const bool isLong = side == Side::Buy;
  if (isLong && (instrument.kind == ContractKind::Spot || instrument.kind == ContractKind::Equity)) return std::nullopt;
  const Decimal keep = instrument.maintenanceMargin.decimal().canonical();
  Decimal numerator;
  Decimal denominator;
  if (instrument.kind == ContractKind::Inverse) {
    numerator = leverage * (isLong ? kOne + keep : kOne - keep);
    denominator = isLong ? leverage + kOne : leverage - kOne;
  } else {
    numerator = isLong ? leverage - kOne : leverage + kOne;
    denominator = leverage * (isLong ? kOne - keep : kOne + keep);
  }
  if (numerator.sign() <= 0 || denominator.sign() <= 0) return std::nullopt;
  return scaledToTick(entry, numerator, denominator, instrument,
                      isLong != BW_MUTANT(60) ? Rounding::Up : Rounding::Down);
}

Decimal liquidationBufferPercent(Price entry, Price stop, Price liquidation, Side side) {
  const Price room = side == Side::Buy ? stop - liquidation : liquidation - stop;
  const Price way = (entry - liquidation).abs();
  if (way.isZero()) return Decimal::fromInteger(-100);
  return divide(room.decimal().canonical() * kHundred, way.decimal().canonical(), kPercentScale, Rounding::Down);
}

}  // namespace bw::risk
