// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/toast.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>

#include <algorithm>

#include "ui/panels/common/panel_text.h"

namespace bw::ui {

namespace {
constexpr int kToastMs = 6000;
constexpr int kToastBottom = 36;  ///< above the status bar
}  // namespace

Toast::Toast(QWidget* window) : QFrame(window) {
  setObjectName(QStringLiteral("toast"));
  setAccessibleName(tr("Notice"));
  setFrameShape(QFrame::StyledPanel);
  setAutoFillBackground(true);
  setAttribute(Qt::WA_TransparentForMouseEvents);
  auto* box = new QHBoxLayout(this);
  box->setContentsMargins(12, 8, 12, 8);
  m_text = namedLabel(QStringLiteral("lblToast"), {}, this);
  box->addWidget(m_text);
  m_leave.setSingleShot(true);
  m_leave.setInterval(kToastMs);
  connect(&m_leave, &QTimer::timeout, this, &QWidget::hide);
  hide();
}

QString Toast::sentence() const {
  return m_text->text();
}

void Toast::say(const QString& sentence) {
  m_text->setText(sentence);
  m_text->setAccessibleName(sentence);
  adjustSize();
  const QSize room = parentWidget()->size();
  move(std::max(0, (room.width() - width()) / 2), std::max(0, room.height() - height() - kToastBottom));
  show();
  raise();
  QAccessibleEvent alert(this, QAccessible::Alert);
  QAccessible::updateAccessibility(&alert);
  m_leave.start();
}

}  // namespace bw::ui
