// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/execution/price_discovery.h"

#include <algorithm>

namespace bw::execution {
namespace {

constexpr int kPriceScale = 12;

Rounding towardsPassive(Side side) {
  return side == Side::Buy ? Rounding::Down : Rounding::Up;
}

Price onTick(const Instrument& instrument, Price price, Rounding rounding) {
  return instrument.price(instrument.toTicksRounded(price, rounding));
}

bool isWorse(Side side, Price price, Price bound) {
  return side == Side::Buy ? price > bound : price < bound;
}
Price lessAggressive(Side side, Price a, Price b) {
  return side == Side::Buy ? std::min(a, b) : std::max(a, b);
}

Result<Price> bookLevelPrice(const OrderIntent& intent, const Instrument& instrument, const MarketView& market,
                             const DiscoverySettings& settings) {
  const BookDepth* depth = market.depth;
  if (depth == nullptr || !depth->tradable()) {
    return finalError("BOOK_STALE", depth == nullptr
                                        ? "no order book yet"
                                        : "the order book is stale: " + std::string(toString(depth->stale)));
  }
  const int available = intent.side == Side::Buy ? depth->bidCount : depth->askCount;
  int level = intent.priceRule.level;
  if (level < 1 || level > available) {
    if (level < 1 || available < 1 || !settings.deepestWhenThin) {
      return finalError("BOOK_TOO_THIN",
                        "level " + std::to_string(level) + " asked for, the book shows " + std::to_string(available));
    }
    level = available;
  }
  const auto index = static_cast<std::size_t>(level - 1);
  const Price price = instrument.price(intent.side == Side::Buy ? depth->bids[index].price : depth->asks[index].price);
  const Price mid = *market.mid(instrument);
  const Decimal distance = divide((price - mid).abs().decimal(), mid.decimal(), kPriceScale, Rounding::Up);
  if (Ratio::fraction(distance) > settings.maxSlippage) {
    return finalError("SLIPPAGE_EXCEEDED", "entry " + price.toString() + " is " +
                                               Ratio::fraction(distance).asPercent().toString() + " % from the mid " +
                                               mid.toString() + ", at most " +
                                               settings.maxSlippage.asPercent().toString() + " %");
  }
  return price;
}

Result<Price> collarPrice(const OrderIntent& intent, const ApprovalBounds& bounds, const Instrument& instrument,
                          const std::optional<Price>& mid, const DiscoverySettings& settings) {
  std::optional<Price> collar = bounds.worstPrice;
  if (mid) {
    const Decimal one = Decimal::fromInteger(1);
    const Decimal factor =
        intent.side == Side::Buy ? one + settings.marketCollar.decimal() : one - settings.marketCollar.decimal();
    const Price fromMid(multiply(mid->decimal(), factor, kPriceScale, towardsPassive(intent.side)));
    collar = collar ? lessAggressive(intent.side, *collar, fromMid) : fromMid;
  }
  if (!collar) return finalError("NO_PRICE", "no price known to set a collar from");
  return onTick(instrument, *collar, towardsPassive(intent.side));
}

// A stop's rounding moves it towards entry, a target's too: never further away than asked for.
Price triggerOnTick(const OrderIntent& intent, const Instrument& instrument, Price trigger) {
  const bool stop = intent.type == OrderType::StopMarket;
  const bool up = stop == (intent.side == Side::Sell);
  return onTick(instrument, trigger, up ? Rounding::Up : Rounding::Down);
}

Result<Quantity> sizeInside(const ApprovalBounds& bounds, Quantity wanted, Price reference,
                            const Instrument& instrument, bool reducing) {
  Lots lots = instrument.toLotsRounded(std::min(wanted, bounds.maxQuantity), Rounding::Down);
  if (lots.value > 0 && instrument.notional(reference, instrument.quantity(lots)) > bounds.maxNotional) {
    const Money one = instrument.notional(reference, instrument.quantity(Lots{1}));
    if (one.isZero()) return finalError("TOO_SMALL", "one lot is worth nothing");
    lots = std::min(lots, Lots{divide(bounds.maxNotional.amount(), one.amount(), 0, Rounding::Down).mantissa});
    while (lots.value > 0 && instrument.notional(reference, instrument.quantity(lots)) > bounds.maxNotional)
      lots = lots - Lots{1};
  }
  const Quantity quantity = instrument.quantity(lots);
  if (lots.value <= 0)
    return finalError("TOO_SMALL", wanted.toString() + " is less than one lot of " + instrument.lotSize.toString());
  if (reducing) return quantity;
  if (quantity.decimal() < instrument.minQuantity)
    return finalError("TOO_SMALL", quantity.toString() + " is under the venue's minimum quantity");
  if (instrument.notional(reference, quantity).amount() < instrument.minNotional) {
    return finalError("TOO_SMALL", quantity.toString() + " is under the venue's minimum notional of " +
                                       instrument.minNotional.toString());
  }
  return quantity;
}

Result<DiscoveredOrder> discoverUnchecked(const OrderIntent& intent, const ApprovalBounds& bounds, Quantity wanted,
                                          const Instrument& instrument, const MarketView& market,
                                          const DiscoverySettings& settings) {
  DiscoveredOrder found;
  found.mid = market.mid(instrument);
  found.tif = intent.tif;
  if (intent.type == OrderType::StopMarket || intent.type == OrderType::TakeProfitMarket) {
    if (!intent.triggerPrice) return finalError("NO_PRICE", "a stop or target without a trigger price");
    found.triggerPrice = triggerOnTick(intent, instrument, *intent.triggerPrice);
  } else if (intent.type == OrderType::Market) {
    auto price = collarPrice(intent, bounds, instrument, found.mid, settings);
    if (!price) return price.error();
    found.limitPrice = *price;
    found.tif = TimeInForce::Ioc;
  } else if (intent.priceRule.kind == PriceRule::Kind::BookLevel) {
    auto price = bookLevelPrice(intent, instrument, market, settings);
    if (!price) return price.error();
    found.limitPrice = *price;
  } else {
    if (!intent.limitPrice) return finalError("NO_PRICE", "a limit order without a limit");
    found.limitPrice = onTick(instrument, *intent.limitPrice, towardsPassive(intent.side));
  }
  if (found.limitPrice && bounds.worstPrice && isWorse(intent.side, *found.limitPrice, *bounds.worstPrice)) {
    return finalError("OUTSIDE_BOUNDS", "price " + found.limitPrice->toString() + " is worse than the approved " +
                                            bounds.worstPrice->toString());
  }
  const Price reference = found.limitPrice ? *found.limitPrice : *found.triggerPrice;
  if (reference.sign() <= 0) return finalError("NO_PRICE", "the price is not positive");
  auto quantity = sizeInside(bounds, wanted, reference, instrument, intent.reduceOnly);
  if (!quantity) return quantity.error();
  found.quantity = *quantity;
  return found;
}

}  // namespace

std::optional<Price> MarketView::mid(const Instrument& instrument) const {
  const auto between = [&](Ticks bid, Ticks ask) {
    return Price((instrument.price(bid) + instrument.price(ask)).decimal() * Decimal(5, 1));
  };
  if (depth != nullptr && depth->tradable()) return between(depth->bids[0].price, depth->asks[0].price);
  if (bbo && bbo->bid.size.value > 0 && bbo->ask.size.value > 0) return between(bbo->bid.price, bbo->ask.price);
  return std::nullopt;
}

Result<DiscoveredOrder> discoverOrder(const OrderIntent& intent, const ApprovalBounds& bounds, Quantity wanted,
                                      const Instrument& instrument, const MarketView& market,
                                      const DiscoverySettings& settings) {
  try {
    return discoverUnchecked(intent, bounds, wanted, instrument, market, settings);
  } catch (const ExactOverflow&) {
    return finalError("OVERFLOW", "price times quantity does not fit the exact numbers");
  }
}

}  // namespace bw::execution
