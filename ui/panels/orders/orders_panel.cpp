// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/orders/orders_panel.h"

#include <QAction>
#include <QSet>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

namespace {

Mark orderMark(const Order& order) {
  if (order.cancelPending) return Mark::Cross;
  switch (order.state) {
    case OrderState::Pending:
      return Mark::Unknown;
    case OrderState::Open:
      return Mark::Ok;
    case OrderState::PartiallyFilled:
      return Mark::Medium;
    case OrderState::Filled:
      return Mark::Tick;
    case OrderState::Cancelled:
    case OrderState::Expired:
      return Mark::Cross;
    case OrderState::Rejected:
      return Mark::Critical;
    case OrderState::Unknown:
      return Mark::Warning;
  }
  return Mark::None;
}

Tone orderTone(const Order& order) {
  switch (order.state) {
    case OrderState::Unknown:
      return Tone::Warn;
    case OrderState::Rejected:
      return Tone::Critical;
    case OrderState::Cancelled:
    case OrderState::Expired:
      return Tone::Secondary;
    default:
      return Tone::None;
  }
}

QString orderStateText(const OrderRow& r) {
  QString text = textOf(toString(r.order.state));
  if (r.order.state == OrderState::Unknown) text += OrdersPanel::tr(" — reconciling");
  if (r.order.cancelPending) text += OrdersPanel::tr(" · cancel pending");
  if (r.order.replacePending) text += OrdersPanel::tr(" · replace pending");
  return text;
}

QString orderFlags(const Order& order) {
  QStringList flags;
  if (order.postOnly) flags << QStringLiteral("PO");
  if (order.reduceOnly) flags << QStringLiteral("RO");
  if (order.lateFill) flags << QStringLiteral("LATE");
  return flags.join(QLatin1Char(' '));
}

double filledShare(const Order& order) {
  return order.quantity.isZero() ? 0 : order.filled.toDouble() / order.quantity.toDouble();
}

Column<OrderRow> filledColumn() {
  auto filled = numberColumn<OrderRow>(
      QStringLiteral("filled"), OrdersPanel::tr("Filled"), 92,
      [](const OrderRow& r) -> QString {
        return sizeIn(*r.instrument, r.order.filled) + QStringLiteral(" · ") + statText(filledShare(r.order) * 100, 0) +
               QStringLiteral(" %");
      },
      [](const OrderRow& r) { return QVariant(filledShare(r.order)); });
  filled.bar = [](const OrderRow& r) -> std::optional<CellBar> {
    if (r.order.filled.isZero()) return std::nullopt;
    return CellBar{0, static_cast<float>(filledShare(r.order)), sideTone(r.order.side)};
  };
  filled.exportText = [](const OrderRow& r) { return exportText(r.order.filled.decimal()); };
  return filled;
}

std::vector<Column<OrderRow>> orderColumns() {
  std::vector<Column<OrderRow>> columns;
  const auto add = [&columns](Column<OrderRow> column) { columns.push_back(std::move(column)); };
  add(textColumn<OrderRow>(QStringLiteral("symbol"), OrdersPanel::tr("Symbol"), 84,
                           [](const OrderRow& r) { return textOf(r.instrument->symbol); }));
  auto side = textColumn<OrderRow>(QStringLiteral("side"), OrdersPanel::tr("Side"), 60,
                                   [](const OrderRow& r) { return sideWord(r.order.side); });
  side.tone = [](const OrderRow& r) { return sideTone(r.order.side); };
  side.mark = [](const OrderRow& r) { return r.order.side == Side::Buy ? Mark::Up : Mark::Down; };
  add(side);
  auto state = textColumn<OrderRow>(QStringLiteral("state"), OrdersPanel::tr("State"), 190, orderStateText);
  state.mark = [](const OrderRow& r) { return orderMark(r.order); };
  state.tone = [](const OrderRow& r) { return orderTone(r.order); };
  state.toolTip = [](const OrderRow& r) { return textOf(r.order.reason); };
  add(state);
  auto quantity = numberColumn<OrderRow>(
      QStringLiteral("quantity"), OrdersPanel::tr("Qty"), 74,
      [](const OrderRow& r) { return sizeIn(*r.instrument, r.order.quantity); },
      [](const OrderRow& r) { return QVariant::fromValue(r.order.quantity.decimal()); });
  quantity.exportText = [](const OrderRow& r) { return exportText(r.order.quantity.decimal()); };
  add(quantity);
  add(filledColumn());
  add(numberColumn<OrderRow>(
      QStringLiteral("limit"), OrdersPanel::tr("Limit"), 82,
      [](const OrderRow& r) { return priceIn(*r.instrument, r.order.limitPrice); },
      [](const OrderRow& r) { return QVariant(r.order.limitPrice ? r.order.limitPrice->toDouble() : 0); }));
  add(numberColumn<OrderRow>(
      QStringLiteral("trigger"), OrdersPanel::tr("Trigger"), 82,
      [](const OrderRow& r) { return priceIn(*r.instrument, r.order.triggerPrice); },
      [](const OrderRow& r) { return QVariant(r.order.triggerPrice ? r.order.triggerPrice->toDouble() : 0); }));
  add(numberColumn<OrderRow>(
      QStringLiteral("distance"), OrdersPanel::tr("Dist. bps"), 72,
      [](const OrderRow& r) { return r.distanceBps ? statText(*r.distanceBps, 1, Sign::Always) : notAvailable(); },
      [](const OrderRow& r) { return QVariant(r.distanceBps.value_or(0)); }));
  add(textColumn<OrderRow>(QStringLiteral("type"), OrdersPanel::tr("Type"), 68,
                           [](const OrderRow& r) { return typeWord(r.order.type); }));
  add(numberColumn<OrderRow>(
      QStringLiteral("age"), OrdersPanel::tr("Age"), 72,
      [](const OrderRow& r) { return ageText(r.now - r.order.createdAt); },
      [](const OrderRow& r) { return QVariant(static_cast<qlonglong>((r.now - r.order.createdAt).ns)); }));
  add(textColumn<OrderRow>(QStringLiteral("tif"), OrdersPanel::tr("TIF"), 44,
                           [](const OrderRow& r) { return textOf(toString(r.order.tif)); }));
  add(textColumn<OrderRow>(QStringLiteral("flags"), OrdersPanel::tr("Flags"), 52,
                           [](const OrderRow& r) { return orderFlags(r.order); }));
  auto owner = textColumn<OrderRow>(QStringLiteral("owner"), OrdersPanel::tr("Owner"), 84,
                                    [](const OrderRow& r) { return ownerWord(r.order.owner); });
  owner.tone = [](const OrderRow& r) { return ownerTone(r.order.owner); };
  add(owner);
  add(textColumn<OrderRow>(QStringLiteral("strategy"), OrdersPanel::tr("Strategy"), 124,
                           [](const OrderRow& r) { return textOf(r.order.strategy); }));
  add(textColumn<OrderRow>(QStringLiteral("reason"), OrdersPanel::tr("Reason"), 200,
                           [](const OrderRow& r) { return textOf(r.order.reason); }));
  add(textColumn<OrderRow>(QStringLiteral("time"), OrdersPanel::tr("Time UTC"), 96,
                           [](const OrderRow& r) { return timeText(r.order.createdAt, TimeDigits::Millis); }));
  add(textColumn<OrderRow>(QStringLiteral("venue_id"), OrdersPanel::tr("Venue id"), 84,
                           [](const OrderRow& r) { return textOf(r.order.venueOrderId); }));
  add(textColumn<OrderRow>(QStringLiteral("client_id"), OrdersPanel::tr("Client id"), 270,
                           [](const OrderRow& r) { return textOf(toString(r.order.clientId)); }));
  return columns;
}

}  // namespace

