// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDockWidget>

#include "ui/panels/common/panel_list.h"

namespace bw::ui {

class EstopPlate;
class StopFilter;

/// One dock: its panel, and while it floats a mini plate at the top right. Both are made when they are first needed:
/// a window opens faster without the docks that nobody looks at. Thread: GUI.
class Dock : public QDockWidget {
  Q_OBJECT
 public:
  Dock(const PanelSpec& spec, PanelContext& context, StopFilter& stop, QWidget* parent);
  /// Makes the panel if it is not there yet.
  Panel& panel();
  bool hasPanel() const { return m_panel != nullptr; }
  const PanelSpec& spec() const { return m_spec; }
  /// Makes the plate if it is not there yet.
  EstopPlate& miniPlate();
  /// Can it be seen: not closed, not behind another tab, not minimised.
  bool onTop() const { return m_onTop && isVisible() && !window()->isMinimized(); }
  /// Mode first, so that task bars and screen readers give it first; only while it floats.
  void showTitle(const QString& prefix, const QString& symbol);

 Q_SIGNALS:
  /// The panel has been made; once.
  void panelMade();

 private:
  const PanelSpec& m_spec;
  PanelContext& m_context;
  StopFilter& m_stop;
  QWidget* m_content;
  Panel* m_panel = nullptr;
  EstopPlate* m_plate = nullptr;
  QWidget* m_plateRow = nullptr;
  bool m_onTop = false;
};

}  // namespace bw::ui
