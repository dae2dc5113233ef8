// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/table_model.h"
#include "ui/panels/common/panel.h"

namespace bw::ui {

class DataTable;

/// One instrument of the watchlist.
struct WatchRow {
  InstrumentId id;
  QString symbol;
  QString venue;
  QString last, bid, ask, volume, position, feed;
  double changePercent = 0;
  bool hasChange = false;
  double spreadBps = -1;  ///< < 0: none
  double score = 0;
  bool hasScore = false;
  int positionSign = 0;
  Freshness freshness = Freshness::Waiting;
  bool liveMarket = false;  ///< not a replay, not a simulation
};

/// Choose and scan instruments; the current row drives the linked docks. Thread: GUI.
class WatchlistPanel final : public Panel {
  Q_OBJECT
 public:
  explicit WatchlistPanel(PanelContext& context);

 protected:
  void update(Revision revision) override;

 private:
  WatchRow rowOf(const Instrument& instrument) const;
  TableModel<WatchRow>* m_model;
  DataTable* m_table;
};

}  // namespace bw::ui
