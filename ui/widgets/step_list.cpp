// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/step_list.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

#include "ui/theme/fonts.h"
#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"

namespace bw::ui {
namespace {

constexpr int kTitleLeft = 56;
constexpr int kWrapped = static_cast<int>(Qt::AlignLeft) | static_cast<int>(Qt::AlignTop) |
                         static_cast<int>(Qt::TextWordWrap) | static_cast<int>(Qt::TextWrapAnywhere);

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
  setFocusPolicy(Qt::TabFocus);
  QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
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

int StepList::rowHeight() const {
  return ThemeManager::instance().rowHeight() + 4;
}

bool StepList::isOpen(int row) const {
  const StepItem& s = m_steps[static_cast<std::size_t>(row)];
  return !s.detail.isEmpty() && (s.state == StepItem::State::Failed || s.number == m_opened);
}

int StepList::stepHeight(int row, int width) const {
  if (!isOpen(row)) return rowHeight();
  const QFontMetrics metrics(themeFont(FontRole::Secondary));
  const QRect room(0, 0, std::max(40, width - kTitleLeft - 8), 10'000);
  return rowHeight() + metrics.boundingRect(room, kWrapped, m_steps[static_cast<std::size_t>(row)].detail).height() + 6;
}

int StepList::heightForWidth(int width) const {
  int height = 8;
  for (int i = 0; i < static_cast<int>(m_steps.size()); ++i) height += stepHeight(i, width);
  return height;
}

QSize StepList::sizeHint() const {
  return {420, heightForWidth(width() > 0 ? width() : 420)};
}

int StepList::rowAt(int y) const {
  int bottom = 4;
  for (int i = 0; i < static_cast<int>(m_steps.size()); ++i) {
    bottom += stepHeight(i, width());
    if (y < bottom) return i;
  }
  return -1;
}

void StepList::toggle(int row) {
  if (row < 0 || row >= static_cast<int>(m_steps.size())) return;
  m_current = row;
  const int number = m_steps[static_cast<std::size_t>(row)].number;
  m_opened = m_opened == number ? -1 : number;
  updateGeometry();
  update();
}

void StepList::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) toggle(rowAt(event->position().toPoint().y()));
}

void StepList::keyPressEvent(QKeyEvent* event) {
  const int last = static_cast<int>(m_steps.size()) - 1;
  switch (event->key()) {
    case Qt::Key_Up:
      m_current = std::max(0, m_current - 1);
      return update();
    case Qt::Key_Down:
      m_current = std::clamp(m_current + 1, 0, std::max(0, last));
      return update();
    case Qt::Key_Return:
    case Qt::Key_Enter:
      return toggle(m_current);
    default:
      PaintedWidget::keyPressEvent(event);
  }
}

void StepList::paintStep(QPainter& p, const QRect& rect, int row) const {
  const StepItem& s = m_steps[static_cast<std::size_t>(row)];
  const StepLook look = lookOf(s.state);
  const bool failed = s.state == StepItem::State::Failed;
  const bool open = isOpen(row);
  const int line = rowHeight();
  const int y = rect.top();
  if (failed) p.fillRect(rect, mix(color(Role::Critical), color(Role::Panel), 0.12));
  p.setFont(themeFont(FontRole::NumberSmall));
  p.setPen(color(Role::TextSecondary));
  p.drawText(QRect(8, y, 20, line), Qt::AlignRight | Qt::AlignVCenter, QString::number(s.number));
  paintShape(p, look.shape, QRectF(36, y + line / 2.0 - 6, 12, 12), color(look.role));
  const int timeWidth = s.time.isEmpty() ? 0 : 64;
  if (timeWidth > 0)
    p.drawText(QRect(width() - timeWidth - 8, y, timeWidth, line), Qt::AlignRight | Qt::AlignVCenter, s.time);
  p.setFont(themeFont(s.state == StepItem::State::Running || failed ? FontRole::Title : FontRole::Text));
  p.setPen(color(s.state == StepItem::State::Waiting ? Role::TextSecondary : Role::Text));
  const int titleWidth = std::min(p.fontMetrics().horizontalAdvance(s.title), width() - kTitleLeft - timeWidth - 16);
  p.drawText(QRect(kTitleLeft, y, titleWidth + 1, line), Qt::AlignLeft | Qt::AlignVCenter,
             p.fontMetrics().elidedText(s.title, Qt::ElideRight, titleWidth + 1));
  p.setFont(themeFont(FontRole::Secondary));
  p.setPen(failed ? color(Role::Critical) : color(Role::TextSecondary));
  if (open) {
    p.drawText(QRect(kTitleLeft, y + line, width() - kTitleLeft - 8, rect.height() - line), kWrapped, s.detail);
  } else {
    const QRect detail(kTitleLeft + titleWidth + 12, y, width() - kTitleLeft - titleWidth - timeWidth - 20, line);
    if (detail.width() > 30)
      p.drawText(detail, Qt::AlignLeft | Qt::AlignVCenter,
                 p.fontMetrics().elidedText(s.detail, Qt::ElideRight, detail.width()));
  }
  if (s.state != StepItem::State::Running || s.progress < 0) return;
  const QRect track(kTitleLeft, y + line - 3, width() - kTitleLeft - 8, 2);
  p.fillRect(track, color(Role::Raised));
  p.fillRect(QRectF(track.left(), track.top(), track.width() * std::clamp(s.progress, 0.0, 1.0), 2),
             color(Role::Accent));
}

void StepList::paintEvent(QPaintEvent*) {
  QPainter p(this);
  p.fillRect(rect(), color(Role::Panel));
  int y = 4;
  for (int i = 0; i < static_cast<int>(m_steps.size()); ++i) {
    const QRect row(0, y, width(), stepHeight(i, width()));
    paintStep(p, row, i);
    if (hasFocus() && i == m_current) {
      p.setPen(QPen(color(Role::FocusRing), 2));
      p.setBrush(Qt::NoBrush);
      p.drawRect(row.adjusted(1, 1, -1, -1));
    }
    y += row.height();
  }
}

bool StepList::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const int row = rowAt(help->pos().y());
    if (row >= 0) QToolTip::showText(help->globalPos(), m_steps[static_cast<std::size_t>(row)].detail, this);
    return true;
  }
  return PaintedWidget::event(event);
}

}  // namespace bw::ui
