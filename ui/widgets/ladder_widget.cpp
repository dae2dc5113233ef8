// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ladder_widget.h"

#include <QActionGroup>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <array>

#include "core/base/clock.h"
#include "ui/format/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/ladder_layout.h"

namespace bw::ui {
namespace {

constexpr int kLadderLevels = 50;
constexpr std::array<int, 7> kGroups = {1, 2, 5, 10, 25, 50, 100};
constexpr Duration kHoverGrace = Duration::millis(700);

std::int64_t floorTo(std::int64_t v, std::int64_t step) {
  const std::int64_t r = v % step;
  return v - (r < 0 ? r + step : r);
}
std::int64_t ceilTo(std::int64_t v, std::int64_t step) {
  return -floorTo(-v, step);
}

}  // namespace

LadderWidget::LadderWidget(QWidget* parent)
    : PaintedWidget(QStringLiteral("ladder"), tr("Order book ladder"), parent),
      m_state(std::make_shared<LadderState>()),
      m_layout(std::make_unique<Layout>()) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  publish(*this, ViewState::Empty, 0, 0);
}

LadderWidget::~LadderWidget() = default;

QString LadderWidget::priceOf(std::int64_t ticks) const {
  const Decimal& step = m_state->tickSize;
  return decimalText(Decimal(ticks * step.mantissa, step.scale), step.scale);
}

QString LadderWidget::sizeOf(std::int64_t lots) const {
  const Decimal& step = m_state->lotSize;
  return decimalText(Decimal(lots * step.mantissa, step.scale), step.scale);
}

void LadderWidget::setState(std::shared_ptr<const LadderState> state) {
  const bool sameSymbol = state->symbol == m_state->symbol;
  const bool bandChanged = state->bandText.isEmpty() != m_state->bandText.isEmpty();
  const std::optional<std::int64_t> anchor = sameSymbol ? anchorTicks() : std::nullopt;
  const std::optional<std::int64_t> cursorTicks =
      m_cursor >= 0 && sameSymbol ? std::optional(m_rows[static_cast<std::size_t>(m_cursor)].ticks) : std::nullopt;
  m_state = std::move(state);
  buildRows();
  m_cursor = cursorTicks ? nearestRow(*cursorTicks) : -1;
  if (bandChanged || m_layout->lines == 0) updateLayout();
  placeView(anchor);
  publish(*this, m_state->view, m_state->revision, static_cast<int>(m_rows.size()));
  setProperty("bwBestBid", m_state->bids.empty() ? QString() : priceOf(m_state->bids.front().ticks));
  setProperty("bwBestAsk", m_state->asks.empty() ? QString() : priceOf(m_state->asks.front().ticks));
  updateDirty();
}

std::int64_t LadderWidget::bucketOf(Side side, std::int64_t ticks) const {
  return side == Side::Buy ? floorTo(ticks, m_group) : ceilTo(ticks, m_group);
}

/// Rows of one side, best first: book levels, own orders that the book does not show, or every step.
void LadderWidget::buildSide(Side side, std::vector<LadderRow>& out) const {
  const bool bid = side == Side::Buy;
  const auto& levels = bid ? m_state->bids : m_state->asks;
  const auto better = [bid](const LadderRow& a, const LadderRow& b) {
    return bid ? a.ticks > b.ticks : a.ticks < b.ticks;
  };
  out.reserve(kLadderLevels + 8);
  const auto rowAtPrice = [&](std::int64_t ticks) -> LadderRow& {
    LadderRow row;
    row.kind = bid ? LadderRow::Kind::Bid : LadderRow::Kind::Ask;
    row.ticks = ticks;
    const auto at = std::lower_bound(out.begin(), out.end(), row, better);
    return at != out.end() && at->ticks == ticks ? *at : *out.insert(at, row);
  };
  if (m_everyPrice && !levels.empty()) {
    const std::int64_t best = bucketOf(side, levels.front().ticks);
    for (int i = 0; i < kLadderLevels; ++i) rowAtPrice(best + (bid ? -i : i) * m_group);
  }
  for (const LadderLevel& level : levels) {
    const std::int64_t bucket = bucketOf(side, level.ticks);
    if (m_everyPrice && !out.empty() && (bid ? bucket < out.back().ticks : bucket > out.back().ticks)) break;
    if (static_cast<int>(out.size()) == kLadderLevels && !m_everyPrice && out.back().ticks != bucket) break;
    LadderRow& row = rowAtPrice(bucket);
    (bid ? row.bidLots : row.askLots) += level.lots;
  }
  for (const LadderOrder& order : m_state->orders) {
    if (order.side == side) rowAtPrice(bucketOf(side, order.ticks));
  }
  if (out.size() > kLadderLevels) out.resize(kLadderLevels);
  if (m_beside != Beside::Cumulative) return;
  std::int64_t sum = 0;
  for (LadderRow& row : out) row.cumulative = sum += bid ? row.bidLots : row.askLots;
}

