// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <QAbstractItemModel>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QTest>

#include "tests/ui/shell_fixture.h"
#include "ui/panels/inbox/inbox_card.h"
#include "ui/panels/inbox/inbox_panel.h"
#include "ui/panels/inbox/inbox_text.h"
#include "ui/panels/ticket/ticket_panel.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/decimal_edit.h"
#include "ui/widgets/small_widgets.h"

using namespace bw;
using namespace bw::ui;
using bw::ui::test::ShellFixture;

namespace {

const QString kInbox = QStringLiteral("dkInbox");

struct InboxFixture : ShellFixture {
  explicit InboxFixture(TestData::Options options = {}) : ShellFixture(options) {
    window->showDock(kInbox, true);
    settle();
  }
  void choose(const char* id) {
    child<DataTable>("tblInbox").selectKey(QString::fromLatin1(id));
    settle();
  }
  QString text(const char* label) { return child<QLabel>(label).text(); }
  void press(const char* button) { child<QPushButton>(button).click(); }
  ReconciliationItem item(const char* id) {
    for (const auto& row : data.inbox()) {
      if (row.id == id) return row;
    }
    FAIL("no such item");
    return {};
  }
};

/// Into the folder that BW_SHOT_DIR names, if it does.
void pictureOf(QWidget& widget, const char* file) {
  const QString to = qEnvironmentVariable("BW_SHOT_DIR");
  if (to.isEmpty()) return;
  QDir().mkpath(to);
  widget.grab().save(to + QLatin1Char('/') + QString::fromLatin1(file) + QStringLiteral(".png"));
}

}  // namespace

TEST_CASE("the inbox says what differs, what it locks and what each answer does") {
  InboxFixture f;
  CHECK(f.child<DataTable>("tblInbox").view()->model()->rowCount() == 3);
  CHECK(f.window->dock(kInbox)->property("bwRows").toInt() == 3);
  CHECK(f.window->dock(kInbox)->windowTitle() == QStringLiteral("Reconciliation inbox (3)"));
  CHECK(f.child<ElidedLabel>("lblInboxHeader").fullText().contains(QStringLiteral("SOL-PERP")));
  // The locked one is first and chosen.
  CHECK(f.text("lblInboxTitle") == QStringLiteral("SOL-PERP: the venue holds +42.50, we count +30.00"));
  CHECK(f.text("lblInboxFacts").contains(QStringLiteral("difference +12.50")));
  CHECK(f.text("lblInboxFacts").contains(QStringLiteral("3 min 12 s ago")));
  CHECK(f.text("lblInboxLock").contains(QStringLiteral("LOCKED")));
  CHECK(f.text("lblInboxLock").contains(QStringLiteral("1 min 48 s")));
  CHECK(f.text("lblInboxEffectAdopt").contains(QStringLiteral("+42.50")));
  CHECK(f.text("lblInboxEffectClose").contains(QStringLiteral("SIM")));
  f.choose("R-19");
  CHECK_FALSE(f.child<QPushButton>("btnInboxClose").isVisibleTo(f.window.get()));
  CHECK_FALSE(f.child<QPushButton>("btnInboxPause").isVisibleTo(f.window.get()));
  CHECK(f.text("lblInboxFacts").contains(QString(QChar(0x2212)) + QStringLiteral("25.00 USDT")));
  CHECK_FALSE(f.child<QLabel>("lblInboxLock").isVisibleTo(f.window.get()));
  f.choose("R-17");
  pictureOf(*f.window->dock(kInbox), "inbox");
}

