// SPDX-License-Identifier: GPL-3.0-or-later
// The painting half of CandleChart.
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "ui/format/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/candle_chart.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {
namespace {

/// Colours of overlay lines, told apart by dash too.
struct LineLook {
  Role role;
  Qt::PenStyle dash;
};
constexpr std::array<LineLook, 8> kLineLooks = {{{Role::Accent, Qt::SolidLine},
                                                 {Role::Warn, Qt::SolidLine},
                                                 {Role::ModeSim, Qt::SolidLine},
                                                 {Role::Text, Qt::SolidLine},
                                                 {Role::Accent, Qt::DashLine},
                                                 {Role::Warn, Qt::DashLine},
                                                 {Role::ModeSim, Qt::DashLine},
                                                 {Role::Text, Qt::DashLine}}};

/// The smallest of 1, 2, 5 × 10^n that is at least `least` ticks.
double niceStep(double least) {
  if (least <= 1) return 1;
  const double base = std::pow(10.0, std::floor(std::log10(least)));
  for (const double m : {1.0, 2.0, 5.0, 10.0}) {
    if (m * base >= least * 0.999) return m * base;
  }
  return 10 * base;
}

/// A round span of time of at least `least` ns.
std::int64_t niceTime(double least) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  constexpr std::int64_t kSteps[] = {1,    2,    5,    10,     15,     30,     60,     120,     300,     600,      900,
                                     1800, 3600, 7200, 14'400, 21'600, 43'200, 86'400, 172'800, 604'800, 2'592'000};
  for (const std::int64_t s : kSteps) {
    if (static_cast<double>(s * kSecond) >= least) return s * kSecond;
  }
  return 31'536'000 * kSecond;
}

QString timeLabel(std::int64_t ns, std::int64_t step) {
  const Timestamp t = Timestamp::fromNanos(ns);
  constexpr std::int64_t kDay = 86'400'000'000'000;
  if (step >= kDay || ns % kDay == 0) return dateText(t).mid(5);
  return step >= 60'000'000'000 ? timeText(t).left(5) : timeText(t);
}

Role roleOf(const ChartPriceLine& line) {
  switch (line.kind) {
    case ChartPriceLine::Kind::Order:
      return line.side == Side::Buy ? Role::Up : Role::Down;
    case ChartPriceLine::Kind::AverageEntry:
      return Role::Text;
    case ChartPriceLine::Kind::Stop:
      return Role::Warn;
    case ChartPriceLine::Kind::Target:
      return Role::Ok;
    case ChartPriceLine::Kind::Liquidation:
      return Role::Critical;
    case ChartPriceLine::Kind::Alert:
      return Role::Accent;
  }
  return Role::Text;
}

/// Dark or light text, whichever is more readable on `fill`.
QColor textOn(const QColor& fill) {
  const QColor dark = color(Role::EstopInk);
  return contrastRatio(fill, dark) >= contrastRatio(fill, Qt::white) ? dark : QColor(Qt::white);
}

struct PriceTag {
  double y;   ///< where the line is
  double at;  ///< where the tag stands
  QString text;
  QString label;
  QColor ink;
  bool filled;
};

/// Moves tags apart so that none covers another; order by price is kept.
void spread(std::vector<PriceTag>& tags, double height, double top, double bottom) {
  std::sort(tags.begin(), tags.end(), [](const PriceTag& a, const PriceTag& b) { return a.y < b.y; });
  double floor = top;
  for (PriceTag& tag : tags) {
    tag.at = std::max(floor, std::clamp(tag.y - height / 2, top, std::max(top, bottom - height)));
    floor = tag.at + height + 1;
  }
  double ceiling = bottom;
  for (auto tag = tags.rbegin(); tag != tags.rend(); ++tag) {
    tag->at = std::min(tag->at, ceiling - height);
    ceiling = tag->at - 1;
  }
}

}  // namespace

void CandleChart::paintMessage(QPainter& p) {
  p.setFont(themeFont(FontRole::Text));
  p.setPen(color(Role::TextSecondary));
  p.drawText(rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap,
             m_state->emptyText.isEmpty() ? tr("No bars for this interval") : m_state->emptyText);
}

