// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>

#include <algorithm>
#include <fstream>
#include <set>

#include "tests/ui/window_fixture.h"
#include "ui/models/table_model.h"
#include "ui/panels/agents/agents_panel.h"
#include "ui/panels/estop/estop_panel.h"
#include "ui/shell/leave_panel.h"
#include "ui/widgets/data_table.h"

using namespace bw;
using namespace bw::ui;
using bw::window::test::WindowFixture;

namespace {

QString rowOfChannel(WindowFixture& f, const QString& channel) {
  const auto* model = f.child<DataTable>("tblStopChannels").view()->model();
  for (int row = 0; row < model->rowCount(); ++row) {
    if (model->index(row, 0).data().toString() == channel) return model->index(row, 1).data().toString();
  }
  return QStringLiteral("no such channel");
}

}  // namespace

TEST_CASE("the plate stops a trading session, and the reset form gives it back with strategies off") {
  WindowFixture f(QStringLiteral("Trade"));
  REQUIRE(f.reaches(SessionState::Trading));
  REQUIRE(f.eventually([&f] { return !f.data().workingOrders().empty(); }));
  f.picture(QStringLiteral("stop_0_trading"));
  f.pressPlate();
  std::set<StopState> seen;
  const bool stopped = f.eventually([&] {
    if (seen.insert(f.data().stop().state).second)
      f.picture(QStringLiteral("stop_1_state%1").arg(static_cast<int>(f.data().stop().state)));
    return f.data().stop().state == StopState::Stopped;
  });
  REQUIRE(stopped);
  f.window->beatOnce();
  f.picture(QStringLiteral("stop_2_stopped"));
  CHECK(f.window->windowTitle().startsWith(QStringLiteral("STOPPED [SIM]")));
  CHECK(f.window->dock(QStringLiteral("dkEstop"))->onTop());
  CHECK(f.window->strip().plate().property("bwPlate").toInt() == static_cast<int>(PlateState::Stopped));
  CHECK(f.data().workingOrders().empty());
  CHECK(f.data().positions().empty());
  CHECK(f.data().stop().ordersCancelled == f.data().stop().ordersTotal);
  CHECK(f.child<DataTable>("tblStopSteps").view()->model()->rowCount() >= 4);
  CHECK(f.child<QLabel>("lblEstopOrders").text().contains(QString::number(f.data().stop().ordersTotal)));
  // Nothing new can be asked for, and each control says why.
  CHECK_FALSE(f.child<QPushButton>("btnSubmit").isEnabled());
  CHECK(f.child<QLabel>("lblTicketReason").text().contains(QStringLiteral("Stopped by plate")));
  CHECK_FALSE(f.child<QPushButton>("btnLadderArm").isEnabled());
  f.child<QPushButton>("btnSession").click();
  CHECK_FALSE(f.child<QPushButton>("btnStartTrading").isEnabled());
  f.child<QPushButton>("btnSession").click();

  auto& panel = dynamic_cast<EstopPanel&>(f.window->dock(QStringLiteral("dkEstop"))->panel());
  auto& typed = f.child<QLineEdit>("edtResetPhrase");
  f.child<QLineEdit>("edtResetCause").setText(QStringLiteral("drill of the plate in a test"));
  typed.setText(QStringLiteral("RESET SIM 999"));
  panel.tryReset();
  CHECK_FALSE(f.child<QLabel>("lblResetAnswer").text().isEmpty());
  CHECK(f.data().latched());
  typed.setText(panel.phrase().toLower());
  REQUIRE(f.child<QPushButton>("btnReset").isEnabled());
  f.child<QPushButton>("btnReset").click();
  REQUIRE_MESSAGE(f.eventually([&f] { return !f.data().latched() && f.data().sessionState() == SessionState::Ready; }),
                  f.child<QLabel>("lblResetAnswer").text().toStdString());
  f.picture(QStringLiteral("stop_3_ready"));
  CHECK(f.window->windowTitle().startsWith(QStringLiteral("[SIM]")));
  const Timestamp then = f.data().now();
  CHECK(f.eventually([&] { return f.data().now() - then > Duration::seconds(5); }));
  CHECK(f.data().sessionState() == SessionState::Ready);
  CHECK(f.data().workingOrders().empty());
  f.commands().startTrading();
  CHECK(f.reaches(SessionState::Trading));
}

