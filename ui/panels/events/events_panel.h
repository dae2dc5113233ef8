// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "ui/models/table_model.h"
#include "ui/panels/common/panel.h"

class QPushButton;
class QTabWidget;

namespace bw::ui {

class DataTable;

/// Alarms, one for each cause, with the action they want; and what happened, newest on top. Thread: GUI.
class EventsPanel final : public Panel {
  Q_OBJECT
 public:
  explicit EventsPanel(PanelContext& context);
  /// Brings the alarms to the front.
  void showAlarms();

 protected:
  void update(Revision revision) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QWidget* buildAlarms();
  QWidget* buildEvents();
  void acknowledgeSelected();
  void acknowledgeAll();
  void updateAlarms(Revision revision);
  QTabWidget* m_tabs;
  TableModel<AlarmUpdate>* m_alarmModel = nullptr;
  DataTable* m_alarms = nullptr;
  TableModel<EventRow>* m_model = nullptr;
  DataTable* m_table = nullptr;
  std::array<QPushButton*, 4> m_chips{};
};

}  // namespace bw::ui
