// SPDX-License-Identifier: GPL-3.0-or-later
// Risk workspace, emergency-stop dock, alarms, targets and the window's heartbeat.
#include <doctest/doctest.h>

#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include <algorithm>

#include "tests/ui/shell_fixture.h"
#include "ui/panels/agents/agents_panel.h"
#include "ui/panels/estop/estop_panel.h"
#include "ui/panels/estop/stop_controls.h"
#include "ui/panels/ladder/ladder_panel.h"
#include "ui/panels/risk/risk_panel.h"
#include "ui/panels/ticket/ticket_panel.h"
#include "ui/shell/toast.h"
#include "ui/shell/top_strip.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/decimal_edit.h"
#include "ui/widgets/estop_plate.h"
#include "ui/widgets/gauges.h"
#include "ui/widgets/ladder_widget.h"

using namespace bw;
using namespace bw::ui;
using bw::ui::test::ShellFixture;

namespace {

QStringList columnOf(const DataTable& table, const QString& id) {
  QStringList texts;
  const auto* model = table.view()->model();
  for (int c = 0; c < model->columnCount(); ++c) {
    if (model->headerData(c, Qt::Horizontal, ColumnIdRole).toString() != id) continue;
    for (int r = 0; r < model->rowCount(); ++r) texts << model->index(r, c).data().toString();
  }
  return texts;
}

void pictureOf(ShellFixture& f, const QString& name) {
  const QString folder = qEnvironmentVariable("BW_SHOT_DIR");
  if (folder.isEmpty()) return;
  QDir().mkpath(folder);
  f.window->grab().save(folder + QLatin1Char('/') + name + QStringLiteral(".png"));
}

void waitFor(ShellFixture& f, const std::function<bool()>& done) {
  for (int i = 0; i < 2000 && !done(); ++i) {
    QTest::qWait(2);
    f.settle();
  }
  CHECK(done());
}

}  // namespace

TEST_CASE("the risk workspace has the limits, the account and the stop beside each other") {
  for (const QSize size : {QSize(1920, 1080), QSize(1366, 768)}) {
    ShellFixture f({}, size, QStringLiteral("Risk"));
    CHECK(f.window->size() == size);
    for (const char* name : {"dkRisk", "dkAccount", "dkEstop", "dkPositions"}) {
      CAPTURE(name);
      CHECK(f.window->dock(QString::fromLatin1(name))->onTop());
    }
    pictureOf(f, QStringLiteral("risk_%1").arg(size.width()));
  }
  ShellFixture f;
  QTest::keyClick(f.window->windowHandle(), Qt::Key_4, Qt::ControlModifier);
  f.settle();
  CHECK(f.window->workspaces().current() == QStringLiteral("Risk"));
}

TEST_CASE("every workspace fits the smallest screen, with the first-run card and a notice") {
  for (const QString& workspace : Workspaces::names()) {
    CAPTURE(workspace.toStdString());
    ShellFixture f({}, {1366, 768}, workspace);
    f.window.reset();
    f.window = f.makeWindow({1366, 768}, workspace, true);
    f.settle();
    CHECK(f.window->size() == QSize(1366, 768));
    CHECK(f.window->minimumSizeHint().height() <= 768);
    CHECK(f.window->minimumSizeHint().width() <= 1366);
    CHECK(f.child<QLabel>("lblFirstRun").isVisibleTo(f.window.get()));
    pictureOf(f, QStringLiteral("small_") + workspace.toLower());
  }
}