void CandleChart::paintGrid(QPainter& p) {
  const QRect plot = plotRect();
  const double step = niceStep((m_high - m_low) * 48 / std::max(1, candleRect().height()));
  p.setPen(QPen(color(Role::Grid), 0));
  for (double t = std::ceil(m_low / step) * step; t <= m_high; t += step) {
    const double y = std::round(yOfTicks(t)) + 0.5;
    p.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
  }
  const std::int64_t time = niceTime(90.0 * m_slots / plot.width() * static_cast<double>(m_state->step.ns));
  const std::int64_t from = timeAtX(plot.left());
  for (std::int64_t t = from - from % time + time; t <= timeAtX(plot.right()); t += time) {
    const double x = std::round(xOfTime(t)) + 0.5;
    p.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
  }
}

void CandleChart::paintHoles(QPainter& p) {
  const auto& candles = m_state->candles;
  const QRect plot = plotRect();
  const int first = std::max(1, candleAt(timeAtX(plot.left())));
  const int last = std::min(candleAt(timeAtX(plot.right())) + 1, static_cast<int>(candles.size()) - 1);
  for (int i = first; i <= last; ++i) {
    const std::int64_t expected = candles[static_cast<std::size_t>(i) - 1].openTimeNs + m_state->step.ns;
    const std::int64_t found = candles[static_cast<std::size_t>(i)].openTimeNs;
    if (found <= expected) continue;  // the usual case
    const QRect hole(QPoint(static_cast<int>(xOfTime(expected)), plot.top()),
                     QPoint(static_cast<int>(xOfTime(found)), plot.bottom()));
    if (hole.width() >= 2) paintHatch(p, hole.intersected(plot), color(Role::Separator), 8);
  }
}

void CandleChart::paintVolume(QPainter& p) {
  const QRect room = volumeRect();
  const QColor up = color(Role::UpBar);
  const QColor down = color(Role::DownBar);
  const bool outlined = theme().outlinedBars();
  for (const CandleSpan& s : m_spans) {
    const double h = room.height() * static_cast<double>(s.volume) / static_cast<double>(m_maxVolume);
    const double gap = s.width > 4 ? 1 : 0;
    const QRectF bar(std::round(s.x) + gap, room.bottom() + 1 - h, std::max(1.0, std::round(s.width) - 2 * gap), h);
    if (outlined && s.width > 3) {
      p.setPen(QPen(color(s.close >= s.open ? Role::Up : Role::Down), 0));
      p.drawRect(bar);
    } else {
      p.fillRect(bar, s.close >= s.open ? up : down);
    }
  }
}

/// One pixel column per span, straight into the cache: a thousand QPainter calls would cost more than all the rest.
void CandleChart::paintColumns(const QRect& strip) {
  const double ratio = m_cache.devicePixelRatio();
  uchar* const bits = m_cache.bits();
  const auto stride = m_cache.bytesPerLine();
  const auto device = [ratio](double v) { return static_cast<int>(std::lround(v * ratio)); };
  const auto fill = [&](double x, double top, double bottom, QRgb ink) {
    const int left = device(std::floor(x));
    if (left < device(strip.left())) return;
    const int right = std::min(left + std::max(1, device(1)), std::min(device(strip.right() + 1), m_cache.width()));
    const int last = std::min(std::max(device(bottom), device(top) + 1), m_cache.height());
    for (int y = std::max(0, device(top)); y < last; ++y) {
      auto* line = reinterpret_cast<QRgb*>(bits + y * stride);
      for (int px = left; px < right; ++px) line[px] = ink;
    }
  };
  const QRect room = volumeRect();
  const bool dim = isDimmed(m_state->view);
  const auto shade = [&](Role role) {
    return dim ? mix(color(role), color(Role::Plot), 0.6).rgb() : color(role).rgb();
  };
  const QRgb inks[] = {shade(Role::Down), shade(Role::Up)};
  const QRgb bars[] = {color(Role::DownBar).rgb(), color(Role::UpBar).rgb()};
  const QRect prices = candleRect();
  const double perTick = prices.height() / std::max(1e-9, m_high - m_low);
  for (const CandleSpan& s : m_spans) {
    const int rising = s.close >= s.open ? 1 : 0;
    const double h = room.height() * static_cast<double>(s.volume) / static_cast<double>(m_maxVolume);
    fill(s.x, room.bottom() + 1 - h, room.bottom() + 1, bars[rising]);
    const double high = std::round(prices.bottom() - (static_cast<double>(s.high) - m_low) * perTick);
    const double low = std::round(prices.bottom() - (static_cast<double>(s.low) - m_low) * perTick);
    fill(s.x, high, low, inks[rising]);
  }
}

