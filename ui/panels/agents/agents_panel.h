// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/table_model.h"
#include "ui/panels/common/panel.h"

class QTabWidget;

namespace bw::ui {

class DataTable;
class StepList;
struct StepItem;

/// A line of SPEC 13's table with what was measured.
struct TargetRow {
  QString id;
  QString metric;
  QString target;
  QString critical;
  QString measured;
  int verdict = -1;  ///< -1 not measured, 0 within target, 1 beyond it, 2 beyond critical
};

/// The agents, the start-up sequence and the targets. Thread: GUI.
class AgentsPanel final : public Panel {
  Q_OBJECT
 public:
  explicit AgentsPanel(PanelContext& context);
  QTabWidget* tabs() const { return m_tabs; }
  /// Brings the start-up sequence to the front.
  void showStartup();

 protected:
  void update(Revision revision) override;

 private:
  std::vector<TargetRow> measuredTargets() const;
  std::vector<TargetRow> targets() const;
  QTabWidget* m_tabs;
  TableModel<AgentHealth>* m_model;
  DataTable* m_table;
  StepList* m_steps;
  TableModel<TargetRow>* m_targetModel;
  DataTable* m_targets;
};

/// A start-up step as the list shows it.
StepItem stepItemFrom(const StartupStep& step);

}  // namespace bw::ui
