// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/candle_chart.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <algorithm>
#include <array>
#include <cmath>

#include "ui/format/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/candle_span.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {
namespace {

constexpr double kMinSlots = 10;
constexpr double kMaxSlots = 20'000;
constexpr double kZoomStep = 1.25;
constexpr std::size_t kSolidLines = 4;  ///< the dashes of later ones would begin anew in every part

}  // namespace

CandleChart::CandleChart(QWidget* parent)
    : PaintedWidget(QStringLiteral("candleChart"), tr("Price chart"), parent), m_state(std::make_shared<ChartState>()) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  publish(*this, ViewState::Empty, 0, 0);
}

CandleChart::~CandleChart() = default;

void CandleChart::setState(std::shared_ptr<const ChartState> state) {
  // A reader of the past stays where he is: new candles move the newest edge, not the view.
  if (m_offset > 0 && !m_state->candles.empty() && !state->candles.empty() && state->symbol == m_state->symbol &&
      state->step == m_state->step) {
    const std::int64_t added = state->candles.back().openTimeNs - m_state->candles.back().openTimeNs;
    m_offset += static_cast<double>(added) / static_cast<double>(state->step.ns);
  }
  if (state->bandText.isEmpty() != m_state->bandText.isEmpty()) m_plot = {};
  if (m_cacheValid && continues(*state)) {
    m_changedFrom = std::min(m_changedFrom, state->changedFrom);
  } else {
    m_cacheValid = false;
  }
  m_state = std::move(state);
  publish(*this, m_state->view, m_state->revision, static_cast<int>(m_state->candles.size()));
  setAccessibleDescription(m_state->symbol + QLatin1Char(' ') + m_state->interval + QLatin1Char(' ') + readoutText());
  update();
}

/// Is the picture in the cache good for `next` too, but for the candles from `changedFrom` on?
bool CandleChart::continues(const ChartState& next) const {
  const ChartState& shown = *m_state;
  return next.series != 0 && next.series == shown.series && next.candles.size() == shown.candles.size() &&
         !next.candles.empty() && next.candles.back().openTimeNs == shown.candles.back().openTimeNs &&
         next.step == shown.step && next.bandText == shown.bandText && next.view == shown.view &&
         next.fills.size() == shown.fills.size() && next.lines.size() == shown.lines.size() &&
         next.lines.size() <= kSolidLines;
}

void CandleChart::Extent::add(const ChartCandle& candle) {
  low = std::min(low, candle.low);
  high = std::max(high, candle.high);
  volume = std::max(volume, candle.volume);
}

std::int64_t CandleChart::newestEdge() const {
  return m_state->candles.empty() ? 0 : m_state->candles.back().openTimeNs + m_state->step.ns;
}

QRect CandleChart::plotRect() const {
  if (!m_plot.isNull()) return m_plot;
  const int top =
      (m_state->bandText.isEmpty() ? 0 : bandHeight()) + QFontMetrics(themeFont(FontRole::Secondary)).height() + 8;
  const int bottom = QFontMetrics(themeFont(FontRole::NumberSmall)).height() + 8;
  m_plot = QRect(0, top, std::max(10, width() - m_axisWidth), std::max(10, height() - top - bottom));
  return m_plot;
}

QRect CandleChart::volumeRect() const {
  const QRect plot = plotRect();
  const int h = std::min(90, plot.height() / 6);
  return QRect(plot.left(), plot.bottom() - h + 1, plot.width(), h);
}

QRect CandleChart::candleRect() const {
  const QRect plot = plotRect();
  return QRect(plot.left(), plot.top() + 6, plot.width(), plot.height() - volumeRect().height() - 12);
}

double CandleChart::xOfTime(std::int64_t ns) const {
  const QRect plot = plotRect();
  // Five percent of room at the right while the newest candle is in view.
  const double edge = plot.left() + plot.width() * (m_offset <= 0 ? 0.95 : 1.0);
  const double slotsBack = static_cast<double>(newestEdge() - ns) / static_cast<double>(m_state->step.ns) - m_offset;
  return edge - slotsBack * plot.width() / m_slots;
}

std::int64_t CandleChart::timeAtX(double x) const {
  const QRect plot = plotRect();
  const double edge = plot.left() + plot.width() * (m_offset <= 0 ? 0.95 : 1.0);
  const double slotsBack = (edge - x) * m_slots / plot.width() + m_offset;
  return newestEdge() - static_cast<std::int64_t>(slotsBack * static_cast<double>(m_state->step.ns));
}

