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
struct GaugeData;

/// Limits as gauges, circuit breakers and the audit's invariants. Thread: GUI.
class RiskPanel final : public Panel {
  Q_OBJECT
 public:
  explicit RiskPanel(PanelContext& context);
  GaugeList* gauges() const { return m_gauges; }
  /// The gauge of a limit, with what `checks` say the order in the ticket would do to it.
  static GaugeData gaugeOf(const LimitGauge& limit, const std::deque<float>& trend,
                           const std::vector<CheckResult>& checks);

 protected:
  void update(Revision revision) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  QWidget* buildHead();
  void buildTables();
  void showHeader(const RiskStatus& risk, int near, int breached);
  void showPending(const std::vector<CheckResult>& checks);
  void showBreakers(const RiskStatus& risk, Revision revision);
  void showBreaches(Revision revision);
  std::vector<CheckResult> pendingChecks();
  ElidedLabel* m_header;
  ElidedLabel* m_pending;
  GaugeList* m_gauges;
  EmptyState* m_empty;
  QLabel* m_counts;
  TableModel<RiskStatus::Breaker>* m_model;
  DataTable* m_breakers;
  TableModel<BreachRow>* m_breachModel;
  DataTable* m_breaches;
  ChecksRow* m_invariants;
};

}  // namespace bw::ui
