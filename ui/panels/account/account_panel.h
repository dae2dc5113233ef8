// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>

#include "ui/panels/common/panel.h"

class QGridLayout;
class QLabel;
class QStackedLayout;

namespace bw::ui {

class GaugeRow;

/// Equity and what it is made of. Thread: GUI.
class AccountPanel final : public Panel {
  Q_OBJECT
 public:
  explicit AccountPanel(PanelContext& context);

 protected:
  void update(Revision revision) override;

 private:
  void addRow(const char* id, const QString& caption);
  void put(const char* id, const QString& text, int sign = 0);
  QStackedLayout* m_pages;
  QGridLayout* m_grid;
  QLabel* m_equity;
  QLabel* m_day;
  GaugeRow* m_margin;
  QHash<QString, QLabel*> m_values;
};

}  // namespace bw::ui