void CandleChart::paintCandles(QPainter& p) {
  const QColor up = color(Role::Up);
  const QColor down = color(Role::Down);
  const QColor hollow = color(Role::Plot);
  const bool dim = isDimmed(m_state->view);
  const auto ink = [&](bool rising) { return dim ? mix(rising ? up : down, hollow, 0.6) : rising ? up : down; };
  const QColor upInk = ink(true);
  const QColor downInk = ink(false);
  for (const CandleSpan& s : m_spans) {
    const bool rising = s.close >= s.open;
    const QColor& c = rising ? upInk : downInk;
    const double high = std::round(yOfTicks(static_cast<double>(s.high)));
    const double low = std::round(yOfTicks(static_cast<double>(s.low)));
    if (s.width < 3) {
      p.fillRect(QRectF(std::floor(s.x), high, 1, std::max(1.0, low - high)), c);
      continue;
    }
    const double body = std::max(1.0, std::round(s.width * 0.7));
    const double left = std::round(s.x + (s.width - body) / 2);
    const double middle = std::floor(left + body / 2);
    const double top = std::round(yOfTicks(static_cast<double>(std::max(s.open, s.close))));
    const double bottom = std::max(top + 1, std::round(yOfTicks(static_cast<double>(std::min(s.open, s.close)))));
    p.fillRect(QRectF(middle, high, 1, low - high + 1), c);
    p.fillRect(QRectF(left, top, body, bottom - top), c);
    if (rising && body >= 3 && bottom - top > 2)
      p.fillRect(QRectF(left + 1, top + 1, body - 2, bottom - top - 2), hollow);
  }
}

void CandleChart::paintOverlays(QPainter& p, const QRect& strip) {
  const auto& candles = m_state->candles;
  const QRect plot = plotRect();
  const double slot = plot.width() / m_slots;
  // Two columns before the strip, so that the joint at its edge is the same whichever part is painted.
  const double before = strip.left() - std::max(2.0, 2 * slot) - slot;
  const int first = std::max(0, candleAt(timeAtX(strip == plot ? plot.left() : before)) - 1);
  const int last = std::min(candleAt(timeAtX(plot.right())) + 1, static_cast<int>(candles.size()) - 1);
  p.setRenderHint(QPainter::Antialiasing, true);
  p.setBrush(Qt::NoBrush);
  QPolygonF run;
  for (std::size_t l = 0; l < m_state->lines.size() && l < kLineLooks.size(); ++l) {
    const ChartLine& line = m_state->lines[l];
    p.setPen(QPen(color(kLineLooks[l].role), 1.4, kLineLooks[l].dash));
    run.clear();
    double lastColumn = -1e9;
    std::int64_t expected = 0;
    for (int i = first; i <= last; ++i) {
      const auto index = static_cast<std::size_t>(i);
      const std::int64_t time = candles[index].openTimeNs;
      if (time > expected && !run.isEmpty()) {  // a hole is never bridged
        if (run.size() > 1) p.drawPolyline(run);
        run.clear();
      }
      expected = time + m_state->step.ns;
      const double v = index < line.values.size() ? line.values[index] : std::numeric_limits<double>::quiet_NaN();
      if (!std::isfinite(v)) {
        if (run.size() > 1) p.drawPolyline(run);
        run.clear();
        continue;
      }
      const double x = xOfTime(candles[index].openTimeNs) + slot / 2;
      const double column = std::floor(x);
      if (column == lastColumn && !run.isEmpty()) continue;  // one point per pixel column
      lastColumn = column;
      run << QPointF(x, yOfTicks(v));
    }
    if (run.size() > 1) p.drawPolyline(run);
  }
  p.setRenderHint(QPainter::Antialiasing, false);
}

void CandleChart::paintFills(QPainter& p) {
  const QRect plot = plotRect();
  const double slot = plot.width() / m_slots;
  for (const ChartFill& fill : m_state->fills) {
    const int index = candleAt(fill.timeNs);
    if (index < 0) continue;
    const ChartCandle& c = m_state->candles[static_cast<std::size_t>(index)];
    const double x = xOfTime(c.openTimeNs) + slot / 2;
    if (x < plot.left() || x > plot.right()) continue;
    const bool buy = fill.side == Side::Buy;
    const double y = buy ? yOfTicks(static_cast<double>(c.low)) + 5 : yOfTicks(static_cast<double>(c.high)) - 18;
    const QRectF box(x - 6.5, y, 13, 13);
    paintShape(p, buy ? Shape::Up : Shape::Down, box.adjusted(-1.5, -1.5, 1.5, 1.5), color(Role::Plot));
    paintShape(p, buy ? Shape::Up : Shape::Down, box, color(Role::Text));
    paintShape(p, buy ? Shape::Up : Shape::Down, box.adjusted(2.5, 2.5, -2.5, -2.5),
               color(buy ? Role::Up : Role::Down));
  }
}