TEST_CASE("the order in the ticket shows on the gauges, with the numbers of the risk check") {
  ShellFixture f({}, {1920, 1080}, QStringLiteral("Trade"));
  f.child<DecimalEdit>("edtQuantity").setText(QStringLiteral("0.050"));
  f.child<DecimalEdit>("edtPrice").setText(QStringLiteral("61650.0"));
  REQUIRE(f.data.pendingOrder().has_value());
  f.window->showWorkspace(QStringLiteral("Risk"));
  f.settle();
  const auto& gauges = f.panel<RiskPanel>("dkRisk").gauges()->gauges();
  const auto find = [&gauges](const char* key) {
    return *std::find_if(gauges.begin(), gauges.end(),
                         [key](const GaugeData& g) { return g.key == QLatin1String(key); });
  };
  // 440 of 500 and 911 above a floor of 900, as the check says.
  CHECK(gaugeShareText(find("MAX_EXPOSURE").withOrder) == QStringLiteral("88 %"));
  CHECK(gaugeShareText(find("MIN_FREE_BALANCE").withOrder) == QStringLiteral("99 %"));
  CHECK(f.child<QLabel>("lblRiskPending").isVisibleTo(f.window.get()));
  pictureOf(f, QStringLiteral("risk_with_order"));
  f.data.setPendingOrder(std::nullopt);
  f.settle();
  CHECK(f.panel<RiskPanel>("dkRisk").gauges()->gauges()[0].withOrder < 0);
  CHECK_FALSE(f.child<QLabel>("lblRiskPending").isVisibleTo(f.window.get()));
}

TEST_CASE("breaches are remembered with their peak and their end") {
  TestData data;
  LimitGauge gauge;
  gauge.key = "MAX_LEVERAGE";
  gauge.scope = "account";
  gauge.limit = Decimal(20, 0);
  const auto told = [&](std::int64_t used) {
    RiskStatus status;
    gauge.used = Decimal(used, 0);
    status.gauges = {gauge};
    data.feed(status);
  };
  const auto before = data.breaches().size();
  for (const std::int64_t used : {10, 21, 27, 22}) told(used);
  REQUIRE(data.breaches().size() == before + 1);
  CHECK(data.breaches().front().open);
  CHECK(data.breaches().front().peak == Decimal(27, 0));
  told(19);
  CHECK_FALSE(data.breaches().front().open);
  told(30);
  CHECK(data.breaches().size() == before + 2);
}

TEST_CASE("each state of the stop is told in words and shapes; nothing unknown or kept counts as done") {
  const std::vector<std::pair<StopState, const char*>> states = {
      {StopState::Ready, "ready"},     {StopState::Latched, "latched"},     {StopState::Stopping, "stopping"},
      {StopState::Stopped, "stopped"}, {StopState::Attention, "attention"}, {StopState::Offline, "offline"}};
  std::vector<QImage> seen;
  for (const auto& [state, name] : states) {
    CAPTURE(name);
    TestData::Options options;
    options.stop = state;
    ShellFixture f(options, {1920, 1080}, QStringLiteral("Risk"));
    pictureOf(f, QStringLiteral("plate_") + QLatin1String(name));
    auto& plate = f.window->strip().plate();
    const QImage picture = plate.grab(QRect(plate.plateRect())).toImage();
    for (const QImage& other : seen) CHECK(picture != other);
    seen.push_back(picture);
    const QString left = f.child<QLabel>("lblEstopLeft").text();
    const QString words = f.child<QLabel>("lblEstopWords").text();
    CHECK(left.contains(QStringLiteral("1 order UNKNOWN")) == (state == StopState::Attention));
    CHECK(left.contains(QStringLiteral("CANNOT CLOSE UNTIL")) == (state == StopState::Attention));
    CHECK(left.contains(QStringLiteral("KEPT")) == (state == StopState::Stopped));
    if (state == StopState::Stopped) CHECK(words.contains(QStringLiteral("positions kept: 1")));
  }
}

