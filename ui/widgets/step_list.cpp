// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/step_list.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

#include "ui/theme/fonts.h"
#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"

namespace bw::ui {
namespace {

struct StepLook {
  Shape shape;
  Role role;
};

StepLook lookOf(StepItem::State s) {
  switch (s) {
    case StepItem::State::Waiting:
      return {Shape::Unknown, Role::TextDisabled};
    case StepItem::State::Running:
      return {Shape::Clock, Role::Accent};
    case StepItem::State::Done:
      return {Shape::Tick, Role::Ok};
    case StepItem::State::Failed:
      return {Shape::Critical, Role::Critical};
    case StepItem::State::NotInThisBuild:
      return {Shape::Flat, Role::TextSecondary};
  }
  return {Shape::Unknown, Role::TextDisabled};
}

}  // namespace

StepList::StepList(const QString& objectName, QWidget* parent) : PaintedWidget(objectName, tr("Steps"), parent) {
  publish(*this, ViewState::Empty, 0, 0);
}

void StepList::setState(ViewState view, std::uint64_t revision, std::vector<StepItem> steps) {
  publish(*this, view, revision, static_cast<int>(steps.size()));
  if (steps == m_steps) return;
  m_steps = std::move(steps);
  QStringList lines;
  for (const StepItem& s : m_steps)
    lines << QString::number(s.number) + QLatin1Char(' ') + s.title + QStringLiteral(": ") + s.detail;
  setAccessibleDescription(lines.join(QStringLiteral("; ")));
  updateGeometry();
  update();
}

int StepList::stepHeight(int row) const {
  const int base = ThemeManager::instance().rowHeight() + 4;
  const StepItem& s = m_steps[static_cast<std::size_t>(row)];
  return s.state == StepItem::State::Failed && !s.detail.isEmpty() ? base * 2 : base;
}

QSize StepList::sizeHint() const {
  int height = 8;
  for (int i = 0; i < static_cast<int>(m_steps.size()); ++i) height += stepHeight(i);
  return {420, height};
}

QSize StepList::minimumSizeHint() const {
  return {220, std::min(sizeHint().height(), 120)};
}

void StepList::paintEvent(QPaintEvent*) {
  QPainter p(this);
  p.fillRect(rect(), color(Role::Panel));
  int y = 4;
  for (int i = 0; i < static_cast<int>(m_steps.size()); ++i) {
    const StepItem& s = m_steps[static_cast<std::size_t>(i)];
    const StepLook look = lookOf(s.state);
    const int h = stepHeight(i);
    const bool failed = s.state == StepItem::State::Failed;
    const int line = failed && !s.detail.isEmpty() ? h / 2 : h;
    if (failed) p.fillRect(QRect(0, y, width(), h), mix(color(Role::Critical), color(Role::Panel), 0.12));
    p.setFont(themeFont(FontRole::NumberSmall));
    p.setPen(color(Role::TextSecondary));
    p.drawText(QRect(8, y, 20, line), Qt::AlignRight | Qt::AlignVCenter, QString::number(s.number));
    paintShape(p, look.shape, QRectF(36, y + line / 2.0 - 6, 12, 12), color(look.role));
    const int timeWidth = 64;
    p.drawText(QRect(width() - timeWidth - 8, y, timeWidth, line), Qt::AlignRight | Qt::AlignVCenter, s.time);
    p.setFont(themeFont(s.state == StepItem::State::Running || failed ? FontRole::Title : FontRole::Text));
    p.setPen(color(s.state == StepItem::State::Waiting ? Role::TextSecondary : Role::Text));
    const int titleLeft = 56;
    const int titleWidth = std::min(p.fontMetrics().horizontalAdvance(s.title), width() - titleLeft - timeWidth - 16);
    p.drawText(QRect(titleLeft, y, titleWidth + 1, line), Qt::AlignLeft | Qt::AlignVCenter,
               p.fontMetrics().elidedText(s.title, Qt::ElideRight, titleWidth + 1));
    p.setFont(themeFont(FontRole::Secondary));
    p.setPen(failed ? color(Role::Critical) : color(Role::TextSecondary));
    const QRect detail =
        failed ? QRect(titleLeft, y + line, width() - titleLeft - 8, h - line)
               : QRect(titleLeft + titleWidth + 12, y, width() - titleLeft - titleWidth - timeWidth - 28, line);
    if (detail.width() > 30) {
      p.drawText(detail, Qt::AlignLeft | Qt::AlignVCenter,
                 p.fontMetrics().elidedText(s.detail, Qt::ElideRight, detail.width()));
    }
    if (s.state == StepItem::State::Running && s.progress >= 0) {
      const QRect track(titleLeft, y + line - 3, width() - titleLeft - 8, 2);
      p.fillRect(track, color(Role::Raised));
      p.fillRect(QRectF(track.left(), track.top(), track.width() * std::clamp(s.progress, 0.0, 1.0), 2),
                 color(Role::Accent));
    }
    y += h;
  }
}

bool StepList::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    int y = 4;
    for (int i = 0; i < static_cast<int>(m_steps.size()); ++i) {
      y += stepHeight(i);
      if (help->pos().y() < y) {
        QToolTip::showText(help->globalPos(), m_steps[static_cast<std::size_t>(i)].detail, this);
        break;
      }
    }
    return true;
  }
  return PaintedWidget::event(event);
}

}  // namespace bw::ui
