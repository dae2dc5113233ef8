// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/shapes.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPen>
#include <QPolygonF>
#include <algorithm>

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

namespace bw::ui {
namespace {

bool isStroked(Shape shape) {
  return shape == Shape::Unknown || shape == Shape::Tick || shape == Shape::Cross || shape == Shape::Clock;
}

/// Points in a box of 1 × 1.
QPolygonF scaled(const QRectF& r, std::initializer_list<QPointF> points) {
  QPolygonF polygon;
  for (const QPointF& p : points) polygon << QPointF(r.x() + p.x() * r.width(), r.y() + p.y() * r.height());
  return polygon;
}

void addPolygon(QPainterPath& path, const QPolygonF& polygon) {
  path.addPolygon(polygon);
  path.closeSubpath();
}

QColor modeColor(ModeLook mode) {
  switch (mode) {
    case ModeLook::Sim:
      return color(Role::ModeSim);
    case ModeLook::Paper:
      return color(Role::ModePaper);
    case ModeLook::Testnet:
      return color(Role::ModeTestnet);
    case ModeLook::Replay:
    case ModeLook::Backtest:
      return color(Role::ModeReplay);
    case ModeLook::Live:
      return color(Role::ModeLiveFill);
  }
  return color(Role::Text);
}

void paintRewind(QPainter& p, const QRectF& box, const QColor& ink) {
  QPainterPath path;
  addPolygon(path, scaled(box, {{0.0, 0.5}, {0.48, 0.1}, {0.48, 0.9}}));
  addPolygon(path, scaled(box, {{0.5, 0.5}, {0.98, 0.1}, {0.98, 0.9}}));
  p.fillPath(path, ink);
}

void paintHatchedFrame(QPainter& p, const QRectF& frame, const QColor& ink) {
  p.save();
  QPainterPath ring;
  ring.addRoundedRect(frame, 4, 4);
  QPainterPath inner;
  inner.addRoundedRect(frame.adjusted(3, 3, -3, -3), 2, 2);
  p.setClipPath(ring.subtracted(inner), Qt::IntersectClip);
  p.setPen(QPen(ink, 2));
  for (double x = frame.left() - frame.height(); x < frame.right(); x += 5) {
    p.drawLine(QPointF(x, frame.bottom()), QPointF(x + frame.height(), frame.top()));
  }
  p.restore();
}

}  // namespace

QPainterPath shapePath(Shape shape, const QRectF& box) {
  const double side = std::min(box.width(), box.height());
  const QRectF r(box.center().x() - side / 2, box.center().y() - side / 2, side, side);
  QPainterPath path;
  switch (shape) {
    case Shape::None:
      break;
    case Shape::Ok:
      path.addEllipse(r.adjusted(side * 0.08, side * 0.08, -side * 0.08, -side * 0.08));
      break;
    case Shape::Warning:
      addPolygon(path, scaled(r, {{0.5, 0.02}, {1.0, 0.94}, {0.0, 0.94}}));
      break;
    case Shape::Critical:
      addPolygon(path, scaled(r, {{0.27, 0.04}, {0.73, 0.04}, {1, 0.5}, {0.73, 0.96}, {0.27, 0.96}, {0, 0.5}}));
      break;
    case Shape::Medium:
      addPolygon(path, scaled(r, {{0.5, 0}, {1, 0.5}, {0.5, 1}, {0, 0.5}}));
      break;
    case Shape::Unknown:
      path.addEllipse(r.adjusted(side * 0.12, side * 0.12, -side * 0.12, -side * 0.12));
      break;
    case Shape::Paused:
      path.addRect(QRectF(r.x() + side * 0.16, r.y() + side * 0.08, side * 0.24, side * 0.84));
      path.addRect(QRectF(r.x() + side * 0.6, r.y() + side * 0.08, side * 0.24, side * 0.84));
      break;
    case Shape::Up:
      addPolygon(path, scaled(r, {{0.5, 0.18}, {0.92, 0.82}, {0.08, 0.82}}));
      break;
    case Shape::Down:
      addPolygon(path, scaled(r, {{0.08, 0.18}, {0.92, 0.18}, {0.5, 0.82}}));
      break;
    case Shape::Flat:
      path.addRect(QRectF(r.x() + side * 0.14, r.y() + side * 0.43, side * 0.72, side * 0.16));
      break;
    case Shape::Tick:
      path.addPolygon(scaled(r, {{0.1, 0.55}, {0.4, 0.85}, {0.92, 0.18}}));
      break;
    case Shape::Cross:
      path.addPolygon(scaled(r, {{0.15, 0.15}, {0.85, 0.85}}));
      path.addPolygon(scaled(r, {{0.85, 0.15}, {0.15, 0.85}}));
      break;
    case Shape::Clock:
      path.addEllipse(r.adjusted(side * 0.08, side * 0.08, -side * 0.08, -side * 0.08));
      path.addPolygon(scaled(r, {{0.5, 0.24}, {0.5, 0.52}, {0.7, 0.62}}));
      break;
  }
  return path;
}

void paintShape(QPainter& painter, Shape shape, const QRectF& box, const QColor& ink) {
  if (shape == Shape::None) return;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing, true);
  const QPainterPath path = shapePath(shape, box);
  if (isStroked(shape)) {
    QPen pen(ink, std::max(1.2, std::min(box.width(), box.height()) * 0.14), Qt::SolidLine, Qt::RoundCap,
             Qt::RoundJoin);
    if (shape == Shape::Unknown) {
      pen.setCapStyle(Qt::FlatCap);
      pen.setDashPattern({1.6, 1.2});
    }
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
  } else {
    painter.fillPath(path, ink);
  }
  painter.restore();
}