TEST_CASE("levels and parts: what is chosen is raised, and a cut wants a second press") {
  ShellFixture f({}, {1920, 1080}, QStringLiteral("Risk"));
  std::vector<std::pair<StopLevel, std::string>> raised;
  f.commands.stopPorts.raise = [&raised](StopLevel level, const StopScope& scope, const std::string&) {
    raised.emplace_back(level, std::to_string(static_cast<int>(scope.kind)) + scope.name);
  };
  f.settle();
  auto& controls = *f.panel<EstopPanel>("dkEstop").controls();
  controls.refresh();
  auto& level = f.child<QComboBox>("cmbStopLevel");
  auto& scope = f.child<QComboBox>("cmbStopScope");
  auto& button = f.child<QPushButton>("btnStopRaise");
  REQUIRE(button.isEnabled());
  button.click();
  scope.setCurrentIndex(scope.findData(QStringLiteral("venue simulated")));
  level.setCurrentIndex(level.findData(static_cast<int>(StopLevel::Flatten)));
  button.click();
  scope.setCurrentIndex(scope.findData(QStringLiteral("instrument simulated/BTC-PERP")));
  level.setCurrentIndex(level.findData(static_cast<int>(StopLevel::Cut)));
  button.click();
  using Raised = std::vector<std::pair<StopLevel, std::string>>;
  const std::string venue = std::to_string(static_cast<int>(StopScope::Kind::Venue)) + "simulated";
  CHECK(raised == Raised{{StopLevel::CancelAll, "0"}, {StopLevel::Flatten, venue}});
  CHECK(button.text().contains(QStringLiteral("again")));
  button.click();
  REQUIRE(raised.size() == 3);
  CHECK(raised[2].first == StopLevel::Cut);
}

TEST_CASE("a stopped part is listed and reset with its own phrase") {
  ShellFixture f({}, {1920, 1080}, QStringLiteral("Risk"));
  StopProgress progress;
  ScopedStop part;
  part.scope = "venue simulated";
  part.level = "CANCEL_ALL";
  part.state = StopState::Stopped;
  part.stopNumber = 21;
  part.trigger = "stream";
  part.reason = "silent for 60 s";
  progress.scopes = {part};
  f.data.feed(progress);
  std::string asked;
  f.commands.stopPorts.resetScope = [&asked](const StopScope& scope, const std::string& phrase,
                                             const std::string& cause) {
    asked = scope.name + "|" + phrase + "|" + cause;
    return std::string("the venue shows an order");
  };
  f.settle();
  auto& panel = f.panel<EstopPanel>("dkEstop");
  CHECK(columnOf(f.child<DataTable>("tblStoppedParts"), QStringLiteral("state")) ==
        QStringList{QStringLiteral("STOPPED")});
  CHECK(f.child<QLineEdit>("edtPartPhrase").placeholderText() == QStringLiteral("RESET SIM 21"));
  f.child<QLineEdit>("edtPartPhrase").setText(QStringLiteral("reset sim 21"));
  f.child<QLineEdit>("edtPartCause").setText(QStringLiteral("stream is back"));
  f.child<QPushButton>("btnPartReset").click();
  waitFor(f, [&panel] { return panel.controls()->idle(); });
  CHECK(asked == "simulated|reset sim 21|stream is back");
  CHECK_FALSE(f.child<QLineEdit>("edtPartPhrase").text().isEmpty());
}

TEST_CASE("self-test, drill and guard stand in the table, faults as faults") {
  ShellFixture f({}, {1920, 1080}, QStringLiteral("Risk"));
  GuardView guard{true, true, Duration::millis(80), "watching", {}};
  f.commands.stopPorts.guard = [&guard] { return guard; };
  f.commands.stopPorts.selfTest = [] {
    return std::vector<StopTest>{{"gate on a test epoch", true, "", Duration::micros(20)},
                                 {"venue simulated", false, "no answer within 3 s", Duration::seconds(3)}};
  };
  f.commands.stopPorts.drill = [] {
    DrillResult result;
    result.ok = false;
    result.figures = {{"gate closed", "0.2 ms", "1 ms", true}, {"placements after", "1", "0", false}};
    return result;
  };
  auto& panel = f.panel<EstopPanel>("dkEstop");
  panel.refresh();
  auto& channels = f.child<DataTable>("tblStopChannels");
  CHECK(columnOf(channels, QStringLiteral("state")).contains(QStringLiteral("guard connected")));
  guard.connected = false;
  panel.refresh();
  CHECK(columnOf(channels, QStringLiteral("state")).contains(QStringLiteral("guard LOST")));
  f.child<QPushButton>("btnStopTest").click();
  waitFor(f, [&panel] { return panel.controls()->idle(); });
  CHECK(f.child<QLabel>("lblStopTest").text().contains(QStringLiteral("FAILED")));
  CHECK(columnOf(channels, QStringLiteral("state")).contains(QStringLiteral("FAULT")));
  f.child<QPushButton>("btnStopDrill").click();
  waitFor(f, [&panel] { return panel.controls()->idle(); });
  CHECK(f.child<QLabel>("lblStopTest").text().contains(QStringLiteral("FAILED")));
  CHECK(columnOf(f.child<DataTable>("tblDrill"), QStringLiteral("measured")) ==
        QStringList{QStringLiteral("0.2 ms"), QStringLiteral("1")});
  pictureOf(f, QStringLiteral("estop_drill"));
}

