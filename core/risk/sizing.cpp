// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/sizing.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace bw::risk {
namespace {

// The largest quantity whose notional is at most `amount`.
Quantity quantityFor(const Instrument& instrument, Price price, const Money& amount) {
  if (amount.sign() <= 0) return Quantity();
  const Decimal unit = instrument.multiplier.canonical();
  const Decimal cash = amount.amount().canonical();
  if (instrument.kind == ContractKind::Inverse) {
    const Decimal contracts = multiply(cash, price.decimal().canonical(), 8, Rounding::Down);
    return Quantity(divide(contracts, unit, 8, Rounding::Down));
  }
  const Decimal each = price.decimal().canonical() * unit;
  return Quantity(divide(cash, each.canonical(), 12, Rounding::Down));
}

Result<Money> wishedNotional(const SizingInput& in, const Instrument& instrument, const RiskLimits& limits) {
  const auto missing = [](const char* what) { return finalError("sizing.input", what); };
  const Ratio none;
  switch (in.method) {
    case SizingMethod::FixedFractional:
      return of(in.equity, in.fraction, Rounding::Down);
    case SizingMethod::CappedKelly:
      return in.kelly <= none ? Money::zero(in.equity.currency())
                              : of(in.equity, std::min(in.kelly, in.fraction), Rounding::Down);
    case SizingMethod::FixedRisk: {
      if (!in.stop || *in.stop == in.entry) return missing("fixed risk needs a stop away from the entry");
      const Decimal percent =
          adjustedRiskPercent(limits.number(RiskKey::BaseRisk), in.leverage, limits.number(RiskKey::MaxAdjustedRisk));
      const Money risk = of(in.equity, Ratio::percent(percent), Rounding::Down);
      const Decimal move =
          divide((in.entry - *in.stop).abs().decimal().canonical(), in.entry.decimal().canonical(), 12, Rounding::Up);
      const Ratio cost = Ratio::fraction(move) + instrument.takerFee + instrument.takerFee + in.slippage;
      return Money(divide(risk.amount(), cost.decimal(), Money::kScale, Rounding::Down), in.equity.currency());
    }
    default: {  // AtrTarget
      if (in.atr.sign() <= 0) return missing("an ATR target needs the ATR");
      const Money swing = of(in.equity, in.fraction, Rounding::Down);
      const Decimal share = divide(in.atr.decimal().canonical(), in.entry.decimal().canonical(), 12, Rounding::Up);
      return Money(divide(swing.amount(), share, Money::kScale, Rounding::Down), in.equity.currency());
    }
  }
}

}  // namespace

Result<SizingResult> sizePosition(const SizingInput& in, const Instrument& instrument, const RiskLimits& limits) {
  if (in.entry.sign() <= 0) return finalError("sizing.input", "sizing needs an entry price");
  if (in.equity.currency() != instrument.settle) {
    return finalError("sizing.input", "equity must be stated in " + std::string(instrument.settle.code()));
  }
  const auto wished = wishedNotional(in, instrument, limits);
  if (!wished) return wished.error();
  const Decimal leverage = std::min({in.leverage, limits.leverageAllowed(in.volatility), instrument.maxLeverage});
  const auto levered = [&](const Money& margin) {
    return Money(multiply(margin.amount(), leverage, Money::kScale, Rounding::Down), margin.currency());
  };
  // A margin with the entry fee has to fit into what is available.
  const Decimal feePerMargin = Decimal(1, 0) + leverage * instrument.takerFee.decimal();
  const Money affordable(
      divide((in.available - Money(limits.number(RiskKey::MinFreeBalance), in.equity.currency())).amount(),
             feePerMargin, Money::kScale, Rounding::Down),
      in.equity.currency());
  const std::vector<std::pair<std::string_view, Money>> caps = {
      {"MAX_POSITION_PERCENT",
       levered(of(in.equity, limits.ratio(RiskKey::MaxPositionPercent), Rounding::Down) - in.positionMargin)},
      {"MAX_LEVERAGE",
       leverage < in.leverage
           ? levered(Money(divide(wished->amount(), in.leverage, Money::kScale, Rounding::Down), in.equity.currency()))
           : *wished},
      {"MAX_EXPOSURE", of(in.equity, limits.ratio(RiskKey::MaxExposure), Rounding::Down) - in.exposure},
      {"MIN_FREE_BALANCE", levered(affordable)},
      {"MAX_ORDER_VALUE", Money(limits.number(RiskKey::MaxOrderValue), in.equity.currency())},
  };
  SizingResult result;
  result.wished = quantityFor(instrument, in.entry, *wished);
  Money allowed = *wished;
  for (const auto& [key, cap] : caps) {
    if (cap >= allowed) continue;
    allowed = cap;
    result.cutBy = key;
  }
  Quantity quantity = quantityFor(instrument, in.entry, allowed);
  if (in.bookDepth && *in.bookDepth < quantity) {
    quantity = *in.bookDepth;
    result.cutBy = "BOOK_DEPTH";
  }
  Lots lots = instrument.toLotsRounded(quantity, Rounding::Down);
  const std::int64_t mostLots = limits.count(RiskKey::MaxOrderQuantity);
  if (lots.value > mostLots) {
    lots = {mostLots};
    result.cutBy = "MAX_ORDER_QUANTITY";
  }
  result.quantity = instrument.quantity(lots);
  result.lossAtStop = Money::zero(in.equity.currency());
  if (in.stop && lots.value > 0) {
    result.lossAtStop = lossAtStop(instrument.notional(in.entry, result.quantity), in.entry, *in.stop,
                                   instrument.takerFee, instrument.takerFee, in.slippage);
  }
  return result;
}

}  // namespace bw::risk
