// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>

#include <algorithm>
#include <cmath>

#include "tests/ui/shell_fixture.h"
#include "ui/panels/agents/agents_panel.h"
#include "ui/panels/chart/chart_panel.h"
#include "ui/panels/chart/chart_series.h"
#include "ui/panels/estop/estop_panel.h"
#include "ui/panels/ladder/ladder_panel.h"
#include "ui/panels/risk/risk_panel.h"
#include "ui/panels/tape/tape_panel.h"
#include "ui/panels/ticket/ticket_panel.h"
#include "ui/widgets/candle_chart.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/decimal_edit.h"
#include "ui/widgets/gauges.h"
#include "ui/widgets/ladder_widget.h"
#include "ui/widgets/small_widgets.h"
#include "ui/widgets/tape_widget.h"

using namespace bw;
using namespace bw::ui;
using bw::ui::test::ShellFixture;

namespace {

void showAll(ShellFixture& f) {
  for (const auto& spec : panelList()) {
    f.window->showDock(QString::fromLatin1(spec.objectName), false);
    f.settle();
  }
}

QString cellText(ShellFixture& f, const char* table, int row, const QString& columnId) {
  const auto* view = f.child<DataTable>(table).view();
  const auto* model = view->model();
  for (int c = 0; c < model->columnCount(); ++c) {
    if (model->headerData(c, Qt::Horizontal, ColumnIdRole).toString() == columnId)
      return model->index(row, c).data().toString();
  }
  return QStringLiteral("no such column");
}

bool isControl(const QWidget& widget) {
  return qobject_cast<const QAbstractButton*>(&widget) != nullptr ||
         qobject_cast<const QLineEdit*>(&widget) != nullptr || qobject_cast<const QComboBox*>(&widget) != nullptr ||
         qobject_cast<const QAbstractItemView*>(&widget) != nullptr ||
         qobject_cast<const QTabWidget*>(&widget) != nullptr || qobject_cast<const PaintedWidget*>(&widget) != nullptr;
}

/// Parts that Qt makes inside its own controls and names for itself.
bool isInnerPart(const QWidget& widget) {
  if (widget.objectName().startsWith(QStringLiteral("qt_"))) return true;
  for (const QWidget* up = widget.parentWidget(); up != nullptr; up = up->parentWidget()) {
    if (qobject_cast<const QComboBox*>(up) != nullptr || up->inherits("QDockWidgetTitleButton") ||
        up->inherits("QHeaderView"))
      return true;
    if (up->inherits("QTabBar")) return true;
  }
  return widget.inherits("QHeaderView") || widget.inherits("QTableCornerButton") ||
         widget.inherits("QDockWidgetTitleButton") || widget.inherits("QToolBarExtension") ||
         widget.inherits("QMenuBarExtension");
}

}  // namespace

TEST_CASE("every dock shows the test data and says so through its hooks") {
  ShellFixture f;
  showAll(f);
  const std::vector<std::pair<const char*, int>> rows = {
      {"dkWatchlist", 10}, {"dkLadder", 101},  {"dkChart", 240}, {"dkTape", 122},  {"dkTicket", 8},
      {"dkOrders", 7},     {"dkPositions", 3}, {"dkAccount", 1}, {"dkRisk", 9},    {"dkSignals", 8},
      {"dkAgents", 9},     {"dkEvents", -1},   {"dkEstop", 0},   {"dkLimits", -1}, {"dkInbox", 3}};
  CHECK(rows.size() == panelList().size());
  for (const auto& [name, count] : rows) {
    CAPTURE(name);
    Dock* dock = f.window->dock(QString::fromLatin1(name));
    CHECK(dock->property("bwState").toString().toStdString() == "live");
    CHECK(dock->property("bwRevision").toULongLong() > 0);
    if (count >= 0) CHECK(dock->property("bwRows").toInt() == count);
  }
}

