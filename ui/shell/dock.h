// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDockWidget>

#include "ui/panels/common/panel_list.h"

namespace bw::ui {

class EstopPlate;
class StopFilter;

/// One dock: its panel, and while it floats a mini plate at the top right. Thread: GUI.
class Dock : public QDockWidget {
  Q_OBJECT
 public:
  Dock(const PanelSpec& spec, PanelContext& context, StopFilter& stop, QWidget* parent);
  Panel& panel() const { return *m_panel; }
  const PanelSpec& spec() const { return m_spec; }
  EstopPlate& miniPlate() const { return *m_plate; }
  /// Can it be seen: not closed, not behind another tab, not minimised.
  bool onTop() const { return m_onTop && isVisible() && !window()->isMinimized(); }
  /// Mode first, so that task bars and screen readers give it first; only while it floats.
  void showTitle(const QString& prefix, const QString& symbol);

 private:
  const PanelSpec& m_spec;
  Panel* m_panel;
  EstopPlate* m_plate;
  QWidget* m_plateRow;
  bool m_onTop = false;
};

}  // namespace bw::ui
