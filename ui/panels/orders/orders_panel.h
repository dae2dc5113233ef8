// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/table_model.h"
#include "ui/panels/common/panel.h"
#include "ui/panels/orders/fill_columns.h"

class QTabWidget;

namespace bw::ui {

class DataTable;

/// An order as the tables show it.
struct OrderRow {
  Order order;
  const Instrument* instrument = nullptr;
  Timestamp now;
  std::optional<double> distanceBps;  ///< of its price from the touch of its side
};

/// Working orders, triggers, today's history, rejects and fills. Thread: GUI.
class OrdersPanel final : public Panel {
  Q_OBJECT
 public:
  explicit OrdersPanel(PanelContext& context);
  /// Cancels everything that the shown tab lists.
  void cancelShown();

 protected:
  void update(Revision revision) override;

 private:
  struct Tab {
    TableModel<OrderRow>* model;
    DataTable* table;
  };
  Tab addTab(const QString& objectName, const QString& title, const QString& empty, bool working);
  OrderRow rowOf(const Order& order) const;
  void cancelKeys(const QStringList& keys);
  void showFills(Revision revision);

  QTabWidget* m_tabs;
  Tab m_working, m_triggers, m_history, m_rejected;
  TableModel<ShownFill>* m_fillModel;
  DataTable* m_fillTable;
};

}  // namespace bw::ui
