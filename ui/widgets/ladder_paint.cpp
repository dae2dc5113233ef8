// SPDX-License-Identifier: GPL-3.0-or-later
// The painting half of LadderWidget: lines that differ are drawn into the back image, the rest is copied.
#include <QPaintEvent>
#include <QPainter>
#include <QStaticText>
#include <algorithm>
#include <cmath>

#include "ui/format/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/ladder_layout.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {
namespace {

constexpr int kInset = 5;
constexpr int kArmedFrame = 3;

class LineHash {
 public:
  void add(std::uint64_t v) { m_value = (m_value ^ v) * 0x100000001b3ULL; }
  void add(std::int64_t v) { add(static_cast<std::uint64_t>(v)); }
  void add(bool v) { add(static_cast<std::uint64_t>(v ? 3 : 1)); }
  std::uint64_t value() const { return m_value == 0 ? 1 : m_value; }

 private:
  std::uint64_t m_value = 0xcbf29ce484222325ULL;
};

/// Transparent, `size` in logical pixels.
QImage clearImage(const QSize& size, double ratio) {
  QImage image(static_cast<int>(std::ceil(size.width() * ratio)), static_cast<int>(std::ceil(size.height() * ratio)),
               QImage::Format_ARGB32_Premultiplied);
  image.setDevicePixelRatio(ratio);
  image.fill(Qt::transparent);
  return image;
}

QString withTone(const QString& caption, const QString& value) {
  return caption + QLatin1Char(' ') + value;
}

}  // namespace

void LadderWidget::updateLayout() {
  Layout& l = *m_layout;
  const double ratio = devicePixelRatioF();
  if (!l.atlasReady || ratio != l.ratio) {
    l.normal.build(themeFont(FontRole::Number), ratio);
    l.bold.build(themeFont(FontRole::NumberBold), ratio);
    l.atlasReady = true;
  }
  l.ratio = ratio;
  l.rowHeight = std::max(16, ThemeManager::instance().rowHeight() - 4);
  l.band = m_state->bandText.isEmpty() ? 0 : bandHeight();
  const int text = QFontMetrics(themeFont(FontRole::Small)).height() + 3;
  l.header = l.band + 3 * text + 2;
  l.lines = std::max(0, (height() - l.header + l.rowHeight - 1) / l.rowHeight);
  const double cell = l.normal.cellWidth() / ratio;
  const int price = std::max(96, static_cast<int>(cell * 11) + 26);
  const int rest = std::max(0, width() - price);
  const bool traded = width() >= 380 && m_beside != Beside::Nothing;
  const int mine = static_cast<int>(rest * (traded ? 0.16 : 0.20));
  const int prints = traded ? static_cast<int>(rest * 0.14) : 0;
  const int sizes = rest / 2 - mine - prints;
  l.edges = {0, mine, mine + prints, mine + prints + sizes, 0, 0, 0, width()};
  l.edges[4] = l.edges[3] + price;
  l.edges[5] = l.edges[4] + sizes;
  l.edges[6] = l.edges[5] + prints;
  const QSize pixels(static_cast<int>(std::ceil(width() * ratio)), static_cast<int>(std::ceil(height() * ratio)));
  if (m_back.size() != pixels && !pixels.isEmpty()) m_back = QImage(pixels, QImage::Format_RGB32);
  m_back.setDevicePixelRatio(ratio);
  if (!m_back.isNull()) m_back.fill(theme().rgb(Role::Panel));
  paintCaptions();
  l.chips.fill({});
  l.markers.fill({});
  m_painted.assign(static_cast<std::size_t>(l.lines), 0);
  m_paintedHeader.clear();
}

void LadderWidget::invalidateAll() {
  std::fill(m_painted.begin(), m_painted.end(), 0);
  m_paintedHeader.clear();
  update();
}

