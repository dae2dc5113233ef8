// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QWidget>

#include "ui/panels/common/panel.h"

class QHBoxLayout;
class QLabel;
class QMenuBar;
class QPushButton;
class QTabBar;
class QComboBox;

namespace bw::ui {

class EstopPlate;
class ModeBadge;
class StopFilter;
class VenueDot;

/// The strip above the docks: menus, workspaces, mode, session, venues, equity, clock, alarms, and the plate at the far
/// right. It is the window's menu widget, so nothing can hide it. Too narrow: clock, captions, venue texts go first;
/// badge and plate never. Thread: GUI.
class TopStrip : public QWidget {
  Q_OBJECT
 public:
  TopStrip(PanelContext& context, StopFilter& stop, QWidget* parent);
  QMenuBar& menuBar() const { return *m_menus; }
  QTabBar& workspaces() const { return *m_tabs; }
  EstopPlate& plate() const { return *m_plate; }
  QPushButton& sessionButton() const { return *m_session; }
  QPushButton& alarmButton() const { return *m_alarms; }
  /// Brings the texts in line with the data.
  void refresh();
  /// The plate alone: each frame while a stop is under way.
  void refreshPlate();
  /// The first-run card inside the strip; dismissed() when the person has read it.
  void showCard();
  /// A sentence that stays until a person has closed it.
  void showNotice(const QString& sentence);

 Q_SIGNALS:
  void dismissed();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void buildReplay(QHBoxLayout& row);
  void buildCard();
  void buildNotice();
  void showSpeed(double speed);
  void refreshVenues();
  void refreshAccount();
  void fit();
  PanelContext& m_context;
  QMenuBar* m_menus;
  QTabBar* m_tabs;
  ModeBadge* m_mode;
  QPushButton* m_session;
  QHash<QString, VenueDot*> m_venues;
  QHBoxLayout* m_venueRow;
  QWidget* m_replay;
  QPushButton* m_marketPause = nullptr;
  QComboBox* m_speed = nullptr;
  QLabel* m_equityCaption;
  QLabel* m_equity;
  QLabel* m_dayCaption;
  QLabel* m_day;
  QLabel* m_clock;
  QPushButton* m_alarms;
  EstopPlate* m_plate;
  QWidget* m_card;
  QWidget* m_notice = nullptr;
  QLabel* m_noticeText = nullptr;
  Revision m_shownStop = ~0ULL;
  qsizetype m_shownPlates = 0;  ///< a plate made since then has yet to hear of the state
  bool m_latched = false;
};

}  // namespace bw::ui
