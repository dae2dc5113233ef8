// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/gauges.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/format/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/score_bar.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {
namespace {

constexpr double kScaleEnd = 1.2;  // the bar shows up to 120 % of the limit
constexpr int kPad = 8;
constexpr int kStatusWidth = 84;
constexpr int kWideStatusWidth = 150;  ///< where a whole sentence about the order fits
constexpr int kWideRow = 460;
constexpr int kTrendWidth = 56;

Shape gaugeShape(GaugeStatus s) {
  switch (s) {
    case GaugeStatus::Ok:
      return Shape::Ok;
    case GaugeStatus::Near:
      return Shape::Medium;
    case GaugeStatus::Hot:
      return Shape::Warning;
    case GaugeStatus::Breach:
      return Shape::Critical;
    case GaugeStatus::Unknown:
      return Shape::Unknown;
  }
  return Shape::Unknown;
}

QColor gaugeColor(GaugeStatus s) {
  switch (s) {
    case GaugeStatus::Ok:
      return color(Role::Ok);
    case GaugeStatus::Near:
    case GaugeStatus::Hot:
      return color(Role::Warn);
    case GaugeStatus::Breach:
      return color(Role::Critical);
    case GaugeStatus::Unknown:
      return color(Role::TextDisabled);
  }
  return color(Role::Text);
}

bool hasTrend(const QRect& row) {
  return row.width() >= 440;
}

int statusWidth(const QRect& row) {
  return row.width() >= kWideRow ? kWideStatusWidth : kStatusWidth;
}

QRect gaugeBar(const QRect& row) {
  const int right = statusWidth(row) + kPad + (hasTrend(row) ? kTrendWidth + kPad : 0);
  const int height = std::max(8, row.height() / 5);
  return QRect(row.left() + kPad, row.bottom() - height - 7, row.width() - kPad - right - kPad, height);
}

void paintGaugeBar(QPainter& p, const QRect& bar, const GaugeData& g) {
  const auto x = [&bar, &g](double fraction) {
    const double part = std::clamp(fraction, 0.0, kScaleEnd) / kScaleEnd;
    return g.minimum ? bar.right() + 1 - part * bar.width() : bar.left() + part * bar.width();
  };
  p.fillRect(bar, color(Role::Raised));
  const QColor ink = gaugeColor(g.status);
  const auto segment = [&](double from, double to) {
    const double a = std::min(x(from), x(to));
    return QRectF(a, bar.top(), std::abs(x(to) - x(from)), bar.height());
  };
  if (std::isfinite(g.fraction)) {
    if (theme().outlinedBars()) {
      p.setPen(QPen(ink, 2));
      p.drawRect(segment(0, g.fraction).adjusted(1, 1, -1, -1));
    } else {
      p.fillRect(segment(0, g.fraction), ink);
    }
    if (g.withOrder >= 0) {
      const QRectF ghost = segment(g.fraction, g.withOrder);
      paintHatch(p, ghost.toAlignedRect().intersected(bar), gaugeColor(gaugeStatusOf(g.withOrder)), 4);
      p.setPen(QPen(gaugeColor(gaugeStatusOf(g.withOrder)), 1));
      p.drawRect(ghost.adjusted(0, 0, 0, -1));
    }
  } else {
    paintHatch(p, bar, color(Role::TextDisabled));
  }
  for (const double tick : {0.75, 0.90, 1.0}) {
    const bool end = tick >= 1.0;
    p.fillRect(QRectF(x(tick) - (end ? 1 : 0.5), bar.top() - (end ? 4 : 2), end ? 2 : 1, bar.height() + (end ? 8 : 4)),
               color(end ? Role::Text : Role::Border));
  }
}

void paintStatus(QPainter& p, const QRect& box, GaugeStatus status) {
  paintShape(p, gaugeShape(status), QRectF(box.left(), box.center().y() - 6, 12, 12), gaugeColor(status));
  p.setFont(themeFont(FontRole::Title));
  p.setPen(gaugeColor(status));
  p.drawText(box.adjusted(18, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, gaugeWord(status));
}

/// A number is shown whole or not at all: first the unit goes, then the limit.
QString gaugeValue(const GaugeData& g, const QFontMetrics& metrics, int room) {
  const QString both = g.used + QStringLiteral(" / ") + g.limit;
  const QString whole = g.unit.isEmpty() ? both : QString(both + QLatin1Char(' ') + g.unit);
  for (const QString& text : {whole, both}) {
    if (metrics.horizontalAdvance(text) <= room) return text;
  }
  return g.used;
}

/// "with this order 82 %", shorter where there is no room.
QString withOrderText(const GaugeData& g, int room, const QFontMetrics& metrics) {
  const QString share = gaugeShareText(g.withOrder);
  const QString whole = GaugeList::tr("with this order %1").arg(share);
  return metrics.horizontalAdvance(whole) <= room ? whole : GaugeList::tr("order: %1").arg(share);
}

void paintOneGauge(QPainter& p, const QRect& row, const GaugeData& g) {
  const QRect bar = gaugeBar(row);
  const QRect top(row.left() + kPad, row.top() + 4, bar.width(), bar.top() - row.top() - 6);
  p.setFont(themeFont(FontRole::Number));
  const QString value = gaugeValue(g, p.fontMetrics(), top.width() * 3 / 4);
  const int valueWidth = p.fontMetrics().horizontalAdvance(value);
  p.setPen(color(Role::Text));
  p.drawText(top, Qt::AlignRight | Qt::AlignVCenter, value);
  p.setFont(themeFont(FontRole::Secondary));
  const QRect nameRect = top.adjusted(0, 0, -valueWidth - kPad, 0);
  const int nameWidth = p.fontMetrics().horizontalAdvance(g.name);
  p.drawText(nameRect, Qt::AlignLeft | Qt::AlignVCenter,
             p.fontMetrics().elidedText(g.name, Qt::ElideRight, nameRect.width()));
  const QRect scopeRect = nameRect.adjusted(nameWidth + 6, 0, 0, 0);
  p.setFont(themeFont(FontRole::Small));
  p.setPen(color(Role::TextSecondary));
  const QString scope = g.minimum ? QString(g.scope + QStringLiteral(" · floor")) : g.scope;
  if (scopeRect.width() > p.fontMetrics().horizontalAdvance(scope))
    p.drawText(scopeRect, Qt::AlignLeft | Qt::AlignVCenter, scope);
  paintGaugeBar(p, bar, g);
  const int statusLeft = bar.right() + kPad + 4;
  const QRect right(statusLeft, row.top() + 3, statusWidth(row), (row.height() - 6) / 2);
  paintStatus(p, right, g.status);
  p.setFont(themeFont(FontRole::NumberSmall));
  p.setPen(color(Role::TextSecondary));
  const QRect headroom(statusLeft, right.bottom(), statusWidth(row), right.height());
  if (g.withOrder >= 0) {
    p.setPen(gaugeColor(gaugeStatusOf(g.withOrder)));
    p.drawText(headroom, Qt::AlignLeft | Qt::AlignVCenter,
               p.fontMetrics().elidedText(withOrderText(g, headroom.width(), p.fontMetrics()), Qt::ElideRight,
                                          headroom.width()));
  } else if (!g.headroom.isEmpty()) {
    p.drawText(headroom, Qt::AlignLeft | Qt::AlignVCenter,
               p.fontMetrics().elidedText(g.headroom + QStringLiteral(" left"), Qt::ElideRight, headroom.width()));
  }
  if (hasTrend(row) && g.trend.size() > 1) {
    paintSparkline(p, QRectF(row.right() - kPad - kTrendWidth, row.top() + 8, kTrendWidth, row.height() - 16), g.trend,
                   color(Role::TextSecondary));
  }
}

}  // namespace

QString gaugeShareText(double share) {
  // Rounded up: it never looks better than it is.
  return statText(std::ceil(std::min(share, 9.99) * 100 - 1e-9), 0) + QStringLiteral(" %");
}

QString gaugeWord(GaugeStatus status) {
  switch (status) {
    case GaugeStatus::Ok:
      return QStringLiteral("OK");
    case GaugeStatus::Near:
      return QStringLiteral("NEAR");
    case GaugeStatus::Hot:
      return QStringLiteral("HOT");
    case GaugeStatus::Breach:
      return QStringLiteral("BREACH");
    case GaugeStatus::Unknown:
      return QStringLiteral("n/a");
  }
  return {};
}

GaugeStatus gaugeStatusOf(double fraction) {
  if (!std::isfinite(fraction)) return GaugeStatus::Unknown;
  if (fraction > 1.0) return GaugeStatus::Breach;
  if (fraction >= 0.9) return GaugeStatus::Hot;
  return fraction >= 0.75 ? GaugeStatus::Near : GaugeStatus::Ok;
}

GaugeList::GaugeList(QWidget* parent) : PaintedWidget(QStringLiteral("gaugeList"), tr("Risk limits"), parent) {
  setFocusPolicy(Qt::StrongFocus);
  publish(*this, ViewState::Empty, 0, 0);
}

int GaugeList::gaugeHeight() const {
  return static_cast<int>(
      std::lround((ThemeManager::instance().rowHeight() - 22 + 44) * ThemeManager::instance().fontScale()));
}

void GaugeList::setState(ViewState view, std::uint64_t revision, std::vector<GaugeData> gauges) {
  publish(*this, view, revision, static_cast<int>(gauges.size()));
  if (gauges == m_gauges) return;
  const bool resized = gauges.size() != m_gauges.size();
  m_gauges = std::move(gauges);
  m_current = std::min(m_current, static_cast<int>(m_gauges.size()) - 1);
  if (resized) updateGeometry();
  QStringList lines;
  for (const GaugeData& g : m_gauges)
    lines << g.name + QLatin1Char(' ') + gaugeWord(g.status) + QLatin1Char(' ') + g.used + QLatin1Char('/') + g.limit +
                 (g.withOrder >= 0 ? tr(", with this order %1").arg(gaugeShareText(g.withOrder)) : QString());
  setAccessibleDescription(lines.join(QStringLiteral("; ")));
  update();
}

QRect GaugeList::rowRect(int row) const {
  return QRect(0, row * gaugeHeight() - m_scroll, width(), gaugeHeight());
}
QRect GaugeList::barRect(int row) const {
  return gaugeBar(rowRect(row));
}
QSize GaugeList::sizeHint() const {
  return {420, std::max(2, static_cast<int>(m_gauges.size())) * gaugeHeight()};
}

void GaugeList::paintGauge(QPainter& p, const QRect& rect, const GaugeData& gauge, bool current) {
  p.fillRect(rect, color(Role::Panel));
  paintOneGauge(p, rect, gauge);
  p.fillRect(QRect(rect.left() + kPad, rect.bottom(), rect.width() - 2 * kPad, 1), color(Role::Separator));
  if (current && hasFocus()) {
    p.setPen(QPen(color(Role::FocusRing), 2));
    p.setBrush(Qt::NoBrush);
    p.drawRect(rect.adjusted(1, 1, -1, -2));
  }
}

void GaugeList::paintEvent(QPaintEvent*) {
  QPainter p(this);
  p.fillRect(rect(), color(Role::Panel));
  for (int i = 0; i < static_cast<int>(m_gauges.size()); ++i) {
    const QRect r = rowRect(i);
    if (r.bottom() >= 0 && r.top() <= height()) paintGauge(p, r, m_gauges[static_cast<std::size_t>(i)], i == m_current);
  }
}

void GaugeList::wheelEvent(QWheelEvent* event) {
  const int most = std::max(0, static_cast<int>(m_gauges.size()) * gaugeHeight() - height());
  m_scroll = std::clamp(m_scroll - event->angleDelta().y() / 3, 0, most);
  event->accept();
  update();
}

void GaugeList::mouseDoubleClickEvent(QMouseEvent* event) {
  const int row = static_cast<int>((event->position().y() + m_scroll) / gaugeHeight());
  if (row < 0 || row >= static_cast<int>(m_gauges.size())) return;
  m_current = row;
  update();
  Q_EMIT activated(m_gauges[static_cast<std::size_t>(row)].key);
}

void GaugeList::keyPressEvent(QKeyEvent* event) {
  const int last = static_cast<int>(m_gauges.size()) - 1;
  switch (event->key()) {
    case Qt::Key_Down:
      m_current = std::min(m_current + 1, last);
      break;
    case Qt::Key_Up:
      m_current = std::max(m_current - 1, std::min(0, last));
      break;
    case Qt::Key_Home:
      m_current = std::min(0, last);
      break;
    case Qt::Key_End:
      m_current = last;
      break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (m_current >= 0) Q_EMIT activated(m_gauges[static_cast<std::size_t>(m_current)].key);
      return;
    default:
      PaintedWidget::keyPressEvent(event);
      return;
  }
  const int top = m_current * gaugeHeight();
  if (top < m_scroll) m_scroll = std::max(0, top);
  if (top + gaugeHeight() > m_scroll + height()) m_scroll = top + gaugeHeight() - height();
  update();
}

bool GaugeList::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const int row = (help->pos().y() + m_scroll) / gaugeHeight();
    if (row >= 0 && row < static_cast<int>(m_gauges.size())) {
      QToolTip::showText(help->globalPos(), m_gauges[static_cast<std::size_t>(row)].toolTip, this);
    }
    return true;
  }
  return PaintedWidget::event(event);
}

GaugeRow::GaugeRow(const QString& objectName, QWidget* parent) : PaintedWidget(objectName, tr("Limit"), parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void GaugeRow::setGauge(const GaugeData& gauge) {
  if (gauge == m_gauge) return;
  m_gauge = gauge;
  setAccessibleName(gauge.name);
  setAccessibleDescription(gaugeWord(gauge.status) + QLatin1Char(' ') + gauge.used + QLatin1Char('/') + gauge.limit);
  setToolTip(gauge.toolTip);
  update();
}

void GaugeRow::paintEvent(QPaintEvent*) {
  QPainter p(this);
  p.fillRect(rect(), color(Role::Panel));
  paintOneGauge(p, rect(), m_gauge);
}

}  // namespace bw::ui