OrdersPanel::OrdersPanel(PanelContext& context) : Panel(context, {Part::Orders, Part::Market, Part::Fills}) {
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  m_tabs = new QTabWidget(this);
  m_tabs->setObjectName(QStringLiteral("tabOrders"));
  m_tabs->setAccessibleName(tr("Orders by kind"));
  m_tabs->setDocumentMode(true);
  box->addWidget(m_tabs);
  m_working = addTab(QStringLiteral("tblWorking"), tr("Working"), tr("No working orders."), true);
  m_triggers = addTab(QStringLiteral("tblTriggers"), tr("Triggers"), tr("No stops or targets are resting."), true);
  m_history = addTab(QStringLiteral("tblHistory"), tr("History"), tr("No order has finished in this session."), false);
  m_rejected = addTab(QStringLiteral("tblRejected"), tr("Rejected"), tr("The venue has rejected nothing."), false);
  m_fillModel = new TableModel<ShownFill>(fillColumns(), keyOfFill, this);
  m_fillTable = new DataTable(QStringLiteral("tblFills"), tr("Fills"), m_fillModel, m_tabs);
  m_fillTable->emptyState()->setContent(tr("Nothing has been filled in this session."), QString());
  keepFitted(*m_fillTable, *m_fillModel);
  m_tabs->addTab(m_fillTable, tr("Fills"));
  connect(m_tabs, &QTabWidget::currentChanged, this, [this] { refresh(); });
}

