// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/risk/checks_row.h"

#include <QPainter>

#include "ui/theme/fonts.h"
#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"

namespace bw::ui {

namespace {
constexpr int kCheckLine = 20;
constexpr int kCheckShape = 10;
}  // namespace

ChecksRow::ChecksRow(const QString& objectName, QWidget* parent) : PaintedWidget(objectName, tr("Invariants"), parent) {
  QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
}

void ChecksRow::setItems(std::vector<Item> items) {
  if (items == m_items) return;
  m_items = std::move(items);
  QStringList bad;
  for (const auto& item : m_items) {
    if (!item.ok) bad << item.name + QStringLiteral(": ") + item.text;
  }
  const QString summary = bad.isEmpty() ? tr("All %1 hold").arg(m_items.size()) : bad.join(QStringLiteral("; "));
  setAccessibleDescription(summary);
  setToolTip(summary);
  updateGeometry();
  update();
}

template <class Visit>
int ChecksRow::place(int width, Visit visit) const {
  const QFontMetrics metrics(ui::themeFont(FontRole::Secondary));
  int x = 8;
  int y = 2;
  for (const auto& item : m_items) {
    const int needed = kCheckShape + 5 + metrics.horizontalAdvance(item.name) + 14;
    if (x > 8 && x + needed > width) {
      x = 8;
      y += kCheckLine;
    }
    visit(item, QRect(x, y, needed, kCheckLine));
    x += needed;
  }
  return y + kCheckLine + 2;
}

int ChecksRow::heightForWidth(int width) const {
  return place(width, [](const Item&, const QRect&) {});
}

void ChecksRow::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillRect(rect(), ui::color(Role::Panel));
  painter.setFont(ui::themeFont(FontRole::Secondary));
  place(width(), [&painter](const Item& item, const QRect& box) {
    const QColor ink = ui::color(item.ok ? Role::Ok : Role::Critical);
    paintShape(painter, item.ok ? Shape::Tick : Shape::Critical,
               QRectF(box.x(), box.y() + (box.height() - kCheckShape) / 2, kCheckShape, kCheckShape), ink);
    painter.setPen(item.ok ? ui::color(Role::TextSecondary) : ink);
    painter.drawText(box.adjusted(kCheckShape + 5, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, item.name);
  });
}

}  // namespace bw::ui