QString LadderWidget::headerText() const {
  const LadderState& s = *m_state;
  if (s.bids.empty() || s.asks.empty()) return tr("Waiting for the first book snapshot");
  const std::int64_t bid = s.bids.front().ticks;
  const std::int64_t ask = s.asks.front().ticks;
  const std::int64_t spread = ask - bid;
  const double mid = static_cast<double>(bid + ask) / 2;
  const Decimal midExact = Decimal((bid + ask) * s.tickSize.mantissa, s.tickSize.scale) * Decimal(5, 1);
  double bidSum = 0;
  double askSum = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    if (i < s.bids.size()) bidSum += static_cast<double>(s.bids[i].lots);
    if (i < s.asks.size()) askSum += static_cast<double>(s.asks[i].lots);
  }
  const double imbalance = bidSum + askSum > 0 ? (bidSum - askSum) / (bidSum + askSum) : 0.0;
  const QString ticks = spread == 1 ? tr("1 tick") : tr("%1 ticks").arg(countText(spread));
  QString text =
      withTone(tr("Spread"), ticks) + QStringLiteral(" · ") + statText(1e4 * static_cast<double>(spread) / mid, 2) +
      QStringLiteral(" bps") + QLatin1Char('\t') +
      withTone(tr("Mid"), decimalText(midExact, std::max<int>(s.tickSize.scale, s.tickSize.canonical().scale + 1))) +
      QLatin1Char('\t') + withTone(tr("Step"), QString::number(m_group)) + QLatin1Char('\n') +
      withTone(tr("Top 5"), statText(100 * imbalance, 0, Sign::Always) + QStringLiteral(" %")) + QLatin1Char('\t');
  if (s.last) {
    text += withTone(tr("Last"), priceOf(s.last->ticks)) + QStringLiteral(" × ") + sizeOf(s.last->lots) +
            (s.last->aggressor == Side::Buy ? QStringLiteral(" B") : QStringLiteral(" S"));
  }
  return text + QLatin1Char('\t') + (m_armed ? tr("LADDER ARMED") : QString());
}

void LadderWidget::paintCaptions() {
  Layout& l = *m_layout;
  const int height = (l.header - l.band - 2) / 3 + 2;
  l.captions = QImage(static_cast<int>(std::ceil(width() * l.ratio)), static_cast<int>(std::ceil(height * l.ratio)),
                      QImage::Format_RGB32);
  if (l.captions.isNull()) return;
  l.captions.setDevicePixelRatio(l.ratio);
  l.captions.fill(theme().rgb(Role::Raised));
  QPainter p(&l.captions);
  p.setFont(themeFont(FontRole::Small));
  p.setPen(color(Role::TextSecondary));
  const QString beside = m_beside == Beside::Cumulative ? tr("Cumul.") : tr("Traded");
  const QString titles[] = {tr("My bids"), beside, tr("Bid"), tr("Price"), tr("Ask"), beside, tr("My asks")};
  for (int c = 0; c < Layout::kColumns; ++c) {
    const QRect cell = l.column(static_cast<ColumnId>(c), 0).adjusted(3, 0, -kInset, 0);
    if (cell.width() < 20) continue;
    const Qt::Alignment align = c == 3 ? Qt::AlignHCenter : Qt::AlignRight;
    const bool own = c == 0 || c == Layout::kColumns - 1;
    const bool tight = own && p.fontMetrics().horizontalAdvance(titles[c]) > cell.width();
    p.drawText(QRect(cell.left(), 0, cell.width(), height), static_cast<int>(align | Qt::AlignVCenter),
               p.fontMetrics().elidedText(tight ? tr("Mine") : titles[c], Qt::ElideRight, cell.width()));
  }
}

void LadderWidget::paintHeader(const QString& text) {
  QPainter p(&m_back);
  const Layout& l = *m_layout;
  const int textTop = l.band;
  p.fillRect(QRect(0, 0, width(), l.header), color(Role::Panel));
  if (l.band > 0) paintBand(p, QRect(0, 0, width(), l.band), m_state->view, m_state->bandText);
  const int lineHeight = (l.header - l.band - 2) / 3;
  p.setFont(themeFont(FontRole::Small));
  const QStringList lines = text.split(QLatin1Char('\n'));
  for (int i = 0; i < lines.size() && i < 2; ++i) {
    const QStringList fields = lines[i].split(QLatin1Char('\t'));
    const QRect row(8, textTop + i * lineHeight, width() - 16, lineHeight);
    int taken = row.left();
    for (int f = 0; f < fields.size() && f < 3; ++f) {
      const bool armed = m_armed && i == 1 && f == 2;
      p.setFont(themeFont(armed ? FontRole::Title : FontRole::Small));
      p.setPen(color(armed ? Role::Warn : Role::Text));
      if (fields[f].isEmpty()) continue;
      // Shaped once for its width and for drawing.
      QStaticText field(fields[f]);
      field.setTextFormat(Qt::PlainText);
      field.prepare(p.transform(), p.font());
      const int wide = static_cast<int>(std::ceil(field.size().width()));
      const int top = row.top() + static_cast<int>(row.height() - field.size().height()) / 2;
      // Narrow: the middle field moves right of the first instead of over it.
      const int middle = std::max(row.center().x() - wide / 2, taken + 10);
      p.drawStaticText(f == 0 ? row.left() : f == 1 ? middle : row.right() + 1 - wide, top, field);
      if (f == 0) taken += wide;
    }
  }
  p.drawImage(0, textTop + 2 * lineHeight, l.captions);
}