TEST_CASE("tables show exact values in their first cells") {
  ShellFixture f;
  showAll(f);
  CHECK(cellText(f, "tblWatchlist", 0, "symbol") == QStringLiteral("BTC-PERP"));
  CHECK(cellText(f, "tblWatchlist", 0, "last") == QStringLiteral("61659.7"));
  CHECK(cellText(f, "tblWatchlist", 0, "change") == QStringLiteral("+1.23"));
  CHECK(cellText(f, "tblWatchlist", 2, "change") == QStringLiteral("0.00"));
  CHECK(cellText(f, "tblPositions", 0, "quantity") == QStringLiteral("+0.485"));
  CHECK(cellText(f, "tblPositions", 1, "side") == QStringLiteral("SHORT"));
  CHECK(cellText(f, "tblPositions", 2, "protected") == QStringLiteral("NO"));
  // UNKNOWN stays on top, whatever the order.
  CHECK(cellText(f, "tblWorking", 0, "state").startsWith(QStringLiteral("UNKNOWN")));
  CHECK(f.child<DataTable>("tblWorking").view()->model()->rowCount() == 5);
  CHECK(f.child<DataTable>("tblTriggers").view()->model()->rowCount() == 2);
  CHECK(cellText(f, "tblAgents", 6, "state").toUpper() == QStringLiteral("DEGRADED"));
  CHECK(f.child<QLabel>("lblAccountEquity").text() == QStringLiteral("10433.82 USDT"));
  CHECK(f.child<QLabel>("lblEquity").text() == QStringLiteral("10433.82 USDT"));
}

TEST_CASE("the ladder has the book's touch, own orders in three states and both ninth-level marks") {
  ShellFixture f;
  auto& ladder = *f.panel<LadderPanel>("dkLadder").ladder();
  const auto& state = *ladder.state();
  CHECK(ladder.rows().size() == 101);
  CHECK(state.bids.front().ticks == 616597);
  CHECK(state.bids.front().lots == 1486);
  CHECK(state.asks.front().ticks == 616598);
  CHECK(state.orders.size() == 3);
  int marks = 0;
  for (const auto& row : ladder.rows()) marks += row.entryMarker ? 1 : 0;
  CHECK(marks == 2);
  CHECK(f.window->dock(QStringLiteral("dkLadder"))->property("bwRevision").toULongLong() ==
        f.data.market(TestData::bitcoin()).book->revision);
}

TEST_CASE("choosing an instrument in the watchlist switches the linked docks") {
  ShellFixture f({}, {1920, 1080}, QStringLiteral("Trade"));
  f.child<DataTable>("tblWatchlist").selectKey(QStringLiteral("ETH-PERP"));
  f.settle();
  CHECK(f.panel<LadderPanel>("dkLadder").ladder()->state()->symbol == QStringLiteral("ETH-PERP"));
  CHECK(f.panel<ChartPanel>("dkChart").chart()->state()->symbol == QStringLiteral("ETH-PERP"));
  CHECK(f.child<QLabel>("lblTicketSymbol").text() == QStringLiteral("ETH-PERP"));
  CHECK(f.window->windowTitle().startsWith(QStringLiteral("[SIM] ETH-PERP")));
}

TEST_CASE("risk shows one gauge in each status and the signal's parts add up") {
  ShellFixture f;
  std::array<int, 5> seen{};
  for (const auto& gauge : f.panel<RiskPanel>("dkRisk").gauges()->gauges())
    ++seen[static_cast<std::size_t>(gauge.status)];
  for (const auto status : {GaugeStatus::Ok, GaugeStatus::Near, GaugeStatus::Hot, GaugeStatus::Breach})
    CHECK(seen[static_cast<std::size_t>(status)] > 0);
  const auto* signal = f.data.signal(TestData::bitcoin());
  double sum = 0;
  for (const auto& part : signal->breakdown) sum += part.contribution;
  CHECK(sum == doctest::Approx(signal->score));
}

