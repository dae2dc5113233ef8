// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <QImage>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/widgets_fixtures.h"
#include "ui/theme/theme.h"
#include "ui/widgets/candle_chart.h"

using namespace bw::ui;
using namespace bw::ui::test;

namespace {

QImage chartShot(CandleChart& chart) {
  QImage image(chart.size(), QImage::Format_RGB32);
  chart.render(&image);
  return image;
}

}  // namespace

TEST_CASE("rising candles are hollow and falling ones filled") {
  CandleChart chart;
  chart.resize(900, 500);
  auto state = std::make_shared<ChartState>();
  state->view = ViewState::Live;
  state->candles = {{0, 100, 210, 90, 200, 5}, {1'000'000'000, 200, 210, 90, 100, 5}};
  chart.setState(state);
  chart.setVisibleSlots(10);
  const QImage image = chartShot(chart);
  const double slot = chart.plotRect().width() / chart.visibleSlots();
  const auto middleOf = [&](int i) {
    return QPoint(static_cast<int>(chart.xOfTime(i * 1'000'000'000LL) + slot / 2) - 8,
                  static_cast<int>(chart.yOfTicks(150)));
  };
  CHECK(image.pixelColor(middleOf(0)) == color(Role::Plot));
  CHECK(image.pixelColor(middleOf(1)) == color(Role::Down));
}

TEST_CASE("ten thousand candles are drawn as at most one span per pixel column, with true extremes") {
  CandleChart chart;
  chart.resize(900, 500);
  const auto state = chartFixture(10'000);
  chart.setState(state);
  chart.setVisibleSlots(12'000);
  const QImage image = chartShot(chart);
  CHECK(chart.drawnSpans() > 600);
  CHECK(chart.drawnSpans() <= chart.plotRect().width() + 1);
  std::size_t top = 0;
  for (std::size_t i = 0; i < state->candles.size(); ++i) {
    if (state->candles[i].high > state->candles[top].high) top = i;
  }
  const int x = static_cast<int>(std::floor(chart.xOfTime(state->candles[top].openTimeNs)));
  const int y = static_cast<int>(std::round(chart.yOfTicks(static_cast<double>(state->candles[top].high))));
  const QColor c = image.pixelColor(x, y);
  CHECK((c == color(Role::Up) || c == color(Role::Down)));
}

TEST_CASE("price and time map there and back") {
  CandleChart chart;
  chart.resize(900, 500);
  chart.setState(chartFixture(300));
  chartShot(chart);
  CHECK(chart.ticksAtY(chart.yOfTicks(616'000)) == doctest::Approx(616'000).epsilon(1e-9));
  const auto ns = chart.state()->candles[250].openTimeNs;
  CHECK(std::abs(chart.timeAtX(chart.xOfTime(ns)) - ns) < 1'000'000);
}

TEST_CASE("keys pan and zoom; a reader of the past is not moved by a new candle") {
  CandleChart chart;
  chart.resize(900, 500);
  chart.setState(chartFixture(400));
  QTest::keyClick(&chart, Qt::Key_Left);
  CHECK(chart.offset() == doctest::Approx(12));
  const std::int64_t left = chart.timeAtX(chart.plotRect().left());
  chart.setState(chartFixture(403));
  CHECK(chart.offset() == doctest::Approx(15));
  CHECK(std::abs(chart.timeAtX(chart.plotRect().left()) - left) < 1'000'000);
  QTest::keyClick(&chart, Qt::Key_End);
  CHECK(chart.offset() == 0);
  QTest::keyClick(&chart, Qt::Key_Up);
  CHECK(chart.visibleSlots() == doctest::Approx(96));
  QSignalSpy typed(&chart, &CandleChart::intervalTyped);
  QTest::keyClick(&chart, Qt::Key_5);
  CHECK(typed.count() == 1);
}

TEST_CASE("empty charts say why and readouts name O H L C") {
  CandleChart chart;
  chart.resize(600, 300);
  auto state = std::make_shared<ChartState>();
  state->emptyText = QStringLiteral("Warming up");
  chart.setState(state);
  chartShot(chart);
  CHECK(chart.property("bwState").toString() == QStringLiteral("empty"));
  CHECK(chart.readoutText().isEmpty());
  chart.setState(chartFixture(150));
  CHECK(chart.readoutText().contains(QStringLiteral("O ")));
  CHECK(chart.property("bwRows").toInt() == 150);
}

TEST_CASE("a chart that paints only what is new shows what one painted at once shows") {
  for (const double slots : {60.0, 400.0, 9000.0}) {
    CAPTURE(slots);
    CandleChart patched;
    patched.resize(900, 500);
    auto state = chartFixture(10'000);
    state->series = 1;
    state->changedFrom = state->candles.size() - 1;
    patched.setState(state);
    patched.setVisibleSlots(slots);
    chartShot(patched);
    for (int step = 0; step < 12; ++step) {
      auto next = std::make_shared<ChartState>(*state);
      ChartCandle& last = next->candles.back();
      last.close = last.low + (step * 7) % std::max<std::int64_t>(1, last.high - last.low);
      last.volume += step;
      next->lines[0].values.back() += step;
      next->lastTicks = last.close;
      state = next;
      patched.setState(state);
      CandleChart whole;
      whole.resize(900, 500);
      auto alone = std::make_shared<ChartState>(*state);
      alone->series = 0;
      whole.setState(alone);
      whole.setVisibleSlots(slots);
      const QImage expected = chartShot(whole);
      REQUIRE(chartShot(patched) == expected);
    }
    CHECK(patched.patches() >= 10);
  }
}

TEST_CASE("candles after a hole or a new candle are painted anew, not patched") {
  CandleChart chart;
  chart.resize(900, 500);
  auto state = chartFixture(500);
  state->series = 1;
  chart.setState(state);
  chartShot(chart);
  auto next = std::make_shared<ChartState>(*chartFixture(501));
  next->series = 1;
  next->changedFrom = 499;
  chart.setState(next);
  const QImage shown = chartShot(chart);
  CHECK(chart.patches() == 0);
  CandleChart whole;
  whole.resize(900, 500);
  whole.setState(chartFixture(501));
  CHECK(shown == chartShot(whole));
}