TEST_CASE("alarms: one for each cause, sorted, acknowledged at the agent that tells them") {
  ShellFixture f;
  const auto alarm = [](std::uint64_t id, int priority, std::uint64_t count, bool acknowledged) {
    AlarmUpdate made;
    made.id = id;
    made.source = "risk";
    made.code = "position.unprotected";
    made.subject = "S" + std::to_string(id);
    made.priority = priority;
    made.text = "alarm " + std::to_string(id);
    made.action = "Add a stop";
    made.count = count;
    made.acknowledged = acknowledged;
    return made;
  };
  f.data.feed(alarm(1, 1, 1, false));
  f.data.feed(alarm(2, 3, 1, false));
  for (std::uint64_t count = 2; count < 40; ++count) f.data.feed(alarm(1, 1, count, false));
  f.settle();
  CHECK(f.data.openAlarms() == 2);
  CHECK(f.data.worstOpenAlarm() == 3);
  CHECK(f.window->strip().alarmButton().text() == QStringLiteral("Alarms 2"));
  f.window->strip().alarmButton().click();
  f.settle();
  auto& table = f.child<DataTable>("tblAlarms");
  REQUIRE(table.isVisibleTo(f.window.get()));
  CHECK(columnOf(table, QStringLiteral("text")) == QStringList{QStringLiteral("alarm 2"), QStringLiteral("alarm 1")});
  CHECK(columnOf(table, QStringLiteral("count")) == QStringList{QStringLiteral("×1"), QStringLiteral("×39")});
  pictureOf(f, QStringLiteral("alarms"));
  table.selectKey(QStringLiteral("2"));
  f.child<QPushButton>("btnAcknowledge").click();
  CHECK(f.commands.calls == std::vector<std::string>{"acknowledge alarm 2"});
  f.data.feed(alarm(2, 3, 1, true));
  f.settle();
  CHECK(f.data.openAlarms() == 1);
  CHECK(f.data.worstOpenAlarm() == 1);
}

TEST_CASE("the table of targets shows what was measured, and what was not") {
  ShellFixture f;
  MetricsUpdate update;
  update.source = "audit";
  update.rows = {{"signal generation p99", "12.3 ms", "< 50 ms", "< 200 ms", Metric::State::Good},
                 {"order decision to sent p99", "640 ms", "< 100 ms", "< 500 ms", Metric::State::Critical},
                 {"disk free", "", "> 10 GB", "> 2 GB", Metric::State::NotMeasured}};
  f.data.feed(update);
  f.window->showDock(QStringLiteral("dkAgents"), false);
  f.panel<AgentsPanel>("dkAgents").tabs()->setCurrentIndex(2);
  f.settle();
  CHECK(columnOf(f.child<DataTable>("tblTargets"), QStringLiteral("measured")) ==
        QStringList{QStringLiteral("12.3 ms"), QStringLiteral("640 ms"), QStringLiteral("not measured")});
  pictureOf(f, QStringLiteral("targets"));
}

