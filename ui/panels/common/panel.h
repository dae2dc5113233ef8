// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <functional>
#include <initializer_list>
#include <vector>

#include "core/base/clock.h"
#include "ui/bridge/ui_commands.h"
#include "ui/bridge/ui_data.h"
#include "ui/panels/common/link_group.h"
#include "ui/widgets/view_state.h"

namespace bw::ui {

/// What every panel is given. All outlive the panel.
struct PanelContext {
  UiData& data;
  UiCommands& commands;
  LinkGroup& link;
  /// Brings another dock to the front by its object name.
  std::function<void(const QString&)> showDock = [](const QString&) {};
  /// Real time that never goes back, for what a person is given time for.
  std::function<MonoTime()> mono = [] { return SystemClock().mono(); };
};

/// The content of one dock: reads UiData when its revision has grown, and only while it can be seen.
/// Thread: GUI.
class Panel : public QWidget {
  Q_OBJECT
 public:
  Panel(PanelContext& context, std::initializer_list<Part> parts);
  /// Called on a beat of its cadence while visible; does nothing if nothing it reads has changed.
  void tick();
  /// Reads anew whatever the revision says.
  void refresh();
  /// What the panel read last.
  Revision shownRevision() const { return m_shown; }
  /// What a person has set up in this view and wants to find again; empty: nothing. Tables keep their columns by
  /// themselves.
  virtual QString viewSettings() const { return {}; }
  /// What viewSettings() gave, maybe in an older version: what is not understood is left out.
  virtual void restoreView(const QString& settings) { Q_UNUSED(settings); }
  /// Something typed here has not been sent and belongs to the instrument on show.
  virtual bool holdsInput() const { return false; }

 Q_SIGNALS:
  /// viewSettings() has changed by a person's hand.
  void viewEdited();

 protected:
  /// Brings the view in line with the data and calls setHooks().
  virtual void update(Revision revision) = 0;
  void showEvent(QShowEvent* event) override;
  /// bwState, bwRevision and bwRows, on the panel and on its dock.
  void setHooks(ViewState state, Revision revision, int rows);
  /// The usual state of a view of one instrument's market.
  ViewState marketState(InstrumentId id) const;
  /// State of a view that does not depend on a stream.
  ViewState plainState(bool empty) const;
  /// The band's words for that market: empty while it is live; "REPLAY · …" in a replay.
  QString marketBand(InstrumentId id) const;
  const Instrument& linked() const { return m_context.data.instruments().get(m_context.link.instrument()); }
  UiData& data() { return m_context.data; }
  const UiData& data() const { return m_context.data; }
  PanelContext& context() { return m_context; }
  const PanelContext& context() const { return m_context; }

 private:
  Revision sum() const;
  PanelContext& m_context;
  std::vector<Part> m_parts;
  Revision m_shown = 0;
  bool m_never = true;
};

}  // namespace bw::ui
