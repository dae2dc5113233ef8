// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/table_model.h"
#include "ui/panels/common/panel.h"

class QLabel;
class QPushButton;

namespace bw::ui {

class DataTable;
class ElidedLabel;
class EmptyState;
class GaugeList;
class ChecksRow;

/// Limits as gauges, circuit breakers and the audit's invariants. Thread: GUI.
class RiskPanel final : public Panel {
  Q_OBJECT
 public:
  explicit RiskPanel(PanelContext& context);
  GaugeList* gauges() const { return m_gauges; }

 protected:
  void update(Revision revision) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void showHeader(const RiskStatus& risk, int near, int breached);
  ElidedLabel* m_header;
  GaugeList* m_gauges;
  EmptyState* m_empty;
  QLabel* m_counts;
  TableModel<RiskStatus::Breaker>* m_model;
  DataTable* m_breakers;
  ChecksRow* m_invariants;
};

}  // namespace bw::ui
