// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/leave_panel.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

#include "ui/panels/common/panel_text.h"
#include "ui/theme/fonts.h"

namespace bw::ui {

namespace {
constexpr Duration kPatience = Duration::seconds(5);
constexpr int kLeaveWidth = 520;
}  // namespace

LeavePanel::LeavePanel(PanelContext& context, const Clock& clock, QWidget* parent)
    : QFrame(parent), m_context(context), m_clock(clock) {
  setObjectName(QStringLiteral("pnlLeave"));
  setAccessibleName(tr("Quit Bellwether?"));
  setFrameShape(QFrame::StyledPanel);
  setAutoFillBackground(true);
  setFocusPolicy(Qt::StrongFocus);
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(16, 12, 16, 12);
  auto* title = namedLabel(QStringLiteral("lblLeaveTitle"), tr("Quit Bellwether?"), this);
  title->setFont(ui::themeFont(FontRole::Title));
  m_text = namedLabel(QStringLiteral("lblLeaveText"), {}, this);
  m_text->setWordWrap(true);
  m_cancel = namedButton(QStringLiteral("btnLeaveCancel"), tr("Cancel orders and quit"), this);
  m_stay = namedButton(QStringLiteral("btnLeaveStay"), tr("Stay"), this);
  auto* row = new QHBoxLayout;
  row->addStretch(1);
  row->addWidget(m_cancel);
  row->addWidget(m_stay);
  box->addWidget(title);
  box->addWidget(m_text);
  box->addLayout(row);
  setFixedWidth(kLeaveWidth);
  connect(m_cancel, &QPushButton::clicked, this, &LeavePanel::cancelAndLeave);
  connect(m_stay, &QPushButton::clicked, this, &QWidget::hide);
  hide();
}

bool LeavePanel::hasFacts() const {
  const UiData& replica = m_context.data;
  return replica.sessionState() == SessionState::Trading || !replica.workingOrders().empty() ||
         !replica.positions().empty();
}

QString LeavePanel::facts() const {
  const UiData& replica = m_context.data;
  QStringList lines;
  if (replica.sessionState() == SessionState::Trading) lines << tr("Trading is running.");
  lines << tr("Orders working: %1. Positions: %2.").arg(replica.workingOrders().size()).arg(replica.positions().size());
  if (!replica.positions().empty())
    lines << tr(
        "Positions stay open, and orders that protect them are cancelled with the others: close them first if "
        "nothing is to be held while Bellwether is not running.");
  return lines.join(QLatin1Char(' '));
}

void LeavePanel::ask() {
  m_waiting = false;
  m_cancel->setText(tr("Cancel orders and quit"));
  m_cancel->setEnabled(true);
  refresh();
  const QSize room = parentWidget()->size();
  move((room.width() - width()) / 2, room.height() / 4);
  show();
  raise();
  m_stay->setFocus(Qt::PopupFocusReason);
}

void LeavePanel::cancelAndLeave() {
  if (m_waiting) return Q_EMIT mayLeave();  // asked twice: without waiting
  m_waiting = true;
  m_since = m_clock.mono();
  m_context.commands.stopTrading();
  m_context.commands.cancelAll();
  refresh();
}

void LeavePanel::refresh() {
  if (!m_waiting) {
    m_text->setText(facts());
    adjustSize();
    return;
  }
  const UiData& replica = m_context.data;
  const auto left = replica.workingOrders().size();
  if (left == 0 && replica.sessionState() != SessionState::Trading) return Q_EMIT mayLeave();
  const bool late = m_clock.mono() - m_since > kPatience;
  m_cancel->setEnabled(late);
  if (late) m_cancel->setText(tr("Quit without waiting"));
  m_text->setText(late ? tr("Not confirmed by the venue after 5 s: %1 orders. The emergency stop works.").arg(left)
                       : tr("Cancelling %1 orders…").arg(left));
  adjustSize();
}

void LeavePanel::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) return hide();
  QFrame::keyPressEvent(event);
}

}  // namespace bw::ui
