// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <QAccessible>
#include <QComboBox>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QPushButton>

#include <algorithm>

#include "core/api/control_socket.h"
#include "tests/ui/window_fixture.h"
#include "ui/models/table_model.h"
#include "ui/panels/orders/orders_panel.h"
#include "ui/shell/toast.h"
#include "ui/widgets/candle_chart.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/decimal_edit.h"
#include "ui/widgets/gauges.h"
#include "ui/widgets/ladder_widget.h"
#include "ui/widgets/tape_widget.h"

using namespace bw;
using namespace bw::ui;
using bw::window::test::WindowFixture;

namespace {

QJsonObject statusOf(WindowFixture& f) {
  const auto answer = api::askWorkstation(f.data().control().socket, {"status", {}}, Duration::seconds(5));
  REQUIRE_MESSAGE(answer.ok(), (answer ? std::string() : answer.error().detail));
  return QJsonDocument::fromJson(QByteArray::fromStdString(*answer)).object();
}

/// The manual order that works, or null.
const Order* manualOrder(WindowFixture& f) {
  for (const Order& order : f.data().workingOrders()) {
    if (order.owner == Owner::Manual) return &order;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("the ladder's best prices are those of `status` at the same revision") {
  WindowFixture f;
  REQUIRE(f.reaches(SessionState::Trading));
  auto* ladder = f.window->findChild<LadderWidget*>();
  REQUIRE(ladder != nullptr);
  f.commands().setMarketPaused(true);
  bool compared = false;
  const bool same = f.eventually([&] {
    const QJsonObject first = statusOf(f)[QStringLiteral("instruments")].toArray().at(0).toObject();
    if (ladder->property("bwRevision").toULongLong() !=
        static_cast<qulonglong>(first[QStringLiteral("revision")].toDouble()))
      return false;
    compared = true;
    CHECK(ladder->property("bwBestBid").toString() == first[QStringLiteral("best_bid")].toString());
    CHECK(ladder->property("bwBestAsk").toString() == first[QStringLiteral("best_ask")].toString());
    return true;
  });
  CHECK(same);
  CHECK(compared);
  CHECK_FALSE(ladder->property("bwBestBid").toString().isEmpty());
}

TEST_CASE("the market moves in ladder, tape and chart") {
  WindowFixture f;
  REQUIRE(f.reaches(SessionState::Trading));
  auto* ladder = f.window->findChild<LadderWidget*>();
  auto* tape = f.window->findChild<TapeWidget*>();
  auto* chart = f.window->findChild<CandleChart*>();
  REQUIRE((ladder != nullptr && tape != nullptr && chart != nullptr));
  const auto trades = [&f] { return f.data().market({0}).tradesSeen; };
  REQUIRE(f.eventually([&] { return trades() > 0; }));
  const QImage before[] = {ladder->grab().toImage(), tape->grab().toImage(), chart->grab().toImage()};
  const Timestamp then = f.data().now();
  const Revision seen = trades();
  REQUIRE(f.eventually([&] { return f.data().now() - then >= Duration::seconds(20) && trades() > seen + 3; }));
  CHECK(ladder->grab().toImage() != before[0]);
  CHECK(tape->grab().toImage() != before[1]);
  CHECK(chart->grab().toImage() != before[2]);
}

TEST_CASE("an order of the ticket is previewed by the real checks, works, and is cancelled by Del") {
  WindowFixture f(QStringLiteral("Trade"));
  REQUIRE(f.reaches(SessionState::Trading));
  auto& quantity = f.child<DecimalEdit>("edtQuantity");
  auto& price = f.child<DecimalEdit>("edtPrice");
  auto& submit = f.child<QPushButton>("btnSubmit");
  // Far too much first: the preview blocks it and names the limit.
  quantity.setValue(Decimal(50, 0));
  f.child<QPushButton>("btnTouch").click();
  REQUIRE(f.eventually([&] { return !submit.isEnabled(); }));
  CHECK(f.child<QLabel>("lblTicketReason").text().contains(QStringLiteral("MAX_")));
  f.picture(QStringLiteral("ticket_blocked"));
  const auto& book = *f.data().market({0}).book;
  const Instrument& instrument = f.data().instruments().get({0});
  quantity.setValue(instrument.lotSize * Decimal::fromInteger(2));
  price.setValue(instrument.price(book.bids[0].price - Ticks{40}).decimal());
  REQUIRE(f.eventually([&] { return submit.isEnabled(); }));
  CHECK(submit.text().contains(QStringLiteral("SIM")));
  f.picture(QStringLiteral("ticket_ready"));
  // A warning for being far from the touch wants a second press.
  REQUIRE(f.eventually([&] {
    if (manualOrder(f) == nullptr && submit.isEnabled()) submit.click();
    return manualOrder(f) != nullptr;
  }));
  REQUIRE(f.eventually([&] {
    const Order* order = manualOrder(f);
    return order != nullptr && order->state == OrderState::Open;
  }));
  const ClientOrderId id = manualOrder(f)->clientId;
  f.window->showDock(QStringLiteral("dkOrders"), true);
  auto& table = f.child<DataTable>("tblWorking");
  REQUIRE(f.eventually([&] { return table.view()->model()->rowCount() > 0; }));
  table.selectKey(QString::fromStdString(toString(id)));
  REQUIRE(f.eventually([&] { return table.selectedKeys().contains(QString::fromStdString(toString(id))); }));
  f.picture(QStringLiteral("order_selected"));
  QTest::keyClick(table.view(), Qt::Key_Delete);
  CHECK(f.eventually([&] {
    const auto& orders = f.data().workingOrders();
    return std::none_of(orders.begin(), orders.end(), [&](const Order& order) { return order.clientId == id; });
  }));
}

TEST_CASE("a table is exported to a file whose name a notice tells") {
  WindowFixture f;
  REQUIRE(f.reaches(SessionState::Trading));
  auto& table = f.child<DataTable>("tblWatchlist");
  QTest::keyClick(table.view(), Qt::Key_E, Qt::ControlModifier);
  const QDir exports(f.folder.filePath(QStringLiteral("exports")));
  REQUIRE(f.eventually([&] { return f.window->toast().isVisible(); }));
  const QStringList files = exports.entryList(QDir::Files);
  REQUIRE(files.size() == 1);
  CHECK(files[0].startsWith(QStringLiteral("SIM_Watchlist_")));
  CHECK(f.window->toast().sentence().contains(files[0]));
  QFile file(exports.filePath(files[0]));
  REQUIRE(file.open(QIODevice::ReadOnly));
  const QByteArray text = file.readAll();
  CHECK(text.startsWith("symbol,"));
  CHECK(text.contains("BTC-PERP"));
}

TEST_CASE("a simulation is never called live, and gauges are short") {
  WindowFixture f;
  REQUIRE(f.reaches(SessionState::Trading));
  const auto* model = f.child<DataTable>("tblWatchlist").view()->model();
  REQUIRE(f.eventually([&] { return model->rowCount() > 0 && f.data().risk().has_value(); }));
  for (int column = 0; column < model->columnCount(); ++column)
    CHECK(model->index(0, column).data().toString() != QStringLiteral("live"));
  auto* gauges = f.window->findChild<GaugeList*>();
  REQUIRE(f.eventually([&] { return gauges->gauges().size() > 4; }));
  for (const GaugeData& gauge : gauges->gauges()) {
    CAPTURE(gauge.key.toStdString());
    CHECK(gauge.used.size() <= 10);
    CHECK(gauge.headroom.size() <= 10);
  }
}

TEST_CASE("plate, ladder, chart and gauges speak to assistive technology") {
  WindowFixture f;
  REQUIRE(f.reaches(SessionState::Trading));
  auto* ladder = f.window->findChild<LadderWidget*>();
  REQUIRE(f.eventually([&] { return !ladder->property("bwBestBid").toString().isEmpty(); }));
  auto* book = QAccessible::queryAccessibleInterface(ladder);
  REQUIRE(book != nullptr);
  CHECK(book->text(QAccessible::Value).contains(ladder->property("bwBestBid").toString()));
  auto* chart = QAccessible::queryAccessibleInterface(f.window->findChild<CandleChart*>());
  CHECK(chart->text(QAccessible::Value).contains(QStringLiteral("BTC-PERP")));
  auto* gauges = QAccessible::queryAccessibleInterface(f.window->findChild<GaugeList*>());
  CHECK(gauges->text(QAccessible::Value).contains(QStringLiteral("OK")));
  auto* plate = QAccessible::queryAccessibleInterface(&f.window->strip().plate());
  REQUIRE(plate != nullptr);
  CHECK(plate->role() == QAccessible::Button);
  CHECK(plate->text(QAccessible::Name) == QStringLiteral("Emergency stop"));
  CHECK_FALSE(plate->text(QAccessible::Description).isEmpty());
  REQUIRE(plate->actionInterface() != nullptr);
  plate->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
  CHECK(f.eventually([&f] { return f.data().stop().state == StopState::Stopped; }));
}

TEST_CASE("a replay says so, shows its speed, and shows that it is held") {
  const QString base = qEnvironmentVariable("BW_TEST_DATA", QStringLiteral(BW_TEST_DATA_DIR));
  const QString recording = base + QStringLiteral("/ticks/hftbacktest_usdm_btcusdt_20240808.gz");
  if (!QFile::exists(recording)) {
    MESSAGE("SKIPPED: no recording at " << recording.toStdString());
    return;
  }
  WindowFixture f(QStringLiteral("Monitor"), [&recording](bw::window::WindowOptions& options) {
    options.mode = "replay";
    options.input = recording.toStdString();
    options.speed = "20";
  });
  REQUIRE(f.reaches(SessionState::Trading));
  auto* chart = f.window->findChild<CandleChart*>();
  REQUIRE(f.eventually([&] { return !chart->state()->candles.empty(); }));
  CHECK(chart->state()->bandText.startsWith(QStringLiteral("REPLAY ×20")));
  CHECK(f.child<QComboBox>("cmbSpeed").currentData().toDouble() == 20.0);
  CHECK(f.child<QWidget>("dotVenue_recording").accessibleName().contains(QStringLiteral("REPLAY")));
  f.child<QPushButton>("btnMarketPause").click();
  REQUIRE(f.eventually([&] { return chart->state()->bandText.startsWith(QStringLiteral("REPLAY HELD")); }));
  CHECK(f.child<QPushButton>("btnMarketPause").isChecked());
  const Timestamp held = f.data().now();
  f.window->beatOnce();
  CHECK(f.data().now() == held);
  f.child<QPushButton>("btnMarketPause").click();
  CHECK(f.eventually([&] { return f.data().now() > held; }));
}
