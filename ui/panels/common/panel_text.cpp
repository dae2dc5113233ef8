// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/common/panel_text.h"

#include <QCoreApplication>
#include <QEvent>
#include <QLabel>
#include <QPushButton>

#include "ui/format/format.h"
#include "ui/widgets/data_table.h"

namespace bw::ui {

namespace {

/// Fits the columns of one table again when its view is resized.
class ColumnFitter final : public QObject {
 public:
  ColumnFitter(DataTable& table, const TableModelBase& model) : QObject(&table), m_table(table), m_model(model) {
    table.view()->viewport()->installEventFilter(this);
    connect(&table, &DataTable::columnsEdited, this, [this] { fitColumns(m_table, m_model); });
  }
  bool eventFilter(QObject* watched, QEvent* event) override {
    if (event->type() == QEvent::Resize && m_table.view()->viewport()->width() != m_width) {
      m_width = m_table.view()->viewport()->width();
      fitColumns(m_table, m_model);
    }
    return QObject::eventFilter(watched, event);
  }

 private:
  DataTable& m_table;
  const TableModelBase& m_model;
  int m_width = 0;
};

}  // namespace

QString textOf(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString priceIn(const Instrument& instrument, Ticks ticks) {
  return decimalText(ticks.value * instrument.tickSize.mantissa, instrument.tickSize.scale, instrument.priceDecimals());
}

QString priceIn(const Instrument& instrument, const Price& price) {
  return priceText(price, instrument.priceDecimals());
}

QString priceIn(const Instrument& instrument, const std::optional<Price>& price) {
  return price ? priceIn(instrument, *price) : notAvailable();
}

QString sizeIn(const Instrument& instrument, Lots lots) {
  return decimalText(lots.value * instrument.lotSize.mantissa, instrument.lotSize.scale, instrument.quantityDecimals());
}

QString sizeIn(const Instrument& instrument, const Quantity& quantity) {
  return quantityText(quantity, instrument.quantityDecimals());
}

QString runningWord(const SessionInfo& info) {
  if (info.liveMarket()) return QCoreApplication::translate("bw::ui::Panel", "live");
  return info.replay ? QStringLiteral("REPLAY") : textOf(info.mode);
}

QString sideWord(Side side) {
  return side == Side::Buy ? QStringLiteral("BUY") : QStringLiteral("SELL");
}
Tone sideTone(Side side) {
  return side == Side::Buy ? Tone::Up : Tone::Down;
}

QString ownerWord(Owner owner) {
  switch (owner) {
    case Owner::Strategy:
      return QCoreApplication::translate("bw::ui::Panel", "Strategy");
    case Owner::Manual:
      return QCoreApplication::translate("bw::ui::Panel", "Manual");
    case Owner::External:
      return QCoreApplication::translate("bw::ui::Panel", "External");
    case Owner::Emergency:
      return QCoreApplication::translate("bw::ui::Panel", "Emergency");
  }
  return {};
}

Tone ownerTone(Owner owner) {
  return owner == Owner::External ? Tone::Warn : owner == Owner::Emergency ? Tone::Critical : Tone::None;
}

QString typeWord(OrderType type) {
  switch (type) {
    case OrderType::Limit:
      return QStringLiteral("LIMIT");
    case OrderType::Market:
      return QStringLiteral("MARKET");
    case OrderType::StopMarket:
      return QStringLiteral("STOP");
    case OrderType::TakeProfitMarket:
      return QStringLiteral("TARGET");
  }
  return {};
}

QPushButton* namedButton(const QString& objectName, const QString& text, QWidget* parent) {
  auto* button = new QPushButton(text, parent);
  button->setObjectName(objectName);
  button->setAccessibleName(text);
  return button;
}

QLabel* namedLabel(const QString& objectName, const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setObjectName(objectName);
  label->setTextFormat(Qt::PlainText);
  return label;
}

void fitColumns(DataTable& table, const TableModelBase& model) {
  if (table.columnsChosen()) return;
  const int room = table.view()->viewport()->width();
  int used = 0;
  bool fits = true;
  for (int column = 0; column < model.columnCount(); ++column) {
    if (!model.column(column).visible) continue;
    // As declared: the last one shown is stretched over all the room and would keep the others out for ever.
    used += model.column(column).width;
    fits = fits && used <= room;
    table.setColumnVisible(column, fits || column == 0);
  }
}

void keepFitted(DataTable& table, const TableModelBase& model) {
  new ColumnFitter(table, model);
}

QString intervalText(Duration interval) {
  const std::int64_t seconds = interval.ns / 1'000'000'000;
  if (seconds % 3600 == 0) return QString::number(seconds / 3600) + QStringLiteral(" h");
  if (seconds % 60 == 0) return QString::number(seconds / 60) + QStringLiteral(" min");
  return QString::number(seconds) + QStringLiteral(" s");
}

}  // namespace bw::ui