void CandleChart::paintAxes(QPainter& p) {
  const QRect plot = plotRect();
  p.setFont(themeFont(FontRole::NumberSmall));
  p.fillRect(QRect(plot.right() + 1, plot.top(), 1, plot.height()), color(Role::Separator));
  p.fillRect(QRect(plot.left(), plot.bottom() + 1, plot.width(), 1), color(Role::Separator));
  p.setPen(color(Role::TextSecondary));
  const int h = p.fontMetrics().height();
  const std::int64_t time = niceTime(90.0 * m_slots / plot.width() * static_cast<double>(m_state->step.ns));
  const std::int64_t from = timeAtX(plot.left());
  for (std::int64_t t = from - from % time + time; t <= timeAtX(plot.right()); t += time) {
    const double x = xOfTime(t);
    if (x < plot.left() + 24 || x > plot.right() - 24) continue;
    p.drawText(QRectF(x - 45, plot.bottom() + 4, 90, h), Qt::AlignCenter, timeLabel(t, time));
  }
  p.drawText(QRectF(plot.right() + 2, plot.bottom() + 4, m_axisWidth - 8, h), Qt::AlignRight, QStringLiteral("UTC"));
}

void CandleChart::paintPriceLines(QPainter& p) {
  const QRect plot = plotRect();
  const QRect room = candleRect();
  std::vector<PriceTag> tags;
  for (const ChartPriceLine& line : m_state->priceLines) {
    const double y = yOfTicks(static_cast<double>(line.ticks));
    const bool inside = y >= room.top() - 4 && y <= room.bottom() + 4;
    const QColor ink = color(roleOf(line));
    if (inside) {
      const bool order = line.kind == ChartPriceLine::Kind::Order;
      p.setPen(QPen(ink, 1,
                    order                                             ? Qt::DotLine
                    : line.kind == ChartPriceLine::Kind::AverageEntry ? Qt::SolidLine
                                                                      : Qt::DashLine));
      p.drawLine(QPointF(plot.left(), std::round(y) + 0.5), QPointF(plot.right(), std::round(y) + 0.5));
    }
    tags.push_back({y, 0, priceText(static_cast<double>(line.ticks)), line.text, ink, false});
  }
  if (m_state->lastTicks) {
    const double y = yOfTicks(static_cast<double>(*m_state->lastTicks));
    const ChartCandle& c = m_state->candles.back();
    const QColor ink = color(c.close >= c.open ? Role::Up : Role::Down);
    p.setPen(QPen(ink, 0, Qt::DotLine));
    p.drawLine(QPointF(plot.left(), std::round(y) + 0.5), QPointF(plot.right(), std::round(y) + 0.5));
    tags.push_back({y, 0, priceText(static_cast<double>(*m_state->lastTicks)), {}, ink, true});
  }
  p.setFont(themeFont(FontRole::NumberSmall));
  const double h = p.fontMetrics().height() + 4;
  spread(tags, h, plot.top(), plot.bottom());
  p.setPen(color(Role::TextSecondary));
  const double step = niceStep((m_high - m_low) * 48 / std::max(1, room.height()));
  for (double t = std::ceil(m_low / step) * step; t <= m_high; t += step) {
    const QRectF label(plot.right() + 2, yOfTicks(t) - (h - 4) / 2, m_axisWidth - 8, h - 4);
    const auto covers = [&](const PriceTag& tag) { return tag.at < label.bottom() && tag.at + h > label.top(); };
    if (label.top() < plot.top() || std::any_of(tags.begin(), tags.end(), covers)) continue;
    p.drawText(label, Qt::AlignRight | Qt::AlignVCenter, priceText(t));
  }
  for (const PriceTag& tag : tags) {
    const QRectF box(plot.right() + 2, tag.at, m_axisWidth - 3, h);
    p.fillRect(box, tag.filled ? tag.ink : color(Role::Panel));
    p.setPen(QPen(tag.ink, 1));
    p.setBrush(Qt::NoBrush);
    if (!tag.filled) p.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
    p.setPen(tag.filled ? textOn(tag.ink) : color(Role::Text));
    p.drawText(box.adjusted(2, 0, -5, 0), Qt::AlignRight | Qt::AlignVCenter, tag.text);
    if (tag.label.isEmpty()) continue;
    p.setFont(themeFont(FontRole::Small));
    const double w = p.fontMetrics().horizontalAdvance(tag.label) + 10;
    const QRectF label(plot.right() - w - 4, tag.at, w, h);
    p.fillRect(label, color(Role::Panel));
    p.setPen(QPen(tag.ink, 1));
    p.drawRect(label.adjusted(0.5, 0.5, -0.5, -0.5));
    p.setPen(color(Role::Text));
    p.drawText(label, Qt::AlignCenter, tag.label);
    p.setFont(themeFont(FontRole::NumberSmall));
  }
}

