// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/stop_filter.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QTouchEvent>

#include "ui/widgets/estop_plate.h"

namespace bw::ui {

StopFilter::StopFilter(EmergencyStopPort& port, QObject* parent) : QObject(parent), m_port(port) {
  QCoreApplication::instance()->installEventFilter(this);
}

StopFilter::~StopFilter() {
  if (auto* application = QCoreApplication::instance()) application->removeEventFilter(this);
}

void StopFilter::fire(const char* channel, const char* reason) {
  m_port.trigger(channel, reason);
  for (EstopPlate* plate : EstopPlate::all()) plate->showPressed();
}

void StopFilter::watch(EstopPlate& plate) {
  connect(&plate, &EstopPlate::pressed, this, [this] { fire("plate", "pressed in the window"); });
}

bool StopFilter::pressed(const QPoint& globalPos) {
  for (const EstopPlate* plate : EstopPlate::all()) {
    if (plate->hitTest(globalPos)) {
      fire("plate", "pressed in the window");
      return true;
    }
  }
  return false;
}

bool StopFilter::chord(QEvent* event) {
  const auto* key = static_cast<QKeyEvent*>(event);
  const auto wanted = Qt::ControlModifier | Qt::ShiftModifier;
  if (key->key() != Qt::Key_F12 || (key->modifiers() & ~Qt::KeypadModifier) != wanted) return false;
  event->accept();
  if (key->isAutoRepeat()) return true;
  // A press comes as an override first, where shortcuts are looked at, and then as itself; that echo alone is left out.
  const bool override = event->type() == QEvent::ShortcutOverride;
  const bool echo = !override && m_overridden && key->timestamp() == m_overrideStamp;
  m_overridden = override;
  m_overrideStamp = key->timestamp();
  if (echo) return true;
  fire("chord", "Ctrl+Shift+F12 in the window");
  return true;
}

bool StopFilter::eventFilter(QObject* watched, QEvent* event) {
  switch (event->type()) {
    case QEvent::MouseButtonPress: {
      if (!watched->isWindowType()) break;
      const auto* mouse = static_cast<QMouseEvent*>(event);
      if (mouse->button() == Qt::LeftButton && pressed(mouse->globalPosition().toPoint())) return true;
      break;
    }
    case QEvent::TouchBegin: {
      if (!watched->isWindowType()) break;
      const auto* touch = static_cast<QTouchEvent*>(event);
      for (const auto& point : touch->points()) {
        if (pressed(point.globalPosition().toPoint())) return true;
      }
      break;
    }
    case QEvent::ShortcutOverride:
    case QEvent::KeyPress:
      if (chord(event)) return true;
      break;
    default:
      break;
  }
  return QObject::eventFilter(watched, event);
}

}  // namespace bw::ui