void LadderWidget::buildRows() {
  std::vector<LadderRow> asks;
  std::vector<LadderRow> bids;
  buildSide(Side::Sell, asks);
  buildSide(Side::Buy, bids);
  m_rows.clear();
  m_rows.reserve(asks.size() + bids.size() + 1);
  m_rows.insert(m_rows.end(), asks.rbegin(), asks.rend());
  m_spreadRow = static_cast<int>(m_rows.size());
  if (!asks.empty() || !bids.empty()) {
    LadderRow spread;
    spread.kind = LadderRow::Kind::Spread;
    spread.ticks = bids.empty() ? asks.front().ticks : bids.front().ticks;
    m_rows.push_back(spread);
  }
  m_rows.insert(m_rows.end(), bids.begin(), bids.end());
  m_maxLots = 1;
  for (const LadderRow& row : m_rows) m_maxLots = std::max({m_maxLots, row.bidLots, row.askLots});
  buildMarkers();
}

int LadderWidget::rowOfPrice(std::int64_t ticks) const {
  const auto find = [this](int from, int to, std::int64_t bucket) {
    for (int i = from; i < to; ++i) {
      if (m_rows[static_cast<std::size_t>(i)].ticks == bucket) return i;
    }
    return -1;
  };
  const int ask = find(0, m_spreadRow, bucketOf(Side::Sell, ticks));
  return ask >= 0 ? ask : find(m_spreadRow + 1, static_cast<int>(m_rows.size()), bucketOf(Side::Buy, ticks));
}

int LadderWidget::nearestRow(std::int64_t ticks) const {
  for (int i = 0; i < static_cast<int>(m_rows.size()); ++i) {
    const LadderRow& row = m_rows[static_cast<std::size_t>(i)];
    if (row.kind != LadderRow::Kind::Spread && row.ticks <= ticks) return i;
  }
  return static_cast<int>(m_rows.size()) - 1;
}