TEST_CASE("without data every dock shows its empty state, not a blank") {
  TestData::Options options;
  options.empty = true;
  ShellFixture f(options);
  showAll(f);
  for (const char* name : {"dkLadder", "dkChart", "dkTape", "dkTicket", "dkOrders", "dkPositions", "dkAccount",
                           "dkRisk", "dkSignals", "dkAgents", "dkEvents"}) {
    CAPTURE(name);
    CHECK(f.window->dock(QString::fromLatin1(name))->property("bwState").toString() == QStringLiteral("empty"));
  }
  CHECK(f.child<DataTable>("tblPositions").emptyState()->isVisibleTo(f.window.get()));
}

TEST_CASE("a stale feed is seen in every market dock and blocks the ticket and the ladder") {
  TestData::Options options;
  options.stale = true;
  ShellFixture f(options, {1920, 1080}, QStringLiteral("Trade"));
  for (const char* name : {"dkLadder", "dkChart", "dkTape", "dkTicket"}) {
    CAPTURE(name);
    CHECK(f.window->dock(QString::fromLatin1(name))->property("bwState").toString() == QStringLiteral("stale"));
  }
  CHECK(f.panel<LadderPanel>("dkLadder").ladder()->state()->sizesHidden);
  CHECK_FALSE(f.child<QPushButton>("btnLadderArm").isEnabled());
  CHECK_FALSE(f.child<QPushButton>("btnSubmit").isEnabled());
}

TEST_CASE("hidden docks take no snapshot") {
  ShellFixture f;
  Dock* ticket = f.window->dock(QStringLiteral("dkTicket"));
  CHECK_FALSE(ticket->onTop());
  const Revision before = ticket->panel().shownRevision();
  f.data.move();
  f.settle();
  CHECK(ticket->panel().shownRevision() == before);
  // Tabbed away is hidden too.
  Dock* events = f.window->dock(QStringLiteral("dkEvents"));
  CHECK_FALSE(events->onTop());
}

TEST_CASE("every control has an object name and an accessible name") {
  ShellFixture f;
  showAll(f);
  int seen = 0;
  for (const auto* widget : f.window->findChildren<QWidget*>()) {
    if (!isControl(*widget) || isInnerPart(*widget) || !widget->isVisibleTo(f.window.get())) continue;
    ++seen;
    const std::string type = widget->metaObject()->className();
    CAPTURE(type);
    CAPTURE(widget->objectName().toStdString());
    CHECK_FALSE(widget->objectName().isEmpty());
    CHECK_FALSE(widget->accessibleName().isEmpty());
  }
  CHECK(seen > 60);
}

TEST_CASE("the ticket says what it sends, what it means, and why it is blocked") {
  ShellFixture f({}, {1920, 1080}, QStringLiteral("Trade"));
  auto& ticket = f.panel<TicketPanel>("dkTicket");
  auto& quantity = f.child<DecimalEdit>("edtQuantity");
  auto& price = f.child<DecimalEdit>("edtPrice");
  auto& submit = f.child<QPushButton>("btnSubmit");
  f.child<QPushButton>("btnNinth").click();
  const auto& book = *f.data.market(TestData::bitcoin()).book;
  CHECK(price.value() == f.data.instruments().get(TestData::bitcoin()).price(book.bids[8].price).decimal());
  quantity.setText(QStringLiteral("0.050"));
  CHECK(submit.isEnabled());
  CHECK(submit.text().startsWith(QStringLiteral("BUY 0.050 BTC-PERP @ ")));
  CHECK(submit.text().endsWith(QStringLiteral("SIM")));
  submit.click();
  REQUIRE(f.commands.intents.size() == 1);
  CHECK(f.commands.intents[0].quantity == Quantity(Decimal(50, 3)));
  quantity.setText(QStringLiteral("0.500"));
  CHECK_FALSE(submit.isEnabled());
  CHECK(ticket.blockedBy().startsWith(QStringLiteral("MAX_ORDER_VALUE")));
  submit.click();
  CHECK(f.commands.intents.size() == 1);
  f.data.setStop(StopState::Latched);
  quantity.setText(QStringLiteral("0.010"));
  f.settle();
  CHECK_FALSE(submit.isEnabled());
  CHECK(ticket.blockedBy().contains(QStringLiteral("plate")));
}