double CandleChart::yOfTicks(double ticks) const {
  const QRect r = candleRect();
  return r.bottom() - (ticks - m_low) / std::max(1e-9, m_high - m_low) * r.height();
}

double CandleChart::ticksAtY(double y) const {
  const QRect r = candleRect();
  return m_low + (r.bottom() - y) / std::max(1, r.height()) * (m_high - m_low);
}

int CandleChart::candleAt(std::int64_t ns) const {
  const auto& c = m_state->candles;
  const auto at =
      std::upper_bound(c.begin(), c.end(), ns, [](std::int64_t t, const ChartCandle& k) { return t < k.openTimeNs; });
  return static_cast<int>(at - c.begin()) - 1;
}

/// Of candles `first` to `last`; those before the newest are summed up once.
CandleChart::Extent CandleChart::extentOf(int first, int last) {
  const auto& candles = m_state->candles;
  const auto at = [&candles](int i) -> const ChartCandle& { return candles[static_cast<std::size_t>(i)]; };
  const bool known = m_cacheValid && m_settledFrom == first && m_settledTo >= first && m_settledTo <= last &&
                     static_cast<std::size_t>(m_settledTo) < m_changedFrom;
  Extent extent =
      known ? m_settled : Extent{at(first).low, at(first).high, std::max<std::int64_t>(1, at(first).volume)};
  for (int i = known ? m_settledTo + 1 : first; i <= last; ++i) {
    extent.add(at(i));
    if (i != static_cast<int>(candles.size()) - 2) continue;
    m_settled = extent;
    m_settledFrom = first;
    m_settledTo = i;
  }
  return extent;
}

void CandleChart::updateScale() {
  const auto& candles = m_state->candles;
  const QRect plot = plotRect();
  m_low = 0;
  m_high = 1;
  m_maxVolume = 1;
  if (candles.empty()) return;
  const int first = std::max(0, candleAt(timeAtX(plot.left())));
  const int last = std::clamp(candleAt(timeAtX(plot.right())), first, static_cast<int>(candles.size()) - 1);
  const Extent extent = extentOf(first, last);
  m_maxVolume = extent.volume;
  // Lines of a position near the prices in view belong into view; far ones stay at the edge.
  const double range = static_cast<double>(std::max<std::int64_t>(4, extent.high - extent.low));
  m_low = static_cast<double>(extent.low);
  m_high = static_cast<double>(extent.high);
  for (const ChartPriceLine& line : m_state->priceLines) {
    const auto t = static_cast<double>(line.ticks);
    if (t < m_low && t > static_cast<double>(extent.low) - 0.5 * range) m_low = t;
    if (t > m_high && t < static_cast<double>(extent.high) + 0.5 * range) m_high = t;
  }
  const double margin = std::max(2.0, (m_high - m_low) * 0.06);
  m_low -= margin;
  m_high += margin;
  const QFontMetrics metrics(themeFont(FontRole::NumberSmall));
  m_axisWidth = metrics.horizontalAdvance(priceText(m_high)) + 16;
  m_plot = {};
}

/// What has to be painted anew when the candles from m_changedFrom on have changed: from the one before on, all
/// heights.
QRect CandleChart::patchRect() const {
  const QRect plot = plotRect();
  const std::size_t from = std::min(m_changedFrom, m_state->candles.size() - 1);
  const std::int64_t time = m_state->candles[from > 0 ? from - 1 : 0].openTimeNs;
  const int left = std::clamp(static_cast<int>(std::floor(xOfTime(time))) - 2, plot.left(), plot.right());
  return QRect(QPoint(left, plot.top()), plot.bottomRight());
}

/// Candles of a strip of the plot to shapes: one per candle when they are wide enough, else one per pixel column.
void CandleChart::collectSpans(const QRect& strip) {
  m_spans.clear();
  const auto& candles = m_state->candles;
  if (candles.empty()) return;
  const QRect plot = plotRect();
  const double slot = plot.width() / m_slots;
  // One pixel more to the left, so that the strip's first column has all its candles.
  const int first = std::max(0, candleAt(timeAtX(strip.left() - (strip.left() > plot.left() ? 1 : 0))));
  const int last = std::min(candleAt(timeAtX(plot.right() + slot)), static_cast<int>(candles.size()) - 1);
  const bool perColumn = slot < 2.0;
  const std::int64_t zero = candles[static_cast<std::size_t>(first)].openTimeNs;
  const double origin = xOfTime(zero);
  const double perNs = slot / static_cast<double>(m_state->step.ns);
  int column = 0;
  for (int i = first; i <= last; ++i) {
    const ChartCandle& c = candles[static_cast<std::size_t>(i)];
    const double x = origin + static_cast<double>(c.openTimeNs - zero) * perNs;
    const int pixel = static_cast<int>(std::floor(x));
    if (perColumn && !m_spans.empty() && pixel == column) {
      CandleSpan& span = m_spans.back();
      span.high = std::max(span.high, c.high);
      span.low = std::min(span.low, c.low);
      span.close = c.close;
      span.volume = std::max(span.volume, c.volume);
      continue;
    }
    column = pixel;
    m_spans.push_back({x, perColumn ? 1.0 : slot, c.open, c.high, c.low, c.close, c.volume});
  }
}

