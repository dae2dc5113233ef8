// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <doctest/doctest.h>

#include <QApplication>
#include <QDir>
#include <QStyleFactory>
#include <QTemporaryDir>
#include <QTest>
#include <QWindow>

#include <functional>
#include <memory>

#include "app/window/workstation.h"
#include "core/base/clock.h"
#include "ui/shell/dock.h"
#include "ui/shell/main_window.h"
#include "ui/shell/top_strip.h"
#include "ui/widgets/estop_plate.h"

namespace bw::window::test {

/// The window as `bellwether` makes it, offscreen, on a workstation with its threads, in a data directory of its own.
struct WindowFixture {
  explicit WindowFixture(const QString& workspace = QStringLiteral("Monitor"),
                         const std::function<void(WindowOptions&)>& change = {}) {
    static int argc = 1;
    static char name[] = "window_test";
    static char* argv[] = {name, nullptr};
    static QApplication* application = new QApplication(argc, argv);
    Q_UNUSED(application);
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    ui::ThemeManager::instance().setReducedMotion(true);
    ui::MainWindow::applyTheme(ui::ThemeKind::Dark);
    options.speed = "10";
    options.dataDir = folder.path().toStdString();
    options.configDir = std::string(BW_SOURCE_DIR) + "/config";
    if (change) change(options);
    auto made = makeWorkstation(options);
    REQUIRE_MESSAGE(made.ok(), (made ? std::string() : made.error().detail));
    workstation = std::move(*made);
    ui::MainWindow::Options shell;
    shell.settingsFile = folder.filePath(QStringLiteral("window.ini"));
    shell.workspace = workspace;
    shell.tray = false;
    window = std::make_unique<ui::MainWindow>(workstation->data(), workstation->commands(), workstation->stop(), clock,
                                              shell);
    const auto started = workstation->start();
    REQUIRE_MESSAGE(started.ok(), (started ? std::string() : started.error().detail));
    window->show();
  }

  ui::UiData& data() { return workstation->data(); }
  ui::UiCommands& commands() { return workstation->commands(); }

  /// Beats the window until the condition holds; at most twenty seconds.
  bool eventually(const std::function<bool()>& condition) {
    const MonoTime end = clock.mono() + Duration::seconds(20);
    while (clock.mono() < end) {
      QTest::qWait(2);
      window->beatOnce();
      if (condition()) return true;
    }
    return false;
  }
  bool reaches(SessionState state) {
    return eventually([this, state] { return data().sessionState() == state; });
  }
  template <class W>
  W& child(const char* objectName) {
    W* found = window->findChild<W*>(QString::fromLatin1(objectName));
    if (found == nullptr) {  // in a panel that nobody has looked at yet
      for (ui::Dock* dock : window->docks()) dock->panel();
      found = window->findChild<W*>(QString::fromLatin1(objectName));
    }
    REQUIRE_MESSAGE(found != nullptr, objectName);
    return *found;
  }
  /// As the window system sends it: to the window, with a global position.
  void pressPlate() {
    const auto& plate = window->strip().plate();
    QWindow* target = window->windowHandle();
    const QPoint at = target->mapFromGlobal(plate.mapToGlobal(plate.plateRect().center()));
    QTest::mousePress(target, Qt::LeftButton, Qt::NoModifier, at);
    QTest::mouseRelease(target, Qt::LeftButton, Qt::NoModifier, at);
  }
  /// Into the folder that BW_SHOT_DIR names, if it does.
  void picture(const QString& file) {
    const QString to = qEnvironmentVariable("BW_SHOT_DIR");
    if (to.isEmpty()) return;
    QDir().mkpath(to);
    window->grab().save(to + QLatin1Char('/') + file + QStringLiteral(".png"));
  }

  QTemporaryDir folder;
  SystemClock clock;
  WindowOptions options;
  std::unique_ptr<Workstation> workstation;
  std::unique_ptr<ui::MainWindow> window;
};

}  // namespace bw::window::test
