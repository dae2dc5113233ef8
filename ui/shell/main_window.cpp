// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QFileInfo>
#include <QPushButton>
#include <QStatusBar>
#include <QTabBar>

#include <algorithm>
#include <utility>

#include "ui/format/format.h"
#include "ui/panels/agents/agents_panel.h"
#include "ui/panels/common/panel_text.h"
#include "ui/panels/events/events_panel.h"
#include "ui/panels/ladder/ladder_panel.h"
#include "ui/shell/dock.h"
#include "ui/shell/leave_panel.h"
#include "ui/shell/session_panel.h"
#include "ui/shell/status_figures.h"
#include "ui/shell/stop_filter.h"
#include "ui/shell/table_export.h"
#include "ui/shell/toast.h"
#include "ui/shell/top_strip.h"
#include "ui/widgets/accessible.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/estop_plate.h"

namespace bw::ui {

namespace {

constexpr int kAutosaveMs = 2000;
constexpr int kStripHz = 10;
constexpr int kFiguresHz = 2;
constexpr Duration kAliveEvery = Duration::millis(250);
constexpr Duration kFrozen = Duration::seconds(1);
constexpr auto kCardKey = "first_run/card_dismissed";

}  // namespace

MainWindow::MainWindow(UiData& replica, UiCommands& commands, EmergencyStopPort& stop, const Clock& clock,
                       Options options)
    : m_data(replica),
      m_commands(commands),
      m_port(stop),
      m_settings(options.settingsFile, QSettings::IniFormat),
      m_options(std::move(options)),
      m_link(m_hub),
      m_context{replica, commands, m_link, [this](const QString& name) { showDock(name, true); },
                [&clock] { return clock.mono(); }},
      m_stop(new StopFilter(stop, this)),
      m_clock(clock),
      m_frames(clock) {
  setObjectName(QStringLiteral("mwMain"));
  setDockNestingEnabled(true);
  setDockOptions(AllowNestedDocks | AllowTabbedDocks);
  setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
  m_strip = new TopStrip(m_context, *m_stop, this);
  setMenuWidget(m_strip);
  m_session = new SessionPanel(m_context, this);
  m_toast = new Toast(this);
  m_leave = new LeavePanel(m_context, clock, this);
  connect(m_leave, &LeavePanel::mayLeave, this, &MainWindow::leave);
  m_figures = new StatusFigures(m_context, *statusBar(), clock);
  statusBar()->setObjectName(QStringLiteral("sbMain"));
  statusBar()->setAccessibleName(tr("Measured figures"));
  statusBar()->setSizeGripEnabled(false);
  installAccessibility();
  buildDocks();
  buildExport();
  buildMenus();
  resize(m_options.size);
  if (m_options.resetLayout) Workspaces::forgetAll(m_settings);
  m_workspaces = std::make_unique<Workspaces>(*this, m_docks, m_settings);
  showWorkspace(m_options.workspace);
  if (m_options.tray) buildTray();
  if (m_options.card && !m_settings.value(QLatin1String(kCardKey)).toBool()) m_strip->showCard();
  connect(m_strip, &TopStrip::dismissed, this, [this] { m_settings.setValue(QLatin1String(kCardKey), true); });
  connect(&m_strip->workspaces(), &QTabBar::currentChanged, this,
          [this](int index) { showWorkspace(Workspaces::names().value(index)); });
  connect(&m_strip->sessionButton(), &QPushButton::clicked, this, &MainWindow::toggleSession);
  connect(&m_strip->alarmButton(), &QPushButton::clicked, this, [this] {
    showDock(QStringLiteral("dkEvents"), true);
    static_cast<EventsPanel&>(dock(QStringLiteral("dkEvents"))->panel()).showAlarms();
  });
  connect(&m_link, &LinkGroup::changed, this, &MainWindow::showTitle);
  m_autosave.setSingleShot(true);
  m_autosave.setInterval(kAutosaveMs);
  connect(&m_autosave, &QTimer::timeout, this, [this] { m_workspaces->save(); });
  showTitle();
}

MainWindow::~MainWindow() {
  m_frames.stop();
}

void MainWindow::applyTheme(ThemeKind kind) {
  ThemeManager::instance().setTheme(kind, ThemeManager::instance().theme().sides());
  QApplication::setPalette(theme().palette());
  qApp->setStyleSheet(theme().styleSheet());
}

void MainWindow::buildDocks() {
  for (const auto& spec : panelList()) {
    auto* dock = new Dock(spec, m_context, m_hub, *m_stop, this);
    const QString linkKey = QStringLiteral("links/v1/") + dock->objectName();
    if (m_settings.contains(linkKey)) dock->link().setGroup(m_settings.value(linkKey).toInt());
    connect(&dock->link(), &LinkGroup::regrouped, this,
            [this, dock, linkKey] { m_settings.setValue(linkKey, dock->link().group()); });
    connect(&dock->link(), &LinkGroup::changed, this, &MainWindow::showTitle);
    connect(&dock->link(), &LinkGroup::unlinked, this, [this, dock] {
      m_toast->say(
          tr("%1 is no longer linked: it holds an unsent order for %2.")
              .arg(panelTitle(dock->spec()), textOf(m_data.instruments().get(dock->link().instrument()).symbol)));
    });
    m_docks.insert(dock->objectName(), dock);
    connect(dock, &QDockWidget::topLevelChanged, this, [this] {
      m_autosave.start();
      showTitle();
    });
    connect(dock, &QDockWidget::dockLocationChanged, this, [this] { m_autosave.start(); });
    connect(dock, &Dock::panelMade, this, [this, dock] { adopt(*dock); });
    dock->hide();
  }
}

void MainWindow::buildExport() {
  const QString folder = m_options.exportDir.isEmpty()
                             ? QFileInfo(m_options.settingsFile).absolutePath() + QStringLiteral("/exports")
                             : m_options.exportDir;
  m_export = new TableExport(folder, this);
  connect(m_export, &TableExport::written, this, [this](const QString& file, const QString& problem) {
    m_toast->say(problem.isEmpty() ? tr("Exported to %1").arg(file) : tr("Export failed: %1").arg(problem));
  });
}

/// What every panel needs from the window once it is there.
void MainWindow::adopt(Dock& made) {
  const QString viewKey = QStringLiteral("views/v1/") + made.objectName();
  Panel* panel = &made.panel();
  if (const QString saved = m_settings.value(viewKey).toString(); !saved.isEmpty()) panel->restoreView(saved);
  connect(panel, &Panel::viewEdited, this,
          [this, panel, viewKey] { m_settings.setValue(viewKey, panel->viewSettings()); });
  for (auto* table : made.panel().findChildren<DataTable*>()) {
    const QString key = QStringLiteral("columns/v1/") + table->objectName();
    if (const QByteArray saved = m_settings.value(key).toByteArray(); !saved.isEmpty()) table->restoreColumns(saved);
    connect(table, &DataTable::columnsEdited, this, [this, table, key] {
      if (table->columnsChosen())
        m_settings.setValue(key, table->saveColumns());
      else
        m_settings.remove(key);
    });
    connect(table, &DataTable::exportRequested, this, [this, table](const QByteArray& csv) {
      QString name = table->objectName();
      if (name.startsWith(QStringLiteral("tbl"))) name.remove(0, 3);
      const QString time =
          dateTimeText(m_data.now()).replace(QLatin1Char(' '), QLatin1Char('_')).remove(QLatin1Char(':'));
      m_export->write(textOf(m_data.info().mode) + QLatin1Char('_') + name + QLatin1Char('_') + time, csv);
    });
  }
}

void MainWindow::showWorkspace(const QString& name) {
  const int index = static_cast<int>(Workspaces::names().indexOf(name));
  if (index < 0) return;
  Dock* ladder = dock(QStringLiteral("dkLadder"));
  if (ladder->hasPanel()) static_cast<LadderPanel&>(ladder->panel()).disarm();
  // Those in front come before the arrangement, which asks how much room they need.
  for (const QString& front : m_workspaces->front(name)) {
    if (Dock* each = dock(front)) each->panel();
  }
  m_workspaces->show(name);
  const QSignalBlocker quiet(m_strip->workspaces());
  m_strip->workspaces().setCurrentIndex(index);
}

void MainWindow::showDock(const QString& objectName, bool focus) {
  Dock* shown = dock(objectName);
  if (shown == nullptr) return;
  if (!shown->isFloating() && dockWidgetArea(shown) == Qt::NoDockWidgetArea) {
    // Not in this workspace: what needs room stands with the chart, else beside what is at the bottom, else in its own
    // area.
    const bool roomy = shown->spec().area == Qt::TopDockWidgetArea;
    Dock* bottom = dock(roomy ? QStringLiteral("dkChart") : QStringLiteral("dkPositions"));
    if (bottom != shown && bottom->isVisible()) {
      addDockWidget(Qt::LeftDockWidgetArea, shown);
      tabifyDockWidget(bottom, shown);
    } else {
      addDockWidget(shown->spec().area, shown);
    }
  }
  shown->show();
  shown->raise();
  if (!focus) return;
  QWidget* target = shown->panel().focusWidget();
  if (target == nullptr) {
    for (auto* child : shown->panel().findChildren<QWidget*>()) {
      if (child->focusPolicy() != Qt::NoFocus && child->isVisibleTo(&shown->panel()) &&
          qobject_cast<EstopPlate*>(child) == nullptr) {
        target = child;
        break;
      }
    }
  }
  if (target != nullptr) target->setFocus(Qt::ShortcutFocusReason);
}

void MainWindow::run() {
  m_frames.start([this](std::uint64_t frame) { beat(frame); });
}

void MainWindow::beatOnce() {
  m_data.pull();
  heartbeat();
  for (Dock* each : m_docks) {
    if (each->onTop()) each->panel().tick();
  }
  for (Dock* each : m_docks) each->showBadge();
  followStop();
  followStartup();
  if (m_leave->isVisible()) m_leave->refresh();
  m_strip->refresh();
  m_figures->refresh();
  if (m_session->isVisible()) m_session->refresh();
}

/// Tells the watchdog that this thread goes on, and says so when it did not (UX 3.5).
void MainWindow::heartbeat() {
  const MonoTime now = m_clock.mono();
  const Duration still = m_lastBeat ? now - *m_lastBeat : Duration{0};
  m_lastBeat = now;
  if (m_commands.stopPorts.alive && (!m_aliveAt || now - *m_aliveAt >= kAliveEvery)) {
    m_aliveAt = now;
    m_commands.stopPorts.alive();
  }
  if (still < kFrozen) return;
  const SessionState state = m_data.sessionState();
  QString done = tr("trading went on");
  if (state == SessionState::Paused) done = tr("trading is PAUSED: %1").arg(textOf(m_data.sessionCause()));
  if (state == SessionState::EmergencyStop) done = tr("the emergency stop has been pressed");
  if (state == SessionState::Ready || state == SessionState::Initializing) done = tr("nothing was trading");
  m_strip->showNotice(tr("This window stood still for %1; %2.").arg(ageText(still), done));
}

void MainWindow::beat(std::uint64_t frame) {
  m_data.pull();
  heartbeat();
  for (Dock* each : m_docks) {
    if (FrameClock::due(frame, each->spec().hz) && each->onTop()) each->panel().tick();
  }
  followStop();
  if (FrameClock::due(frame, kStripHz)) {
    for (Dock* each : m_docks) each->showBadge();
    followStartup();
    if (m_leave->isVisible()) m_leave->refresh();
    m_strip->refresh();
    if (m_session->isVisible()) m_session->refresh();
  }
  if (FrameClock::due(frame, kFiguresHz)) {
    m_data.setFrameFigures(m_frames.workP95Ms(), m_frames.dropped());
    m_figures->refresh();
  }
}

void MainWindow::followStop() {
  m_strip->refreshPlate();
  if (m_wasLatched == m_data.latched()) return;
  m_wasLatched = m_data.latched();
  showTitle();
  if (m_wasLatched) showDock(QStringLiteral("dkEstop"), false);
}

/// A failed start shows its reason by itself, once.
void MainWindow::followStartup() {
  const auto& steps = m_data.startupSteps();
  const bool failed = std::any_of(steps.begin(), steps.end(),
                                  [](const StartupStep& step) { return step.state == StartupStep::State::Failed; });
  if (failed == m_failureShown) return;
  m_failureShown = failed;
  if (!failed) return;
  showDock(QStringLiteral("dkAgents"), false);
  if (auto* agents = qobject_cast<AgentsPanel*>(&dock(QStringLiteral("dkAgents"))->panel())) agents->showStartup();
}

QString MainWindow::readOut() const {
  const Instrument& instrument = m_data.instruments().get(m_link.instrument());
  const auto& view = m_data.market(instrument.id);
  const auto best = [&instrument](const BookDepthPtr& book, Side side) {
    const std::size_t count = !book ? 0 : side == Side::Buy ? book->bidCount : book->askCount;
    if (count == 0) return notAvailable();
    return priceIn(instrument, side == Side::Buy ? book->bids[0].price : book->asks[0].price);
  };
  QStringList parts{
      tr("%1 bid %2 ask %3").arg(textOf(instrument.symbol), best(view.book, Side::Buy), best(view.book, Side::Sell))};
  const auto* held = m_data.position(instrument.id);
  parts << (held == nullptr ? tr("flat") : tr("position %1").arg(sizeIn(instrument, held->position.quantity)));
  if (!m_data.accounts().empty()) parts << tr("day %1").arg(profitText(m_data.accounts().front().dayPnl));
  parts << textOf(toString(m_data.sessionState()));
  if (m_data.risk() && m_data.risk()->reduceOnly) parts << tr("reduce-only");
  return parts.join(QStringLiteral(" · "));
}

void MainWindow::showTitle() {
  const QString mode = QStringLiteral("[%1]").arg(textOf(m_data.info().mode));
  const QString prefix = m_data.stopped() ? QStringLiteral("STOPPED ") + mode : mode;
  const QString symbol = textOf(m_data.instruments().get(m_link.instrument()).symbol);
  setWindowTitle(QStringLiteral("%1 %2 — Bellwether").arg(prefix, symbol));
  for (Dock* each : m_docks)
    each->showTitle(prefix, textOf(m_data.instruments().get(each->link().instrument()).symbol));
}

void MainWindow::toggleSession() {
  if (m_session->isVisible()) return m_session->hide();
  m_session->setFixedWidth(440);
  m_session->refresh();
  const QPoint below = m_strip->sessionButton().mapTo(this, QPoint(0, m_strip->sessionButton().height() + 2));
  m_session->move(below);
  m_session->show();
  m_session->raise();
  m_session->setFocus(Qt::PopupFocusReason);
}

Dock* MainWindow::focusedDock() const {
  for (QWidget* widget = QApplication::focusWidget(); widget != nullptr; widget = widget->parentWidget()) {
    if (auto* found = qobject_cast<Dock*>(widget)) return found;
  }
  return nullptr;
}

void MainWindow::cycleDock(int step) {
  QList<QString> order;
  for (const auto& spec : panelList()) {
    const QString name = QString::fromLatin1(spec.objectName);
    if (m_docks.value(name)->onTop()) order << name;
  }
  if (order.isEmpty()) return;
  const Dock* now = focusedDock();
  const auto count = static_cast<int>(order.size());
  int index = now == nullptr ? (step > 0 ? -1 : count) : static_cast<int>(order.indexOf(now->objectName()));
  index += step;
  // The plate is the last stop of the cycle.
  if (index < 0 || index >= count) {
    if (!m_strip->plate().hasFocus()) return m_strip->plate().setFocus(Qt::ShortcutFocusReason);
    index = step > 0 ? 0 : count - 1;
  }
  showDock(order[index], true);
}

void MainWindow::floatCurrent() {
  if (Dock* now = focusedDock()) now->setFloating(!now->isFloating());
}

void MainWindow::gatherAll() {
  for (Dock* each : m_docks) {
    if (each->isFloating()) each->setFloating(false);
  }
}

void MainWindow::closeEvent(QCloseEvent* event) {
  m_workspaces->save();
  m_settings.sync();
  if (!m_leaving && m_leave->hasFacts()) {
    event->ignore();
    return m_leave->ask();
  }
  QMainWindow::closeEvent(event);
}

void MainWindow::leave() {
  m_leaving = true;
  close();
}

void MainWindow::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  if (m_session->isVisible()) m_session->hide();
}

}  // namespace bw::ui
