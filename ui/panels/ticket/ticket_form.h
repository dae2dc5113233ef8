// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

#include "core/domain/account.h"
#include "core/domain/order.h"
#include "ui/bridge/ui_data.h"

namespace bw::ui {

enum class QuantityUnit : std::uint8_t { Base, Quote, PercentOfEquity };

/// What the fields of the ticket hold, before it is an intent.
struct TicketForm {
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  TimeInForce tif = TimeInForce::Gtc;
  bool postOnly = false;
  bool reduceOnly = false;
  QuantityUnit unit = QuantityUnit::Base;
  std::optional<Decimal> quantity;
  std::optional<Decimal> price;
  std::optional<Decimal> trigger;
  std::optional<Decimal> leverage;
  std::optional<Decimal> stop;
  std::optional<Decimal> target;
};

/// What an order would mean; absent where it cannot be known yet. All exact.
struct TicketEstimate {
  std::optional<Price> reference;  ///< price it is expected to trade at: limit, trigger or the other side's touch
  std::optional<Money> notional;
  std::optional<Money> makerFee;
  std::optional<Money> takerFee;
  std::optional<Money> marginNeeded;
  std::optional<Decimal> breakEvenRoi;  ///< percent
  std::optional<Decimal> targetRoi;     ///< percent, if a target is given
  std::optional<Money> lossAtStop;      ///< > 0, fees of both ways in it
  std::optional<Ratio> distance;        ///< from the touch of its own side; > 0 deeper in the book
};

/// The intent, or why there is none yet. Prices must be whole ticks; quantities are cut to whole lots.
Result<OrderIntent> intentFrom(const TicketForm& form, const Instrument& instrument, const MarketView& market,
                               const std::optional<Money>& equity);
/// Figures beside the form. Formulas: SPEC 6.2.
TicketEstimate estimateOf(const OrderIntent& intent, const Instrument& instrument, const MarketView& market);
/// "BUY 0.250 BTC-PERP @ 60010.5 post-only — SIM".
QString sentenceOf(const OrderIntent& intent, const Instrument& instrument, const QString& mode);

}  // namespace bw::ui
