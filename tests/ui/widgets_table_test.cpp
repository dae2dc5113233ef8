// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QSignalSpy>
#include <QTest>

#include "ui/format/format.h"
#include "ui/models/sort_proxy.h"
#include "ui/models/table_model.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/small_widgets.h"

using namespace bw;
using namespace bw::ui;

namespace {

struct Line {
  QString id;
  std::int64_t profit = 0;  // cents
  bool pinned = false;
};

std::vector<Column<Line>> lineColumns() {
  auto profit = numberColumn<Line>(
      QStringLiteral("profit"), QStringLiteral("P&L"), 90,
      [](const Line& l) { return decimalText(l.profit, 2, 2, Sign::Always); },
      [](const Line& l) { return QVariant::fromValue(Decimal(l.profit, 2)); });
  profit.tone = [](const Line& l) { return toneOfSign(l.profit < 0 ? -1 : l.profit > 0 ? 1 : 0); };
  return {textColumn<Line>(QStringLiteral("id"), QStringLiteral("Name"), 80, [](const Line& l) { return l.id; }),
          profit};
}

QString lineKey(const Line& l) {
  return l.id;
}

QStringList shownOrder(const QAbstractItemModel& model) {
  QStringList ids;
  for (int r = 0; r < model.rowCount(); ++r) ids << model.index(r, 0).data().toString();
  return ids;
}

}  // namespace

TEST_CASE("the model keeps the item-model rules through every kind of change") {
  TableModel<Line> model(lineColumns(), lineKey);
  SortProxy proxy;
  proxy.setSourceModel(&model);
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  QAbstractItemModelTester proxyTester(&proxy, QAbstractItemModelTester::FailureReportingMode::Fatal);
  const std::vector<std::vector<std::string>> steps = {
      {"a", "b", "c"},      {"c", "a", "b"}, {"x", "c", "y", "b", "z"}, {}, {"q"},
      {"p", "q", "r", "s"}, {"s", "r"},      {"r", "a", "s", "b"}};
  std::int64_t value = 0;
  for (const auto& step : steps) {
    std::vector<Line> rows;
    QStringList ids;
    for (const std::string& id : step) {
      rows.push_back({QString::fromStdString(id), ++value * 7 - 20});
      ids << rows.back().id;
    }
    model.setRows(rows);
    CHECK(shownOrder(model) == ids);
    REQUIRE(model.rows().size() == step.size());
    for (int r = 0; r < model.rowCount(); ++r) {
      CHECK(model.row(r).id == model.keyOf(r));
      CHECK(model.index(r, 1).data(SortRole).value<Decimal>() == Decimal(model.row(r).profit, 2));
    }
  }
}

TEST_CASE("persistent indexes follow their rows") {
  TableModel<Line> model(lineColumns(), lineKey);
  model.setRows({{"a", 1}, {"b", 2}, {"c", 3}});
  const QPersistentModelIndex b(model.index(1, 0));
  model.setRows({{"c", 3}, {"new", 9}, {"b", 2}});
  CHECK(b.isValid());
  CHECK(b.row() == 2);
  CHECK(b.data().toString() == QStringLiteral("b"));
}

TEST_CASE("only changed cells are announced, in runs") {
  TableModel<Line> model(lineColumns(), lineKey);
  model.setRows({{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}, {"e", 5}});
  QSignalSpy spy(&model, &QAbstractItemModel::dataChanged);
  model.setRows({{"a", 1}, {"b", 20}, {"c", 30}, {"d", 4}, {"e", 50}});
  REQUIRE(spy.count() == 2);
  const QModelIndex first = spy[0][0].value<QModelIndex>();
  const QModelIndex last = spy[0][1].value<QModelIndex>();
  CHECK(first.row() == 1);
  CHECK(last.row() == 2);
  CHECK(first.column() == 1);
  CHECK(spy[1][0].value<QModelIndex>().row() == 4);
  spy.clear();
  const auto revision = model.revision();
  model.setRows({{"a", 1}, {"b", 20}, {"c", 30}, {"d", 4}, {"e", 50}});
  CHECK(spy.isEmpty());
  CHECK(model.revision() == revision);
}

