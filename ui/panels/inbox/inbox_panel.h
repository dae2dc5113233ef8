// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/table_model.h"
#include "ui/panels/common/panel.h"

namespace bw::ui {

class DataTable;

/// Differences between a venue's account and ours, in words, with the answers a person can give (SPEC 16.7).
/// Thread: GUI.
class InboxPanel final : public Panel {
  Q_OBJECT
 public:
  explicit InboxPanel(PanelContext& context);

 protected:
  void update(Revision revision) override;

 private:
  TableModel<ReconciliationItem>* m_model;
  DataTable* m_table;
};

}  // namespace bw::ui