QString CandleChart::priceText(double ticks) const {
  const Decimal& step = m_state->tickSize;
  return decimalText(Decimal(std::llround(ticks) * step.mantissa, step.scale), step.scale);
}

QString CandleChart::readoutText() const {
  if (m_state->candles.empty()) return {};
  int index = static_cast<int>(m_state->candles.size()) - 1;
  if (m_cross) index = std::clamp(candleAt(timeAtX(m_cross->x())), 0, index);
  const ChartCandle& c = m_state->candles[static_cast<std::size_t>(index)];
  const double change = c.open == 0 ? 0.0 : 100.0 * static_cast<double>(c.close - c.open) / static_cast<double>(c.open);
  const Decimal& lot = m_state->lotSize;
  return dateTimeText(Timestamp::fromNanos(c.openTimeNs)) + QStringLiteral("   O ") +
         priceText(static_cast<double>(c.open)) + QStringLiteral("  H ") + priceText(static_cast<double>(c.high)) +
         QStringLiteral("  L ") + priceText(static_cast<double>(c.low)) + QStringLiteral("  C ") +
         priceText(static_cast<double>(c.close)) + QStringLiteral("  ") + statText(change, 2, Sign::Always) +
         QStringLiteral(" %  V ") + decimalText(Decimal(c.volume * lot.mantissa, lot.scale), lot.scale);
}

void CandleChart::changeView(double visible, double offset) {
  m_slots = std::clamp(visible, kMinSlots, kMaxSlots);
  double most = 0;
  if (!m_state->candles.empty()) {
    most = static_cast<double>(newestEdge() - m_state->candles.front().openTimeNs) /
               static_cast<double>(m_state->step.ns) -
           m_slots * 0.2;
  }
  m_offset = std::clamp(offset, 0.0, std::max(0.0, most));
  m_cacheValid = false;
  update();
  Q_EMIT viewChanged();
}

void CandleChart::setVisibleSlots(double count) {
  changeView(count, m_offset);
}
void CandleChart::setOffset(double offset) {
  changeView(m_slots, offset);
}
void CandleChart::goToNewest() {
  changeView(m_slots, 0);
}
void CandleChart::goToOldest() {
  changeView(m_slots, 1e15);
}

void CandleChart::wheelEvent(QWheelEvent* event) {
  const double delta = event->angleDelta().y();
  if (event->modifiers() & Qt::ShiftModifier || event->angleDelta().x() != 0) {
    const double move = event->angleDelta().x() != 0 ? event->angleDelta().x() : delta;
    changeView(m_slots, m_offset + move / 120 * m_slots * 0.1);
  } else if (delta != 0) {
    // The time under the pointer stays under the pointer, unless the newest candle is being followed.
    const double share = std::clamp((plotRect().right() - event->position().x()) / plotRect().width(), 0.0, 1.0);
    const double slotsBefore = m_slots;
    const double after = std::clamp(m_slots * std::pow(kZoomStep, -delta / 120), kMinSlots, kMaxSlots);
    changeView(after, m_offset <= 0 ? 0 : m_offset + share * (slotsBefore - after));
  }
  event->accept();
}

void CandleChart::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  m_dragging = true;
  m_dragFrom = event->position().toPoint();
  m_dragOffset = m_offset;
}

void CandleChart::mouseMoveEvent(QMouseEvent* event) {
  const QPoint pos = event->position().toPoint();
  if (m_dragging) {
    const double moved = (pos.x() - m_dragFrom.x()) * m_slots / plotRect().width();
    changeView(m_slots, m_dragOffset + moved);
  }
  m_cross = plotRect().contains(pos) ? std::optional(pos) : std::nullopt;
  update();
}