TEST_CASE("sorting uses raw values, is stable, keeps pins on top and freezes") {
  TableModel<Line> model(lineColumns(), lineKey);
  model.setPinned([](const Line& l) { return l.pinned; });
  SortProxy proxy;
  proxy.setSourceModel(&model);
  model.setRows({{"a", 900}, {"b", -100}, {"c", 10'000}, {"d", 900}, {"p", 5, true}});
  proxy.sort(1, Qt::AscendingOrder);
  CHECK(shownOrder(proxy) == QStringList({"p", "b", "a", "d", "c"}));
  proxy.sort(1, Qt::DescendingOrder);
  CHECK(shownOrder(proxy) == QStringList({"p", "c", "a", "d", "b"}));
  proxy.setFrozen(true);
  model.setRows({{"a", 900}, {"b", 99'999}, {"c", 10'000}, {"d", 900}, {"p", 5, true}});
  proxy.resort();
  CHECK(shownOrder(proxy) == QStringList({"p", "c", "a", "d", "b"}));
  proxy.setFrozen(false);
  proxy.resort();
  CHECK(shownOrder(proxy) == QStringList({"p", "b", "c", "a", "d"}));
  proxy.setFilterText(QStringLiteral("D"));
  CHECK(shownOrder(proxy) == QStringList({"d"}));
}

TEST_CASE("the table shows its pages, hooks and copies what it says") {
  TableModel<Line> model(lineColumns(), lineKey);
  DataTable table(QStringLiteral("tblTest"), QStringLiteral("Test table"), &model);
  table.resize(400, 300);
  table.show();
  table.emptyState()->setContent(QStringLiteral("No working orders"), QStringLiteral("New order"));
  table.setState(ViewState::Live, 1);
  CHECK(table.property("bwState").toString() == QStringLiteral("empty"));
  CHECK(table.emptyState()->isVisible());
  model.setRows({{"=a", -150}, {"b", 2}});
  table.setState(ViewState::Stale, 2, QStringLiteral("STALE 4.2 s"));
  CHECK(table.property("bwState").toString() == QStringLiteral("stale"));
  CHECK(table.property("bwRevision").toULongLong() == 2);
  CHECK(table.property("bwRows").toInt() == 2);
  CHECK(table.view()->isVisible());
  CHECK(table.csv(false) == QStringLiteral("id,profit\r\n'=a,-1.50\r\nb,+0.02\r\n"));
  table.selectKey(QStringLiteral("b"));
  CHECK(table.currentKey() == QStringLiteral("b"));
  table.copyRowsWithHeaders();
  CHECK(QApplication::clipboard()->text() == QStringLiteral("Name\tP&L\nb\t+0.02\n"));
  QSignalSpy activated(&table, &DataTable::activated);
  QTest::keyClick(table.view(), Qt::Key_Return);
  REQUIRE(activated.count() == 1);
  CHECK(activated[0][0].toString() == QStringLiteral("b"));
  QTest::keyClick(table.view(), Qt::Key_Space);
  CHECK(table.isPaused());
  QSignalSpy removed(&table, &DataTable::deleteRequested);
  QTest::keyClick(table.view(), Qt::Key_Delete);
  CHECK(removed.count() == 1);
}

TEST_CASE("rows may vanish under a selection in a sorted table") {
  TableModel<Line> model(lineColumns(), lineKey);
  DataTable table(QStringLiteral("tblTest"), QStringLiteral("Test table"), &model);
  table.resize(300, 200);
  table.show();
  model.setRows({{"a", 3}, {"b", 2}, {"c", 1}});
  table.setState(ViewState::Live, 1);
  table.view()->sortByColumn(1, Qt::AscendingOrder);
  table.selectKey(QStringLiteral("b"));
  CHECK(table.proxy()->frozen());
  model.setRows({{"c", 9}, {"d", 1}});
  table.setState(ViewState::Live, 2);
  CHECK(table.proxy()->rowCount() == 2);
  model.setRows({});
  CHECK(table.proxy()->rowCount() == 0);
  CHECK_FALSE(table.proxy()->frozen());
}

TEST_CASE("column layouts survive saving and refuse what they do not know") {
  TableModel<Line> model(lineColumns(), lineKey);
  DataTable table(QStringLiteral("tblTest"), QStringLiteral("Test table"), &model);
  table.setColumnVisible(1, false);
  const QByteArray saved = table.saveColumns();
  table.resetColumns();
  CHECK_FALSE(table.view()->isColumnHidden(1));
  CHECK(table.restoreColumns(saved));
  CHECK(table.view()->isColumnHidden(1));
  CHECK_FALSE(table.restoreColumns(QByteArray("nonsense")));
}

TEST_CASE("columns that a person has sized stay his; a reset gives them back") {
  TableModel<Line> model(lineColumns(), lineKey);
  DataTable table(QStringLiteral("tblMine"), QStringLiteral("Mine"), &model);
  model.setRows({{QStringLiteral("a"), 100, false}});
  table.resize(400, 200);
  table.setState(ViewState::Live, 1);
  table.show();
  QSignalSpy edited(&table, &DataTable::columnsEdited);
  QHeaderView* header = table.view()->horizontalHeader();
  header->resizeSection(0, 77);
  CHECK_FALSE(table.columnsChosen());
  QWidget* handle = header->viewport();
  const QPoint edge(header->sectionViewportPosition(0) + header->sectionSize(0) - 1, header->height() / 2);
  QTest::mousePress(handle, Qt::LeftButton, Qt::NoModifier, edge);
  QTest::mouseMove(handle, edge + QPoint(20, 0));
  QTest::mouseMove(handle, edge + QPoint(60, 0));
  QTest::mouseRelease(handle, Qt::LeftButton, Qt::NoModifier, edge + QPoint(60, 0));
  CHECK(header->sectionSize(0) == 137);
  CHECK(table.columnsChosen());
  CHECK(edited.count() == 1);
  const QByteArray saved = table.saveColumns();
  table.resetColumns();
  CHECK_FALSE(table.columnsChosen());
  CHECK(header->sectionSize(0) == 80);
  CHECK(table.restoreColumns(saved));
  CHECK(table.columnsChosen());
  CHECK(header->sectionSize(0) == 137);
}