TEST_CASE("a target that cannot pay its fees is refused while typing") {
  ShellFixture f({}, {1920, 1080}, QStringLiteral("Trade"));
  auto& ticket = f.panel<TicketPanel>("dkTicket");
  f.child<DecimalEdit>("edtQuantity").setText(QStringLiteral("0.010"));
  f.child<DecimalEdit>("edtPrice").setText(QStringLiteral("61650.0"));
  f.child<DecimalEdit>("edtLeverage").setText(QStringLiteral("25"));
  f.child<DecimalEdit>("edtTarget").setText(QStringLiteral("61680.0"));
  CHECK(ticket.blockedBy().contains(QStringLiteral("break even")));
  f.child<DecimalEdit>("edtTarget").setText(QStringLiteral("62400.0"));
  CHECK(ticket.blockedBy().isEmpty());
}

TEST_CASE("an armed ladder sends, and a change of symbol disarms it") {
  ShellFixture f;
  auto& panel = f.panel<LadderPanel>("dkLadder");
  auto& arm = f.child<QPushButton>("btnLadderArm");
  Q_EMIT panel.ladder()->limitRequested(Side::Buy, 616590, false);
  CHECK(f.commands.intents.empty());
  arm.setChecked(true);
  CHECK(panel.ladder()->isArmed());
  Q_EMIT panel.ladder()->limitRequested(Side::Buy, 616590, false);
  REQUIRE(f.commands.intents.size() == 1);
  CHECK(f.commands.intents[0].limitPrice == Price(Decimal(616590, 1)));
  f.window->link().choose({1});
  CHECK_FALSE(panel.ladder()->isArmed());
}

TEST_CASE("an inconsistent order stream is noticed and said") {
  ShellFixture f;
  Order order = f.data.workingOrders().front();
  order.state = OrderState::Filled;
  f.data.feed(OrderUpdate{order, OrderState::PartiallyFilled, false});
  CHECK(f.data.counters().resyncs == 1);
  CHECK(f.data.events().back().event.code == "window.resync");
}

TEST_CASE("gauges are short and never flatter; the whole figures are in the tool tip") {
  ShellFixture f;
  RiskStatus status;
  LimitGauge limit;
  limit.key = "MAX_POSITION_PERCENT";
  limit.used = *Decimal::parse("1.246407351");
  limit.limit = *Decimal::parse("10");
  limit.unit = "% equity";
  status.gauges.push_back(limit);
  limit.key = "MIN_FREE_MARGIN";
  limit.lowerBound = true;
  limit.used = *Decimal::parse("55.55987");
  limit.limit = *Decimal::parse("20");
  status.gauges.push_back(limit);
  f.data.feed(status);
  f.settle();
  const auto& gauges = f.window->findChild<GaugeList*>()->gauges();
  REQUIRE(gauges.size() == 2);
  const bool upperFirst = gauges[0].key == QStringLiteral("MAX_POSITION_PERCENT");
  const GaugeData& upper = gauges[upperFirst ? 0 : 1];
  const GaugeData& floor = gauges[upperFirst ? 1 : 0];
  CHECK(upper.used == QStringLiteral("1.25"));
  CHECK(upper.headroom == QStringLiteral("8.75"));
  CHECK(upper.toolTip.contains(QStringLiteral("1.246407351")));
  CHECK(floor.used == QStringLiteral("55.5"));
  CHECK(floor.headroom == QStringLiteral("35.5"));
}