void CandleChart::mouseReleaseEvent(QMouseEvent*) {
  m_dragging = false;
}
void CandleChart::mouseDoubleClickEvent(QMouseEvent*) {
  goToNewest();
}

void CandleChart::leaveEvent(QEvent*) {
  m_cross.reset();
  update();
}

void CandleChart::keyPressEvent(QKeyEvent* event) {
  if (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier))
    return PaintedWidget::keyPressEvent(event);
  switch (event->key()) {
    case Qt::Key_Left:
      changeView(m_slots, m_offset + m_slots * 0.1);
      return;
    case Qt::Key_Right:
      changeView(m_slots, m_offset - m_slots * 0.1);
      return;
    case Qt::Key_Up:
      changeView(m_slots / kZoomStep, m_offset);
      return;
    case Qt::Key_Down:
      changeView(m_slots * kZoomStep, m_offset);
      return;
    case Qt::Key_Home:
      goToOldest();
      return;
    case Qt::Key_End:
      goToNewest();
      return;
    default:
      break;
  }
  const QString text = event->text();
  if (text.size() == 1 && text.front().isDigit()) {
    Q_EMIT intervalTyped(text);
  } else if (text.size() == 1 && text.front().isLetter()) {
    Q_EMIT symbolTyped(text);
  } else {
    PaintedWidget::keyPressEvent(event);
  }
}

void CandleChart::resizeEvent(QResizeEvent*) {
  m_cacheValid = false;
}
void CandleChart::themeChanged() {
  m_cacheValid = false;
}

void CandleChart::refreshCache() {
  const double ratio = devicePixelRatioF();
  const QSize pixels = (QSizeF(size()) * ratio).toSize();
  if (m_cache.size() != pixels || m_cache.devicePixelRatio() != ratio) {
    m_cache = QImage(pixels, QImage::Format_RGB32);
    m_cache.setDevicePixelRatio(ratio);
    m_cacheValid = false;
  }
  const bool mayPatch = m_cacheValid && !m_state->candles.empty();
  if (mayPatch && m_changedFrom >= m_state->candles.size()) return;
  const std::array before = {m_low, m_high, static_cast<double>(m_maxVolume), static_cast<double>(m_axisWidth)};
  updateScale();
  const std::array after = {m_low, m_high, static_cast<double>(m_maxVolume), static_cast<double>(m_axisWidth)};
  const bool patch = mayPatch && before == after;
  paintCache(patch ? patchRect() : plotRect());
  m_patches += patch ? 1 : 0;
  m_cacheValid = true;
  m_changedFrom = m_state->candles.size();
}

/// Paints `strip` of the plot into the cache, and all around the plot if the strip is the whole of it.
void CandleChart::paintCache(const QRect& strip) {
  const QRect plot = plotRect();
  const bool whole = strip == plot;
  collectSpans(strip);
  QPainter p(&m_cache);
  p.setCompositionMode(QPainter::CompositionMode_Source);
  if (whole) {
    for (const QRect& margin : QRegion(rect()).subtracted(plot)) p.fillRect(margin, color(Role::Panel));
  }
  p.fillRect(strip, color(Role::Plot));
  p.setCompositionMode(QPainter::CompositionMode_SourceOver);
  if (m_state->candles.empty()) {
    paintMessage(p);
  } else {
    p.setClipRect(strip);
    paintGrid(p);
    paintHoles(p);
    if (whole) m_drawnSpans = static_cast<int>(m_spans.size());
    if (!m_spans.empty() && m_spans.front().width <= 1.0) {
      paintColumns(strip);
    } else {
      paintVolume(p);
      paintCandles(p);
    }
    paintOverlays(p, strip);
    paintFills(p);
    p.setClipping(false);
    if (whole) paintAxes(p);
  }
  if (whole && !m_state->bandText.isEmpty())
    paintBand(p, QRect(0, 0, width(), bandHeight()), m_state->view, m_state->bandText);
}

void CandleChart::paintEvent(QPaintEvent*) {
  refreshCache();
  QPainter p(this);
  p.drawImage(0, 0, m_cache);
  if (!m_state->candles.empty()) {
    paintPriceLines(p);
    paintReadout(p);
    if (m_cross && !m_dragging) paintCrosshair(p);
  }
  if (hasFocus()) {
    p.setPen(QPen(color(Role::FocusRing), 2));
    p.setBrush(Qt::NoBrush);
    p.drawRect(rect().adjusted(1, 1, -1, -1));
  }
}

}  // namespace bw::ui