void OrdersPanel::showFills(Revision revision) {
  if (m_fillTable->isPaused()) return;
  std::vector<ShownFill> rows;
  QSet<QString> seen;
  const auto& fills = data().fills();
  for (auto fill = fills.rbegin(); fill != fills.rend(); ++fill) {
    ShownFill row{*fill, &data().instruments().get(fill->fill.instrument)};
    if (seen.contains(keyOfFill(row))) continue;
    seen.insert(keyOfFill(row));
    rows.push_back(std::move(row));
  }
  const bool none = rows.empty();
  m_fillModel->setRows(std::move(rows));
  m_fillTable->setState(plainState(none), revision);
}

OrdersPanel::Tab OrdersPanel::addTab(const QString& objectName, const QString& title, const QString& empty,
                                     bool working) {
  Tab tab{};
  tab.model = new TableModel<OrderRow>(
      orderColumns(), [](const OrderRow& r) { return textOf(toString(r.order.clientId)); }, this);
  tab.model->setPinned([](const OrderRow& r) { return r.order.state == OrderState::Unknown; });
  tab.table = new DataTable(objectName, title, tab.model, m_tabs);
  tab.table->emptyState()->setContent(empty, QString());
  keepFitted(*tab.table, *tab.model);
  if (working) {
    const auto action = [this, &tab](const QString& text, auto run) {
      auto* made = new QAction(text, this);
      connect(made, &QAction::triggered, this, run);
      return made;
    };
    DataTable* table = tab.table;
    table->setExtraActions({action(tr("Cancel"), [this, table] { cancelKeys(table->selectedKeys()); }),
                            action(tr("Cancel all of this symbol"),
                                   [this, table, model = tab.model] {
                                     if (const auto* row = model->find(table->currentKey()))
                                       this->context().commands.cancelInstrument(row->order.instrument);
                                   }),
                            action(tr("Cancel all in this view"), [this] { cancelShown(); }),
                            action(tr("Show on ladder and chart"), [this, table, model = tab.model] {
                              if (const auto* row = model->find(table->currentKey()))
                                this->context().link.choose(row->order.instrument);
                            })});
    connect(table, &DataTable::deleteRequested, this, &OrdersPanel::cancelKeys);
  }
  m_tabs->addTab(tab.table, title);
  return tab;
}

void OrdersPanel::cancelKeys(const QStringList& keys) {
  for (const auto& key : keys) {
    if (auto id = uuidFromString(key.toStdString())) context().commands.cancelOrder(*id);
  }
}

void OrdersPanel::cancelShown() {
  const TableModel<OrderRow>* model = m_tabs->currentWidget() == m_triggers.table ? m_triggers.model : m_working.model;
  for (const auto& row : model->rows()) context().commands.cancelOrder(row.order.clientId);
}

OrderRow OrdersPanel::rowOf(const Order& order) const {
  OrderRow row{order, &data().instruments().get(order.instrument), data().now(), std::nullopt};
  const auto& view = data().market(order.instrument);
  const auto& price = order.triggerPrice ? order.triggerPrice : order.limitPrice;
  if (price && view.bbo && !isTerminal(order.state)) {
    const Level& level = order.side == Side::Buy ? view.bbo->bid : view.bbo->ask;
    const double touch = row.instrument->price(level.price).toDouble();
    if (touch > 0) row.distanceBps = (price->toDouble() - touch) / touch * 1e4;
  }
  return row;
}

void OrdersPanel::update(Revision revision) {
  std::vector<OrderRow> working, triggers, history, rejected;
  for (const auto& order : data().workingOrders()) (order.triggerPrice ? triggers : working).push_back(rowOf(order));
  const auto& done = data().orderHistory();
  const bool past = m_tabs->currentIndex() >= 2;
  for (auto order = done.rbegin(); past && order != done.rend(); ++order) {
    if (order->state == OrderState::Rejected) rejected.push_back(rowOf(*order));
    history.push_back(rowOf(*order));
  }
  std::stable_partition(working.begin(), working.end(),
                        [](const OrderRow& r) { return r.order.state == OrderState::Unknown; });
  const int rows = static_cast<int>(working.size() + triggers.size());
  m_tabs->setTabText(0, tr("Working %1").arg(working.size()));
  m_tabs->setTabText(1, tr("Triggers %1").arg(triggers.size()));
  const auto fill = [this, revision](const Tab& tab, std::vector<OrderRow> list) {
    if (tab.table->isPaused()) return;
    const bool none = list.empty();
    tab.model->setRows(std::move(list));
    tab.table->setState(plainState(none), revision);
  };
  fill(m_working, std::move(working));
  fill(m_triggers, std::move(triggers));
  if (past) {
    fill(m_history, std::move(history));
    fill(m_rejected, std::move(rejected));
  }
  if (m_tabs->currentWidget() == m_fillTable) showFills(revision);
  setHooks(plainState(rows == 0), revision, rows);
}

}  // namespace bw::ui