TEST_CASE("an answer that adds risk is asked for twice; a pause is not") {
  InboxFixture f;
  f.choose("R-17");
  f.press("btnInboxAdopt");
  CHECK(f.commands.calls.empty());
  CHECK(f.child<InboxCard>("cardInbox").asked() == ReconciliationAction::Adopt);
  CHECK(f.text("lblInboxQuestion").startsWith(QStringLiteral("Adopt R-17? ")));
  CHECK(f.child<QPushButton>("btnInboxConfirm").text() == QStringLiteral("Adopt R-17 — SIM"));
  f.settle();
  pictureOf(*f.window->dock(kInbox), "inbox_confirm");
  f.press("btnInboxBack");
  CHECK_FALSE(f.child<InboxCard>("cardInbox").asked().has_value());
  CHECK(f.commands.calls.empty());
  f.press("btnInboxAdopt");
  f.child<QLineEdit>("edtInboxReason").setText(QStringLiteral("  bought by phone "));
  f.press("btnInboxConfirm");
  REQUIRE(f.commands.calls.size() == 1);
  CHECK(f.commands.calls[0] == "answer R-17 adopt | bought by phone");
  CHECK(f.text("lblInboxReply").contains(QStringLiteral("waiting")));
  f.press("btnInboxPause");
  REQUIRE(f.commands.calls.size() == 2);
  CHECK(f.commands.calls[1] == "answer R-17 pause | ");
}

TEST_CASE("a confirmation lapses after half a minute and when the item changes") {
  ShellFixture shell;
  ManualClock clock{Timestamp::fromSeconds(1)};
  LinkGroup link;
  PanelContext context{shell.data, shell.commands, link};
  context.mono = [&clock] { return clock.mono(); };
  InboxPanel panel(context);
  panel.resize(900, 400);
  panel.show();
  const auto press = [&panel](const char* name) { panel.findChild<QPushButton*>(QString::fromLatin1(name))->click(); };
  press("btnInboxClose");
  CHECK(panel.card().asked().has_value());
  clock.advance(Duration::seconds(29));
  panel.refresh();
  CHECK(panel.card().asked().has_value());
  clock.advance(Duration::seconds(1));
  panel.refresh();
  CHECK_FALSE(panel.card().asked().has_value());
  // A press in the last moment, before anything was painted, sends nothing either.
  press("btnInboxClose");
  clock.advance(Duration::seconds(31));
  press("btnInboxConfirm");
  CHECK(shell.commands.calls.empty());
  press("btnInboxClose");
  ReconciliationItem changed;
  for (const auto& row : shell.data.inbox()) {
    if (row.id == "R-17") changed = row;
  }
  changed.theirs = "+10.00";
  shell.data.feed(changed);
  panel.tick();
  CHECK_FALSE(panel.card().asked().has_value());
  press("btnInboxConfirm");
  CHECK(shell.commands.calls.empty());
  // Nor is an answer asked for in one state given in another.
  press("btnInboxClose");
  shell.data.feed(StateChanged{SessionState::Trading, SessionState::Paused, "a person"});
  panel.tick();
  CHECK_FALSE(panel.card().asked().has_value());
}

TEST_CASE("a locked instrument takes no entry from the ticket, and says which answer is missing") {
  ShellFixture f({}, {1920, 1080}, QStringLiteral("Trade"));
  auto& ticket = f.panel<TicketPanel>("dkTicket");
  const ReconciliationItem* lock = f.data.lockOn({2});
  REQUIRE(lock != nullptr);
  CHECK(lock->id == "R-17");
  CHECK(f.data.lockOn(TestData::bitcoin()) == nullptr);
  f.child<DataTable>("tblWatchlist").selectKey(QStringLiteral("SOL-PERP"));
  f.settle();
  f.child<DecimalEdit>("edtQuantity").setText(QStringLiteral("1.00"));
  CHECK(ticket.blockedBy().contains(QStringLiteral("R-17")));
  ReconciliationItem settled = *lock;
  settled.state = ReconciliationItem::State::Settled;
  f.data.feed(settled);
  f.settle();
  CHECK_FALSE(ticket.blockedBy().contains(QStringLiteral("R-17")));
}