void CandleChart::paintReadout(QPainter& p) {
  const int top = m_state->bandText.isEmpty() ? 0 : bandHeight();
  p.setFont(themeFont(FontRole::NumberSmall));
  const QRect line(8, top + 2, width() - 16, plotRect().top() - top - 4);
  p.fillRect(line.adjusted(-8, 0, 8, 0), color(Role::Panel));
  p.setPen(color(Role::Text));
  const QString head = m_state->symbol + QLatin1Char(' ') + m_state->interval + QStringLiteral("   ");
  p.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
             p.fontMetrics().elidedText(head + readoutText(), Qt::ElideRight, line.width()));
  // Legend and the hint of the running bar, inside the plot.
  int y = plotRect().top() + 4;
  const int h = p.fontMetrics().height() + 2;
  int index = static_cast<int>(m_state->candles.size()) - 1;
  if (m_cross) index = std::clamp(candleAt(timeAtX(m_cross->x())), 0, index);
  for (std::size_t l = 0; l < m_state->lines.size() && l < kLineLooks.size(); ++l) {
    const ChartLine& overlay = m_state->lines[l];
    const auto at = static_cast<std::size_t>(index);
    const double v = at < overlay.values.size() ? overlay.values[at] : std::numeric_limits<double>::quiet_NaN();
    const QString value = std::isfinite(v) ? priceText(v) : notAvailable();
    const QString text = overlay.name + QLatin1Char(' ') + value;
    p.fillRect(QRect(8, y, 26 + p.fontMetrics().horizontalAdvance(text), h), color(Role::Plot));
    p.setPen(QPen(color(kLineLooks[l].role), 2, kLineLooks[l].dash));
    p.drawLine(8, y + h / 2, 26, y + h / 2);
    p.setPen(color(Role::Text));
    p.drawText(QRect(32, y, width(), h), Qt::AlignLeft | Qt::AlignVCenter, text);
    y += h;
  }
  if (!m_state->lastClosed && m_offset <= 0) {
    p.setFont(themeFont(FontRole::Small));
    const QString hint = tr("bar not closed");
    const double x = xOfTime(m_state->candles.back().openTimeNs);
    const int w = p.fontMetrics().horizontalAdvance(hint);
    p.setPen(color(Role::TextSecondary));
    p.drawText(
        QPointF(std::min<double>(x + 4, plotRect().right() - w - 4), volumeRect().bottom() - volumeRect().height() - 2),
        hint);
  }
}

void CandleChart::paintCrosshair(QPainter& p) {
  const QRect plot = plotRect();
  p.setPen(QPen(color(Role::Border), 0, Qt::DashLine));
  p.drawLine(plot.left(), m_cross->y(), plot.right(), m_cross->y());
  p.drawLine(m_cross->x(), plot.top(), m_cross->x(), plot.bottom());
  p.setFont(themeFont(FontRole::NumberSmall));
  const int h = p.fontMetrics().height() + 4;
  const auto tag = [&](const QRect& box, const QString& text) {
    p.fillRect(box, color(Role::Raised));
    p.setPen(QPen(color(Role::Border), 1));
    p.drawRect(box.adjusted(0, 0, -1, -1));
    p.setPen(color(Role::Text));
    p.drawText(box, Qt::AlignCenter, text);
  };
  if (candleRect().contains(*m_cross))
    tag(QRect(plot.right() + 2, m_cross->y() - h / 2, m_axisWidth - 3, h), priceText(ticksAtY(m_cross->y())));
  const QString time = timeText(Timestamp::fromNanos(timeAtX(m_cross->x())));
  const int w = p.fontMetrics().horizontalAdvance(time) + 12;
  tag(QRect(std::clamp(m_cross->x() - w / 2, plot.left(), plot.right() - w), plot.bottom() + 2, w, h), time);
}

}  // namespace bw::ui