TEST_CASE("the chart's series copies what changed and is the same as one made at once") {
  ChartSeries series;
  std::vector<Candle> candles;
  const auto add = [&candles](std::int64_t close) {
    if (!candles.empty()) candles.back().closed = true;
    Candle candle;
    candle.interval = Duration::seconds(5);
    candle.openTime = Timestamp::fromSeconds(1'700'000'000 + 5 * static_cast<std::int64_t>(candles.size()));
    if (!candles.empty()) candle.openTime = candles.back().openTime + candle.interval;
    candle.open = candle.high = candle.low = candle.close = Ticks{close};
    candles.push_back(candle);
  };
  for (int i = 0; i < 300; ++i) add(1000 + (i * 37) % 91);
  std::shared_ptr<ChartState> shown;
  for (int turn = 0; turn < 200; ++turn) {
    if (turn % 3 == 0) add(1000 + (turn * 53) % 77);
    candles.back().close = Ticks{1000 + turn % 50};
    if (turn == 120) candles.erase(candles.begin(), candles.begin() + 100);
    if (turn == 150) candles[10].close = Ticks{5000};
    const std::uint64_t rewrites = turn >= 150 ? 1 : 0;
    shown = series.next({0}, Duration::seconds(5), candles, rewrites);
    if (turn > 2 && turn != 150 && turn != 151) CHECK(series.copied() <= 3);
    REQUIRE(shown->candles.size() == candles.size());
    for (std::size_t i = 0; i < candles.size(); ++i) REQUIRE(shown->candles[i].close == candles[i].close.value);
    REQUIRE(shown->lines[1].values.size() == candles.size());
    if (turn == 119) {
      ChartSeries fresh;
      const auto whole = fresh.next({0}, Duration::seconds(5), candles, 0);
      for (std::size_t i = 25; i < candles.size(); ++i)
        REQUIRE(std::abs(whole->lines[1].values[i] - shown->lines[1].values[i]) < 1e-9);
    }
  }
}

TEST_CASE("docks that nobody looks at are not built, and are whole once they are") {
  ShellFixture f;
  CHECK(f.window->dock(QStringLiteral("dkLadder"))->hasPanel());
  CHECK_FALSE(f.window->dock(QStringLiteral("dkTicket"))->hasPanel());
  CHECK_FALSE(f.window->dock(QStringLiteral("dkEvents"))->hasPanel());
  f.window->showWorkspace(QStringLiteral("Trade"));
  f.settle();
  CHECK(f.window->dock(QStringLiteral("dkTicket"))->property("bwState").toString() == QStringLiteral("live"));
  f.window->showDock(QStringLiteral("dkEvents"), false);
  f.settle();
  CHECK(f.window->dock(QStringLiteral("dkEvents"))->property("bwRows").toInt() > 0);
  // Cancelling all in a view that was never opened cancels what it would show.
  ShellFixture fresh;
  REQUIRE_FALSE(fresh.window->dock(QStringLiteral("dkOrders"))->hasPanel());
  fresh.window->findChild<QAction*>(QStringLiteral("acCancelView"))->trigger();
  CHECK(fresh.commands.calls.size() == 5);
}

TEST_CASE("what a person set up in a view is there again in the next window") {
  ShellFixture f;
  auto& panel = f.panel<LadderPanel>("dkLadder");
  panel.ladder()->setBeside(LadderWidget::Beside::Cumulative);
  Q_EMIT panel.ladder()->columnsEdited();
  auto& table = f.child<DataTable>("tblPositions");
  table.view()->horizontalHeader()->resizeSection(0, 150);
  table.restoreColumns(table.saveColumns());
  Q_EMIT table.columnsEdited();
  f.window.reset();
  f.window = f.makeWindow({1366, 768}, QStringLiteral("Monitor"));
  auto& again = f.panel<LadderPanel>("dkLadder");
  CHECK(again.ladder()->beside() == LadderWidget::Beside::Cumulative);
  const auto& rows = again.ladder()->rows();
  const int spread = static_cast<int>(
      std::find_if(rows.begin(), rows.end(), [](const LadderRow& r) { return r.kind == LadderRow::Kind::Spread; }) -
      rows.begin());
  const auto& best = rows[static_cast<std::size_t>(spread) + 1];
  const auto& next = rows[static_cast<std::size_t>(spread) + 2];
  CHECK(best.cumulative == best.bidLots);
  CHECK(next.cumulative == best.bidLots + next.bidLots);
  // A small window takes no column away from whoever has chosen his.
  CHECK(f.child<DataTable>("tblPositions").view()->columnWidth(0) == 150);
  CHECK_FALSE(f.child<DataTable>("tblPositions").view()->isColumnHidden(7));
}
