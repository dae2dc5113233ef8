// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/chart/chart_series.h"
#include "ui/panels/common/panel.h"

class QButtonGroup;
class QHBoxLayout;
class QLabel;

namespace bw::ui {

/// Candles of the linked instrument with EMAs, our fills, orders and position. Thread: GUI.
class ChartPanel final : public Panel {
  Q_OBJECT
 public:
  explicit ChartPanel(PanelContext& context);
  CandleChart* chart() const { return m_chart; }
  Duration interval() const { return m_interval; }

 protected:
  void update(Revision revision) override;

 private:
  void addInterval(Duration interval);
  void addOverlays(ChartState& state) const;
  CandleChart* m_chart;
  QButtonGroup* m_intervals;
  QHBoxLayout* m_buttons;
  QLabel* m_symbol;
  Duration m_interval = Duration::seconds(5);
  ChartSeries m_series;
};

}  // namespace bw::ui
