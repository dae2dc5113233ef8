// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QMainWindow>
#include <QSettings>
#include <QTimer>

#include <memory>
#include <optional>

#include "core/ports/emergency_stop.h"
#include "ui/bridge/frame_clock.h"
#include "ui/panels/common/panel_list.h"
#include "ui/shell/workspaces.h"
#include "ui/theme/theme.h"

class QSystemTrayIcon;

namespace bw::ui {

class Dock;
class LeavePanel;
class SessionPanel;
class StatusFigures;
class StopFilter;
class TableExport;
class Toast;
class TopStrip;

/// The main window: no central widget, docks in named workspaces, the strip above, measured figures below.
/// Thread: GUI.
class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  struct Options {
    QString settingsFile;  ///< INI; made if absent
    QString exportDir;     ///< for tables; empty: "exports" beside the settings
    QString workspace = QStringLiteral("Monitor");
    QSize size{1920, 1080};
    bool resetLayout = false;
    bool card = false;  ///< show the first-run card if it was never dismissed
    bool tray = true;
  };
  /// All outlive the window. `clock` is the machine's clock, for frame figures.
  MainWindow(UiData& replica, UiCommands& commands, EmergencyStopPort& stop, const Clock& clock, Options options);
  ~MainWindow() override;

  /// Starts the frame clock.
  void run();
  /// One beat by hand, for tests and pictures: pulls, ticks every visible panel, strip and figures.
  void beatOnce();
  Dock* dock(const QString& objectName) const { return m_docks.value(objectName); }
  const QHash<QString, Dock*>& docks() const { return m_docks; }
  TopStrip& strip() const { return *m_strip; }
  SessionPanel& sessionPanel() const { return *m_session; }
  Workspaces& workspaces() const { return *m_workspaces; }
  StopFilter& stopFilter() const { return *m_stop; }
  LinkGroup& link() { return m_link; }
  void showWorkspace(const QString& name);
  /// Closes without the question: it was answered, or there is nobody to answer.
  void leave();
  /// One sentence for some seconds.
  Toast& toast() const { return *m_toast; }
  /// Opens, raises and, if `focus`, focuses a dock.
  void showDock(const QString& objectName, bool focus);
  /// Dark, Light or HighContrast, for the whole application.
  static void applyTheme(ThemeKind kind);

 protected:
  void closeEvent(QCloseEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void buildDocks();
  void adopt(Dock& made);
  void buildMenus();
  void buildTradeMenus(class QMenuBar& bar);
  void buildWindowMenus(class QMenuBar& bar);
  void buildTray();
  void buildExport();
  void followStartup();
  /// Best prices, position, profit and risk state of the linked instrument in one sentence.
  QString readOut() const;
  class QAction* addItem(class QMenu& menu, const QString& objectName, const QString& text, const QString& shortcut,
                         std::function<void()> run);
  void beat(std::uint64_t frame);
  void heartbeat();
  void followStop();
  void showTitle();
  void toggleSession();
  void cycleDock(int step);
  void floatCurrent();
  void gatherAll();
  Dock* focusedDock() const;

  UiData& m_data;
  UiCommands& m_commands;
  EmergencyStopPort& m_port;
  QSettings m_settings;
  Options m_options;
  LinkHub m_hub;
  LinkGroup m_link;  ///< of the window itself: group A
  PanelContext m_context;
  StopFilter* m_stop;
  const Clock& m_clock;
  std::optional<MonoTime> m_lastBeat;
  std::optional<MonoTime> m_aliveAt;  ///< when the watchdog was told last
  FrameClock m_frames;
  QHash<QString, Dock*> m_docks;
  std::unique_ptr<Workspaces> m_workspaces;
  TopStrip* m_strip;
  SessionPanel* m_session;
  StatusFigures* m_figures;
  QSystemTrayIcon* m_tray = nullptr;
  QTimer m_autosave;
  Toast* m_toast;
  LeavePanel* m_leave;
  TableExport* m_export;
  bool m_leaving = false;
  bool m_failureShown = false;
  bool m_wasLatched = false;
  bool m_arranged = false;
};

}  // namespace bw::ui
