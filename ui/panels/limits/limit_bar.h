// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/gauges.h"

namespace bw::ui {

/// How much of a limit is used, beside its field: a bar with the limit at its right end, what the ticket's order would
/// add, and where the end would be with the value being typed. Thread: GUI.
class LimitBar final : public PaintedWidget {
  Q_OBJECT
 public:
  LimitBar(const QString& objectName, const QString& accessibleName, QWidget* parent);
  /// Null: nothing measures this limit now.
  void setGauge(const GaugeData* gauge);
  /// The typed limit as a share of the one in force; < 0: none.
  void setDraft(double share);
  /// "used 58.2 of 60 · 97 %".
  QString text() const { return m_text; }
  double draft() const { return m_draft; }
  QSize sizeHint() const override { return {200, 34}; }
  QSize minimumSizeHint() const override { return {120, 34}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void describe();
  GaugeData m_gauge;
  bool m_known = false;
  double m_draft = -1;
  QString m_text;
};

}  // namespace bw::ui
