// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "ui/widgets/view_state.h"

namespace bw::ui {

enum class GaugeStatus : std::uint8_t { Ok, Near, Hot, Breach, Unknown };
/// "OK", "NEAR", "HOT", "BREACH", "n/a".
QString gaugeWord(GaugeStatus status);
/// "82 %" of 0.815; more than ten times the limit is "999 %".
QString gaugeShareText(double share);
/// OK below 75 %, NEAR from 75, HOT from 90, BREACH above 100. `fraction` = used / limit.
GaugeStatus gaugeStatusOf(double fraction);

/// One risk limit. Texts are ready; the fraction is for painting.
struct GaugeData {
  QString key;       ///< MAX_EXPOSURE
  QString name;      ///< "Exposure"
  QString scope;     ///< "Account"
  QString used;      ///< "212.4"
  QString limit;     ///< "300"
  QString unit;      ///< "%"
  QString headroom;  ///< "87.6"
  QString toolTip;
  double fraction = 0;    ///< used / limit, >= 0; NaN = not known
  double withOrder = -1;  ///< ghost segment: used / limit after the order in the ticket; < 0 = none
  bool minimum = false;   ///< the limit is a floor: fills the other way
  GaugeStatus status = GaugeStatus::Unknown;
  std::vector<float> trend;  ///< used / limit over the last hour, oldest first
  friend bool operator==(const GaugeData&, const GaugeData&) = default;
};

/// Gauge rows under each other, scrollable, one line each (two when narrow).
/// Thread: GUI.
class GaugeList : public PaintedWidget {
  Q_OBJECT
 public:
  explicit GaugeList(QWidget* parent = nullptr);
  void setState(ViewState view, std::uint64_t revision, std::vector<GaugeData> gauges);
  const std::vector<GaugeData>& gauges() const { return m_gauges; }
  QRect rowRect(int row) const;
  QRect barRect(int row) const;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {220, 60}; }

 Q_SIGNALS:
  void activated(const QString& key);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  int gaugeHeight() const;
  void paintGauge(QPainter& p, const QRect& rect, const GaugeData& gauge, bool current);
  std::vector<GaugeData> m_gauges;
  int m_scroll = 0;  ///< px
  int m_current = -1;
};

/// One gauge alone, for the ticket and the account dock.
class GaugeRow : public PaintedWidget {
  Q_OBJECT
 public:
  explicit GaugeRow(const QString& objectName, QWidget* parent = nullptr);
  void setGauge(const GaugeData& gauge);
  const GaugeData& gauge() const { return m_gauge; }
  QSize sizeHint() const override { return {320, 44}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  GaugeData m_gauge;
};

}  // namespace bw::ui