void LadderWidget::buildMarkers() {
  const auto mark = [this](Side side) {
    const auto& levels = side == Side::Buy ? m_state->bids : m_state->asks;
    const auto wanted = static_cast<std::size_t>(std::max(1, m_state->entryLevel));
    if (levels.size() < wanted) return false;
    const int row = rowOfPrice(levels[wanted - 1].ticks);
    if (row < 0) return true;
    m_rows[static_cast<std::size_t>(row)].entryMarker = true;
    m_rows[static_cast<std::size_t>(row)].entryFilled = m_state->entrySide == side;
    return true;
  };
  const bool any = !m_rows.empty();
  m_thinBid = !mark(Side::Buy) && any;
  m_thinAsk = !mark(Side::Sell) && any;
  if (!any) return;
  const auto inRange = [this](std::int64_t t) { return t <= m_rows.front().ticks && t >= m_rows.back().ticks; };
  const auto at = [this](std::int64_t t) -> LadderRow& { return m_rows[static_cast<std::size_t>(nearestRow(t))]; };
  for (std::uint32_t i = 0; i < m_state->orders.size(); ++i) {
    const LadderOrder& order = m_state->orders[i];
    const int row = rowOfPrice(order.ticks);
    if (row >= 0) m_rows[static_cast<std::size_t>(row)].orders.push_back(i);
  }
  for (const LadderLevel& t : m_state->tradedAtBid) {
    if (inRange(t.ticks)) at(t.ticks).tradedBid += t.lots;
  }
  for (const LadderLevel& t : m_state->tradedAtAsk) {
    if (inRange(t.ticks)) at(t.ticks).tradedAsk += t.lots;
  }
  if (m_state->averageEntryTicks && m_state->positionLots != 0 && inRange(*m_state->averageEntryTicks)) {
    at(*m_state->averageEntryTicks).averageEntry = true;
  }
  for (const LadderFlag& flag : m_state->flags) {
    if (!inRange(flag.ticks)) continue;
    LadderRow& row = at(flag.ticks);
    if (flag.kind == LadderFlag::Kind::Stop) row.stop = true;
    if (flag.kind == LadderFlag::Kind::Target) row.target = true;
    if (flag.kind == LadderFlag::Kind::Liquidation) row.liquidation = true;
  }
  if (m_state->last && inRange(m_state->last->ticks)) at(m_state->last->ticks).last = true;
}

bool LadderWidget::tooThin(Side side) const {
  return side == Side::Buy ? m_thinBid : m_thinAsk;
}

std::optional<std::int64_t> LadderWidget::anchorTicks() const {
  const int middle = m_first + m_layout->lines / 2;
  if (m_rows.empty() || middle < 0 || middle >= static_cast<int>(m_rows.size())) return std::nullopt;
  return m_rows[static_cast<std::size_t>(middle)].ticks;
}

/// Keeps the middle price where it is; centred views follow the touch once it leaves the middle third.
void LadderWidget::placeView(std::optional<std::int64_t> anchor) {
  const int middle = m_layout->lines / 2;
  const bool levelRows = !m_everyPrice;
  const bool pointerNear = m_hover >= 0 || (m_hoveredAt && SystemClock().mono() - *m_hoveredAt < kHoverGrace);
  if (anchor && !(m_centred && levelRows && !pointerNear)) m_first = nearestRow(*anchor) - middle;
  const int spreadLine = m_spreadRow - m_first;
  const int third = std::max(1, m_layout->lines / 3);
  const bool outside = spreadLine < third || spreadLine > m_layout->lines - third;
  if (!anchor || (m_centred && !pointerNear && (levelRows || outside))) m_first = m_spreadRow - middle;
}

void LadderWidget::centre() {
  m_first = m_spreadRow - m_layout->lines / 2;
  updateDirty();
}

void LadderWidget::setCentred(bool centred) {
  m_centred = centred;
  if (centred) centre();
}

void LadderWidget::setEveryPrice(bool every) {
  if (every == m_everyPrice) return;
  m_everyPrice = every;
  buildRows();
  centre();
}

void LadderWidget::setBeside(Beside beside) {
  if (beside == m_beside) return;
  m_beside = beside;
  buildRows();
  updateLayout();
  update();
}

void LadderWidget::fillColumnMenu(QMenu& menu) {
  auto* group = new QActionGroup(&menu);
  const std::array<std::pair<Beside, QString>, 3> choices = {{{Beside::Traded, tr("Traded at price")},
                                                              {Beside::Cumulative, tr("Cumulative size")},
                                                              {Beside::Nothing, tr("Sizes alone")}}};
  for (const auto& choice : choices) {
    QAction* action = menu.addAction(choice.second);
    action->setCheckable(true);
    action->setChecked(choice.first == m_beside);
    group->addAction(action);
    connect(action, &QAction::triggered, this, [this, beside = choice.first] {
      setBeside(beside);
      Q_EMIT columnsEdited();
    });
  }
}

void LadderWidget::setGrouping(int ticks) {
  if (ticks == m_group || std::find(kGroups.begin(), kGroups.end(), ticks) == kGroups.end()) return;
  m_group = ticks;
  m_cursor = -1;
  buildRows();
  centre();
}

