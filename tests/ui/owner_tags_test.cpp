// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <QTabWidget>
#include <QTableView>

#include "tests/ui/shell_fixture.h"
#include "ui/widgets/data_table.h"

using namespace bw;
using namespace bw::ui;
using bw::ui::test::ShellFixture;

namespace {

QModelIndex cellOf(ShellFixture& f, const char* table, const char* columnId, const QString& key) {
  const auto* model = f.child<DataTable>(table).view()->model();
  for (int c = 0; c < model->columnCount(); ++c) {
    if (model->headerData(c, Qt::Horizontal, ColumnIdRole).toString() != QLatin1String(columnId)) continue;
    for (int r = 0; r < model->rowCount(); ++r) {
      if (model->index(r, c).data(KeyRole).toString() == key) return model->index(r, c);
    }
  }
  return {};
}

}  // namespace

TEST_CASE("orders, fills and positions say whose they are; a difference to the venue marks the position") {
  ShellFixture f;
  f.window->showDock(QStringLiteral("dkOrders"), false);
  f.window->showDock(QStringLiteral("dkPositions"), false);
  Order foreign = f.data.workingOrders().front();
  foreign.clientId = {77, 7};
  foreign.owner = Owner::External;
  foreign.state = OrderState::Open;
  f.data.feed(OrderUpdate{foreign, OrderState::Pending, true});
  OrderFilled filled;
  filled.order = foreign;
  filled.order.state = OrderState::Filled;
  filled.owner = Owner::External;
  filled.strategy = "ema-cross";
  filled.fill.venueTradeId = "T-1";
  filled.fill.clientId = foreign.clientId;
  filled.fill.instrument = TestData::bitcoin();
  filled.fill.quantity = foreign.quantity;
  PositionUpdate held = *f.data.position(TestData::bitcoin());
  held.slices = {{Owner::Strategy, "ema-cross", Quantity(Decimal(285, 3)), held.position.averagePrice, {}},
                 {Owner::External, "", Quantity(Decimal(200, 3)), held.position.averagePrice, {}}};
  f.data.feed(held);
  f.window->showDock(QStringLiteral("dkOrders"), false);
  f.settle();
  const QString id = QString::fromStdString(toString(foreign.clientId));
  CHECK(cellOf(f, "tblWorking", "owner", id).data().toString() == QStringLiteral("External"));
  CHECK(cellOf(f, "tblWorking", "owner", id).data(ToneRole).toInt() == static_cast<int>(Tone::Warn));
  f.data.feed(filled);
  auto& tabs = f.child<QTabWidget>("tabOrders");
  tabs.setCurrentIndex(tabs.count() - 1);
  f.settle();
  const QModelIndex fill = cellOf(f, "tblFills", "owner", QStringLiteral("simulated/T-1/") + id);
  REQUIRE(fill.isValid());
  CHECK(fill.row() == 0);  // the newest first
  CHECK(fill.data().toString() == QStringLiteral("External"));
  f.window->showDock(QStringLiteral("dkPositions"), false);
  f.settle();
  const QModelIndex owner = cellOf(f, "tblPositions", "owner", QStringLiteral("BTC-PERP"));
  CHECK(owner.data().toString() == QStringLiteral("Strategy + External"));
  CHECK(owner.data(Qt::ToolTipRole).toString().contains(QStringLiteral("+0.285")));
  const QModelIndex differing = cellOf(f, "tblPositions", "symbol", QStringLiteral("SOL-PERP"));
  CHECK(differing.data(MarkRole).toInt() == static_cast<int>(Mark::Warning));
  CHECK(differing.data(Qt::ToolTipRole).toString().contains(QStringLiteral("+42.50")));
  CHECK(cellOf(f, "tblPositions", "symbol", QStringLiteral("BTC-PERP")).data(MarkRole).toInt() ==
        static_cast<int>(Mark::None));
}
