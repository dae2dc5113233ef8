// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QSystemTrayIcon>

#include "ui/panels/common/panel_text.h"
#include "ui/panels/orders/orders_panel.h"
#include "ui/shell/app_icon.h"
#include "ui/shell/dock.h"
#include "ui/shell/main_window.h"
#include "ui/shell/stop_filter.h"
#include "ui/shell/toast.h"
#include "ui/shell/top_strip.h"

namespace bw::ui {

QAction* MainWindow::addItem(QMenu& menu, const QString& objectName, const QString& text, const QString& shortcut,
                             std::function<void()> run) {
  auto* action = menu.addAction(text);
  action->setObjectName(objectName);
  if (!shortcut.isEmpty()) action->setShortcut(QKeySequence(shortcut));
  connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
  addAction(action);  // the shortcut works while the menu is closed
  return action;
}

void MainWindow::buildMenus() {
  QMenuBar& bar = m_strip->menuBar();
  const auto menu = [&bar](const QString& objectName, const QString& title) -> QMenu& {
    QMenu* made = bar.addMenu(title);
    made->setObjectName(objectName);
    made->setAccessibleName(title);
    return *made;
  };
  QMenu& file = menu(QStringLiteral("mnFile"), tr("&File"));
  addItem(file, QStringLiteral("acSaveLayout"), tr("Save layout"), QStringLiteral("Ctrl+Alt+S"),
          [this] { m_workspaces->save(); });
  addItem(file, QStringLiteral("acResetLayout"), tr("Reset this layout"), QStringLiteral("Ctrl+Alt+0"),
          [this] { m_workspaces->reset(); });
  file.addSeparator();
  addItem(file, QStringLiteral("acQuit"), tr("Quit"), QStringLiteral("Ctrl+Q"), [this] { close(); });
  QMenu& edit = menu(QStringLiteral("mnEdit"), tr("&Edit"));
  addItem(edit, QStringLiteral("acCopyStatus"), tr("Copy session summary"), {},
          [this] { QApplication::clipboard()->setText(windowTitle()); });
  QMenu& view = menu(QStringLiteral("mnView"), tr("&View"));
  auto* themes = new QActionGroup(this);
  const std::array<std::pair<QString, ThemeKind>, 3> kinds = {
      {{tr("Dark"), ThemeKind::Dark}, {tr("Light"), ThemeKind::Light}, {tr("High contrast"), ThemeKind::HighContrast}}};
  for (const auto& entry : kinds) {
    const ThemeKind kind = entry.second;
    auto* action =
        addItem(view, QStringLiteral("acTheme%1").arg(static_cast<int>(kind)), entry.first, {}, [this, kind] {
          applyTheme(kind);
          m_settings.setValue(QStringLiteral("theme"), static_cast<int>(kind));
        });
    action->setCheckable(true);
    action->setChecked(theme().kind() == kind);
    themes->addAction(action);
  }
  view.addSeparator();
  addItem(view, QStringLiteral("acReadOut"), tr("Read out prices and position"), QStringLiteral("Ctrl+Alt+R"),
          [this] { m_toast->say(readOut()); });
  addItem(view, QStringLiteral("acFullScreen"), tr("Full screen"), QStringLiteral("F11"),
          [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
  buildTradeMenus(bar);
  buildWindowMenus(bar);
}

void MainWindow::buildTradeMenus(QMenuBar& bar) {
  QMenu& trade = *bar.addMenu(tr("&Trade"));
  trade.setObjectName(QStringLiteral("mnTrade"));
  trade.setAccessibleName(tr("Trade"));
  addItem(trade, QStringLiteral("acStart"), tr("Start trading"), {}, [this] { m_commands.startTrading(); });
  addItem(trade, QStringLiteral("acPause"), tr("Pause trading now"), QStringLiteral("Ctrl+Shift+F11"),
          [this] { m_commands.pause(); });
  addItem(trade, QStringLiteral("acResume"), tr("Resume trading"), {}, [this] { m_commands.resume(); });
  addItem(trade, QStringLiteral("acStopTrading"), tr("Stop trading"), {}, [this] { m_commands.stopTrading(); });
  trade.addSeparator();
  addItem(trade, QStringLiteral("acCancelView"), tr("Cancel all orders in this view"), QStringLiteral("Ctrl+Shift+Del"),
          [this] {
            auto& orders = static_cast<OrdersPanel&>(dock(QStringLiteral("dkOrders"))->panel());
            orders.refresh();  // it may never have been looked at
            orders.cancelShown();
          });
  addItem(trade, QStringLiteral("acCancelAll"), tr("Cancel all orders everywhere"), QStringLiteral("Ctrl+Shift+F10"),
          [this] { m_commands.cancelAll(); });
  trade.addSeparator();
  // The chord itself belongs to the stop filter; the text only shows it.
  addItem(trade, QStringLiteral("acEmergencyStop"), tr("Emergency stop") + QStringLiteral("\tCtrl+Shift+F12"), {},
          [this] { m_stop->fire("menu", "Trade menu"); });
  QMenu& research = *bar.addMenu(tr("&Research"));
  research.setObjectName(QStringLiteral("mnResearch"));
  research.setAccessibleName(tr("Research"));
  QMenu& risk = *bar.addMenu(tr("R&isk"));
  risk.setObjectName(QStringLiteral("mnRisk"));
  risk.setAccessibleName(tr("Risk"));
  QMenu& operations = *bar.addMenu(tr("&Operations"));
  operations.setObjectName(QStringLiteral("mnOperations"));
  operations.setAccessibleName(tr("Operations"));
  const std::array<std::pair<const char*, QMenu*>, 13> homes = {{{"dkChart", &research},
                                                                 {"dkSignals", &research},
                                                                 {"dkWatchlist", &trade},
                                                                 {"dkLadder", &trade},
                                                                 {"dkTape", &trade},
                                                                 {"dkTicket", &trade},
                                                                 {"dkOrders", &trade},
                                                                 {"dkPositions", &trade},
                                                                 {"dkAccount", &risk},
                                                                 {"dkRisk", &risk},
                                                                 {"dkEstop", &risk},
                                                                 {"dkAgents", &operations},
                                                                 {"dkEvents", &operations}}};
  trade.addSeparator();
  for (const auto& home : homes) {
    const PanelSpec* spec = findPanel(QString::fromLatin1(home.first));
    const QString name = QString::fromLatin1(spec->objectName);
    addItem(*home.second, QStringLiteral("acShow_") + name, panelTitle(*spec), QString::fromLatin1(spec->shortcut),
            [this, name] { showDock(name, true); });
  }
}

void MainWindow::buildWindowMenus(QMenuBar& bar) {
  QMenu& window = *bar.addMenu(tr("&Window"));
  window.setObjectName(QStringLiteral("mnWindow"));
  window.setAccessibleName(tr("Window"));
  const QStringList names = Workspaces::names();
  for (int i = 0; i < names.size(); ++i) {
    const QString name = names[i];
    addItem(window, QStringLiteral("acWorkspace_") + name, tr("Workspace %1").arg(name),
            QStringLiteral("Ctrl+%1").arg(Workspaces::keyNumber(name)), [this, name] { showWorkspace(name); });
  }
  window.addSeparator();
  addItem(window, QStringLiteral("acNextDock"), tr("Next dock"), QStringLiteral("F6"), [this] { cycleDock(1); });
  addItem(window, QStringLiteral("acPreviousDock"), tr("Previous dock"), QStringLiteral("Shift+F6"),
          [this] { cycleDock(-1); });
  addItem(window, QStringLiteral("acFloatDock"), tr("Float this dock, or dock it back"),
          QStringLiteral("Ctrl+Shift+F6"), [this] { floatCurrent(); });
  addItem(window, QStringLiteral("acGather"), tr("Gather all docks"), QStringLiteral("Ctrl+Alt+G"),
          [this] { gatherAll(); });
  QMenu& help = *bar.addMenu(tr("&Help"));
  help.setObjectName(QStringLiteral("mnHelp"));
  help.setAccessibleName(tr("Help"));
  addItem(help, QStringLiteral("acFirstRun"), tr("What am I looking at?"), QStringLiteral("F1"),
          [this] { m_strip->showCard(); });
  addItem(help, QStringLiteral("acShortcuts"), tr("Keyboard shortcuts"), QStringLiteral("Ctrl+/"), [this] {
    auto* sheet = new QLabel(this, Qt::Window);
    sheet->setAttribute(Qt::WA_DeleteOnClose);
    sheet->setObjectName(QStringLiteral("wndShortcuts"));
    sheet->setAccessibleName(tr("Keyboard shortcuts"));
    sheet->setWindowTitle(tr("Keyboard shortcuts"));
    sheet->setMargin(16);
    QStringList lines{tr("Emergency stop") + QStringLiteral("\tCtrl+Shift+F12")};
    for (const QAction* action : actions()) {
      if (!action->shortcut().isEmpty())
        lines << action->text().remove(QLatin1Char('&')) + QLatin1Char('\t') + action->shortcut().toString();
    }
    sheet->setText(lines.join(QLatin1Char('\n')));
    sheet->show();
  });
}

void MainWindow::buildTray() {
  if (!QSystemTrayIcon::isSystemTrayAvailable()) return;
  m_tray = new QSystemTrayIcon(appIcon(), this);
  auto* menu = new QMenu(this);
  menu->setObjectName(QStringLiteral("mnTray"));
  menu->setAccessibleName(tr("Bellwether"));
  menu->addAction(tr("Emergency stop"), this, [this] { m_stop->fire("tray", "tray menu"); });
  menu->addSeparator();
  menu->addAction(tr("Show the window"), this, [this] {
    showNormal();
    raise();
    activateWindow();
  });
  m_tray->setContextMenu(menu);
  m_tray->setToolTip(windowTitle());
  m_tray->show();
}

}  // namespace bw::ui
