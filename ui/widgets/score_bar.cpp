// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/score_bar.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "ui/format/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"

namespace bw::ui {
namespace {

constexpr double kFullScore = 130.0;

QColor scoreColor(double score) {
  return score > 0 ? color(Role::Up) : score < 0 ? color(Role::Down) : color(Role::TextSecondary);
}

}  // namespace

ScoreBar::ScoreBar(QWidget* parent) : PaintedWidget(QStringLiteral("scoreBar"), tr("Signal score"), parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  publish(*this, ViewState::Empty, 0, 0);
}

void ScoreBar::setState(const ScoreState& fresh) {
  m_state = fresh;
  setAccessibleDescription(statText(fresh.score, 1, Sign::Always) + QLatin1Char(' ') + fresh.verdict);
  publish(*this, fresh.view, fresh.revision, 1);
  update();
}

QRect ScoreBar::barRect() const {
  return QRect(12, 36, width() - 24, 14);
}

void ScoreBar::paintEvent(QPaintEvent*) {
  QPainter p(this);
  p.fillRect(rect(), color(Role::Panel));
  const QRect bar = barRect();
  const auto x = [&bar](double score) {
    return bar.left() + (std::clamp(score, -kFullScore, kFullScore) + kFullScore) / (2 * kFullScore) * bar.width();
  };
  const bool known = std::isfinite(m_state.score);
  const QColor ink = known ? scoreColor(m_state.score) : color(Role::TextDisabled);
  const QRect top(12, 4, width() - 24, 28);
  p.setFont(themeFont(FontRole::Headline));
  p.setPen(ink);
  const QString number = statText(m_state.score, 1, Sign::Always);
  paintShape(p,
             known ? (m_state.score > 0   ? Shape::Up
                      : m_state.score < 0 ? Shape::Down
                                          : Shape::Flat)
                   : Shape::Unknown,
             QRectF(top.left(), top.center().y() - 6, 13, 13), ink);
  p.drawText(top.adjusted(19, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, number);
  const int numberWidth = p.fontMetrics().horizontalAdvance(number);
  p.setFont(themeFont(FontRole::Title));
  p.setPen(color(Role::Text));
  p.drawText(top.adjusted(19 + numberWidth + 12, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, m_state.verdict);
  p.setFont(themeFont(FontRole::Secondary));
  p.setPen(m_state.block.isEmpty() ? color(Role::TextSecondary) : color(Role::Warn));
  p.drawText(top, Qt::AlignRight | Qt::AlignVCenter, m_state.block.isEmpty() ? tr("no block") : m_state.block);
  p.fillRect(bar, color(Role::Raised));
  if (known) {
    const double from = std::min(x(0), x(m_state.score));
    const QRectF fill(from, bar.top(), std::abs(x(m_state.score) - x(0)), bar.height());
    if (theme().outlinedBars()) {
      p.setPen(QPen(ink, 2));
      p.drawRect(fill.adjusted(1, 1, -1, -1));
    } else {
      p.fillRect(fill, ink);
    }
  }
  p.fillRect(QRectF(x(0) - 1, bar.top() - 4, 2, bar.height() + 8), color(Role::Text));
  p.setFont(themeFont(FontRole::Small));
  const int labelTop = bar.bottom() + 3;
  const auto label = [&](double score, const QString& text, Qt::Alignment align) {
    const double at = x(score);
    const QRectF box(align == Qt::AlignLeft ? at : align == Qt::AlignRight ? at - 60 : at - 30, labelTop, 60, 14);
    p.setPen(color(Role::TextSecondary));
    p.drawText(box, static_cast<int>(align) | Qt::AlignTop, text);
  };
  label(-kFullScore, QStringLiteral("−130"), Qt::AlignLeft);
  label(kFullScore, QStringLiteral("+130"), Qt::AlignRight);
  label(0, QStringLiteral("0"), Qt::AlignHCenter);
  if (m_state.threshold > 0) {
    for (const double t : {-m_state.threshold, m_state.threshold}) {
      p.setPen(QPen(color(Role::Text), 1, Qt::DashLine));
      p.drawLine(QPointF(x(t), bar.top() - 3), QPointF(x(t), bar.bottom() + 3));
      label(t, statText(t, 0, Sign::Always), Qt::AlignHCenter);
    }
  }
  p.setFont(themeFont(FontRole::Secondary));
  p.setPen(color(Role::TextSecondary));
  const QRect bottom(12, labelTop + 13, width() - 24, height() - labelTop - 13);
  p.drawText(bottom, Qt::AlignLeft | Qt::AlignVCenter,
             p.fontMetrics().elidedText(m_state.detail, Qt::ElideRight, bottom.width()));
}

Sparkline::Sparkline(const QString& objectName, QWidget* parent) : PaintedWidget(objectName, tr("Trend"), parent) {}

void Sparkline::setValues(std::vector<float> values, bool zeroLine, const QString& summary) {
  setAccessibleDescription(summary);
  setToolTip(summary);
  if (values == m_values && zeroLine == m_zero) return;
  m_values = std::move(values);
  m_zero = zeroLine;
  update();
}

void Sparkline::paintEvent(QPaintEvent*) {
  QPainter p(this);
  p.fillRect(rect(), color(Role::Panel));
  QColor ink = color(Role::Accent);
  if (m_zero && !m_values.empty()) ink = scoreColor(double(m_values.back()));
  if (m_zero && !m_values.empty()) {
    const auto [low, high] = std::minmax_element(m_values.begin(), m_values.end());
    if (*low < 0.0F && *high > 0.0F) {
      const double y = 3 + (height() - 6) * double(*high) / double(*high - *low);
      p.setPen(QPen(color(Role::Border), 0, Qt::DotLine));
      p.drawLine(QPointF(0, y), QPointF(width(), y));
    }
  }
  paintSparkline(p, QRectF(rect()).adjusted(2, 3, -4, -3), m_values, ink);
}

void paintSparkline(QPainter& painter, const QRectF& rect, const std::vector<float>& values, const QColor& ink) {
  float low = INFINITY;
  float high = -INFINITY;
  for (const float v : values) {
    if (!std::isfinite(v)) continue;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  if (values.size() < 2 || low > high) return;
  const double range = std::max(1e-12, double(high - low));
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing, true);
  QPainterPath path;
  bool pen = false;
  QPointF end;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      pen = false;
      continue;
    }
    end = {rect.left() + rect.width() * static_cast<double>(i) / static_cast<double>(values.size() - 1),
           rect.bottom() - rect.height() * double(values[i] - low) / range};
    if (pen) {
      path.lineTo(end);
    } else {
      path.moveTo(end);
    }
    pen = true;
  }
  painter.setPen(QPen(ink, 1.4));
  painter.setBrush(Qt::NoBrush);
  painter.drawPath(path);
  painter.setPen(Qt::NoPen);
  painter.setBrush(ink);
  painter.drawEllipse(end, 2, 2);
  painter.restore();
}

}  // namespace bw::ui
