// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/chart/chart_panel.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <array>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/candle_chart.h"

namespace bw::ui {

ChartPanel::ChartPanel(PanelContext& context)
    : Panel(context, {Part::Candles, Part::Fills, Part::Orders, Part::Positions, Part::Feeds, Part::Market}) {
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  box->setSpacing(0);
  m_buttons = new QHBoxLayout;
  m_buttons->setContentsMargins(8, 2, 4, 2);
  m_buttons->setSpacing(2);
  m_symbol = namedLabel(QStringLiteral("lblChartSymbol"), {}, this);
  m_symbol->setFont(ui::themeFont(FontRole::Title));
  m_buttons->addWidget(m_symbol);
  m_buttons->addSpacing(12);
  m_intervals = new QButtonGroup(this);
  m_intervals->setExclusive(true);
  for (const std::int64_t seconds : std::array<std::int64_t, 3>{1, 5, 60}) addInterval(Duration::seconds(seconds));
  m_buttons->addStretch(1);
  auto* newest = namedButton(QStringLiteral("btnChartNewest"), tr("Newest"), this);
  newest->setToolTip(tr("Follow the newest candle (End)"));
  m_buttons->addWidget(newest);
  m_chart = new CandleChart(this);
  box->addLayout(m_buttons);
  box->addWidget(m_chart, 1);
  connect(newest, &QPushButton::clicked, m_chart, &CandleChart::goToNewest);
  connect(m_chart, &CandleChart::intervalTyped, this, [this](const QString& text) {
    for (auto* button : m_intervals->buttons()) {
      if (button->text().startsWith(text)) return button->click();
    }
  });
}

void ChartPanel::addInterval(Duration interval) {
  auto* button =
      namedButton(QStringLiteral("btnInterval%1").arg(interval.ns / 1'000'000'000), intervalText(interval), this);
  button->setAccessibleName(tr("Interval %1").arg(intervalText(interval)));
  button->setCheckable(true);
  button->setChecked(interval == m_interval);
  m_intervals->addButton(button);
  m_buttons->addWidget(button);
  connect(button, &QPushButton::clicked, this, [this, interval] {
    m_interval = interval;
    m_chart->goToNewest();
    refresh();
  });
}

void ChartPanel::addOverlays(ChartState& state) const {
  const Instrument& instrument = linked();
  const auto ticksOf = [&instrument](const Price& price) {
    return instrument.toTicksRounded(price, Rounding::HalfEven).value;
  };
  for (const auto& row : data().fills()) {
    if (row.fill.instrument != instrument.id) continue;
    state.fills.push_back({row.fill.venueTime.ns, ticksOf(row.fill.price),
                           instrument.toLotsRounded(row.fill.quantity, Rounding::ToZero).value, row.fill.side});
  }
  using Kind = ChartPriceLine::Kind;
  for (const auto& order : data().workingOrders()) {
    if (order.instrument != instrument.id) continue;
    const auto& price = order.triggerPrice ? order.triggerPrice : order.limitPrice;
    if (!price) continue;
    const Kind kind = order.role == OrderRole::StopLoss     ? Kind::Stop
                      : order.role == OrderRole::TakeProfit ? Kind::Target
                                                            : Kind::Order;
    const QString word = kind == Kind::Stop ? tr("STOP") : kind == Kind::Target ? tr("TARGET") : sideWord(order.side);
    state.priceLines.push_back(
        {kind, order.side, ticksOf(*price), word + QLatin1Char(' ') + sizeIn(instrument, order.remaining())});
  }
  if (const auto* held = data().position(instrument.id)) {
    const Side side = held->position.quantity.sign() > 0 ? Side::Buy : Side::Sell;
    state.priceLines.push_back({Kind::AverageEntry, side, ticksOf(held->position.averagePrice),
                                tr("AVG") + QLatin1Char(' ') + sizeIn(instrument, held->position.quantity)});
  }
}

void ChartPanel::update(Revision revision) {
  const Instrument& instrument = linked();
  const auto& candles = data().candles(instrument.id, m_interval);
  const std::shared_ptr<ChartState> state = m_series.next(instrument.id, m_interval, candles, data().candleRewrites());
  state->fills.clear();
  state->priceLines.clear();
  state->lastTicks.reset();
  state->symbol = textOf(instrument.symbol);
  state->interval = intervalText(m_interval);
  state->revision = revision;
  state->step = m_interval;
  state->tickSize = instrument.tickSize;
  state->lotSize = instrument.lotSize;
  state->view = candles.empty() ? ViewState::Empty : marketState(instrument.id);
  if (state->view == ViewState::Empty && !candles.empty()) state->view = plainState(false);
  state->bandText = candles.empty() ? QString() : marketBand(instrument.id);
  state->emptyText = tr("No candles of %1 for this interval yet").arg(state->symbol);
  if (!candles.empty()) {
    state->lastClosed = candles.back().closed;
    state->lastTicks = candles.back().close.value;
  }
  if (const auto& last = data().market(instrument.id).last) state->lastTicks = last->price.value;
  addOverlays(*state);
  m_symbol->setText(state->symbol);
  m_chart->setState(state);
  setHooks(state->view, revision, static_cast<int>(candles.size()));
}

}  // namespace bw::ui
