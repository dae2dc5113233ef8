// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/ladder/ladder_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QToolTip>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/widgets/decimal_edit.h"
#include "ui/widgets/ladder_widget.h"

namespace bw::ui {

namespace {

constexpr Duration kSecondClick = Duration::millis(500);

}  // namespace

LadderPanel::LadderPanel(PanelContext& context)
    : Panel(context, {Part::Market, Part::Trades, Part::Orders, Part::Positions, Part::Feeds, Part::Stop}) {
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  box->setSpacing(0);
  m_ladder = new LadderWidget(this);
  buildHeader();
  box->addWidget(m_ladder, 1);
  m_idle.setSingleShot(true);
  m_idle.setInterval(5 * 60 * 1000);
  connect(&m_idle, &QTimer::timeout, this, &LadderPanel::disarm);
  connect(&context.link, &LinkGroup::changed, this, &LadderPanel::disarm);
  connect(m_ladder, &LadderWidget::columnsEdited, this, &Panel::viewEdited);
  connect(m_ladder, &LadderWidget::disarmRequested, this, &LadderPanel::disarm);
  connect(m_ladder, &LadderWidget::limitRequested, this, &LadderPanel::send);
  connect(m_ladder, &LadderWidget::cancelAtRequested, this, &LadderPanel::cancelAt);
  connect(m_ladder, &LadderWidget::cancelSideRequested, this, &LadderPanel::cancelSide);
  connect(m_ladder, &LadderWidget::cancelAllRequested, this,
          [this] { this->context().commands.cancelInstrument(linked().id); });
  connect(m_ladder, &LadderWidget::sizeStepRequested, this, [this](int steps) { m_size->stepBy(steps); });
}

QString LadderPanel::viewSettings() const {
  switch (m_ladder->beside()) {
    case LadderWidget::Beside::Cumulative:
      return QStringLiteral("cumulative");
    case LadderWidget::Beside::Nothing:
      return QStringLiteral("sizes");
    case LadderWidget::Beside::Traded:
      break;
  }
  return {};
}

void LadderPanel::restoreView(const QString& settings) {
  using Beside = LadderWidget::Beside;
  m_ladder->setBeside(settings == QStringLiteral("cumulative") ? Beside::Cumulative
                      : settings == QStringLiteral("sizes")    ? Beside::Nothing
                                                               : Beside::Traded);
}

void LadderPanel::buildHeader() {
  auto* row = new QHBoxLayout;
  row->setContentsMargins(4, 2, 4, 2);
  row->setSpacing(4);
  m_arm = namedButton(QStringLiteral("btnLadderArm"), tr("Arm ladder"), this);
  m_arm->setCheckable(true);
  m_arm->setToolTip(tr(
      "Off by default. Armed: a click in the bid or ask column sends a limit order of this size, Shift+click a stop."));
  m_size = new DecimalEdit(QStringLiteral("edtLadderSize"), tr("Order size of the ladder"), this);
  m_size->setMinimumWidth(64);
  m_size->setMaximumWidth(96);
  m_group = new QComboBox(this);
  m_group->setObjectName(QStringLiteral("cmbLadderGroup"));
  m_group->setAccessibleName(tr("Price grouping in ticks"));
  m_group->setToolTip(tr("Ticks in one row"));
  for (const int ticks : std::array<int, 7>{1, 2, 5, 10, 25, 50, 100})
    m_group->addItem(QStringLiteral("×%1").arg(ticks), ticks);
  auto* centre = namedButton(QStringLiteral("btnLadderCentre"), tr("Centre"), this);
  row->addWidget(m_arm);
  row->addWidget(m_size);
  row->addStretch(1);
  row->addWidget(m_group);
  row->addWidget(centre);
  static_cast<QVBoxLayout*>(layout())->addLayout(row);
  connect(m_arm, &QPushButton::toggled, this, &LadderPanel::arm);
  connect(centre, &QPushButton::clicked, m_ladder, [this] { m_ladder->centre(); });
  connect(m_group, &QComboBox::currentIndexChanged, this,
          [this] { m_ladder->setGrouping(m_group->currentData().toInt()); });
}

void LadderPanel::arm(bool on) {
  const bool may = on && !data().latched() && data().freshness(linked().id) == Freshness::Live && m_size->value();
  m_ladder->setArmed(may);
  if (may) {
    m_idle.start();
  } else {
    m_idle.stop();
  }
  if (m_arm->isChecked() != may) m_arm->setChecked(may);
}

void LadderPanel::disarm() {
  if (m_arm->isChecked()) m_arm->setChecked(false);
}

void LadderPanel::send(Side side, qint64 ticks, bool stop) {
  const auto size = m_size->value();
  if (!m_ladder->isArmed() || !size || size->sign() <= 0) return;
  // A double click is one wish (HU01).
  const Sent now{side, ticks, stop, context().mono()};
  const bool again = m_sent && m_sent->side == side && m_sent->ticks == ticks && m_sent->stop == stop &&
                     now.at - m_sent->at < kSecondClick;
  if (again) return QToolTip::showText(QCursor::pos(), tr("Second click ignored: sent once already"), m_ladder);
  m_sent = now;
  m_idle.start();
  OrderIntent intent;
  intent.instrument = linked().id;
  intent.side = side;
  intent.quantity = Quantity(*size);
  const Price price = linked().price({ticks});
  if (stop) {
    intent.type = OrderType::StopMarket;
    intent.triggerPrice = price;
  } else {
    intent.limitPrice = price;
  }
  context().commands.submit(intent);
}

void LadderPanel::cancelAt(qint64 ticks) {
  for (const auto& order : data().workingOrders()) {
    const auto& price = order.limitPrice ? order.limitPrice : order.triggerPrice;
    if (order.instrument == linked().id && price &&
        linked().toTicksRounded(*price, Rounding::HalfEven).value == ticks) {
      context().commands.cancelOrder(order.clientId);
    }
  }
}

void LadderPanel::cancelSide(Side side) {
  for (const auto& order : data().workingOrders()) {
    if (order.instrument == linked().id && order.side == side) context().commands.cancelOrder(order.clientId);
  }
}

void LadderPanel::countTrades() {
  if (m_rewinds != data().rewinds()) {
    m_rewinds = data().rewinds();
    for (auto& [id, counted] : m_traded) counted = Traded{data().market(InstrumentId{id}).tradesSeen, {}, {}};
  }
  const InstrumentId id = linked().id;
  Traded& counted = m_traded[id.value];
  const auto& trades = data().trades(id);
  const Revision seen = data().market(id).tradesSeen;
  const std::size_t fresh = static_cast<std::size_t>(std::min<Revision>(seen - counted.seen, trades.size()));
  for (std::size_t i = trades.size() - fresh; i < trades.size(); ++i) {
    auto& side = trades[i].aggressor == Side::Sell ? counted.atBid : counted.atAsk;
    side[trades[i].price.value] += trades[i].size.value;
  }
  counted.seen = seen;
}

void LadderPanel::addOrders(LadderState& state) const {
  const Instrument& instrument = linked();
  const auto ticksOf = [&instrument](const Price& price) {
    return instrument.toTicksRounded(price, Rounding::HalfEven).value;
  };
  for (const auto& order : data().workingOrders()) {
    if (order.instrument != instrument.id) continue;
    if (order.triggerPrice) {
      const auto kind = order.role == OrderRole::TakeProfit ? LadderFlag::Kind::Target : LadderFlag::Kind::Stop;
      state.flags.push_back({kind, ticksOf(*order.triggerPrice)});
      continue;
    }
    if (!order.limitPrice) continue;
    LadderOrder mine;
    mine.id = textOf(toString(order.clientId));
    mine.side = order.side;
    mine.ticks = ticksOf(*order.limitPrice);
    mine.lots = instrument.toLotsRounded(order.remaining(), Rounding::ToZero).value;
    mine.state = order.cancelPending                  ? LadderOrder::State::CancelPending
                 : order.state == OrderState::Pending ? LadderOrder::State::Pending
                 : order.state == OrderState::Unknown ? LadderOrder::State::Unknown
                                                      : LadderOrder::State::Open;
    if (order.role == OrderRole::Entry && order.owner == Owner::Strategy) state.entrySide = order.side;
    state.orders.push_back(mine);
  }
  if (const auto* held = data().position(instrument.id)) {
    state.averageEntryTicks = ticksOf(held->position.averagePrice);
    state.positionLots = instrument.toLotsRounded(held->position.quantity, Rounding::ToZero).value;
  }
}

void LadderPanel::update(Revision revision) {
  const Instrument& instrument = linked();
  const auto& view = data().market(instrument.id);
  if (m_shownInstrument != instrument.id) {
    m_shownInstrument = instrument.id;
    m_size->setStep(instrument.lotSize);
    const std::int64_t steps = std::max<std::int64_t>(1, instrument.lotSize.scale > 0 ? 10 : 1);
    m_size->setValue(instrument.lotSize * Decimal::fromInteger(steps));
  }
  countTrades();
  auto state = std::make_shared<LadderState>();
  state->symbol = textOf(instrument.symbol);
  state->tickSize = instrument.tickSize;
  state->lotSize = instrument.lotSize;
  state->view = view.book ? marketState(instrument.id) : ViewState::Empty;
  state->bandText = view.book ? marketBand(instrument.id) : QString();
  state->revision = revision;
  int rows = 0;
  if (view.book) {
    const BookDepth& book = *view.book;
    state->revision = book.revision;
    for (std::size_t i = 0; i < book.bidCount; ++i)
      state->bids.push_back({book.bids[i].price.value, book.bids[i].size.value});
    for (std::size_t i = 0; i < book.askCount; ++i)
      state->asks.push_back({book.asks[i].price.value, book.asks[i].size.value});
    state->crossed = book.stale == StaleReason::Crossed;
    state->sizesHidden = book.stale == StaleReason::Gap || book.stale == StaleReason::Checksum;
    if (state->sizesHidden) state->bandText = tr("Book resynchronising · %1").arg(marketBand(instrument.id));
    rows = book.bidCount + book.askCount + 1;
  }
  const Traded& traded = m_traded[instrument.id.value];
  for (const auto& [ticks, lots] : traded.atBid) state->tradedAtBid.push_back({ticks, lots});
  for (const auto& [ticks, lots] : traded.atAsk) state->tradedAtAsk.push_back({ticks, lots});
  if (view.last) state->last = LadderPrint{view.last->price.value, view.last->size.value, view.last->aggressor};
  addOrders(*state);
  const bool tradable = data().freshness(instrument.id) == Freshness::Live && !data().latched();
  if (!tradable) disarm();
  m_arm->setEnabled(tradable);
  m_arm->setAccessibleDescription(data().latched() ? tr("Stopped by the emergency stop") : QString());
  m_ladder->setState(state);
  // The same text as in `status --json`, so that both can be compared at one revision.
  const auto best = [&instrument](const std::vector<LadderLevel>& side) {
    return side.empty() ? QString()
                        : textOf(instrument.price({side.front().ticks}).decimal().toFixed(instrument.priceDecimals()));
  };
  m_ladder->setProperty("bwBestBid", best(state->bids));
  m_ladder->setProperty("bwBestAsk", best(state->asks));
  setHooks(state->view, state->revision, rows);
}

}  // namespace bw::ui
