// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "ui/widgets/view_state.h"

namespace bw::ui {

/// The total score −130…+130 on a diverging bar.
struct ScoreState {
  ViewState view = ViewState::Empty;
  std::uint64_t revision = 0;
  double score = 0;       ///< NaN = none yet
  double threshold = 60;  ///< entry at +threshold and −threshold; 0 = none
  QString verdict;        ///< "Strong buy"
  QString detail;         ///< "confidence 72 % · alignment FULL 3 of 3 · TRENDING UP · 2.1 s"
  QString block;          ///< what blocks entry now; empty = "no block"
};

class ScoreBar : public PaintedWidget {
  Q_OBJECT
 public:
  explicit ScoreBar(QWidget* parent = nullptr);
  void setState(const ScoreState& state);
  const ScoreState& state() const { return m_state; }
  QRect barRect() const;
  QSize sizeHint() const override { return {320, 84}; }
  QSize minimumSizeHint() const override { return {200, 84}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  ScoreState m_state;
};

/// A small line of values, oldest first; optional zero line and a dot at the newest.
class Sparkline : public PaintedWidget {
  Q_OBJECT
 public:
  explicit Sparkline(const QString& objectName, QWidget* parent = nullptr);
  /// NaN = a gap. `zeroLine` draws the zero and colours the end by its sign.
  void setValues(std::vector<float> values, bool zeroLine, const QString& summary);
  QSize sizeHint() const override { return {120, 28}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  std::vector<float> m_values;
  bool m_zero = false;
};

/// Paints a sparkline into any rectangle (gauges, tables).
void paintSparkline(QPainter& painter, const QRectF& rect, const std::vector<float>& values, const QColor& color);

}  // namespace bw::ui