void LadderWidget::setArmed(bool armed) {
  if (armed == m_armed) return;
  m_armed = armed;
  updateLayout();
  update();
}

void LadderWidget::scrollBy(int rows) {
  const int least = -m_layout->lines / 2;
  const int most = static_cast<int>(m_rows.size()) - m_layout->lines / 2;
  m_first = std::clamp(m_first + rows, least, std::max(least, most));
  updateDirty();
}

int LadderWidget::rowOfLine(int line) const {
  const int row = m_first + line;
  return row >= 0 && row < static_cast<int>(m_rows.size()) ? row : -1;
}

int LadderWidget::rowAt(const QPoint& pos) const {
  if (pos.y() < m_layout->header) return -1;
  return rowOfLine((pos.y() - m_layout->header) / m_layout->rowHeight);
}

QRect LadderWidget::rowRect(int row) const {
  const int top = m_layout->header + (row - m_first) * m_layout->rowHeight;
  if (top < m_layout->header || top >= height()) return {};
  return QRect(0, top, width(), m_layout->rowHeight);
}

QRect LadderWidget::cellRect(int row, ColumnId column) const {
  const QRect r = rowRect(row);
  return r.isEmpty() ? r : m_layout->column(column, r.top());
}

void LadderWidget::moveCursor(int delta) {
  if (m_rows.empty()) return;
  const int last = static_cast<int>(m_rows.size()) - 1;
  int next = m_cursor < 0 ? m_spreadRow : std::clamp(m_cursor + delta, 0, last);
  if (next == m_spreadRow) next = std::clamp(next + (delta < 0 ? -1 : 1), 0, last);
  m_cursor = next;
  const int line = m_cursor - m_first;
  if (line < 1) scrollBy(line - 1);
  if (line > m_layout->lines - 3) scrollBy(line - (m_layout->lines - 3));
  const LadderRow& row = m_rows[static_cast<std::size_t>(m_cursor)];
  setAccessibleDescription(tr("%1, bid %2, ask %3").arg(priceOf(row.ticks), sizeOf(row.bidLots), sizeOf(row.askLots)));
  Q_EMIT cursorPriceChanged(row.ticks);
  updateDirty();
}

void LadderWidget::askForLimit(Side side, int row, bool stop) {
  const bool tradable =
      m_state->view == ViewState::Live || m_state->view == ViewState::Replay || m_state->view == ViewState::Lagging;
  if (!m_armed || !tradable || m_state->crossed || row < 0 || row == m_spreadRow) return;
  Q_EMIT limitRequested(side, m_rows[static_cast<std::size_t>(row)].ticks, stop);
}

void LadderWidget::resizeEvent(QResizeEvent*) {
  const auto anchor = anchorTicks();
  updateLayout();
  if (m_centred || !anchor) {
    m_first = m_spreadRow - m_layout->lines / 2;
  } else {
    m_first = nearestRow(*anchor) - m_layout->lines / 2;
  }
}

void LadderWidget::wheelEvent(QWheelEvent* event) {
  if (event->modifiers() & Qt::ControlModifier) {
    const auto at = std::find(kGroups.begin(), kGroups.end(), m_group) - kGroups.begin();
    const auto next = std::clamp<std::ptrdiff_t>(at + (event->angleDelta().y() > 0 ? -1 : 1), 0, kGroups.size() - 1);
    setGrouping(kGroups[static_cast<std::size_t>(next)]);
  } else {
    scrollBy(-event->angleDelta().y() / 40);
  }
  event->accept();
}

