// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDockWidget>

#include "ui/panels/common/panel_list.h"

class QToolButton;

namespace bw::ui {

class EstopPlate;
class StopFilter;

/// One dock: its panel, and while it floats a mini plate at the top right. Both are made when they are first needed:
/// a window opens faster without the docks that nobody looks at. Thread: GUI.
class Dock : public QDockWidget {
  Q_OBJECT
 public:
  /// All outlive it; of `context` everything but the link is the panel's too.
  Dock(const PanelSpec& spec, const PanelContext& context, LinkHub& hub, StopFilter& stop, QWidget* parent);
  /// Makes the panel if it is not there yet.
  Panel& panel();
  bool hasPanel() const { return m_panel != nullptr; }
  const PanelSpec& spec() const { return m_spec; }
  /// Makes the plate if it is not there yet.
  EstopPlate& miniPlate();
  /// The instrument it shows and the group it shares it with.
  LinkGroup& link() { return m_link; }
  /// The chip in the title that names the group; null: this dock shows no instrument of its own.
  QToolButton* linkChip() const { return m_chip; }
  /// Can it be seen: not closed, not behind another tab, not minimised.
  bool onTop() const { return m_onTop && isVisible() && !window()->isMinimized(); }
  /// Says in the title how many things there wait for a person.
  void showBadge();
  /// Mode first, so that task bars and screen readers give it first; only while it floats.
  void showTitle(const QString& prefix, const QString& symbol);

 Q_SIGNALS:
  /// The panel has been made; once.
  void panelMade();

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void buildChip();
  void placeChip();
  const PanelSpec& m_spec;
  LinkGroup m_link;
  PanelContext m_context;
  StopFilter& m_stop;
  QWidget* m_content;
  Panel* m_panel = nullptr;
  QToolButton* m_chip = nullptr;
  EstopPlate* m_plate = nullptr;
  QWidget* m_plateRow = nullptr;
  QString m_prefix;
  QString m_symbol;
  int m_waiting = 0;
  bool m_onTop = false;
};

}  // namespace bw::ui
