// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/risk/risk_state.h"

namespace bw::risk {
namespace {

const Decimal kUnit{1, 0};

bool hasTrigger(const OrderIntent& intent) {
  return intent.type == OrderType::StopMarket || intent.type == OrderType::TakeProfitMarket;
}

// price × (1 ± share), to the tick.
Price shifted(const Instrument& instrument, Price price, Ratio share, bool up, Rounding rounding) {
  const Decimal factor = up ? kUnit + share.decimal() : kUnit - share.decimal();
  const Decimal raised = price.decimal().canonical() * factor.canonical();
  return instrument.price(instrument.toTicksRounded(Price(raised), rounding));
}

void findPrices(OrderDemand& d, const OrderIntent& intent, const Instrument& instrument, const InstrumentState& now,
                Ratio collarShare) {
  const bool buy = intent.side == Side::Buy;
  const bool given = intent.type == OrderType::Limit && intent.priceRule.kind == PriceRule::Kind::AsGiven;
  const auto& touch = buy ? now.ask : now.bid;
  const auto& own = buy ? now.bid : now.ask;
  if (touch) d.collar = shifted(instrument, *touch, collarShare, buy, buy ? Rounding::Down : Rounding::Up);
  std::optional<Price> ceiling;
  if (now.ask) ceiling = shifted(instrument, *now.ask, collarShare, true, Rounding::Up);
  if (hasTrigger(intent)) {
    if (intent.triggerPrice) {
      d.valuation = shifted(instrument, *intent.triggerPrice, collarShare, true, Rounding::Up);
      d.entry = intent.triggerPrice;
    }
    return;
  }
  d.worstPrice = d.collar;
  if (given && intent.limitPrice) {
    const Price limit = *intent.limitPrice;
    if (!d.worstPrice || (buy ? limit < *d.worstPrice : limit > *d.worstPrice)) d.worstPrice = limit;
    d.valuation = buy || !now.bid ? limit : std::max(limit, *now.bid);
    d.entry = limit;
    if (touch && (buy ? limit >= *touch : limit <= *touch)) d.entry = *touch;
    d.crossing = limit;
    d.restPrice = limit;
    d.maker = intent.postOnly || (touch && (buy ? limit < *touch : limit > *touch));
  } else if (intent.type == OrderType::Limit) {
    d.valuation = buy ? d.worstPrice : ceiling;
    d.entry = own;
    const std::vector<Ticks>& levels = buy ? now.bidLevels : now.askLevels;
    const auto at = static_cast<std::size_t>(std::max(intent.priceRule.level, 1) - 1);
    if (at < levels.size()) d.entry = instrument.price(levels[at]);
    d.crossing = own;
    d.restPrice = own;
    d.maker = true;
  } else {
    d.valuation = buy ? d.worstPrice : ceiling;
    d.entry = touch;
    d.crossing = d.worstPrice;
  }
}

}  // namespace

bool provablyReduces(const OrderIntent& intent, const Instrument& instrument, const RiskState& state) {
  const bool cash = instrument.kind == ContractKind::Spot || instrument.kind == ContractKind::Equity;
  if (intent.reduceOnly && !cash) return true;
  const Quantity held = state.of(intent.instrument).position;
  if (held.sign() == 0 || held.sign() == signOf(intent.side)) return false;
  const SideTotals& pending = state.exposure.totals(intent.instrument, intent.side);
  // Stop and target of one position exclude each other: the venue or execution cancels the sibling.
  const bool child = intent.role == OrderRole::StopLoss || intent.role == OrderRole::TakeProfit;
  const Quantity others = child ? pending.quantity : pending.quantity + pending.reducing;
  return intent.quantity + others <= held.abs();
}

OrderDemand demandOf(const OrderIntent& intent, const Instrument& instrument, const RiskState& state,
                     const RiskLimits& limits) {
  OrderDemand d;
  d.notional = d.margin = d.fees = Money::zero(instrument.settle);
  d.reduces = provablyReduces(intent, instrument, state);
  findPrices(d, intent, instrument, state.of(intent.instrument), limits.ratio(RiskKey::PriceCollar));
  if (d.valuation && d.valuation->sign() > 0 && intent.quantity.sign() > 0) {
    // An inverse contract is worth most at the lowest price it can fill at.
    const Price dearest =
        instrument.kind == ContractKind::Inverse && d.worstPrice ? std::min(*d.valuation, *d.worstPrice) : *d.valuation;
    d.notional = instrument.notional(dearest, intent.quantity);
    const Decimal leverage = std::max(intent.leverage, kUnit);
    d.margin = {divide(d.notional.amount(), leverage, Money::kScale, Rounding::Up), instrument.settle};
    const Ratio fee = d.maker ? instrument.makerFee : instrument.takerFee;
    if (fee.decimal().sign() > 0) d.fees = of(d.notional, fee, Rounding::Up);
  }
  return d;
}

}  // namespace bw::risk