TEST_CASE("the window tells the watchdog four times a second and owns up to having stood still") {
  ManualClock clock{Timestamp::fromSeconds(1'700'000'000)};
  ShellFixture f;
  int beats = 0;
  f.commands.stopPorts.alive = [&beats] { ++beats; };
  MainWindow::Options made;
  made.settingsFile = f.folder.filePath(QStringLiteral("other.ini"));
  made.tray = false;
  MainWindow window(f.data, f.commands, f.stop, clock, made);
  for (int i = 0; i < 125; ++i) {
    window.beatOnce();
    clock.advance(Duration::millis(16));
  }
  CHECK(beats >= 7);
  CHECK(beats <= 9);
  auto* notice = window.findChild<QLabel*>(QStringLiteral("lblNotice"));
  REQUIRE(notice != nullptr);
  CHECK(notice->text().isEmpty());
  clock.advance(Duration::seconds(12));
  window.beatOnce();
  CHECK(notice->text().contains(QStringLiteral("12.0 s")));
  CHECK(notice->text().contains(QStringLiteral("trading went on")));
}

TEST_CASE("link groups: each shows its own instrument, and docks move between them") {
  ShellFixture f({}, {1920, 1080}, QStringLiteral("Trade"));
  const auto symbolOf = [&f](const char* dock) {
    return f.data.instruments().get(f.window->dock(QString::fromLatin1(dock))->link().instrument()).symbol;
  };
  Dock* ladder = f.window->dock(QStringLiteral("dkLadder"));
  REQUIRE(ladder->linkChip() != nullptr);
  CHECK(ladder->linkChip()->text() == QStringLiteral("A ●"));
  CHECK(f.window->dock(QStringLiteral("dkAgents"))->linkChip() == nullptr);
  ladder->link().setGroup(2);
  CHECK(ladder->linkChip()->text() == QStringLiteral("B ▲"));
  f.window->link().choose({1});
  f.settle();
  CHECK(symbolOf("dkChart") == "ETH-PERP");
  CHECK(symbolOf("dkLadder") == "BTC-PERP");
  CHECK(f.panel<LadderPanel>("dkLadder").ladder()->state()->symbol == QStringLiteral("BTC-PERP"));
  f.window->dock(QStringLiteral("dkChart"))->link().setGroup(2);
  CHECK(symbolOf("dkChart") == "BTC-PERP");
  ladder->link().choose({2});
  CHECK(symbolOf("dkChart") == "SOL-PERP");
  CHECK(symbolOf("dkTape") == "ETH-PERP");
  ladder->link().setGroup(0);
  ladder->link().choose({3});
  CHECK(symbolOf("dkLadder") == "XRP-PERP");
  CHECK(symbolOf("dkChart") == "SOL-PERP");
  pictureOf(f, QStringLiteral("linked"));
  f.window.reset();
  f.window = f.makeWindow({1920, 1080}, QStringLiteral("Trade"));
  CHECK(f.window->dock(QStringLiteral("dkLadder"))->link().group() == 0);
  CHECK(f.window->dock(QStringLiteral("dkChart"))->link().group() == 2);
}

TEST_CASE("a ticket with unsent input leaves its group instead of changing its instrument, and says so") {
  ShellFixture f({}, {1920, 1080}, QStringLiteral("Trade"));
  Dock* ticket = f.window->dock(QStringLiteral("dkTicket"));
  f.window->link().choose({1});
  f.settle();
  CHECK(f.child<QLabel>("lblTicketSymbol").text() == QStringLiteral("ETH-PERP"));
  f.child<DecimalEdit>("edtQuantity").setText(QStringLiteral("0.250"));
  f.window->link().choose({2});
  f.settle();
  CHECK(f.child<QLabel>("lblTicketSymbol").text() == QStringLiteral("ETH-PERP"));
  CHECK(f.child<DecimalEdit>("edtQuantity").text() == QStringLiteral("0.250"));
  CHECK(ticket->link().group() == 0);
  CHECK(f.window->toast().sentence().contains(QStringLiteral("ETH-PERP")));
}
