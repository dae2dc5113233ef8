// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QTest>

#include "tests/ui/shell_fixture.h"
#include "ui/panels/limits/limit_bar.h"
#include "ui/panels/limits/limit_review_page.h"
#include "ui/panels/limits/limit_row.h"
#include "ui/panels/limits/limits_panel.h"
#include "ui/panels/limits/what_if_view.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/small_widgets.h"

using namespace bw;
using namespace bw::ui;
using bw::ui::test::ShellFixture;

namespace {

/// The form alone in a window of its own, on a desk in memory.
struct FormFixture {
  explicit FormFixture(TestLimitDesk::Options options = {}) : shell(quiet(), {800, 600}), desk(withTime(options)) {
    shell.commands.desk = &desk;
    context.mono = [this] { return clock.mono(); };
    panel = std::make_unique<LimitsPanel>(context);
    panel->setObjectName(QStringLiteral("dkLimitsPanel"));
    panel->resize(1280, 860);
    panel->show();
    settle();
  }
  static TestData::Options quiet() { return {}; }
  TestLimitDesk::Options withTime(TestLimitDesk::Options options) {
    if (options.now.ns == 0) options.now = SystemClock().now();
    return options;
  }
  void settle() {
    QElapsedTimer timer;
    timer.start();
    do {
      QTest::qWait(2);
    } while (!panel->settled() && timer.elapsed() < 20'000);
    REQUIRE(panel->settled());
    panel->tick();
    QCoreApplication::processEvents();
  }
  template <class W>
  W& child(const QString& name) {
    W* found = panel->findChild<W*>(name);
    REQUIRE_MESSAGE(found != nullptr, name.toStdString());
    return *found;
  }
  LimitRow& row(const char* key) {
    if (panel->row(QString::fromLatin1(key)) == nullptr) {
      auto& scopes = child<QListWidget>(QStringLiteral("lstLimitScopes"));
      scopes.setCurrentRow(scopes.count() - 1);
    }
    LimitRow* found = panel->row(QString::fromLatin1(key));
    REQUIRE_MESSAGE(found != nullptr, key);
    return *found;
  }
  QLineEdit& line(const char* key) { return child<QLineEdit>(row(key).editor()->objectName()); }
  /// As a person types it, letter by letter.
  void type(const char* key, const char* text) {
    auto& edit = line(key);
    edit.selectAll();
    QTest::keyClicks(&edit, QString::fromUtf8(text));
    settle();
  }
  void enter(const char* key) {
    QTest::keyClick(&line(key), Qt::Key_Return);
    settle();
  }
  void press(const char* name) {
    child<QPushButton>(QString::fromLatin1(name)).click();
    settle();
  }
  bool enabled(const char* name) { return child<QPushButton>(QString::fromLatin1(name)).isEnabled(); }
  QString text(const char* name) { return child<QLabel>(QString::fromLatin1(name)).text(); }
  std::string value(const char* key) {
    for (const auto& field : desk.fields()) {
      if (field.key == key) return field.value;
    }
    return "no such key";
  }
  int page() { return child<QStackedWidget>(QStringLiteral("pgsLimits")).currentIndex(); }
  /// Into the folder that BW_SHOT_DIR names, if it does.
  void picture(const char* file) {
    const QString to = qEnvironmentVariable("BW_SHOT_DIR");
    if (to.isEmpty()) return;
    QDir().mkpath(to);
    panel->grab().save(to + QLatin1Char('/') + QString::fromLatin1(file) + QStringLiteral(".png"));
  }

  ShellFixture shell;
  ManualClock clock{Timestamp::fromSeconds(1)};
  TestLimitDesk desk;
  LinkGroup link;
  PanelContext context{shell.data, shell.commands, link};
  std::unique_ptr<LimitsPanel> panel;
};

}  // namespace

TEST_CASE("the form has a field for every limit, by scope, and search reaches all of them") {
  FormFixture f;
  CHECK(f.panel->property("bwRows").toInt() == static_cast<int>(f.desk.fields().size()));
  CHECK(f.panel->property("bwState").toString() == QStringLiteral("live"));
  CHECK(f.panel->row(QStringLiteral("MAX_EXPOSURE")) != nullptr);
  CHECK(f.panel->row(QStringLiteral("MAX_ORDER_VALUE")) == nullptr);  // made when it is asked for
  f.child<QLineEdit>(QStringLiteral("edtLimitSearch")).setText(QStringLiteral("order notional"));
  REQUIRE(f.panel->row(QStringLiteral("MAX_ORDER_VALUE")) != nullptr);
  CHECK(f.row("MAX_ORDER_VALUE").isVisibleTo(f.panel.get()));
  CHECK_FALSE(f.row("MAX_LEVERAGE").isVisibleTo(f.panel.get()));
  f.child<QLineEdit>(QStringLiteral("edtLimitSearch")).setText(QStringLiteral("nothing like it"));
  CHECK(f.child<QLabel>(QStringLiteral("lblLimitNothing")).isVisibleTo(f.panel.get()));
  f.child<QLineEdit>(QStringLiteral("edtLimitSearch")).clear();
  for (const auto& field : f.desk.fields()) CHECK(f.row(field.key.c_str()).text().toStdString() == field.value);
  // What live trading needs is marked, where a value comes from is said.
  CHECK(f.child<QLabel>(QStringLiteral("lblLive_MAX_EXPOSURE")).isVisibleTo(f.panel.get()));
  CHECK_FALSE(f.child<QLabel>(QStringLiteral("lblLive_MAX_DATA_AGE")).isVisibleTo(f.panel.get()));
  CHECK(f.text("lblFacts_MAX_EXPOSURE").contains(QStringLiteral("config/risk.yaml:")));
  CHECK(f.text("lblFacts_MAX_EXPOSURE").contains(QStringLiteral("0 to 1000")));
}

TEST_CASE("used now stands beside the field, from the risk agent's own figures") {
  FormFixture f;
  CHECK(f.row("MAX_EXPOSURE").bar().text().startsWith(QStringLiteral("used 438 of 500 · 87 %")));
  CHECK(f.row("MIN_FREE_BALANCE").bar().text().contains(QStringLiteral("at least 900")));
  CHECK(f.row("MAX_SECTOR_EXPOSURE").bar().text() == QStringLiteral("not measured now"));
  f.type("MAX_EXPOSURE", "250");
  CHECK(f.row("MAX_EXPOSURE").bar().draft() == doctest::Approx(0.5));
}

TEST_CASE("every keystroke is judged: format, range, unit, whole numbers, words between fields") {
  FormFixture f;
  const std::vector<std::tuple<const char*, const char*, const char*>> wrong = {
      {"MAX_EXPOSURE", "1001", "at most 1000"},   {"MAX_POSITION_PERCENT", "0.05", "at least 0.1"},
      {"MAX_EXPOSURE", "NaN", "write a number"},  {"MAX_EXPOSURE", "1,5", "write a number"},
      {"MAX_OPEN_ORDERS", "2.5", "whole number"}, {"MAX_EXPOSURE", "300 USDT", "write a number"}};
  for (const auto& [key, text, says] : wrong) {
    CAPTURE(text);
    f.type(key, text);
    CHECK(f.row(key).verdict().contains(QString::fromLatin1(says)));
    CHECK(f.row(key).editor()->property("bwInvalid").toBool());
    CHECK(f.row(key).editor()->accessibleDescription().contains(QString::fromLatin1(says)));
    CHECK_FALSE(f.enabled("btnLimitApply"));
    CHECK(f.text("lblLimitErrors").contains(QString::fromLatin1(key)));
    QTest::keyClick(&f.line(key), Qt::Key_Escape);
    f.settle();
    CHECK_FALSE(f.row(key).editor()->property("bwInvalid").toBool());
    CHECK(f.row(key).text().toStdString() == f.value(key));
  }
  f.type("MAX_POSITION_PERCENT", "50%");
  CHECK(f.panel->proposal().rows.at(0).after == "50");
  // 25x: 0.12 % × 25 + 0.05.
  f.type("LEVERAGE_DEFAULT", "25");
  CHECK(f.text("lblLimitErrors").contains(QStringLiteral("25x needs 3.05 % to break even")));
  CHECK_FALSE(f.enabled("btnLimitApply"));
  CHECK_FALSE(f.enabled("btnLimitReview"));
  CHECK(f.row("LEVERAGE_DEFAULT").verdict().startsWith(QStringLiteral("25x needs 3.05 %")));
  CHECK(f.text("lblWhatIfArithmetic").contains(QStringLiteral("× 25 + 0.05 = 3.05 %")));
  f.picture("limits_error");
}

TEST_CASE("tightening applies on Enter, never on leaving the field, and says its version") {
  FormFixture f;
  f.type("MAX_EXPOSURE", "450");
  CHECK(f.row("MAX_EXPOSURE").verdict().contains(QStringLiteral("tightens")));
  f.line("MAX_LEVERAGE").setFocus();
  f.settle();
  CHECK(f.value("MAX_EXPOSURE") == "500");
  f.enter("MAX_EXPOSURE");
  CHECK(f.value("MAX_EXPOSURE") == "450");
  CHECK(f.text("lblLimitStatus").contains(QStringLiteral("version 2")));
  CHECK(f.text("lblLimitVersion").contains(QStringLiteral("waiting for the risk agent")));
  RiskStatus risk = *f.shell.data.risk();
  risk.limitsVersion = 2;
  f.shell.data.feed(risk);
  f.settle();
  CHECK(f.text("lblLimitVersion").contains(QStringLiteral("in force")));
  // A loosening on Enter changes nothing.
  f.type("MAX_EXPOSURE", "600");
  f.enter("MAX_EXPOSURE");
  CHECK(f.value("MAX_EXPOSURE") == "450");
  CHECK(f.page() == 1);
}

TEST_CASE("what acts at once is not taken by Enter, only by Apply") {
  FormFixture f;
  f.type("MAX_DAILY_DRAWDOWN", "0.5");
  CHECK(f.row("MAX_DAILY_DRAWDOWN").verdict().contains(QStringLiteral("would pause trading now")));
  f.enter("MAX_DAILY_DRAWDOWN");
  CHECK(f.value("MAX_DAILY_DRAWDOWN") == "3");
  f.press("btnLimitApply");
  CHECK(f.value("MAX_DAILY_DRAWDOWN") == "0.5");
}

TEST_CASE("mixed edits split: one part at once, the other waits for its review and its reason") {
  FormFixture f;
  f.type("MAX_POSITION_PERCENT", "40");
  f.type("MAX_EXPOSURE", "750");
  f.type("MAX_ORDER_VALUE", "off");
  CHECK(f.row("MAX_ORDER_VALUE").verdict().contains(QStringLiteral("write a number")));  // cannot be off
  f.type("MAX_ORDER_VALUE", "5000");
  f.picture("limits_draft");
  f.press("btnLimitApply");
  CHECK(f.value("MAX_POSITION_PERCENT") == "40");
  CHECK(f.value("MAX_EXPOSURE") == "500");
  CHECK(f.row("MAX_EXPOSURE").text() == QStringLiteral("750"));
  f.press("btnLimitReview");
  CHECK(f.page() == 1);
  const auto* model = f.child<DataTable>(QStringLiteral("tblLimitDiff")).view()->model();
  REQUIRE(model->rowCount() == 1);
  CHECK(model->index(0, 1).data().toString() == QStringLiteral("500 % equity"));
  CHECK(model->index(0, 2).data().toString() == QStringLiteral("750 % equity"));
  CHECK(model->index(0, 3).data().toString() == QStringLiteral("+50 % (×1.5)"));
  CHECK(f.text("lblReviewWould").endsWith(QStringLiteral(": 9.")));
  CHECK_FALSE(f.enabled("btnReviewConfirm"));
  f.child<QLineEdit>(QStringLiteral("edtReviewReason")).setText(QStringLiteral("too short"));
  CHECK_FALSE(f.enabled("btnReviewConfirm"));
  f.child<QLineEdit>(QStringLiteral("edtReviewReason")).setText(QStringLiteral("second account is funded"));
  CHECK(f.enabled("btnReviewConfirm"));
  f.picture("limits_review");
  f.press("btnReviewConfirm");
  CHECK(f.value("MAX_EXPOSURE") == "750");
  CHECK(f.page() == 0);
  CHECK(f.desk.history({}).front().reason == "second account is funded");
}

TEST_CASE("live: the new value is typed, lapses, cools down and can be aborted") {
  TestLimitDesk::Options options;
  options.live = true;
  FormFixture f(options);
  f.type("MAX_EXPOSURE", "1000");
  f.type("MAX_LEVERAGE", "25");
  f.press("btnLimitReview");
  auto& typed = f.child<QLineEdit>(QStringLiteral("edtReviewTyped"));
  CHECK(f.text("lblReviewTyped").contains(QStringLiteral("Max exposure, 1000")));
  CHECK(f.text("lblReviewNotes").contains(QStringLiteral("gates lock again")));
  f.child<QLineEdit>(QStringLiteral("edtReviewReason")).setText(QStringLiteral("second account is funded"));
  CHECK_FALSE(f.enabled("btnReviewConfirm"));
  typed.setText(QStringLiteral("100"));
  CHECK_FALSE(f.enabled("btnReviewConfirm"));
  typed.setText(QStringLiteral("1000"));
  CHECK(f.enabled("btnReviewConfirm"));
  f.picture("limits_review_live");
  f.clock.advance(LimitReviewPage::kConfirmTime);
  f.press("btnReviewConfirm");
  CHECK(f.desk.version() == 1);
  CHECK(typed.text().isEmpty());
  CHECK_FALSE(f.child<QLineEdit>(QStringLiteral("edtReviewReason")).text().isEmpty());
  typed.setText(QStringLiteral("1000"));
  f.shell.data.feed(StateChanged{SessionState::Trading, SessionState::Paused, "a person"});
  f.settle();
  CHECK(typed.text().isEmpty());
  typed.setText(QStringLiteral("1000"));
  f.press("btnReviewConfirm");
  CHECK(f.desk.history({}).front().outcome == "waiting");
  CHECK(f.value("MAX_EXPOSURE") == "500");
  f.press("btnLimitAbort");
  CHECK(f.desk.history({}).front().outcome == "aborted");
  CHECK(f.text("lblLimitStatus").contains(QStringLiteral("aborted")));
}

TEST_CASE("what is confirmed is what stands there: a change from elsewhere takes the typed value back") {
  TestLimitDesk::Options options;
  options.live = true;
  FormFixture f(options);
  f.type("MAX_EXPOSURE", "1000");
  f.press("btnLimitReview");
  f.child<QLineEdit>(QStringLiteral("edtReviewReason")).setText(QStringLiteral("second account is funded"));
  f.child<QLineEdit>(QStringLiteral("edtReviewTyped")).setText(QStringLiteral("1000"));
  REQUIRE(f.enabled("btnReviewConfirm"));
  REQUIRE(f.desk.apply({{"MAX_EXPOSURE", "300"}}, {"somebody", "cli", "tightened elsewhere", {}}).ok());
  RiskStatus risk = *f.shell.data.risk();
  risk.limitsVersion = 2;
  f.shell.data.feed(risk);
  f.settle();
  f.settle();
  CHECK(f.child<QLineEdit>(QStringLiteral("edtReviewTyped")).text().isEmpty());
  CHECK_FALSE(f.enabled("btnReviewConfirm"));
  const auto* model = f.child<DataTable>(QStringLiteral("tblLimitDiff")).view()->model();
  CHECK(model->index(0, 1).data().toString() == QStringLiteral("300 % equity"));
}

TEST_CASE("a refused loosening says why and cannot be pressed") {
  TestLimitDesk::Options options;
  options.refusals = {"the daily drawdown breaker is open"};
  FormFixture f(options);
  f.type("MAX_EXPOSURE", "600");
  f.press("btnLimitReview");
  f.child<QLineEdit>(QStringLiteral("edtReviewReason")).setText(QStringLiteral("second account is funded"));
  CHECK_FALSE(f.enabled("btnReviewConfirm"));
  CHECK(f.text("lblReviewNotes").contains(QStringLiteral("breaker is open")));
}

TEST_CASE("undo of the draft goes field by field; undo of what was applied takes the right path") {
  FormFixture f;
  f.type("MAX_EXPOSURE", "450");
  f.type("MAX_LEVERAGE", "15");
  QTest::keyClick(&f.line("MAX_LEVERAGE"), Qt::Key_Z, Qt::ControlModifier);
  f.settle();
  CHECK(f.row("MAX_LEVERAGE").text() == QStringLiteral("20"));
  CHECK(f.row("MAX_EXPOSURE").text() == QStringLiteral("450"));
  QTest::keyClick(&f.line("MAX_LEVERAGE"), Qt::Key_Z, Qt::ControlModifier);
  f.settle();
  CHECK(f.row("MAX_EXPOSURE").text() == QStringLiteral("500"));
  f.panel->setFocus();
  QTest::keySequence(f.panel.get(), QKeySequence::Redo);
  f.settle();
  CHECK(f.row("MAX_EXPOSURE").text() == QStringLiteral("450"));
  f.enter("MAX_EXPOSURE");
  REQUIRE(f.value("MAX_EXPOSURE") == "450");
  // Taking a tightening back is a loosening: a draft.
  f.press("btnLimitUndo");
  CHECK(f.value("MAX_EXPOSURE") == "450");
  CHECK(f.row("MAX_EXPOSURE").text() == QStringLiteral("500"));
  f.press("btnLimitReview");
  f.child<QLineEdit>(QStringLiteral("edtReviewReason")).setText(QStringLiteral("it was a mistake"));
  f.press("btnReviewConfirm");
  CHECK(f.value("MAX_EXPOSURE") == "500");
  // And taking that back tightens: at once.
  f.press("btnLimitUndo");
  CHECK(f.value("MAX_EXPOSURE") == "450");
  CHECK(f.desk.history({}).front().channel == "undo");
}

TEST_CASE("the history of one limit and of all; a change is taken back from there") {
  FormFixture f;
  f.type("MAX_EXPOSURE", "450");
  f.enter("MAX_EXPOSURE");
  f.type("MAX_LEVERAGE", "15");
  f.enter("MAX_LEVERAGE");
  f.press("btnLimitHistory");
  CHECK(f.page() == 2);
  auto& table = f.child<DataTable>(QStringLiteral("tblLimitHistory"));
  CHECK(table.view()->model()->rowCount() == 2);
  f.picture("limits_history");
  f.panel->openHistory(QStringLiteral("MAX_EXPOSURE"));
  f.settle();
  CHECK(table.view()->model()->rowCount() == 1);
  f.press("btnHistoryUndo");
  CHECK(f.page() == 0);
  CHECK(f.row("MAX_EXPOSURE").text() == QStringLiteral("500"));
  CHECK(f.value("MAX_EXPOSURE") == "450");
}

TEST_CASE("words and switches are chosen, steps are exact") {
  FormFixture f;
  auto& alignment = dynamic_cast<QComboBox&>(*f.row("MIN_ALIGNMENT").editor());
  QTest::keyClick(&alignment, Qt::Key_Down);
  f.settle();
  CHECK(f.row("MIN_ALIGNMENT").text() == QStringLiteral("full"));
  CHECK(f.row("MIN_ALIGNMENT").verdict().contains(QStringLiteral("tightens")));
  auto& buffer = f.line("BREAK_EVEN_BUFFER");
  for (int i = 0; i < 6; ++i) QTest::keyClick(&buffer, Qt::Key_Up);
  CHECK(buffer.text() == QStringLiteral("0.11"));
  QTest::keyClick(&buffer, Qt::Key_PageDown);
  CHECK(buffer.text() == QStringLiteral("0.01"));
  f.type("ui_freeze.stop_s", "30");
  CHECK(f.row("ui_freeze.stop_s").verdict().contains(QStringLiteral("tightens")));
}

TEST_CASE("the look back says what would have been blocked, for the days asked for") {
  FormFixture f;
  f.type("MAX_EXPOSURE", "400");
  CHECK(f.panel->whatIf().text() ==
        QStringLiteral("17 of 912 orders would have been rejected, 0 breakers would have opened"));
  CHECK(f.child<DataTable>(QStringLiteral("tblWhatIf")).view()->model()->rowCount() == 1);
  CHECK(f.text("lblWhatIfCounts").startsWith(QStringLiteral("last 7 days")));
  QTest::keyClick(&f.line("MAX_EXPOSURE"), Qt::Key_Escape);
  f.settle();
  CHECK(f.child<DataTable>(QStringLiteral("tblWhatIf")).view()->model()->rowCount() == 0);
}

TEST_CASE("a file written is a file read; what differs is a draft, what is wrong is said") {
  FormFixture f;
  const QString path = f.shell.folder.filePath(QStringLiteral("limits.yaml"));
  f.panel->exportTo(path);
  f.settle();
  f.panel->importFrom(path);
  f.settle();
  CHECK(f.text("lblLimitStatus").contains(QStringLiteral("in force already")));
  QFile file(path);
  REQUIRE(file.open(QIODevice::ReadWrite));
  QByteArray text = file.readAll();
  text.replace("MAX_EXPOSURE: \"500\"", "MAX_EXPOSURE: \"650\"");
  file.resize(0);
  file.seek(0);
  file.write(text);
  file.close();
  f.panel->importFrom(path);
  f.settle();
  CHECK(f.row("MAX_EXPOSURE").text() == QStringLiteral("650"));
  CHECK(f.value("MAX_EXPOSURE") == "500");
  CHECK(f.enabled("btnLimitReview"));
  REQUIRE(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
  file.write("MAX_EXPOSUR: \"650\"\n");
  file.close();
  f.panel->importFrom(path);
  f.settle();
  CHECK(f.text("lblLimitStatus").contains(QStringLiteral("limits.yaml:1: unknown key")));
  f.panel->importFrom(f.shell.folder.filePath(QStringLiteral("absent.yaml")));
  f.settle();
  CHECK(f.text("lblLimitStatus").contains(QStringLiteral("cannot be read")));
}

TEST_CASE("a smaller form keeps the sentences of the look back and a way to every scope") {
  FormFixture f;
  f.type("MAX_EXPOSURE", "400");
  f.panel->resize(840, 620);
  f.settle();
  CHECK(f.panel->whatIf().isVisibleTo(f.panel.get()));
  CHECK_FALSE(f.child<DataTable>(QStringLiteral("tblWhatIf")).isVisibleTo(f.panel.get()));
  CHECK_FALSE(f.row("MAX_EXPOSURE").editor()->visibleRegion().isEmpty());
  CHECK(f.child<QComboBox>(QStringLiteral("cmbLimitScope")).isVisibleTo(f.panel.get()));
  CHECK_FALSE(f.child<QListWidget>(QStringLiteral("lstLimitScopes")).isVisibleTo(f.panel.get()));
  f.child<QComboBox>(QStringLiteral("cmbLimitScope")).setFocus();
  QTest::keyClick(&f.child<QComboBox>(QStringLiteral("cmbLimitScope")), Qt::Key_Down);
  CHECK(f.child<QListWidget>(QStringLiteral("lstLimitScopes")).currentRow() == 1);
  f.picture("limits_small");
  f.panel->resize(1280, 860);
  f.settle();
  CHECK(f.child<DataTable>(QStringLiteral("tblWhatIf")).isVisibleTo(f.panel.get()));
}

TEST_CASE("without a desk the form says so") {
  ShellFixture f;
  f.commands.desk = nullptr;
  f.window->showDock(QStringLiteral("dkLimits"), false);
  f.settle();
  CHECK(f.window->dock(QStringLiteral("dkLimits"))->property("bwState").toString() == QStringLiteral("empty"));
  CHECK(f.child<EmptyState>("emptyLimits").isVisibleTo(f.window.get()));
}
