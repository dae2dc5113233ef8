// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of every widget in both themes, for the eye; only when BW_SHOT_DIR names a folder.
#include <doctest/doctest.h>

#include <QApplication>
#include <QDir>
#include <QHBoxLayout>
#include <QPixmap>
#include <QVBoxLayout>
#include <cstdio>

#include "tests/ui/widgets_fixtures.h"
#include "ui/format/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/decimal_edit.h"
#include "ui/widgets/estop_plate.h"
#include "ui/widgets/score_bar.h"
#include "ui/widgets/small_widgets.h"

using namespace bw;
using namespace bw::ui;
using namespace bw::ui::test;

namespace {

struct Shooter {
  QString folder;
  QString theme;
  void shoot(QWidget& w, const char* name, QSize size) const {
    w.resize(size);
    w.show();
    QApplication::processEvents();
    REQUIRE(w.grab().save(folder + QLatin1Char('/') + QString::fromLatin1(name) + QLatin1Char('-') + theme +
                          QStringLiteral(".png")));
  }
};

struct Holding {
  QString symbol;
  std::int64_t profit;
  int state;
  float filled;
};

void shootTable(const Shooter& s) {
  auto symbol = textColumn<Holding>("symbol", "Symbol", 110, [](const Holding& h) { return h.symbol; });
  auto profit = numberColumn<Holding>(
      "profit", "P&L", 100, [](const Holding& h) { return decimalText(h.profit, 2, 2, Sign::Always); },
      [](const Holding& h) { return QVariant::fromValue(Decimal(h.profit, 2)); });
  profit.tone = [](const Holding& h) { return toneOfSign(h.profit > 0 ? 1 : h.profit < 0 ? -1 : 0); };
  profit.mark = [](const Holding& h) { return markOfSign(h.profit > 0 ? 1 : h.profit < 0 ? -1 : 0); };
  auto filled = numberColumn<Holding>(
      "filled", "Filled", 90,
      [](const Holding& h) -> QString { return statText(double(h.filled) * 100, 0) + QStringLiteral(" %"); },
      [](const Holding& h) { return QVariant(h.filled); });
  filled.bar = [](const Holding& h) { return std::optional<CellBar>(CellBar{0, h.filled, Tone::Accent}); };
  auto state = textColumn<Holding>("state", "State", 120, [](const Holding& h) {
    return QStringList{"OPEN", "CANCEL PENDING", "UNKNOWN", "FILLED"}[h.state];
  });
  state.mark = [](const Holding& h) {
    return std::array{Mark::Ok, Mark::Warning, Mark::Unknown, Mark::Tick}[static_cast<std::size_t>(h.state)];
  };
  state.tone = [](const Holding& h) {
    return std::array{Tone::Ok, Tone::Warn, Tone::Warn, Tone::Secondary}[static_cast<std::size_t>(h.state)];
  };
  TableModel<Holding> model({symbol, profit, filled, state}, [](const Holding& h) { return h.symbol; });
  DataTable table(QStringLiteral("tblShot"), QStringLiteral("Orders"), &model);
  model.setRows({{"BTC-PERP", 12345, 0, 0.4F},
                 {"ETH-PERP", -670, 1, 0.0F},
                 {"SOL-PERP", 0, 2, 1.0F},
                 {"XRP-PERP", 99, 3, 0.75F}});
  table.setFooter(QStringLiteral("4 orders · P&L +117.74 USDT"));
  table.setState(ViewState::Live, 1);
  table.selectKey(QStringLiteral("ETH-PERP"));
  s.shoot(table, "table", {480, 200});
  model.setRows({});
  table.emptyState()->setContent(QStringLiteral("No working orders"), QStringLiteral("Open the order ticket"),
                                 QStringLiteral("Learn more"));
  table.setState(ViewState::Live, 2);
  s.shoot(table, "table-empty", {480, 200});
}

void shootPlates(const Shooter& s) {
  QWidget box;
  box.setObjectName(QStringLiteral("box"));
  auto* column = new QVBoxLayout(&box);
  const QString words[] = {{},
                           {},
                           "Cancelled 37/41 · Flat 2/3",
                           "STOPPED 12:03:11 UTC · 0 orders · flat",
                           "1 order UNKNOWN at venue X — act now",
                           {}};
  for (int i = 0; i < 6; ++i) {
    auto* row = new QHBoxLayout;
    auto* mini = new EstopPlate(EstopPlate::Size::Mini);
    auto* plate = new EstopPlate;
    for (EstopPlate* p : {mini, plate}) p->setState({static_cast<PlateState>(i), words[i], 0.4, 1});
    row->addStretch();
    row->addWidget(plate);
    row->addWidget(mini);
    column->addLayout(row);
  }
  s.shoot(box, "plates", {480, 440});
}

void shootStrip(const Shooter& s) {
  QWidget box;
  auto* column = new QVBoxLayout(&box);
  auto* row = new QHBoxLayout;
  for (int m = 0; m < 6; ++m) {
    auto* badge = new ModeBadge;
    badge->setMode(static_cast<ModeLook>(m), m == 1 ? QStringLiteral("×10") : QString());
    row->addWidget(badge);
  }
  column->addLayout(row);
  auto* dots = new QHBoxLayout;
  const Shape shapes[] = {Shape::Ok, Shape::Clock, Shape::Warning, Shape::Critical, Shape::Unknown};
  const char* const wordsOf[] = {"live", "lagging", "stale", "dead", "connecting"};
  for (int i = 0; i < 5; ++i) {
    auto* dot = new VenueDot;
    dot->setState(QStringLiteral("paper"), shapes[i], QString::fromLatin1(wordsOf[i]), QStringLiteral("12 ms"));
    dots->addWidget(dot);
  }
  column->addLayout(dots);
  auto* cells = new QHBoxLayout;
  const char* const captions[] = {"Feed age p95", "msgs/s", "Round trip", "Frame p95", "Dropped"};
  const char* const values[] = {"4.2 ms", "19832", "51 / 63 ms", "3.1 ms", "2"};
  for (int i = 0; i < 5; ++i) {
    auto* cell = new StatusCell(QStringLiteral("cell%1").arg(i), QString::fromLatin1(captions[i]));
    cell->setValue(QString::fromLatin1(values[i]), i == 4 ? Shape::Warning : Shape::None);
    cells->addWidget(cell);
  }
  column->addLayout(cells);
  auto* edit = new DecimalEdit(QStringLiteral("edit"), QStringLiteral("Price"));
  edit->setValue(Decimal(616'597, 1));
  column->addWidget(edit);
  auto* band = new StaleBand;
  band->setState(ViewState::Stale, QStringLiteral("STALE 4.2 s · last 12:03:11.204 UTC"));
  column->addWidget(band);
  s.shoot(box, "strip", {760, 230});
}

void shootAll(const Shooter& s) {
  LadderWidget ladder;
  ladder.setState(ladderFixture(50));
  s.shoot(ladder, "ladder", {440, 780});
  auto stale = ladderFixture(50);
  stale->view = ViewState::Stale;
  stale->bandText = QStringLiteral("STALE 4.2 s · last 12:03:11.204 UTC");
  ladder.setState(stale);
  s.shoot(ladder, "ladder-stale", {340, 420});
  ladder.setState(ladderFixture(7));
  ladder.setArmed(true);
  s.shoot(ladder, "ladder-thin-armed", {440, 420});
  CandleChart chart;
  chart.setState(chartFixture(400));
  s.shoot(chart, "chart", {1000, 560});
  chart.setVisibleSlots(500);
  s.shoot(chart, "chart-far", {700, 400});
  TapeWidget tape;
  tape.setInstrument(QStringLiteral("BTCUSDT"), Decimal(1, 1), Decimal(1, 3));
  const auto prints = tapeFixture(400);
  tape.append(prints);
  tape.setState(ViewState::Live, {}, 1, Timestamp::fromNanos(prints.back().timeNs));
  s.shoot(tape, "tape", {360, 400});
  GaugeList gauges;
  gauges.setState(ViewState::Live, 1, gaugeFixture());
  s.shoot(gauges, "gauges", {440, 230});
  ScoreBar score;
  score.setState({ViewState::Live,
                  1,
                  74.5,
                  60,
                  QStringLiteral("Buy"),
                  QStringLiteral("confidence 72 % · alignment FULL 3 of 3 · age 2.1 s"),
                  {}});
  s.shoot(score, "score", {440, 84});
  StepList steps(QStringLiteral("steps"));
  steps.setState(ViewState::Live, 1, stepFixture());
  s.shoot(steps, "steps", {520, 310});
  shootTable(s);
  shootPlates(s);
  shootStrip(s);
}

}  // namespace

TEST_CASE("pictures of every widget") {
  const QString folder = qEnvironmentVariable("BW_SHOT_DIR");
  if (folder.isEmpty()) {
    std::puts("SKIPPED: BW_SHOT_DIR names no folder for pictures");
    return;
  }
  REQUIRE(QDir().mkpath(folder));
  const std::pair<ThemeKind, const char*> kinds[] = {
      {ThemeKind::Dark, "dark"}, {ThemeKind::Light, "light"}, {ThemeKind::HighContrast, "contrast"}};
  for (const auto& [kind, name] : kinds) {
    ThemeManager::instance().setTheme(kind, SidePalette::GreenRed);
    QApplication::setPalette(theme().palette());
    qApp->setStyleSheet(theme().styleSheet());
    shootAll({folder, QString::fromLatin1(name)});
  }
  ThemeManager::instance().setTheme(ThemeKind::Dark, SidePalette::GreenRed);
}