void LadderWidget::mousePressEvent(QMouseEvent* event) {
  const QPoint pos = event->position().toPoint();
  const int row = rowAt(pos);
  if (row < 0) return;
  const LadderRow& shown = m_rows[static_cast<std::size_t>(row)];
  if (event->button() == Qt::MiddleButton && m_armed) Q_EMIT cancelAtRequested(shown.ticks);
  if (event->button() != Qt::LeftButton) return;
  m_cursor = row == m_spreadRow ? m_cursor : row;
  const bool onMyBids = m_layout->column(ColumnId::MyBids, 0).left() <= pos.x() &&
                        pos.x() <= m_layout->column(ColumnId::MyBids, 0).right();
  const bool onMyAsks = pos.x() >= m_layout->column(ColumnId::MyAsks, 0).left();
  if (m_armed && (onMyBids || onMyAsks) && !shown.orders.empty()) {
    m_dragOrder = m_state->orders[shown.orders.front()].id;
  } else if (m_armed) {
    const bool shift = event->modifiers().testFlag(Qt::ShiftModifier);
    const int bidLeft = m_layout->edges[2];
    const int priceLeft = m_layout->edges[3];
    const int priceRight = m_layout->edges[4];
    const int askRight = m_layout->edges[5];
    if (pos.x() >= bidLeft && pos.x() < priceLeft) askForLimit(Side::Buy, row, shift);
    if (pos.x() >= priceRight && pos.x() < askRight) askForLimit(Side::Sell, row, shift);
  }
  updateDirty();
}

void LadderWidget::mouseMoveEvent(QMouseEvent* event) {
  const int row = rowAt(event->position().toPoint());
  if (row == m_hover) return;
  m_hover = row;
  m_hoveredAt = SystemClock().mono();
  updateDirty();
}

void LadderWidget::mouseReleaseEvent(QMouseEvent* event) {
  if (m_dragOrder.isEmpty()) return;
  const int row = rowAt(event->position().toPoint());
  const QString order = std::exchange(m_dragOrder, {});
  if (!m_armed || row < 0 || row == m_spreadRow) return;
  const std::int64_t ticks = m_rows[static_cast<std::size_t>(row)].ticks;
  for (const LadderOrder& o : m_state->orders) {
    if (o.id == order && bucketOf(o.side, o.ticks) != ticks) Q_EMIT replaceRequested(order, ticks);
  }
}

void LadderWidget::leaveEvent(QEvent*) {
  m_hover = -1;
  m_hoveredAt = SystemClock().mono();
  updateDirty();
}

void LadderWidget::keyPressEvent(QKeyEvent* event) {
  const auto group = [this](int direction) {
    const auto at = std::find(kGroups.begin(), kGroups.end(), m_group) - kGroups.begin();
    setGrouping(kGroups[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at + direction, 0, kGroups.size() - 1))]);
  };
  const int page = std::max(1, m_layout->lines - 2);
  switch (event->key()) {
    case Qt::Key_C:
      m_cursor = -1;
      centre();
      return;
    case Qt::Key_Up:
      moveCursor(-1);
      return;
    case Qt::Key_Down:
      moveCursor(1);
      return;
    case Qt::Key_PageUp:
      moveCursor(-page);
      return;
    case Qt::Key_PageDown:
      moveCursor(page);
      return;
    case Qt::Key_G:
      group(event->modifiers().testFlag(Qt::ShiftModifier) ? -1 : 1);
      return;
    case Qt::Key_Escape:
      if (m_armed) Q_EMIT disarmRequested();
      return;
    default:
      break;
  }
  if (m_armed && !event->isAutoRepeat()) {
    switch (event->key()) {
      case Qt::Key_B:
        askForLimit(Side::Buy, m_cursor, false);
        return;
      case Qt::Key_S:
        askForLimit(Side::Sell, m_cursor, false);
        return;
      case Qt::Key_Delete:
        if (m_cursor >= 0) Q_EMIT cancelAtRequested(m_rows[static_cast<std::size_t>(m_cursor)].ticks);
        return;
      case Qt::Key_Plus:
        Q_EMIT sizeStepRequested(1);
        return;
      case Qt::Key_Minus:
        Q_EMIT sizeStepRequested(-1);
        return;
      default:
        break;
    }
  }
  PaintedWidget::keyPressEvent(event);
}