std::uint64_t LadderWidget::lineHash(int line) const {
  LineHash h;
  const int index = rowOfLine(line);
  h.add(std::int64_t(isDimmed(m_state->view)));
  if (index < 0) {
    h.add(std::int64_t(m_rows.empty() && line == m_layout->lines / 3));
    return h.value();
  }
  const LadderRow& r = m_rows[static_cast<std::size_t>(index)];
  for (const std::int64_t v : {r.ticks, r.bidLots, r.askLots, r.tradedBid, r.tradedAsk, r.cumulative, m_maxLots})
    h.add(v);
  h.add(static_cast<std::uint64_t>(r.kind));
  for (const bool b :
       {r.entryMarker, r.entryFilled, r.averageEntry, r.stop, r.target, r.liquidation, r.last, m_state->crossed,
        m_state->sizesHidden, index == m_cursor, index == m_hover, hasFocus(), m_thinBid, m_thinAsk}) {
    h.add(b);
  }
  for (const std::uint32_t i : r.orders) {
    const LadderOrder& o = m_state->orders[i];
    h.add(o.lots);
    h.add(o.queueAhead);
    h.add(static_cast<std::uint64_t>(o.state));
  }
  if (r.kind == LadderRow::Kind::Spread && index > 0) h.add(m_rows[static_cast<std::size_t>(index) - 1].ticks);
  if (r.averageEntry) h.add(m_state->positionLots);
  if (line == 0 || line >= m_layout->lines - 2) {
    for (const LadderFlag& f : m_state->flags) h.add(f.ticks);
  }
  return h.value();
}

void LadderWidget::updateDirty() {
  if (m_layout->lines == 0) return;
  if (headerText() + m_state->bandText != m_paintedHeader) update(QRect(0, 0, width(), m_layout->header));
  for (int line = 0; line < m_layout->lines; ++line) {
    if (lineHash(line) == m_painted[static_cast<std::size_t>(line)]) continue;
    update(QRect(0, m_layout->header + line * m_layout->rowHeight, width(), m_layout->rowHeight));
  }
}

void LadderWidget::drawNumber(const QRect& cell, std::int64_t count, const Decimal& step, QRgb ink, bool bold) {
  char text[24];
  const int length = writeFixed(text, count * step.mantissa, step.scale);
  const Layout& l = *m_layout;
  const DigitAtlas& atlas = bold ? l.bold : l.normal;
  const auto device = [&l](int v) { return static_cast<int>(std::lround(v * l.ratio)); };
  const QRect clip(device(cell.left()), device(cell.top()), device(cell.width()), device(cell.height()));
  const int x = clip.right() + 1 - device(kInset) - length * atlas.cellWidth();
  atlas.draw(m_back, x, clip.top() + (clip.height() - atlas.cellHeight()) / 2, text, length, ink, clip);
}

void LadderWidget::paintSizes(const QRect& rect, const LadderRow& row) {
  const Theme& t = theme();
  const bool dim = isDimmed(m_state->view);
  const QColor back = color(Role::Panel);
  const QRgb text = dim ? mix(color(Role::Text), back, 0.6).rgb() : t.rgb(Role::Text);
  const QRgb faint = dim ? mix(color(Role::TextSecondary), back, 0.6).rgb() : t.rgb(Role::TextSecondary);
  const Decimal& lot = m_state->lotSize;
  const auto cell = [&](ColumnId id) { return m_layout->column(id, rect.top()); };
  const bool beside = cell(ColumnId::TradedAtBid).width() > 20;
  const bool traded = beside && m_beside == Beside::Traded;
  if (traded && row.tradedBid > 0) drawNumber(cell(ColumnId::TradedAtBid), row.tradedBid, lot, faint, false);
  if (traded && row.tradedAsk > 0) drawNumber(cell(ColumnId::TradedAtAsk), row.tradedAsk, lot, faint, false);
  if (m_state->sizesHidden) return;
  if (beside && row.cumulative > 0) {
    const bool bid = row.kind == LadderRow::Kind::Bid;
    drawNumber(cell(bid ? ColumnId::TradedAtBid : ColumnId::TradedAtAsk), row.cumulative, lot, faint, false);
  }
  if (row.bidLots > 0) drawNumber(cell(ColumnId::BidSize), row.bidLots, lot, text, false);
  if (row.askLots > 0) drawNumber(cell(ColumnId::AskSize), row.askLots, lot, text, false);
}

