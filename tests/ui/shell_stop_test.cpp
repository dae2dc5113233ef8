// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QSettings>
#include <QTabBar>
#include <QTest>
#include <QWindow>

#include "tests/ui/shell_fixture.h"
#include "ui/panels/estop/estop_panel.h"
#include "ui/shell/session_panel.h"
#include "ui/shell/top_strip.h"
#include "ui/widgets/estop_plate.h"

using namespace bw;
using namespace bw::ui;
using bw::ui::test::ShellFixture;

namespace {

/// As the window system sends it: to the window, with a global position.
void pressPlate(const EstopPlate& plate) {
  QWindow* target = plate.window()->windowHandle();
  const QPoint global = plate.mapToGlobal(plate.plateRect().center());
  QTest::mousePress(target, Qt::LeftButton, Qt::NoModifier, target->mapFromGlobal(global));
  QTest::mouseRelease(target, Qt::LeftButton, Qt::NoModifier, target->mapFromGlobal(global));
  QCoreApplication::processEvents();
}

void pressChord(QWidget& receiver) {
  QTest::keyClick(receiver.window()->windowHandle(), Qt::Key_F12, Qt::ControlModifier | Qt::ShiftModifier);
  QCoreApplication::processEvents();
}

}  // namespace

TEST_CASE("the stop fires by mouse and chord whatever is open") {
  ShellFixture f({}, {1920, 1080}, QStringLiteral("Trade"));
  const auto& plate = f.window->strip().plate();
  const auto both = [&](const std::string& what) {
    CAPTURE(what);
    f.stop.presses = 0;
    pressPlate(plate);
    CHECK(f.stop.presses >= 1);
    CHECK(f.stop.lastChannel == "plate");
    f.stop.presses = 0;
    pressChord(*f.window);
    CHECK(f.stop.presses >= 1);
    CHECK(f.stop.lastChannel == "chord");
  };
  both("idle");
  QMenu& menu = f.child<QMenu>("mnTrade");
  menu.popup(f.window->mapToGlobal(QPoint(20, 40)));
  REQUIRE(menu.isVisible());
  both("menu open");
  menu.hide();
  auto& type = f.child<QComboBox>("cmbType");
  type.showPopup();
  both("combo popup open");
  type.hidePopup();
  f.child<QLineEdit>("edtQuantity").setFocus();
  both("line edit has the focus");
  QDialog dialog(f.window.get());
  dialog.setModal(false);
  dialog.show();
  QCoreApplication::processEvents();
  both("modeless dialog open");
  dialog.hide();
  Dock* floating = f.window->dock(QStringLiteral("dkLadder"));
  floating->setFloating(true);
  f.settle();
  REQUIRE(floating->miniPlate().isVisible());
  f.stop.presses = 0;
  pressPlate(floating->miniPlate());
  CHECK(f.stop.presses >= 1);
  f.stop.presses = 0;
  pressChord(*floating);
  CHECK(f.stop.presses >= 1);
}

TEST_CASE("the chord works under an open modal dialog") {
  ShellFixture f;
  QDialog dialog(f.window.get());
  dialog.open();
  QCoreApplication::processEvents();
  pressChord(dialog);
  CHECK(f.stop.presses >= 1);
}

TEST_CASE("only the left button on the plate fires") {
  ShellFixture f;
  const auto& plate = f.window->strip().plate();
  QWindow* target = f.window->windowHandle();
  const QPoint at = target->mapFromGlobal(plate.mapToGlobal(plate.plateRect().center()));
  QTest::mouseClick(target, Qt::RightButton, Qt::NoModifier, at);
  QTest::mouseClick(target, Qt::LeftButton, Qt::NoModifier, at - QPoint(600, 0));
  QTest::keyClick(target, Qt::Key_F12, Qt::ControlModifier);
  CHECK(f.stop.presses == 0);
}

TEST_CASE("the plate is complete and inside the window at every size and in every workspace") {
  for (const QSize size : {QSize(1920, 1080), QSize(1366, 768), QSize(1600, 900)}) {
    for (const QString& workspace : Workspaces::names()) {
      CAPTURE(size.width());
      CAPTURE(workspace.toStdString());
      ShellFixture f({}, size, workspace);
      CHECK(f.window->size() == size);
      const auto& plate = f.window->strip().plate();
      const QRect box(plate.mapTo(f.window.get(), plate.plateRect().topLeft()), plate.plateRect().size());
      CHECK(f.window->rect().contains(box));
      CHECK(box.width() >= 64);
      CHECK(box.height() >= 48);
      const QImage image = f.window->grab().toImage();
      CHECK(image.pixelColor(box.center()) == color(Role::EstopRed));
      CHECK(image.pixelColor(box.topLeft() + QPoint(8, 8)) == color(Role::EstopYellow));
      for (Dock* dock : f.window->docks()) {
        if (!dock->onTop()) continue;
        CAPTURE(dock->objectName().toStdString());
        CHECK(dock->width() >= dock->minimumSizeHint().width());
      }
    }
  }
}

TEST_CASE("while latched the title, the strip and the controls say so, and the stop dock opens") {
  ShellFixture f({}, {1920, 1080}, QStringLiteral("Trade"));
  pressPlate(f.window->strip().plate());
  f.settle();
  CHECK(f.window->windowTitle().startsWith(QStringLiteral("STOPPED [SIM]")));
  CHECK(f.window->dock(QStringLiteral("dkEstop"))->onTop());
  f.window->sessionPanel().refresh();
  CHECK_FALSE(f.child<QPushButton>("btnStartTrading").isEnabled());
  const QImage image = f.window->grab().toImage();
  const QString folder = qEnvironmentVariable("BW_SHOT_DIR");
  if (!folder.isEmpty()) image.save(folder + QStringLiteral("/trade_latched.png"));
  int yellow = 0;
  for (int x = 0; x < image.width(); ++x) yellow += image.pixelColor(x, 1) == color(Role::EstopYellow) ? 1 : 0;
  CHECK(yellow > image.width() / 4);
}

