// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "core/ports/emergency_stop.h"

namespace bw::ui {

class EstopPlate;

/// The one application-wide event filter of the emergency stop: a press on any plate in any window, and the chord
/// Ctrl+Shift+F12, whatever menu, popup, editor or dialog is open. It calls the port and sinks the plates; nothing
/// else. Thread: GUI.
class StopFilter : public QObject {
  Q_OBJECT
 public:
  /// Installs itself on the application. `port` outlives this.
  explicit StopFilter(EmergencyStopPort& port, QObject* parent = nullptr);
  ~StopFilter() override;
  /// For what is no plate: menu item, tray.
  void fire(const char* channel, const char* reason);
  /// A plate whose own press signal counts too (keyboard, presses sent straight to the widget).
  void watch(EstopPlate& plate);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  bool pressed(const QPoint& globalPos);
  bool chord(QEvent* event);
  EmergencyStopPort& m_port;
  quint64 m_overrideStamp = 0;
  bool m_overridden = false;
};

}  // namespace bw::ui
