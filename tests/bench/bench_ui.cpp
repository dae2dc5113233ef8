// SPDX-License-Identifier: GPL-3.0-or-later
// Painting against the stock widgets a competent user would take: a full repaint of the ladder against a QTableView
// with the same visible cells, and 10,000 candles with one changed value against QCandlestickSeries.
#include <QAbstractTableModel>
#include <QApplication>
#include <QCandlestickSeries>
#include <QCandlestickSet>
#include <QChart>
#include <QChartView>
#include <QHeaderView>
#include <QImage>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QValueAxis>
#include <algorithm>

#include "tests/bench/bench_report.h"
#include "tests/ui/widgets_fixtures.h"
#include "ui/format/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

namespace {

using namespace bw::ui;

/// The ladder's rows as an ordinary model with ready strings.
class LadderTable : public QAbstractTableModel {
 public:
  explicit LadderTable(const LadderWidget& ladder) {
    const LadderState& state = *ladder.state();
    const auto size = [&state](std::int64_t lots) {
      return lots > 0 ? decimalText(lots, state.lotSize.scale, state.lotSize.scale) : QString();
    };
    for (const LadderRow& row : ladder.rows()) {
      const std::int64_t mine = row.orders.empty() ? 0 : state.orders[row.orders.front()].lots;
      const bool bid = row.kind == LadderRow::Kind::Bid;
      m_texts.push_back({size(bid ? mine : 0), size(row.tradedBid), size(row.bidLots),
                         decimalText(row.ticks, state.tickSize.scale, state.tickSize.scale), size(row.askLots),
                         size(row.tradedAsk), size(bid ? 0 : mine)});
      m_bars.push_back(std::max(row.bidLots, row.askLots));
      m_bid.push_back(bid);
      m_most = std::max(m_most, m_bars.back());
    }
  }
  int rowCount(const QModelIndex& = {}) const override { return static_cast<int>(m_texts.size()); }
  int columnCount(const QModelIndex& = {}) const override { return 7; }
  QVariant data(const QModelIndex& index, int role) const override {
    const auto r = static_cast<std::size_t>(index.row());
    if (role == Qt::DisplayRole) return m_texts[r][index.column()];
    if (role == Qt::TextAlignmentRole) return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ForegroundRole && index.column() == 3) return color(m_bid[r] ? Role::Up : Role::Down);
    return {};
  }
  double bar(int row) const {
    return static_cast<double>(m_bars[static_cast<std::size_t>(row)]) / static_cast<double>(m_most);
  }
  bool bid(int row) const { return m_bid[static_cast<std::size_t>(row)]; }

 private:
  std::vector<QStringList> m_texts;
  std::vector<std::int64_t> m_bars;
  std::vector<bool> m_bid;
  std::int64_t m_most = 1;
};

/// The bar behind the sizes, then the default painting.
class BarDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const auto* model = static_cast<const LadderTable*>(index.model());
    const bool bid = model->bid(index.row());
    if (index.column() == (bid ? 2 : 4)) {
      QRect bar = option.rect;
      bar.setWidth(static_cast<int>(bar.width() * model->bar(index.row())));
      painter->fillRect(bar, color(bid ? Role::UpBar : Role::DownBar));
    }
    QStyledItemDelegate::paint(painter, option, index);
  }
};

double repaint(QWidget& widget, int rounds, const std::function<void()>& before) {
  return bw::bench::bestOf(rounds, [&] {
    before();
    widget.repaint();
  });
}

void benchLadder() {
  LadderWidget ladder;
  ladder.resize(440, 900);
  ladder.setState(test::ladderFixture(50));
  ladder.show();
  QApplication::processEvents();
  const double ours = repaint(ladder, 300, [&ladder] { ladder.invalidateAll(); });
  auto changed = std::make_shared<LadderState>(*ladder.state());
  const double oneRow = bw::bench::bestOf(300, [&] {
    auto next = std::make_shared<LadderState>(*changed);
    next->bids[3].lots = 100 + (next->bids[3].lots * 7) % 900;
    changed = next;
    ladder.setState(next);
    QApplication::processEvents();
  });
  LadderTable model(ladder);
  QTableView table;
  table.setModel(&model);
  table.setItemDelegate(new BarDelegate(&table));
  table.setFont(themeFont(FontRole::Number));
  table.setShowGrid(false);
  table.horizontalHeader()->setDefaultSectionSize(60);
  table.verticalHeader()->setMinimumSectionSize(18);
  table.verticalHeader()->setDefaultSectionSize(18);
  table.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  table.verticalHeader()->hide();
  table.resize(440, 900);
  table.scrollTo(model.index(50, 0), QAbstractItemView::PositionAtCenter);
  table.show();
  QApplication::processEvents();
  const double peer = repaint(*table.viewport(), 100, [&table] { table.horizontalHeader()->viewport()->repaint(); });
  bw::bench::report("ladder_full_repaint", ours / 1e3, "us", "QTableView", peer / ours);
  bw::bench::report("ladder_one_row", oneRow / 1e3, "us", "QTableView full repaint", peer / oneRow);
}

void benchCandles() {
  constexpr int kCandles = 10'000;
  // Candles only on both sides: the stock series has no averages, fills or price lines.
  const auto state = test::chartFixture(kCandles);
  state->lines.clear();
  state->fills.clear();
  state->priceLines.clear();
  // As the panel says it, and as the stock series is told below: the last candle alone changes.
  state->series = 1;
  state->changedFrom = state->candles.size() - 1;
  const auto other = std::make_shared<ChartState>(*state);
  other->candles.back().close += 1;
  CandleChart chart;
  chart.resize(1000, 560);
  chart.setState(state);
  chart.setVisibleSlots(kCandles);
  chart.show();
  QApplication::processEvents();
  const double ours = bw::bench::bestOf(100, [&] {
    chart.setState(chart.state() == state ? other : state);
    chart.repaint();
  });
  auto* series = new QCandlestickSeries;
  QList<QCandlestickSet*> sets;
  double low = 1e18;
  double high = 0;
  for (const ChartCandle& c : state->candles) {
    sets << new QCandlestickSet(double(c.open), double(c.high), double(c.low), double(c.close),
                                double(c.openTimeNs / 1'000'000));
    low = std::min(low, double(c.low));
    high = std::max(high, double(c.high));
  }
  series->append(sets);
  auto* peerChart = new QChart;
  peerChart->addSeries(series);
  peerChart->createDefaultAxes();
  peerChart->legend()->hide();
  peerChart->setAnimationOptions(QChart::NoAnimation);
  QChartView view(peerChart);
  view.resize(1000, 560);
  view.show();
  QApplication::processEvents();
  const double peer = bw::bench::bestOf(2, [&] {
    series->sets().last()->setClose(series->sets().last()->close() + 1);
    QApplication::processEvents();
    view.viewport()->repaint();
  });
  bw::bench::report("candles_10000_update", ours / 1e3, "us", "QCandlestickSeries", peer / ours);
}

}  // namespace

int main(int argc, char** argv) {
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  const QApplication app(argc, argv);
  QApplication::setStyle(QStringLiteral("Fusion"));
  QApplication::setPalette(theme().palette());
  benchLadder();
  benchCandles();
  return 0;
}
