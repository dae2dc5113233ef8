// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/workspaces.h"

#include <QMainWindow>
#include <QSettings>

#include "ui/shell/dock.h"

namespace bw::ui {

namespace {

constexpr int kSmallWidth = 1600;
constexpr int kSmallHeight = 900;
constexpr int kChrome = 120;  ///< strip, status bar and title bars, px

}  // namespace

Workspaces::Workspaces(QMainWindow& window, const Docks& docks, QSettings& settings)
    : m_window(window), m_docks(docks), m_settings(settings) {}

QStringList Workspaces::names() {
  return {QStringLiteral("Monitor"), QStringLiteral("Trade"), QStringLiteral("Risk")};
}

int Workspaces::keyNumber(const QString& name) {
  // 3 and 5 belong to Research and Operations.
  return name == QStringLiteral("Monitor") ? 1 : name == QStringLiteral("Trade") ? 2 : 4;
}

QString Workspaces::keyOf(const QString& name) const {
  return QStringLiteral("layout/v%1/%2").arg(kSchema).arg(name);
}

void Workspaces::forgetAll(QSettings& settings) {
  settings.remove(QStringLiteral("layout"));
}

void Workspaces::save() {
  if (m_current.isEmpty()) return;
  m_settings.setValue(keyOf(m_current), m_window.saveState(kSchema));
  QStringList front;
  for (const Dock* each : m_docks) {
    if (each->onTop()) front << each->objectName();
  }
  if (front.isEmpty()) return;  // never shown: what was seen last stays known
  front.sort();
  m_settings.setValue(frontKeyOf(m_current), front);
}

QStringList Workspaces::front(const QString& name) const {
  const QStringList saved = m_settings.value(frontKeyOf(name)).toStringList();
  if (!saved.isEmpty()) return saved;
  if (name == QStringLiteral("Trade"))
    return {QStringLiteral("dkWatchlist"), QStringLiteral("dkAccount"), QStringLiteral("dkChart"),
            QStringLiteral("dkLadder"),    QStringLiteral("dkTicket"),  QStringLiteral("dkPositions")};
  if (name == QStringLiteral("Risk"))
    return {QStringLiteral("dkAccount"), QStringLiteral("dkRisk"), QStringLiteral("dkEstop"),
            QStringLiteral("dkPositions")};
  return {QStringLiteral("dkWatchlist"), QStringLiteral("dkRisk"),  QStringLiteral("dkChart"),
          QStringLiteral("dkLadder"),    QStringLiteral("dkTape"),  QStringLiteral("dkSignals"),
          QStringLiteral("dkPositions"), QStringLiteral("dkAgents")};
}

void Workspaces::show(const QString& name) {
  if (!names().contains(name) || name == m_current) return;
  save();
  m_current = name;
  const QByteArray state = m_settings.value(keyOf(name)).toByteArray();
  if (state.isEmpty() || !restore(state)) arrange();
}

void Workspaces::reset() {
  m_settings.remove(keyOf(m_current));
  m_settings.remove(frontKeyOf(m_current));
  arrange();
}

bool Workspaces::restore(const QByteArray& state) {
  arrange();  // docks unknown to the saved state keep a place
  return m_window.restoreState(state, kSchema);
}

void Workspaces::arrange() {
  m_window.setUpdatesEnabled(false);
  for (Dock* dock : m_docks) {
    if (dock->isFloating()) dock->setFloating(false);
    m_window.removeDockWidget(dock);
  }
  if (m_current == QStringLiteral("Trade")) {
    arrangeTrade();
  } else if (m_current == QStringLiteral("Risk")) {
    arrangeRisk();
  } else {
    arrangeMonitor();
  }
  m_window.setUpdatesEnabled(true);
}

void Workspaces::arrangeMonitor() {
  Dock* watchlist = dock("dkWatchlist");
  Dock* ladder = dock("dkLadder");
  Dock* positions = dock("dkPositions");
  Dock* chart = dock("dkChart");
  Dock* risk = dock("dkRisk");
  Dock* tape = dock("dkTape");
  Dock* signals = dock("dkSignals");
  Dock* agents = dock("dkAgents");
  const bool small = m_window.width() < kSmallWidth || m_window.height() < kSmallHeight;
  m_window.addDockWidget(Qt::LeftDockWidgetArea, watchlist);
  m_window.splitDockWidget(watchlist, ladder, Qt::Horizontal);
  m_window.splitDockWidget(watchlist, positions, Qt::Vertical);
  m_window.splitDockWidget(watchlist, chart, Qt::Horizontal);
  m_window.splitDockWidget(watchlist, risk, Qt::Vertical);
  if (small) {
    m_window.splitDockWidget(ladder, tape, Qt::Vertical);
    m_window.tabifyDockWidget(tape, signals);
  } else {
    // The book has the whole height; the prints and the score stand beside it.
    m_window.splitDockWidget(ladder, tape, Qt::Horizontal);
    m_window.splitDockWidget(tape, signals, Qt::Vertical);
  }
  m_window.splitDockWidget(positions, agents, Qt::Horizontal);
  m_window.tabifyDockWidget(positions, dock("dkOrders"));
  m_window.tabifyDockWidget(dock("dkOrders"), dock("dkEvents"));
  for (Dock* shown :
       {watchlist, ladder, positions, chart, risk, tape, signals, agents, dock("dkOrders"), dock("dkEvents")})
    shown->show();
  const int width = m_window.width();
  const int height = m_window.height() - kChrome;
  const int book = small ? width * 27 / 100 : 460;
  const int prints = small ? 0 : 330;
  const int left = small ? width * 23 / 100 : 340;
  const int centre = width - book - prints;
  if (small) {
    m_window.resizeDocks({positions, ladder}, {centre, book}, Qt::Horizontal);
    m_window.resizeDocks({watchlist, chart, ladder}, {left, centre - left, book}, Qt::Horizontal);
    m_window.resizeDocks({ladder, tape}, {height * 68 / 100, height * 32 / 100}, Qt::Vertical);
  } else {
    m_window.resizeDocks({positions, ladder, tape}, {centre, book, prints}, Qt::Horizontal);
    m_window.resizeDocks({watchlist, chart, ladder, tape}, {left, centre - left, book, prints}, Qt::Horizontal);
    m_window.resizeDocks({tape, signals}, {height * 55 / 100, height * 45 / 100}, Qt::Vertical);
  }
  m_window.resizeDocks({positions, agents}, {centre * 62 / 100, centre * 38 / 100}, Qt::Horizontal);
  m_window.resizeDocks({chart, positions}, {height * 74 / 100, height * 26 / 100}, Qt::Vertical);
  m_window.resizeDocks({watchlist, risk, positions}, {height * 27 / 100, height * 47 / 100, height * 26 / 100},
                       Qt::Vertical);
  positions->raise();
  tape->raise();
}

void Workspaces::arrangeTrade() {
  Dock* watchlist = dock("dkWatchlist");
  Dock* ladder = dock("dkLadder");
  Dock* positions = dock("dkPositions");
  Dock* chart = dock("dkChart");
  Dock* account = dock("dkAccount");
  Dock* tape = dock("dkTape");
  Dock* ticket = dock("dkTicket");
  const bool small = m_window.width() < kSmallWidth || m_window.height() < kSmallHeight;
  m_window.addDockWidget(Qt::LeftDockWidgetArea, watchlist);
  m_window.splitDockWidget(watchlist, ladder, Qt::Horizontal);
  m_window.splitDockWidget(watchlist, positions, Qt::Vertical);
  m_window.splitDockWidget(watchlist, chart, Qt::Horizontal);
  m_window.splitDockWidget(watchlist, account, Qt::Vertical);
  m_window.splitDockWidget(ladder, ticket, Qt::Horizontal);
  if (small) {
    m_window.tabifyDockWidget(ladder, tape);
  } else {
    m_window.splitDockWidget(ticket, tape, Qt::Vertical);
  }
  m_window.tabifyDockWidget(positions, dock("dkOrders"));
  m_window.tabifyDockWidget(dock("dkOrders"), dock("dkEvents"));
  for (Dock* shown : {watchlist, ladder, positions, chart, account, tape, ticket, dock("dkOrders"), dock("dkEvents")})
    shown->show();
  const int width = m_window.width();
  const int height = m_window.height() - kChrome;
  const int book = small ? width * 23 / 100 : 440;
  const int form = small ? width * 23 / 100 : 380;
  const int left = small ? width * 20 / 100 : 400;
  const int centre = width - book - form - left;
  m_window.resizeDocks({watchlist, chart, ladder, ticket}, {left, centre, book, form}, Qt::Horizontal);
  m_window.resizeDocks({positions, ladder, ticket}, {left + centre, book, form}, Qt::Horizontal);
  m_window.resizeDocks({chart, positions}, {height * 74 / 100, height * 26 / 100}, Qt::Vertical);
  m_window.resizeDocks({watchlist, account, positions}, {height * 37 / 100, height * 37 / 100, height * 26 / 100},
                       Qt::Vertical);
  if (!small) m_window.resizeDocks({ticket, tape}, {height * 66 / 100, height * 34 / 100}, Qt::Vertical);
  ladder->raise();
  positions->raise();
}

void Workspaces::arrangeRisk() {
  Dock* account = dock("dkAccount");
  Dock* risk = dock("dkRisk");
  Dock* limits = dock("dkLimits");
  Dock* stop = dock("dkEstop");
  Dock* positions = dock("dkPositions");
  m_window.addDockWidget(Qt::LeftDockWidgetArea, account);
  m_window.splitDockWidget(account, positions, Qt::Vertical);
  m_window.splitDockWidget(account, risk, Qt::Horizontal);
  m_window.splitDockWidget(risk, stop, Qt::Horizontal);
  m_window.tabifyDockWidget(risk, limits);
  m_window.tabifyDockWidget(positions, dock("dkOrders"));
  m_window.tabifyDockWidget(dock("dkOrders"), dock("dkEvents"));
  m_window.tabifyDockWidget(dock("dkEvents"), dock("dkInbox"));
  for (Dock* shown : {account, risk, limits, stop, positions, dock("dkOrders"), dock("dkEvents"), dock("dkInbox")})
    shown->show();
  const int width = m_window.width();
  const int height = m_window.height() - kChrome;
  const int left = width * 20 / 100;
  const int right = width * 36 / 100;
  m_window.resizeDocks({account, risk, stop}, {left, width - left - right, right}, Qt::Horizontal);
  m_window.resizeDocks({account, positions}, {height * 76 / 100, height * 24 / 100}, Qt::Vertical);
  risk->raise();
  positions->raise();
}

}  // namespace bw::ui
