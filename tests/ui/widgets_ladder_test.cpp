// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <QImage>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/widgets_fixtures.h"
#include "ui/theme/theme.h"
#include "ui/widgets/digit_atlas.h"
#include "ui/widgets/ladder_widget.h"

using namespace bw;
using namespace bw::ui;
using namespace bw::ui::test;

namespace {

QImage ladderShot(LadderWidget& ladder) {
  QImage image(ladder.size(), QImage::Format_RGB32);
  ladder.render(&image);
  return image;
}

int countPixels(const QImage& image, const QRect& rect, QRgb wanted) {
  int n = 0;
  for (int y = rect.top(); y <= rect.bottom(); ++y) {
    for (int x = rect.left(); x <= rect.right(); ++x) n += image.pixel(x, y) == wanted ? 1 : 0;
  }
  return n;
}

}  // namespace

TEST_CASE("a deep book has 101 rows, asks above, prices falling") {
  LadderWidget ladder;
  ladder.resize(420, 900);
  ladder.setState(ladderFixture(50));
  REQUIRE(ladder.rows().size() == 101);
  CHECK(ladder.property("bwRows").toInt() == 101);
  CHECK(ladder.property("bwBestBid").toString() == QStringLiteral("61659.7"));
  CHECK(ladder.property("bwBestAsk").toString() == QStringLiteral("61659.8"));
  CHECK(ladder.rows()[49].ticks == 616'598);
  CHECK(ladder.rows()[50].kind == LadderRow::Kind::Spread);
  CHECK(ladder.rows()[51].ticks == 616'597);
  for (std::size_t i = 1; i < ladder.rows().size(); ++i) CHECK(ladder.rows()[i].ticks <= ladder.rows()[i - 1].ticks);
}

TEST_CASE("both ninth-level marks sit on the ninth non-empty level, the strategy's filled") {
  LadderWidget ladder;
  ladder.resize(420, 900);
  const auto state = ladderFixture(50);
  ladder.setState(state);
  std::vector<std::int64_t> marked;
  for (const LadderRow& row : ladder.rows()) {
    if (!row.entryMarker) continue;
    marked.push_back(row.ticks);
    CHECK(row.entryFilled == (row.kind == LadderRow::Kind::Bid));
  }
  CHECK(marked == std::vector<std::int64_t>{state->asks[8].ticks, state->bids[8].ticks});
  const QImage image = ladderShot(ladder);
  const QRect price = ladder.cellRect(ladder.rowOfPrice(state->bids[8].ticks), LadderWidget::ColumnId::Price);
  CHECK(image.pixel(price.left() + 8, price.center().y()) == color(Role::Accent).rgb());
  const QRect askPrice = ladder.cellRect(ladder.rowOfPrice(state->asks[8].ticks), LadderWidget::ColumnId::Price);
  CHECK(image.pixel(askPrice.left() + 8, askPrice.center().y()) != color(Role::Accent).rgb());
  CHECK_FALSE(ladder.tooThin(Side::Buy));
  ladder.setState(ladderFixture(8));
  CHECK(ladder.tooThin(Side::Buy));
  CHECK(ladder.tooThin(Side::Sell));
}

TEST_CASE("grouping adds sizes up and keeps the mark on the row that contains the level") {
  LadderWidget ladder;
  ladder.resize(420, 900);
  const auto state = ladderFixture(50);
  ladder.setState(state);
  ladder.setGrouping(10);
  std::int64_t shown = 0;
  std::int64_t all = 0;
  for (const LadderRow& row : ladder.rows()) {
    shown += row.bidLots;
    if (row.kind != LadderRow::Kind::Spread) CHECK(row.ticks % 10 == 0);
  }
  for (const LadderLevel& level : state->bids) all += level.lots;
  CHECK(shown == all);
  const std::int64_t bucket = state->bids[8].ticks - state->bids[8].ticks % 10;
  CHECK(ladder.rows()[static_cast<std::size_t>(ladder.rowOfPrice(state->bids[8].ticks))].ticks == bucket);
  CHECK(ladder.rows()[static_cast<std::size_t>(ladder.rowOfPrice(state->bids[8].ticks))].entryMarker);
  ladder.setGrouping(3);
  CHECK(ladder.grouping() == 10);
}

TEST_CASE("own orders: three states look different, and a price that the book lacks gets a row") {
  LadderWidget ladder;
  ladder.resize(420, 900);
  auto state = ladderFixture(50);
  state->orders.push_back(
      {QStringLiteral("deep"), Side::Buy, state->bids[20].ticks - 0, 10, -1, LadderOrder::State::Open});
  const std::int64_t missing = state->bids[1].ticks - 1;
  state->bids.erase(std::remove_if(state->bids.begin(), state->bids.end(),
                                   [missing](const LadderLevel& l) { return l.ticks == missing; }),
                    state->bids.end());
  state->orders.push_back({QStringLiteral("alone"), Side::Buy, missing, 33, -1, LadderOrder::State::Open});
  ladder.setState(state);
  REQUIRE(ladder.rowOfPrice(missing) >= 0);
  CHECK(ladder.rows()[static_cast<std::size_t>(ladder.rowOfPrice(missing))].bidLots == 0);
  const QImage image = ladderShot(ladder);
  const auto cell = [&](std::int64_t ticks, Side side) {
    return ladder.cellRect(ladder.rowOfPrice(ticks),
                           side == Side::Buy ? LadderWidget::ColumnId::MyBids : LadderWidget::ColumnId::MyAsks);
  };
  const QRect open = cell(state->orders[0].ticks, Side::Buy);
  const QRect pending = cell(state->orders[1].ticks, Side::Sell);
  const QRect cancelling = cell(state->orders[2].ticks, Side::Buy);
  CHECK(countPixels(image, open, color(Role::Up).rgb()) > open.width() * open.height() / 3);
  CHECK(countPixels(image, pending, color(Role::Down).rgb()) < pending.width() * 3);
  const QRect strike(cancelling.left() + 6, cancelling.center().y() - 1, cancelling.width() - 12, 4);
  CHECK(countPixels(image, strike, color(Role::Text).rgb()) > strike.width() / 2);
}

TEST_CASE("a stale book loses its side tints and says so; a changed row alone is repainted") {
  LadderWidget ladder;
  ladder.resize(420, 700);
  auto state = ladderFixture(50);
  ladder.setState(state);
  const QRgb tint = color(Role::UpBar).rgb();
  CHECK(countPixels(ladderShot(ladder), ladder.rect(), tint) > 500);
  const QImage before = ladderShot(ladder);
  auto changed = std::make_shared<LadderState>(*state);
  changed->bids[2].lots += 5;
  ladder.setState(changed);
  const QImage after = ladderShot(ladder);
  const QRect row = ladder.rowRect(ladder.rowOfPrice(changed->bids[2].ticks));
  for (int y = 120; y < after.height(); ++y) {
    if (y >= row.top() && y <= row.bottom()) continue;
    CHECK(std::equal(after.constScanLine(y), after.constScanLine(y) + after.bytesPerLine(), before.constScanLine(y)));
  }
  CHECK(after.copy(row) != before.copy(row));
  auto stale = std::make_shared<LadderState>(*state);
  stale->view = ViewState::Stale;
  stale->bandText = QStringLiteral("STALE 4.2 s · last 12:03:11.204 UTC");
  ladder.setState(stale);
  CHECK(countPixels(ladderShot(ladder), ladder.rect(), tint) == 0);
  CHECK(ladder.property("bwState").toString() == QStringLiteral("stale"));
}

TEST_CASE("keys ask for orders only when armed and the book is tradable") {
  LadderWidget ladder;
  ladder.resize(420, 700);
  auto state = ladderFixture(50);
  ladder.setState(state);
  ladder.show();
  QSignalSpy limit(&ladder, &LadderWidget::limitRequested);
  QTest::keyClick(&ladder, Qt::Key_Down);
  CHECK(ladder.cursorRow() == 51);
  QTest::keyClick(&ladder, Qt::Key_Down);
  QTest::keyClick(&ladder, Qt::Key_B);
  CHECK(limit.isEmpty());
  ladder.setArmed(true);
  QTest::keyClick(&ladder, Qt::Key_B);
  REQUIRE(limit.count() == 1);
  CHECK(limit[0][1].toLongLong() == state->bids[1].ticks);
  const QRect ask = ladder.cellRect(45, LadderWidget::ColumnId::AskSize);
  QTest::mouseClick(&ladder, Qt::LeftButton, Qt::ShiftModifier, ask.center());
  REQUIRE(limit.count() == 2);
  CHECK(limit[1][2].toBool());
  auto stale = std::make_shared<LadderState>(*state);
  stale->view = ViewState::Stale;
  ladder.setState(stale);
  QTest::keyClick(&ladder, Qt::Key_B);
  CHECK(limit.count() == 2);
}

TEST_CASE("the atlas writes numbers exactly") {
  char text[24];
  const auto written = [&text](std::int64_t m, int s) {
    return std::string(text, static_cast<std::size_t>(writeFixed(text, m, s)));
  };
  CHECK(written(616'597, 1) == "61659.7");
  CHECK(written(5, 3) == "0.005");
  CHECK(written(0, 0) == "0");
  CHECK(written(0, 2) == "0.00");
  CHECK(written(-120, 2) == "~1.20");
  CHECK(written(INT64_MIN, 0) == "~9223372036854775808");
}