const QImage& LadderWidget::markerImage(bool filled) {
  Layout& l = *m_layout;
  if (l.markerLevel != m_state->entryLevel) l.markers.fill({});
  l.markerLevel = m_state->entryLevel;
  QImage& image = l.markers[filled ? 1 : 0];
  if (!image.isNull()) return image;
  const QRect cell(0, 0, 40, l.rowHeight);
  image = clearImage(cell.size(), l.ratio);
  QPainter p(&image);
  const QColor accent = color(Role::Accent);
  const QRectF box(4, cell.center().y() - 4, 9, 9);
  if (filled) {
    paintShape(p, Shape::Medium, box, accent);
  } else {
    p.setRenderHint(QPainter::Antialiasing, true);
    p.setPen(QPen(accent, 1.3));
    p.setBrush(Qt::NoBrush);
    p.drawPath(shapePath(Shape::Medium, box));
  }
  p.setFont(themeFont(FontRole::NumberSmall));
  p.setPen(accent);
  p.drawText(cell.adjusted(14, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, QString::number(m_state->entryLevel));
  return image;
}

void LadderWidget::paintPrice(QPainter& p, const QRect& rect, const LadderRow& row) {
  const QRect cell = m_layout->column(ColumnId::Price, rect.top());
  if (row.entryMarker) p.drawImage(cell.topLeft(), markerImage(row.entryFilled));
  const auto flag = [&](const QString& text, Role role) {
    p.setFont(themeFont(FontRole::Small));
    p.setPen(color(role));
    p.drawText(QRect(cell.left() + 3, cell.top(), 30, cell.height()), Qt::AlignLeft | Qt::AlignVCenter, text);
  };
  if (row.stop && !row.entryMarker) flag(QStringLiteral("SL"), Role::Warn);
  if (row.target && !row.entryMarker) flag(QStringLiteral("TP"), Role::Ok);
  if (row.liquidation)
    paintShape(p, Shape::Warning, QRectF(cell.left() + 4, cell.center().y() - 5, 10, 10), color(Role::Critical));
  if (row.averageEntry) {
    p.setPen(QPen(color(Role::Text), 1));
    p.setBrush(Qt::NoBrush);
    p.drawRect(rect.adjusted(0, 0, -1, -1));
  }
}

const QImage& LadderWidget::chipImage(Side side, LadderOrder::State state) {
  Layout& l = *m_layout;
  QImage& image = l.chips[static_cast<std::size_t>(state) + (side == Side::Buy ? 0 : Layout::kChipStates)];
  if (!image.isNull()) return image;
  const QSize size = l.column(side == Side::Buy ? ColumnId::MyBids : ColumnId::MyAsks, 0).adjusted(2, 2, -2, -2).size();
  image = clearImage(size, l.ratio);
  if (image.isNull()) return image;
  const QColor ink = color(side == Side::Buy ? Role::Up : Role::Down);
  QPainter p(&image);
  p.setRenderHint(QPainter::Antialiasing, true);
  QPen pen(ink, 1.2);
  if (state == LadderOrder::State::Pending || state == LadderOrder::State::Unknown) pen.setDashPattern({2.5, 2});
  p.setPen(pen);
  p.setBrush(state == LadderOrder::State::Open ? QBrush(ink) : QBrush(Qt::NoBrush));
  p.drawRoundedRect(QRectF(QPointF(0, 0), size).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
  return image;
}

void LadderWidget::paintChips(QPainter& p, const QRect& rect, const LadderRow& row) {
  std::int64_t bidLots = 0;
  std::int64_t askLots = 0;
  const auto chip = [&](Side side, std::int64_t lots, const LadderOrder& order) {
    const bool bid = side == Side::Buy;
    const QRect cell = m_layout->column(bid ? ColumnId::MyBids : ColumnId::MyAsks, rect.top()).adjusted(2, 2, -2, -2);
    const bool solid = order.state == LadderOrder::State::Open;
    p.drawImage(cell.topLeft(), chipImage(side, order.state));
    const QRgb text = solid ? color(Role::OnAccent).rgb() : color(Role::Text).rgb();
    drawNumber(QRect(cell.left(), rect.top(), cell.width(), rect.height()), lots, m_state->lotSize, text, solid);
    if (order.state == LadderOrder::State::CancelPending) {
      p.setPen(QPen(color(Role::Text), 1.4));
      p.drawLine(cell.left() + 3, cell.center().y() + 1, cell.right() - 3, cell.center().y() + 1);
    }
    if (order.state == LadderOrder::State::Unknown) {
      paintShape(p, Shape::Unknown, QRectF(cell.left() + 3, cell.center().y() - 4, 9, 9), color(Role::Warn));
    }
  };
  const LadderOrder* bidOrder = nullptr;
  const LadderOrder* askOrder = nullptr;
  for (const std::uint32_t i : row.orders) {
    const LadderOrder& o = m_state->orders[i];
    // Several orders at one price share a chip; the least certain state shows.
    const LadderOrder*& first = o.side == Side::Buy ? bidOrder : askOrder;
    (o.side == Side::Buy ? bidLots : askLots) += o.lots;
    if (first == nullptr || o.state != LadderOrder::State::Open) first = &o;
  }
  if (bidOrder) chip(Side::Buy, bidLots, *bidOrder);
  if (askOrder) chip(Side::Sell, askLots, *askOrder);
}

void LadderWidget::paintSpreadLine(QPainter& p, const QRect& rect, const LadderRow& row) {
  p.fillRect(rect, color(Role::Raised));
  p.setFont(themeFont(FontRole::Small));
  p.setPen(color(Role::TextSecondary));
  const int index = static_cast<int>(&row - m_rows.data());
  const bool both = index > 0 && index + 1 < static_cast<int>(m_rows.size());
  const QRect price = m_layout->column(ColumnId::Price, rect.top());
  if (both) {
    const std::int64_t gap = m_state->asks.front().ticks - m_state->bids.front().ticks;
    p.drawText(price, Qt::AlignCenter, gap == 1 ? tr("1 tick") : tr("%1 ticks").arg(countText(gap)));
  }
  const QString thin = tr("level %1: book too thin").arg(m_state->entryLevel);
  p.setPen(color(Role::Warn));
  const int side = price.left() - 16;
  if (m_thinBid)
    p.drawText(QRect(8, rect.top(), side, rect.height()), Qt::AlignLeft | Qt::AlignVCenter,
               p.fontMetrics().elidedText(thin, Qt::ElideRight, side));
  if (m_thinAsk)
    p.drawText(QRect(price.right() + 8, rect.top(), side, rect.height()), Qt::AlignRight | Qt::AlignVCenter,
               p.fontMetrics().elidedText(thin, Qt::ElideRight, side));
}

void LadderWidget::paintEdgeArrow(QPainter& p, const QRect& rect, int line) {
  if (m_rows.empty()) return;
  const auto at = [this](int row) {
    return m_rows[static_cast<std::size_t>(std::clamp(row, 0, static_cast<int>(m_rows.size()) - 1))].ticks;
  };
  const bool top = line == 0;
  const int lastFull = (height() - m_layout->header) / m_layout->rowHeight - 1;
  if (!top && line != lastFull) return;
  for (const LadderFlag& flag : m_state->flags) {
    if (flag.kind != LadderFlag::Kind::Liquidation) continue;
    const bool above = flag.ticks > at(m_first);
    const bool below = flag.ticks < at(m_first + lastFull);
    if ((top && !above) || (!top && !below)) continue;
    const QRect cell = m_layout->column(ColumnId::MyAsks, rect.top());
    const QRect tag(width() - 118, rect.top(), 116, cell.height());
    p.fillRect(tag, color(Role::Raised));
    paintShape(p, Shape::Warning, QRectF(tag.left() + 4, tag.center().y() - 5, 10, 10), color(Role::Critical));
    paintShape(p, top ? Shape::Up : Shape::Down, QRectF(tag.right() - 13, tag.center().y() - 5, 10, 10),
               color(Role::Text));
    p.setFont(themeFont(FontRole::NumberSmall));
    p.setPen(color(Role::Text));
    p.drawText(tag.adjusted(18, 0, -15, 0), Qt::AlignRight | Qt::AlignVCenter, priceOf(flag.ticks));
  }
}

void LadderWidget::paintLine(QPainter& p, int line) {
  const Layout& l = *m_layout;
  const QRect rect(0, l.header + line * l.rowHeight, width(), l.rowHeight);
  const int index = rowOfLine(line);
  if (index < 0) {
    p.fillRect(rect, color(Role::Panel));
    return;
  }
  const LadderRow& row = m_rows[static_cast<std::size_t>(index)];
  if (row.kind == LadderRow::Kind::Spread) {
    paintSpreadLine(p, rect, row);
    return;
  }
  const bool bid = row.kind == LadderRow::Kind::Bid;
  const bool dim = isDimmed(m_state->view);
  const bool outlined = theme().outlinedBars();
  const Role back = index == m_hover ? Role::Raised : Role::Panel;
  p.fillRect(rect, color(back));
  const QRect price = l.column(ColumnId::Price, rect.top());
  p.fillRect(price, color(row.last ? Role::Selection : index == m_hover ? Role::Raised : Role::AltRow));
  const std::int64_t lots = bid ? row.bidLots : row.askLots;
  if (lots > 0 && !dim && !m_state->sizesHidden) {
    const QRect cell = l.column(bid ? ColumnId::BidSize : ColumnId::AskSize, rect.top());
    const int length = std::max(1, static_cast<int>(static_cast<double>(cell.width() - 2) * static_cast<double>(lots) /
                                                    static_cast<double>(m_maxLots)));
    const QRect bar(bid ? cell.right() - length : cell.left() + 1, cell.top() + 1, length, cell.height() - 2);
    if (outlined) {
      p.setPen(QPen(color(bid ? Role::Up : Role::Down), 1));
      p.drawRect(QRect(bar.left(), bar.bottom() - 3, bar.width() - 1, 3));  // below the digits, never through them
    } else {
      p.fillRect(bar, color(bid ? Role::UpBar : Role::DownBar));
    }
  }
  paintSizes(rect, row);
  const QColor side = dim ? mix(color(Role::Text), color(Role::Panel), 0.6) : color(bid ? Role::Up : Role::Down);
  drawNumber(price.adjusted(0, 0, -3, 0), row.ticks, m_state->tickSize,
             row.last && !dim ? theme().rgb(Role::Text) : side.rgb(), row.last || index == 0);
  paintPrice(p, rect, row);
  if (!row.orders.empty()) paintChips(p, rect, row);
  if (m_state->crossed) paintHatch(p, rect, color(Role::Warn), 8);
  if (index == m_cursor) {
    p.setPen(QPen(color(Role::FocusRing), hasFocus() ? 2 : 1));
    p.setBrush(Qt::NoBrush);
    p.drawRect(rect.adjusted(1, 1, -1, -1));
  }
  if (!m_state->flags.empty()) paintEdgeArrow(p, rect, line);
}

void LadderWidget::paintEvent(QPaintEvent* event) {
  Layout& l = *m_layout;
  if (m_back.isNull() || devicePixelRatioF() != l.ratio) updateLayout();
  const QString text = headerText();
  if (const QString header = text + m_state->bandText; header != m_paintedHeader) {
    paintHeader(text);
    m_paintedHeader = header;
  }
  QPainter lines(&m_back);
  for (int line = 0; line < l.lines; ++line) {
    const std::uint64_t hash = lineHash(line);
    auto& painted = m_painted[static_cast<std::size_t>(line)];
    if (hash == painted) continue;
    paintLine(lines, line);
    painted = hash;
  }
  lines.end();
  QPainter p(this);
  for (const QRect& r : event->region()) {
    p.drawImage(r, m_back, QRectF(r.x() * l.ratio, r.y() * l.ratio, r.width() * l.ratio, r.height() * l.ratio));
  }
  if (m_rows.empty()) {
    p.setFont(themeFont(FontRole::Text));
    p.setPen(color(Role::TextSecondary));
    p.drawText(QRect(16, l.header, width() - 32, height() - l.header), Qt::AlignCenter | Qt::TextWordWrap, text);
  }
  if (m_armed) {
    p.setPen(QPen(color(Role::Warn), kArmedFrame, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    p.setBrush(Qt::NoBrush);
    p.drawRect(QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5));
  }
}

}  // namespace bw::ui