TEST_CASE("reset wants a finished stop, a cause and the phrase") {
  TestData::Options options;
  options.stop = StopState::Stopping;
  ShellFixture f(options);
  f.window->showDock(QStringLiteral("dkEstop"), false);
  f.settle();
  auto& panel = f.panel<EstopPanel>("dkEstop");
  CHECK(panel.phrase() == QStringLiteral("RESET SIM 17"));
  f.child<QLineEdit>("edtResetCause").setText(QStringLiteral("drill of the plate"));
  f.child<QLineEdit>("edtResetPhrase").setText(QStringLiteral("reset sim 17"));
  panel.tryReset();
  CHECK(f.commands.calls.empty());
  f.data.setStop(StopState::Stopped);
  f.settle();
  f.child<QLineEdit>("edtResetPhrase").setText(QStringLiteral("reset sim 16"));
  panel.tryReset();
  CHECK(f.commands.calls.empty());
  f.child<QLineEdit>("edtResetPhrase").setText(QStringLiteral("reset sim 17"));
  f.child<QPushButton>("btnReset").click();
  REQUIRE(f.commands.calls.size() == 1);
  CHECK(f.commands.calls[0] == "reset RESET SIM 17 | Drill: drill of the plate");
}

TEST_CASE("workspaces keep their layout, and a layout of another schema is not restored") {
  ShellFixture f;
  f.window->showDock(QStringLiteral("dkTicket"), false);
  f.settle();
  f.window->showWorkspace(QStringLiteral("Trade"));
  f.settle();
  CHECK(f.window->dock(QStringLiteral("dkAccount"))->onTop());
  f.window->showWorkspace(QStringLiteral("Monitor"));
  f.settle();
  CHECK(f.window->dock(QStringLiteral("dkTicket"))->isVisible());
  f.window->close();
  auto again = f.makeWindow({1920, 1080}, QStringLiteral("Monitor"));
  CHECK(again->dock(QStringLiteral("dkTicket"))->isVisible());
  again->workspaces().reset();
  CHECK_FALSE(again->dock(QStringLiteral("dkTicket"))->isVisible());
  again->close();
  QSettings(f.folder.filePath(QStringLiteral("window.ini")), QSettings::IniFormat)
      .setValue(QStringLiteral("layout/v1/Monitor"), QByteArray("broken"));
  auto third = f.makeWindow({1920, 1080}, QStringLiteral("Monitor"));
  CHECK(third->dock(QStringLiteral("dkChart"))->onTop());
  CHECK(third->dock(QStringLiteral("dkAgents"))->onTop());
}

TEST_CASE("keys: workspaces, escalation, docks; no two actions share one") {
  ShellFixture f;
  const auto press = [&f](Qt::Key key, Qt::KeyboardModifiers modifiers) {
    QTest::keyClick(f.window->windowHandle(), key, modifiers);
    f.settle();
  };
  f.window->activateWindow();
  press(Qt::Key_2, Qt::ControlModifier);
  CHECK(f.window->workspaces().current() == QStringLiteral("Trade"));
  press(Qt::Key_F10, Qt::ControlModifier | Qt::ShiftModifier);
  press(Qt::Key_F11, Qt::ControlModifier | Qt::ShiftModifier);
  CHECK(f.commands.calls == std::vector<std::string>{"cancel all", "pause"});
  press(Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
  CHECK(f.window->dock(QStringLiteral("dkAgents"))->onTop());
  QStringList used;
  for (const QAction* action : f.window->actions()) {
    const QString keys = action->shortcut().toString();
    if (keys.isEmpty()) continue;
    CAPTURE(keys.toStdString());
    CHECK_FALSE(used.contains(keys));
    used << keys;
  }
  CHECK_FALSE(used.contains(QStringLiteral("Ctrl+Shift+U")));
  CHECK_FALSE(used.contains(QStringLiteral("Ctrl+Shift+F12")));
}

TEST_CASE("pictures of both workspaces in both themes are not blank") {
  const QString folder = qEnvironmentVariable("BW_SHOT_DIR");
  for (const auto kind : {ThemeKind::Dark, ThemeKind::Light}) {
    ShellFixture f;
    MainWindow::applyTheme(kind);
    for (const QString& workspace : Workspaces::names()) {
      f.window->showWorkspace(workspace);
      f.settle();
      const QImage image = f.window->grab().toImage();
      CHECK(image.size() == QSize(1920, 1080));
      int differing = 0;
      const QRgb base = color(Role::Panel).rgb();
      for (int y = 0; y < image.height(); y += 4) {
        for (int x = 0; x < image.width(); x += 4) differing += image.pixel(x, y) != base ? 1 : 0;
      }
      CHECK(differing > image.width() * image.height() / 16 / 20);
      if (!folder.isEmpty()) {
        QDir().mkpath(folder);
        image.save(folder + QStringLiteral("/%1_%2.png")
                                .arg(workspace.toLower(),
                                     kind == ThemeKind::Dark ? QStringLiteral("dark") : QStringLiteral("light")));
      }
    }
  }
  MainWindow::applyTheme(ThemeKind::Dark);
}