void LadderWidget::contextMenuEvent(QContextMenuEvent* event) {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->setObjectName(QStringLiteral("ladderMenu"));
  menu->setAccessibleName(tr("Ladder menu"));
  if (event->y() < m_layout->header) {
    fillColumnMenu(*menu);
    return menu->popup(event->globalPos());
  }
  menu->addAction(tr("Centre"), QKeySequence(Qt::Key_C), this, &LadderWidget::centre);
  const auto check = [menu, this](const QString& text, bool on, auto&& slot) {
    QAction* action = menu->addAction(text);
    action->setCheckable(true);
    action->setChecked(on);
    connect(action, &QAction::toggled, this, slot);
  };
  check(tr("Keep centred"), m_centred, [this](bool on) { setCentred(on); });
  check(tr("Every price step"), m_everyPrice, [this](bool on) { setEveryPrice(on); });
  fillColumnMenu(*menu->addMenu(tr("Columns…")));
  QMenu* groups = menu->addMenu(tr("Grouping"));
  for (const int g : kGroups) {
    QAction* action =
        groups->addAction(g == 1 ? tr("1 tick") : tr("%1 ticks").arg(g), this, [this, g] { setGrouping(g); });
    action->setCheckable(true);
    action->setChecked(g == m_group);
  }
  menu->addSeparator();
  const int row = rowAt(event->pos());
  if (row >= 0 && row != m_spreadRow) {
    const std::int64_t ticks = m_rows[static_cast<std::size_t>(row)].ticks;
    menu->addAction(tr("Cancel at %1").arg(priceOf(ticks)), this, [this, ticks] { Q_EMIT cancelAtRequested(ticks); });
  }
  menu->addAction(tr("Cancel all bids"), this, [this] { Q_EMIT cancelSideRequested(Side::Buy); });
  menu->addAction(tr("Cancel all asks"), this, [this] { Q_EMIT cancelSideRequested(Side::Sell); });
  menu->addAction(tr("Cancel all of this symbol"), this, &LadderWidget::cancelAllRequested);
  menu->popup(event->globalPos());
}

QString LadderWidget::toolTipFor(int row) const {
  const LadderRow& shown = m_rows[static_cast<std::size_t>(row)];
  if (shown.kind == LadderRow::Kind::Spread || m_state->bids.empty() || m_state->asks.empty()) return {};
  const bool bid = shown.kind == LadderRow::Kind::Bid;
  const std::int64_t touch = bid ? m_state->bids.front().ticks : m_state->asks.front().ticks;
  const std::int64_t away = bid ? touch - shown.ticks : shown.ticks - touch;
  std::int64_t ahead = 0;
  for (const LadderLevel& level : bid ? m_state->bids : m_state->asks) {
    if (bid ? level.ticks < shown.ticks : level.ticks > shown.ticks) break;
    ahead += level.lots;
  }
  const double bps = touch == 0 ? 0.0 : 1e4 * static_cast<double>(away) / static_cast<double>(touch);
  QString text = tr("%1 · ticks from touch: %2").arg(priceOf(shown.ticks)).arg(away) + QStringLiteral(" · ") +
                 statText(bps, 2) + QStringLiteral(" bps\n") + tr("%1 up to here").arg(sizeOf(ahead));
  for (const std::uint32_t i : shown.orders) {
    const LadderOrder& order = m_state->orders[i];
    text += QLatin1Char('\n') + tr("own order %1").arg(sizeOf(order.lots));
    if (order.queueAhead >= 0) text += tr(", %1 ahead (estimate)").arg(sizeOf(order.queueAhead));
  }
  return shown.entryMarker ? QString(tr("Entry level %1").arg(m_state->entryLevel) + QLatin1Char('\n') + text) : text;
}

bool LadderWidget::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const int row = rowAt(help->pos());
    QToolTip::showText(help->globalPos(), row < 0 ? QString() : toolTipFor(row), this);
    return true;
  }
  if (event->type() == QEvent::LanguageChange) updateLayout();
  return PaintedWidget::event(event);
}

void LadderWidget::themeChanged() {
  m_layout->atlasReady = false;
  updateLayout();
}

}  // namespace bw::ui
