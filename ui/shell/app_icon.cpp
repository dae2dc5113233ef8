// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/app_icon.h"

#include <QPainter>
#include <QPainterPath>
#include <QPixmap>

#include "ui/theme/theme.h"

namespace bw::ui {

QIcon appIcon() {
  QIcon icon;
  for (const int side : {16, 24, 32, 48, 64, 128, 256}) {
    QPixmap pixmap(side, side);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(side / 32.0, side / 32.0);
    const Theme dark = Theme::make(ThemeKind::Dark, SidePalette::GreenRed);
    painter.setPen(Qt::NoPen);
    painter.setBrush(dark.color(Role::Panel));
    painter.drawRoundedRect(QRectF(1, 1, 30, 30), 6, 6);
    QPainterPath bell;
    bell.moveTo(6, 23);
    bell.cubicTo(10, 21, 9, 9, 16, 7);
    bell.cubicTo(23, 9, 22, 21, 26, 23);
    bell.closeSubpath();
    painter.setBrush(dark.color(Role::Accent));
    painter.drawPath(bell);
    painter.drawEllipse(QPointF(16, 25.5), 2.4, 2.4);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(dark.color(Role::Panel), 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPolyline(QPolygonF({QPointF(11, 20), QPointF(14.5, 16.5), QPointF(17, 18.5), QPointF(21, 13)}));
    painter.end();
    icon.addPixmap(pixmap);
  }
  return icon;
}

}  // namespace bw::ui
