// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>

#include "core/base/clock.h"
#include "ui/panels/common/panel.h"

class QStatusBar;

namespace bw::ui {

class StatusCell;

/// The status bar's cells: figures that were measured, nothing else; each opens the dock that explains it.
/// Thread: GUI.
class StatusFigures : public QObject {
  Q_OBJECT
 public:
  /// `clock` is the machine's clock; all outlive this.
  StatusFigures(PanelContext& context, QStatusBar& bar, const Clock& clock);
  void refresh();

 private:
  void add(QStatusBar& bar, const char* objectName, const QString& caption, const char* dock, const QString& widest);
  void put(const char* objectName, const QString& value);
  void measureProcess();
  PanelContext& m_context;
  const Clock& m_clock;
  QHash<QString, StatusCell*> m_cells;
  double m_cpuBefore = -1;
  MonoTime m_monoBefore;
  double m_memoryMb = 0;
  double m_cpuPercent = -1;
  int m_beats = 0;
};

}  // namespace bw::ui
