// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/watchlist/watchlist_panel.h"

#include <QVBoxLayout>

#include <cmath>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

namespace {

Column<WatchRow> feedColumn() {
  using Row = WatchRow;
  auto feed =
      textColumn<Row>(QStringLiteral("feed"), WatchlistPanel::tr("Feed"), 60, [](const Row& r) { return r.feed; });
  feed.mark = [](const Row& r) {
    switch (r.freshness) {
      case Freshness::Live:
        return Mark::Ok;
      case Freshness::Lagging:
        return Mark::Medium;
      case Freshness::Stale:
        return Mark::Warning;
      case Freshness::Dead:
        return Mark::Critical;
      default:
        return Mark::Unknown;
    }
  };
  feed.tone = [](const Row& r) {
    if (r.freshness == Freshness::Live && !r.liveMarket) return Tone::Secondary;
    return r.freshness == Freshness::Live ? Tone::Ok : r.freshness == Freshness::Dead ? Tone::Critical : Tone::Warn;
  };
  return feed;
}

std::vector<Column<WatchRow>> watchColumns() {
  using Row = WatchRow;
  std::vector<Column<Row>> columns;
  auto symbol = textColumn<Row>(QStringLiteral("symbol"), WatchlistPanel::tr("Symbol"), 104,
                                [](const Row& r) { return r.symbol; });
  symbol.bold = [](const Row&) { return true; };
  columns.push_back(symbol);
  columns.push_back(numberColumn<Row>(
      QStringLiteral("last"), WatchlistPanel::tr("Last"), 82, [](const Row& r) { return r.last; },
      [](const Row& r) { return QVariant(r.last.toDouble()); }));
  auto change = numberColumn<Row>(
      QStringLiteral("change"), WatchlistPanel::tr("Chg %"), 74,
      [](const Row& r) { return r.hasChange ? statText(r.changePercent, 2, Sign::Always) : notAvailable(); },
      [](const Row& r) { return QVariant(r.changePercent); });
  change.info.toolTip = WatchlistPanel::tr("Change since the first trade of this session");
  const auto sign = [](const Row& r) { return r.changePercent > 0 ? 1 : r.changePercent < 0 ? -1 : 0; };
  change.tone = [sign](const Row& r) { return toneOfSign(sign(r)); };
  change.mark = [sign](const Row& r) { return r.hasChange ? markOfSign(sign(r)) : Mark::None; };
  columns.push_back(change);
  auto score = numberColumn<Row>(
      QStringLiteral("score"), WatchlistPanel::tr("Score"), 58,
      [](const Row& r) { return r.hasScore ? statText(r.score, 0, Sign::Always) : notAvailable(); },
      [](const Row& r) { return QVariant(r.score); });
  score.info.toolTip = WatchlistPanel::tr("Signal score, −130 to +130");
  score.bar = [](const Row& r) -> std::optional<CellBar> {
    if (!r.hasScore) return std::nullopt;
    const float end = 0.5F + static_cast<float>(r.score / 260.0);
    return r.score < 0 ? CellBar{end, 0.5F, Tone::Down} : CellBar{0.5F, end, Tone::Up};
  };
  columns.push_back(score);
  columns.push_back(feedColumn());
  auto position = numberColumn<Row>(
      QStringLiteral("position"), WatchlistPanel::tr("Position"), 80, [](const Row& r) { return r.position; },
      [](const Row& r) { return QVariant(r.positionSign); });
  position.tone = [](const Row& r) { return toneOfSign(r.positionSign); };
  columns.push_back(position);
  columns.push_back(numberColumn<Row>(
      QStringLiteral("bid"), WatchlistPanel::tr("Bid"), 82, [](const Row& r) { return r.bid; },
      [](const Row& r) { return QVariant(r.bid.toDouble()); }));
  columns.push_back(numberColumn<Row>(
      QStringLiteral("ask"), WatchlistPanel::tr("Ask"), 82, [](const Row& r) { return r.ask; },
      [](const Row& r) { return QVariant(r.ask.toDouble()); }));
  columns.push_back(numberColumn<Row>(
      QStringLiteral("spread"), WatchlistPanel::tr("Spread bps"), 84,
      [](const Row& r) { return r.spreadBps < 0 ? notAvailable() : statText(r.spreadBps, 2); },
      [](const Row& r) { return QVariant(r.spreadBps); }));
  auto volume = numberColumn<Row>(
      QStringLiteral("volume"), WatchlistPanel::tr("Volume"), 84, [](const Row& r) { return r.volume; },
      [](const Row& r) { return QVariant(r.volume); });
  volume.info.toolTip = WatchlistPanel::tr("Quote volume of this session");
  columns.push_back(volume);
  columns.push_back(
      textColumn<Row>(QStringLiteral("venue"), WatchlistPanel::tr("Venue"), 84, [](const Row& r) { return r.venue; }));
  return columns;
}

QString feedWord(Freshness freshness, const SessionInfo& info) {
  switch (freshness) {
    case Freshness::Waiting:
      return WatchlistPanel::tr("waiting");
    case Freshness::Live:
      return runningWord(info);
    case Freshness::Lagging:
      return WatchlistPanel::tr("late");
    case Freshness::Stale:
      return WatchlistPanel::tr("stale");
    case Freshness::Dead:
      return WatchlistPanel::tr("dead");
    case Freshness::Ended:
      return WatchlistPanel::tr("ended");
  }
  return {};
}

}  // namespace

