// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/orders/fill_columns.h"

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/panels/orders/orders_panel.h"

namespace bw::ui {

std::vector<Column<ShownFill>> fillColumns() {
  using Row = ShownFill;
  auto time = textColumn<Row>(QStringLiteral("time"), OrdersPanel::tr("Time UTC"), 96,
                              [](const Row& r) { return timeText(r.row.fill.venueTime, TimeDigits::Millis); });
  time.sort = [](const Row& r) { return QVariant(static_cast<qlonglong>(r.row.fill.venueTime.ns)); };
  auto symbol = textColumn<Row>(QStringLiteral("symbol"), OrdersPanel::tr("Symbol"), 84,
                                [](const Row& r) { return textOf(r.instrument->symbol); });
  auto side = textColumn<Row>(QStringLiteral("side"), OrdersPanel::tr("Side"), 60,
                              [](const Row& r) { return sideWord(r.row.fill.side); });
  side.tone = [](const Row& r) { return sideTone(r.row.fill.side); };
  side.mark = [](const Row& r) { return r.row.fill.side == Side::Buy ? Mark::Up : Mark::Down; };
  auto quantity = numberColumn<Row>(
      QStringLiteral("quantity"), OrdersPanel::tr("Qty"), 74,
      [](const Row& r) { return sizeIn(*r.instrument, r.row.fill.quantity); },
      [](const Row& r) { return QVariant::fromValue(r.row.fill.quantity.decimal()); });
  quantity.exportText = [](const Row& r) { return exportText(r.row.fill.quantity.decimal()); };
  auto price = numberColumn<Row>(
      QStringLiteral("price"), OrdersPanel::tr("Price"), 84,
      [](const Row& r) { return priceIn(*r.instrument, r.row.fill.price); },
      [](const Row& r) { return QVariant::fromValue(r.row.fill.price.decimal()); });
  auto fee = numberColumn<Row>(
      QStringLiteral("fee"), OrdersPanel::tr("Fee"), 110,
      [](const Row& r) { return moneyWithCurrency(r.row.fill.fee, 4); },
      [](const Row& r) { return QVariant(r.row.fill.fee.toDouble()); });
  auto kind = textColumn<Row>(QStringLiteral("kind"), OrdersPanel::tr("Kind"), 96, [](const Row& r) {
    if (r.row.fill.liquidation) return OrdersPanel::tr("LIQUIDATION");
    return r.row.fill.maker ? OrdersPanel::tr("Maker") : OrdersPanel::tr("Taker");
  });
  kind.tone = [](const Row& r) { return r.row.fill.liquidation ? Tone::Critical : Tone::None; };
  auto owner = textColumn<Row>(QStringLiteral("owner"), OrdersPanel::tr("Owner"), 84,
                               [](const Row& r) { return ownerWord(r.row.owner); });
  owner.tone = [](const Row& r) { return ownerTone(r.row.owner); };
  auto strategy = textColumn<Row>(QStringLiteral("strategy"), OrdersPanel::tr("Strategy"), 124,
                                  [](const Row& r) { return textOf(r.row.strategy); });
  auto trade = textColumn<Row>(QStringLiteral("trade_id"), OrdersPanel::tr("Trade id"), 100,
                               [](const Row& r) { return textOf(r.row.fill.venueTradeId); });
  return {time, symbol, side, quantity, price, owner, fee, kind, strategy, trade};
}

QString keyOfFill(const ShownFill& fill) {
  return textOf(fill.instrument->venue) + QLatin1Char('/') + textOf(fill.row.fill.venueTradeId) + QLatin1Char('/') +
         textOf(toString(fill.row.fill.clientId));
}

}  // namespace bw::ui