TEST_CASE("a refused answer keeps the item and says why; a settled one moves to the history") {
  InboxFixture f;
  f.choose("R-18");
  f.press("btnInboxClose");
  f.press("btnInboxConfirm");
  f.data.reply("R-18", {false, "the venue does not answer; try again"});
  f.settle();
  CHECK(f.text("lblInboxReply") == QStringLiteral("Refused: the venue does not answer; try again"));
  CHECK(f.child<QLabel>("lblInboxReply").property("bwTone").toString() == QStringLiteral("critical"));
  ReconciliationItem gone = f.item("R-18");
  gone.state = ReconciliationItem::State::Settled;
  gone.answer = ReconciliationAction::Close;
  gone.answeredBy = "window";
  gone.updatedAt = f.data.now();
  f.data.feed(gone);
  f.settle();
  CHECK(f.child<DataTable>("tblInbox").view()->model()->rowCount() == 2);
  CHECK(f.child<DataTable>("tblInboxHistory").view()->model()->rowCount() == 2);
  CHECK(f.window->dock(kInbox)->windowTitle() == QStringLiteral("Reconciliation inbox (2)"));
  f.child<QTabWidget>("tabsInbox").setCurrentIndex(1);
  f.settle();
  pictureOf(*f.window->dock(kInbox), "inbox_history");
}

TEST_CASE("an empty inbox says so, and a dead venue says that nothing is compared") {
  TestData::Options options;
  options.empty = true;
  InboxFixture f(options);
  CHECK(f.window->dock(kInbox)->property("bwState").toString() == QStringLiteral("empty"));
  CHECK(f.window->dock(kInbox)->windowTitle() == QStringLiteral("Reconciliation inbox"));
  FeedStatus feed;
  feed.venue = "simulated";
  feed.state = FeedStatus::State::Dead;
  feed.detail = "connection refused";
  f.data.feed(feed);
  f.settle();
  CHECK(f.window->dock(kInbox)->property("bwState").toString() == QStringLiteral("error"));
  CHECK(f.child<DataTable>("tblInbox").errorState()->details() == QStringLiteral("connection refused"));
  pictureOf(*f.window->dock(kInbox), "inbox_error");
}

TEST_CASE("the inbox is worked by keyboard alone") {
  InboxFixture f;
  f.choose("R-17");
  auto* view = f.child<DataTable>("tblInbox").view();
  view->setFocus();
  QTest::keyClick(view, Qt::Key_Return);
  CHECK(f.window->focusWidget() == &f.child<QPushButton>("btnInboxAdopt"));
  QTest::keyClick(&f.child<QPushButton>("btnInboxAdopt"), Qt::Key_Space);
  CHECK(f.window->focusWidget() == &f.child<QLineEdit>("edtInboxReason"));
  QTest::keyClick(&f.child<QLineEdit>("edtInboxReason"), Qt::Key_Escape);
  CHECK_FALSE(f.child<InboxCard>("cardInbox").asked().has_value());
  CHECK(f.window->focusWidget() == &f.child<QPushButton>("btnInboxAdopt"));
  QTest::keyClick(&f.child<QPushButton>("btnInboxAdopt"), Qt::Key_Space);
  QTest::keyClick(&f.child<QLineEdit>("edtInboxReason"), Qt::Key_Return);
  REQUIRE(f.commands.calls.size() == 1);
  CHECK(f.commands.calls[0] == "answer R-17 adopt | ");
}

TEST_CASE("every kind of difference has words for every answer") {
  ReconciliationItem item;
  item.theirs = "1";
  for (int kind = 0; kind <= static_cast<int>(ReconciliationKind::Liquidation); ++kind) {
    item.kind = static_cast<ReconciliationKind>(kind);
    CHECK_FALSE(kindText(item.kind).isEmpty());
    for (int action = 0; action <= static_cast<int>(ReconciliationAction::Pause); ++action)
      CHECK_FALSE(effectText(item, static_cast<ReconciliationAction>(action), QStringLiteral("X"), {}).isEmpty());
  }
}