QString modeWord(ModeLook mode) {
  switch (mode) {
    case ModeLook::Sim:
      return QStringLiteral("SIM");
    case ModeLook::Replay:
      return QStringLiteral("REPLAY");
    case ModeLook::Paper:
      return QStringLiteral("PAPER");
    case ModeLook::Testnet:
      return QStringLiteral("TESTNET");
    case ModeLook::Live:
      return QStringLiteral("LIVE");
    case ModeLook::Backtest:
      return QStringLiteral("BACKTEST");
  }
  return {};
}

void paintModeBadge(QPainter& painter, ModeLook mode, const QRectF& rect, const QString& suffix) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing, true);
  const QColor ink = modeColor(mode);
  const QRectF frame = rect.adjusted(1, 1, -1, -1);
  QColor textColor = ink;
  QRectF textRect = frame;
  QPen pen(ink, 2);
  painter.setBrush(Qt::NoBrush);
  switch (mode) {
    case ModeLook::Live:
      painter.setPen(QPen(ink, 1));
      painter.drawRoundedRect(frame, 4, 4);
      painter.setPen(Qt::NoPen);
      painter.setBrush(ink);
      painter.drawRoundedRect(frame.adjusted(3, 3, -3, -3), 2, 2);
      textColor = color(Role::ModeLiveText);
      break;
    case ModeLook::Testnet:
      paintHatchedFrame(painter, frame, ink);
      break;
    case ModeLook::Sim:
    case ModeLook::Paper:
      pen.setDashPattern(mode == ModeLook::Sim ? QList<qreal>{0.1, 1.9} : QList<qreal>{4, 2});
      pen.setCapStyle(mode == ModeLook::Sim ? Qt::RoundCap : Qt::FlatCap);
      painter.setPen(pen);
      painter.drawRoundedRect(frame, 4, 4);
      break;
    case ModeLook::Replay:
      painter.setPen(QPen(ink, 1));
      painter.drawRoundedRect(frame, 4, 4);
      paintRewind(painter, QRectF(frame.left() + 8, frame.center().y() - 5, 14, 10), ink);
      textRect.setLeft(frame.left() + 22);
      break;
    case ModeLook::Backtest:
      painter.setPen(QPen(ink, 1));
      painter.drawRect(frame);
      break;
  }
  QFont bold = themeFont(FontRole::Title);
  bold.setWeight(QFont::Bold);
  painter.setFont(bold);
  painter.setPen(textColor);
  const QString text = suffix.isEmpty() ? modeWord(mode) : modeWord(mode) + QLatin1Char(' ') + suffix;
  painter.drawText(textRect, Qt::AlignCenter, text);
  painter.restore();
}

}  // namespace bw::ui
