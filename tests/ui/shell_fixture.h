// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QStyleFactory>
#include <QTemporaryDir>

#include <memory>

#include "core/base/clock.h"
#include "ui/bridge/test_data.h"
#include "ui/shell/dock.h"
#include "ui/shell/main_window.h"

namespace bw::ui::test {

/// One QApplication for the whole program, offscreen, without motion.
inline QApplication& shellApplication() {
  static int argc = 1;
  static char name[] = "shell_test";
  static char* argv[] = {name, nullptr};
  static QApplication* application = [] {
    auto* made = new QApplication(argc, argv);
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    ThemeManager::instance().setReducedMotion(true);
    MainWindow::applyTheme(ThemeKind::Dark);
    return made;
  }();
  return *application;
}

/// A window on test data, shown and painted once.
struct ShellFixture {
  explicit ShellFixture(TestData::Options options = {}, QSize size = {1920, 1080},
                        const QString& workspace = QStringLiteral("Monitor"))
      : application(shellApplication()), data(options), stop(&data) {
    window = makeWindow(size, workspace);
  }
  std::unique_ptr<MainWindow> makeWindow(QSize size, const QString& workspace, bool card = false) {
    MainWindow::Options made;
    made.settingsFile = folder.filePath(QStringLiteral("window.ini"));
    made.size = size;
    made.workspace = workspace;
    made.tray = false;
    made.card = card;
    auto result = std::make_unique<MainWindow>(data, commands, stop, clock, made);
    result->show();
    settle(*result);
    return result;
  }
  static void settle(MainWindow& shown) {
    for (int i = 0; i < 3; ++i) {
      QCoreApplication::processEvents();
      shown.beatOnce();
    }
    QCoreApplication::processEvents();
  }
  void settle() { settle(*window); }
  template <class P>
  P& panel(const char* name) {
    return dynamic_cast<P&>(window->dock(QString::fromLatin1(name))->panel());
  }
  template <class W>
  W& child(const char* name) {
    W* found = window->findChild<W*>(QString::fromLatin1(name));
    if (found == nullptr) {  // in a panel that nobody has looked at yet
      for (Dock* dock : window->docks()) dock->panel();
      found = window->findChild<W*>(QString::fromLatin1(name));
    }
    BW_ASSERT(found != nullptr);
    return *found;
  }

  QApplication& application;
  QTemporaryDir folder;
  SystemClock clock;
  TestData data;
  RecordedCommands commands;
  RecordedStop stop;
  std::unique_ptr<MainWindow> window;
};

}  // namespace bw::ui::test
