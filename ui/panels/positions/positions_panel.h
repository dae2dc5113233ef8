// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/table_model.h"
#include "ui/panels/common/panel.h"

class QPushButton;

namespace bw::ui {

class DataTable;

struct PositionRow {
  PositionUpdate update;
  const Instrument* instrument = nullptr;
  Timestamp now;
  std::string difference;  ///< to the venue, in words; empty: none that is not settled
};

/// What is held, what it is worth and whether it is protected. Thread: GUI.
class PositionsPanel final : public Panel {
  Q_OBJECT
 public:
  explicit PositionsPanel(PanelContext& context);

 protected:
  void update(Revision revision) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void close(Ratio share);
  QString footer(const std::vector<PositionRow>& rows) const;
  TableModel<PositionRow>* m_model;
  DataTable* m_table;
  InstrumentId m_closed;  ///< what a press closed last
  std::optional<MonoTime> m_closedAt;
  QPushButton* m_closeWhole = nullptr;
  QPushButton* m_closeHalf = nullptr;
};

}  // namespace bw::ui
