// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "ui/models/table_model.h"
#include "ui/panels/common/panel.h"

class QPushButton;

namespace bw::ui {

class DataTable;

/// What happened, newest on top; alarms name the action they want. Thread: GUI.
class EventsPanel final : public Panel {
  Q_OBJECT
 public:
  explicit EventsPanel(PanelContext& context);

 protected:
  void update(Revision revision) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void acknowledgeSelected();
  TableModel<EventRow>* m_model;
  DataTable* m_table;
  std::array<QPushButton*, 4> m_chips{};
};

}  // namespace bw::ui