WatchlistPanel::WatchlistPanel(PanelContext& context)
    : Panel(context, {Part::Market, Part::Signals, Part::Positions, Part::Feeds}) {
  m_model = new TableModel<WatchRow>(
      watchColumns(), [](const WatchRow& r) { return r.symbol; }, this);
  m_table = new DataTable(QStringLiteral("tblWatchlist"), tr("Watchlist"), m_model, this);
  m_table->emptyState()->setContent(tr("No instruments yet."), QString());
  keepFitted(*m_table, *m_model);
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  box->addWidget(m_table);
  const auto choose = [this](const QString& key) {
    if (const WatchRow* row = m_model->find(key)) this->context().link.choose(row->id);
  };
  connect(m_table, &DataTable::activated, this, choose);
  connect(m_table->view()->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this, choose](const QModelIndex& now) {
            if (now.isValid()) choose(m_table->currentKey());
          });
}

WatchRow WatchlistPanel::rowOf(const Instrument& instrument) const {
  const auto& view = data().market(instrument.id);
  WatchRow row;
  row.id = instrument.id;
  row.symbol = textOf(instrument.symbol);
  row.venue = textOf(instrument.venue);
  row.last = view.last ? priceIn(instrument, view.last->price) : notAvailable();
  row.bid = row.ask = row.position = notAvailable();
  if (view.bbo && view.bbo->bid.size.value > 0) row.bid = priceIn(instrument, view.bbo->bid.price);
  if (view.bbo && view.bbo->ask.size.value > 0) row.ask = priceIn(instrument, view.bbo->ask.price);
  if (view.bbo && view.bbo->bid.size.value > 0 && view.bbo->ask.size.value > 0) {
    const auto bid = static_cast<double>(view.bbo->bid.price.value);
    const auto ask = static_cast<double>(view.bbo->ask.price.value);
    row.spreadBps = (ask - bid) / ((ask + bid) / 2) * 1e4;
  }
  if (view.last && view.first && view.first->value != 0) {
    row.hasChange = true;
    row.changePercent =
        static_cast<double>(view.last->price.value - view.first->value) / static_cast<double>(view.first->value) * 100;
  }
  row.volume = view.tradesSeen > 0 ? compactText(view.volumeQuote) : notAvailable();
  if (const auto* signal = data().signal(instrument.id); signal != nullptr && signal->warm) {
    row.hasScore = true;
    row.score = signal->score;
  }
  if (const auto* held = data().position(instrument.id)) {
    row.positionSign = held->position.quantity.sign();
    row.position = quantityText(held->position.quantity, instrument.quantityDecimals(), Sign::Always);
  }
  row.freshness = data().freshness(instrument.id);
  row.feed = feedWord(row.freshness, data().info());
  row.liveMarket = data().info().liveMarket();
  return row;
}

void WatchlistPanel::update(Revision revision) {
  if (m_table->isPaused()) return;
  std::vector<WatchRow> rows;
  bool anyLive = false;
  for (const auto& instrument : data().instruments()) {
    rows.push_back(rowOf(instrument));
    anyLive = anyLive || rows.back().freshness != Freshness::Waiting;
  }
  const int count = static_cast<int>(rows.size());
  m_model->setRows(std::move(rows));
  const ViewState state = count == 0 ? ViewState::Empty : anyLive ? plainState(false) : ViewState::Loading;
  m_table->setState(state == ViewState::Loading ? ViewState::Live : state, revision);
  if (const QString shown = textOf(linked().symbol); count > 0 && m_table->currentKey() != shown)
    m_table->selectKey(shown);
  setHooks(state, revision, count);
}

}  // namespace bw::ui
