// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/instrument_form.h"

namespace bw::risk {

namespace {

// A stop above the entry of a long, or a target below it, is a slip of the hand.
std::optional<Finding> wrongSide(const CheckInput& in) {
  if (!in.demand.entry) return std::nullopt;
  const Price entry = *in.demand.entry;
  const bool buy = in.intent.side == Side::Buy;
  const auto& stop = in.intent.contingent.stop;
  const auto& target = in.intent.contingent.target;
  if (stop && (buy ? *stop >= entry : *stop <= entry)) {
    return Finding::failed("stop " + stop->toString() + " is on the wrong side of the entry " + entry.toString());
  }
  if (target && (buy ? *target <= entry : *target >= entry)) {
    return Finding::failed("target " + target->toString() + " is on the wrong side of the entry " + entry.toString());
  }
  return std::nullopt;
}

}  // namespace

Finding checkInstrumentForm(const CheckInput& in) {
  const OrderIntent& o = in.intent;
  const Instrument& i = in.instrument;
  if (const auto lots = i.toLots(o.quantity); !lots) return Finding::failed(lots.error().detail);
  for (const auto& price : {o.limitPrice, o.triggerPrice, o.contingent.stop, o.contingent.target}) {
    if (!price) continue;
    if (price->sign() <= 0) return Finding::failed("price " + price->toString() + " is not positive");
    if (const auto ticks = i.toTicks(*price); !ticks) return Finding::failed(ticks.error().detail);
  }
  const bool given = o.priceRule.kind == PriceRule::Kind::AsGiven;
  if (o.type == OrderType::Limit && given && !o.limitPrice) return Finding::failed("a limit order needs a price");
  const bool triggered = o.type == OrderType::StopMarket || o.type == OrderType::TakeProfitMarket;
  if (triggered && !o.triggerPrice) return Finding::failed("a stop or take-profit order needs a trigger price");
  if (o.expiresAt <= in.now) return Finding::failed("the intent expired at " + toIso8601(o.expiresAt));
  if (in.demand.reduces) return Finding::notApplicable("well formed; minimum sizes do not hold back what reduces risk");
  if (o.leverage < Decimal(1, 0)) return Finding::failed("leverage " + o.leverage.toString() + " is below 1");
  if (o.quantity.decimal() < i.minQuantity) {
    return Finding::failed("quantity " + o.quantity.toString() + " is below the minimum " + i.minQuantity.toString());
  }
  // Smallest notional, at the price it is expected to fill at.
  if (i.minNotional.sign() > 0 && in.demand.entry) {
    const Decimal value = i.notional(*in.demand.entry, o.quantity).amount();
    if (value < i.minNotional) {
      return Finding::failed("notional " + shown(value) + " is below the minimum " + i.minNotional.toString());
    }
  }
  return wrongSide(in).value_or(
      Finding::atLeast(o.quantity.decimal(), o.quantity.decimal(), i.minQuantity, "quantity", "quantity"));
}

}  // namespace bw::risk