TEST_CASE("the stop reaches the engine with a menu, a combo popup and a dialog open") {
  for (const int what : {0, 1, 2}) {
    CAPTURE(what);
    WindowFixture f(QStringLiteral("Trade"));
    REQUIRE(f.reaches(SessionState::Trading));
    QDialog dialog(f.window.get());
    if (what == 0) f.child<QMenu>("mnTrade").popup(f.window->mapToGlobal(QPoint(20, 40)));
    if (what == 1) f.child<QComboBox>("cmbType").showPopup();
    if (what == 2) dialog.show();
    f.pressPlate();
    CHECK(f.eventually([&f] { return f.data().stop().state == StopState::Stopped; }));
    CHECK(f.data().stopTriggers().count("plate") == 1);
    f.child<QMenu>("mnTrade").hide();
    f.child<QComboBox>("cmbType").hidePopup();
  }
}

TEST_CASE("the channel table tells what is really there") {
  WindowFixture f;
  REQUIRE(f.reaches(SessionState::Trading));
  f.window->showDock(QStringLiteral("dkEstop"), false);
  REQUIRE(f.eventually([&f] { return rowOfChannel(f, QStringLiteral("Control file")) == QStringLiteral("watched"); }));
  CHECK(rowOfChannel(f, QStringLiteral("Command line")) == QStringLiteral("socket open"));
  CHECK(rowOfChannel(f, QStringLiteral("Tray menu")) == QStringLiteral("not available"));
  CHECK(rowOfChannel(f, QStringLiteral("Global chord")) == QStringLiteral("not in this build"));
  f.picture(QStringLiteral("stop_channels"));
  std::ofstream(f.folder.filePath(QStringLiteral(".kill_switch")).toStdString()) << "a drill by file";
  REQUIRE(f.eventually([&f] { return f.data().stop().state == StopState::Stopped; }));
  CHECK(f.data().stopTriggers().count("file .kill_switch") == 1);
  // The file is still there: the reset is refused in words.
  auto& panel = dynamic_cast<EstopPanel&>(f.window->dock(QStringLiteral("dkEstop"))->panel());
  f.child<QLineEdit>("edtResetCause").setText(QStringLiteral("drill of the control file"));
  f.child<QLineEdit>("edtResetPhrase").setText(panel.phrase());
  panel.tryReset();
  CHECK(f.child<QLabel>("lblResetAnswer").text().contains(QStringLiteral(".kill_switch")));
  CHECK(f.data().latched());
}

TEST_CASE("closing while trading asks inline; Stay stays, cancel and quit leaves nothing working") {
  WindowFixture f;
  REQUIRE(f.reaches(SessionState::Trading));
  REQUIRE(f.eventually([&f] { return !f.data().workingOrders().empty(); }));
  f.window->close();
  CHECK(f.window->isVisible());
  auto& question = f.child<LeavePanel>("pnlLeave");
  REQUIRE(question.isVisible());
  CHECK(f.child<QLabel>("lblLeaveText").text().contains(QStringLiteral("Trading is running")));
  f.picture(QStringLiteral("leave_question"));
  f.child<QPushButton>("btnLeaveStay").click();
  CHECK_FALSE(question.isVisible());
  CHECK(f.data().sessionState() == SessionState::Trading);
  f.window->close();
  f.child<QPushButton>("btnLeaveCancel").click();
  CHECK(f.eventually([&f] { return !f.window->isVisible(); }));
  CHECK(f.data().workingOrders().empty());
  CHECK(f.data().sessionState() != SessionState::Trading);
}

TEST_CASE("a start that fails says why in the window and does not crash") {
  QTemporaryDir files;
  const QString recording = files.filePath(QStringLiteral("broken.gz"));
  std::ofstream(recording.toStdString(), std::ios::binary) << "\x1f\x8b this is no market";
  WindowFixture f(QStringLiteral("Trade"), [&recording](bw::window::WindowOptions& options) {
    options.mode = "replay";
    options.input = recording.toStdString();
  });
  REQUIRE(f.reaches(SessionState::Shutdown));
  const auto& steps = f.data().startupSteps();
  const auto failed = std::find_if(steps.begin(), steps.end(),
                                   [](const StartupStep& step) { return step.state == StartupStep::State::Failed; });
  REQUIRE(failed != steps.end());
  CHECK(failed->index == 4);
  CHECK(failed->detail.find("broken.gz") != std::string::npos);
  CHECK(f.window->dock(QStringLiteral("dkAgents"))->onTop());
  auto& agents = dynamic_cast<AgentsPanel&>(f.window->dock(QStringLiteral("dkAgents"))->panel());
  CHECK(agents.tabs()->currentIndex() == 1);
  f.picture(QStringLiteral("startup_failed"));
  // Trading cannot be asked for.
  f.child<QPushButton>("btnSession").click();
  CHECK_FALSE(f.child<QPushButton>("btnStartTrading").isVisible());
}
