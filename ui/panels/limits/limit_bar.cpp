// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/limits/limit_bar.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

#include "ui/theme/fonts.h"
#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"

namespace bw::ui {

namespace {

constexpr int kBarTop = 19;
constexpr int kBarHeight = 10;

Role roleOfGauge(GaugeStatus status) {
  switch (status) {
    case GaugeStatus::Ok:
      return Role::Ok;
    case GaugeStatus::Near:
    case GaugeStatus::Hot:
      return Role::Warn;
    case GaugeStatus::Breach:
      return Role::Critical;
    case GaugeStatus::Unknown:
      break;
  }
  return Role::TextSecondary;
}

}  // namespace

LimitBar::LimitBar(const QString& objectName, const QString& accessibleName, QWidget* parent)
    : PaintedWidget(objectName, accessibleName, parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  describe();
}

void LimitBar::setGauge(const GaugeData* gauge) {
  const GaugeData next = gauge != nullptr ? *gauge : GaugeData();
  if (m_known == (gauge != nullptr) && next == m_gauge) return;
  m_known = gauge != nullptr;
  m_gauge = next;
  describe();
}

void LimitBar::setDraft(double share) {
  if (share == m_draft) return;
  m_draft = share;
  describe();
}

void LimitBar::describe() {
  if (!m_known) {
    m_text = tr("not measured now");
  } else {
    const QString percent = std::isfinite(m_gauge.fraction)
                                ? QStringLiteral(" · %1 %").arg(std::lround(m_gauge.fraction * 100))
                                : QString();
    const QString verb = m_gauge.minimum ? tr("%1, at least %2") : tr("used %1 of %2");
    m_text = verb.arg(m_gauge.used, m_gauge.limit) + percent;
    if (m_gauge.withOrder >= 0)
      m_text += tr(" · with the ticket's order %1 %").arg(std::lround(m_gauge.withOrder * 100));
  }
  setToolTip(m_known ? m_gauge.toolTip : tr("No agent counts anything against this limit now"));
  setAccessibleDescription(m_text);
  update();
}

void LimitBar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillRect(rect(), ui::color(Role::Window));
  painter.setFont(ui::themeFont(FontRole::Small));
  painter.setPen(ui::color(m_known ? Role::TextSecondary : Role::TextDisabled));
  painter.drawText(QRect(0, 0, width(), kBarTop - 3), Qt::AlignLeft | Qt::AlignVCenter,
                   painter.fontMetrics().elidedText(m_text, Qt::ElideRight, width()));
  if (!m_known) return;
  // The scale reaches as far as the largest of what is drawn.
  const double used = std::isfinite(m_gauge.fraction) ? m_gauge.fraction : 0;
  const double scale = std::max({1.0, std::min(used, 2.0), std::min(m_gauge.withOrder, 2.0), std::min(m_draft, 4.0)});
  const auto at = [this, scale](double share) { return std::min(1.0, share / scale) * (width() - 2); };
  const QRectF track(0, kBarTop, width() - 1, kBarHeight);
  painter.setPen(Qt::NoPen);
  painter.setBrush(ui::color(Role::Separator));
  painter.drawRect(track);
  if (m_gauge.withOrder > used) {
    painter.setBrush(mix(ui::color(Role::Accent), ui::color(Role::Window), 0.5));
    painter.drawRect(QRectF(at(used), kBarTop, at(m_gauge.withOrder) - at(used), kBarHeight));
  }
  painter.setBrush(ui::color(roleOfGauge(m_gauge.status)));
  painter.drawRect(QRectF(0, kBarTop, at(used), kBarHeight));
  painter.setPen(QPen(ui::color(Role::Text), 2));
  painter.drawLine(QPointF(at(1.0), kBarTop - 3), QPointF(at(1.0), kBarTop + kBarHeight + 2));
  if (m_draft >= 0) {
    QPen dashed(ui::color(Role::Accent), 2);
    dashed.setDashPattern({1.5, 1});
    painter.setPen(dashed);
    painter.drawLine(QPointF(at(m_draft), kBarTop - 4), QPointF(at(m_draft), kBarTop + kBarHeight + 3));
  }
}

}  // namespace bw::ui
