// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/ticket/ticket_form.h"

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"

namespace bw::ui {

namespace {

std::optional<Price> touchOf(const MarketView& market, const Instrument& instrument, Side side) {
  if (!market.bbo) return std::nullopt;
  const Level& level = side == Side::Buy ? market.bbo->bid : market.bbo->ask;
  if (level.size.value <= 0) return std::nullopt;
  return instrument.price(level.price);
}

std::optional<Price> expectedPrice(const TicketForm& form, const Instrument& instrument, const MarketView& market) {
  if (form.type == OrderType::Limit) return form.price ? std::optional(Price(*form.price)) : std::nullopt;
  if (form.type == OrderType::Market) return touchOf(market, instrument, opposite(form.side));
  return form.trigger ? std::optional(Price(*form.trigger)) : std::nullopt;
}

/// Base units of what was typed, before lots.
Result<Decimal> baseQuantity(const TicketForm& form, const Instrument& instrument, const std::optional<Price>& price,
                             const std::optional<Money>& equity) {
  if (!form.quantity || form.quantity->sign() <= 0) return finalError("ticket.quantity", "Enter a quantity above zero");
  if (form.unit == QuantityUnit::Base) return *form.quantity;
  if (!price || price->sign() <= 0) return finalError("ticket.price", "A price is needed to size in this unit");
  Decimal value = *form.quantity;
  if (form.unit == QuantityUnit::PercentOfEquity) {
    if (!equity) return finalError("ticket.equity", "Equity is not known yet");
    value = multiply(equity->amount(), *form.quantity, Decimal(1, 2), 8, Rounding::Down);
  }
  const Decimal perUnit = multiply(price->decimal(), instrument.multiplier, 12, Rounding::Up);
  return divide(value, perUnit, 12, Rounding::ToZero);
}

Result<void> checkPrices(const TicketForm& form, const Instrument& instrument) {
  const auto whole = [&instrument](const std::optional<Decimal>& price, const char* name) -> Result<void> {
    if (!price) return {};
    if (price->sign() <= 0) return finalError("ticket.price", std::string(name) + " must be above zero");
    if (!instrument.toTicks(Price(*price))) {
      return finalError("ticket.tick", std::string(name) + " is not a multiple of the tick " +
                                           instrument.tickSize.canonical().toString());
    }
    return {};
  };
  if (form.type == OrderType::Limit && !form.price) return finalError("ticket.price", "Enter a limit price");
  const bool triggered = form.type == OrderType::StopMarket || form.type == OrderType::TakeProfitMarket;
  if (triggered && !form.trigger) return finalError("ticket.trigger", "Enter a trigger price");
  for (const auto& [value, name] : {std::pair{form.price, "Price"}, std::pair{form.trigger, "Trigger"},
                                    std::pair{form.stop, "Stop"}, std::pair{form.target, "Target"}}) {
    if (auto result = whole(value, name); !result) return result;
  }
  return {};
}

Result<void> checkBracket(const TicketForm& form, const std::optional<Price>& price) {
  if (!price) return {};
  const bool buy = form.side == Side::Buy;
  const auto onWrongSide = [&](const Decimal& value, bool below) {
    return below ? !(value < price->decimal()) : !(value > price->decimal());
  };
  if (form.stop && onWrongSide(*form.stop, buy)) {
    return finalError("ticket.stop",
                      buy ? "The stop of a buy lies below its price" : "The stop of a sell lies above its price");
  }
  if (form.target && onWrongSide(*form.target, !buy)) {
    return finalError("ticket.target",
                      buy ? "The target of a buy lies above its price" : "The target of a sell lies below its price");
  }
  return {};
}

}  // namespace

Result<OrderIntent> intentFrom(const TicketForm& form, const Instrument& instrument, const MarketView& market,
                               const std::optional<Money>& equity) {
  const auto price = expectedPrice(form, instrument, market);
  if (auto result = checkPrices(form, instrument); !result) return result.error();
  if (auto result = checkBracket(form, price); !result) return result.error();
  const auto base = baseQuantity(form, instrument, price, equity);
  if (!base) return base.error();
  const Lots lots = instrument.toLotsRounded(Quantity(*base), Rounding::ToZero);
  if (lots.value <= 0) {
    return finalError("ticket.lot", "Less than one lot of " + instrument.lotSize.canonical().toString());
  }
  const Decimal leverage = form.leverage.value_or(Decimal(1, 0));
  if (leverage < Decimal(1, 0) || leverage > instrument.maxLeverage) {
    return finalError("ticket.leverage", "Leverage is 1 to " + instrument.maxLeverage.canonical().toString() + " here");
  }
  OrderIntent intent;
  intent.instrument = instrument.id;
  intent.side = form.side;
  intent.type = form.type;
  intent.tif = form.type == OrderType::Market ? TimeInForce::Ioc : form.tif;
  intent.postOnly = form.postOnly && form.type == OrderType::Limit;
  intent.reduceOnly = form.reduceOnly;
  intent.role = form.reduceOnly ? OrderRole::Exit : OrderRole::Entry;
  intent.quantity = instrument.quantity(lots);
  if (form.type == OrderType::Limit) intent.limitPrice = Price(*form.price);
  if (form.type == OrderType::StopMarket || form.type == OrderType::TakeProfitMarket)
    intent.triggerPrice = Price(*form.trigger);
  if (form.stop && !form.reduceOnly) intent.contingent.stop = Price(*form.stop);
  if (form.target && !form.reduceOnly) intent.contingent.target = Price(*form.target);
  intent.leverage = leverage;
  intent.owner = Owner::Manual;
  intent.strategy = "manual";
  return intent;
}

TicketEstimate estimateOf(const OrderIntent& intent, const Instrument& instrument, const MarketView& market) {
  TicketEstimate estimate;
  estimate.reference = intent.limitPrice ? intent.limitPrice : intent.triggerPrice;
  if (!estimate.reference) estimate.reference = touchOf(market, instrument, opposite(intent.side));
  if (!estimate.reference || estimate.reference->sign() <= 0) return estimate;
  const Price price = *estimate.reference;
  const Money value = instrument.notional(price, intent.quantity);
  estimate.notional = value;
  estimate.makerFee = of(value, instrument.makerFee, Rounding::Up);
  estimate.takerFee = of(value, instrument.takerFee, Rounding::Up);
  const Decimal margin = divide(value.amount(), intent.leverage, Money::kScale, Rounding::Up);
  estimate.marginNeeded = Money(margin, value.currency());
  const Ratio entryFee = intent.postOnly ? instrument.makerFee : instrument.takerFee;
  const Ratio bothFees = entryFee + instrument.takerFee;
  estimate.breakEvenRoi = multiply(bothFees.decimal(), intent.leverage, Decimal(100, 0), 4, Rounding::Up);
  if (intent.contingent.target) {
    const Decimal move = (*intent.contingent.target - price).abs().decimal();
    const Decimal share = divide(move, price.decimal(), 12, Rounding::Down);
    estimate.targetRoi = multiply(share, intent.leverage, Decimal(100, 0), 4, Rounding::Down);
  }
  if (intent.contingent.stop) {
    const Money moved = instrument.notional((*intent.contingent.stop - price).abs(), intent.quantity);
    estimate.lossAtStop = Money(moved.amount() + of(value, bothFees, Rounding::Up).amount(), value.currency());
  }
  if (const auto touch = touchOf(market, instrument, intent.side)) {
    const Price away = intent.side == Side::Buy ? *touch - price : price - *touch;
    estimate.distance = Ratio::fraction(divide(away.decimal(), touch->decimal(), 12, Rounding::HalfEven));
  }
  return estimate;
}

QString sentenceOf(const OrderIntent& intent, const Instrument& instrument, const QString& mode) {
  QString text = sideWord(intent.side) + QLatin1Char(' ') + sizeIn(instrument, intent.quantity) + QLatin1Char(' ') +
                 textOf(instrument.symbol);
  if (intent.limitPrice) {
    text += QStringLiteral(" @ ") + priceIn(instrument, *intent.limitPrice);
  } else if (intent.triggerPrice) {
    text +=
        QLatin1Char(' ') + typeWord(intent.type) + QStringLiteral(" @ ") + priceIn(instrument, *intent.triggerPrice);
  } else {
    text += QStringLiteral(" MARKET");
  }
  if (intent.postOnly) text += QStringLiteral(" post-only");
  if (intent.reduceOnly) text += QStringLiteral(" reduce-only");
  if (intent.tif == TimeInForce::Fok) text += QStringLiteral(" FOK");
  if (intent.tif == TimeInForce::Ioc && intent.type != OrderType::Market) text += QStringLiteral(" IOC");
  return text + QStringLiteral(" — ") + mode;
}

}  // namespace bw::ui
