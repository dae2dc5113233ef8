// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QTimer>
#include <QWidget>

#include "app/guard/guard_options.h"

namespace bw::ui {
class EstopPlate;
}

namespace bw::guard_app {

/// The guard's small window: always on top, the plate and one line of state. Thread: GUI.
class GuardWindow final : public QWidget {
  Q_OBJECT
 public:
  explicit GuardWindow(guard::GuardCore& core);
  /// Takes the core's status over; the timer does it ten times a second.
  void refresh();
  QString line() const { return m_line->text(); }
  ui::EstopPlate& plate() { return *m_plate; }

 private:
  guard::GuardCore& m_core;
  ui::EstopPlate* m_plate;
  QLabel* m_line;
  QTimer m_timer;
  bool m_wasSilent = false;
  std::uint64_t m_shows = 0;
};

/// Shows the window and runs the core on a thread of its own until SIGTERM or SIGINT.
int runGuardWindow(GuardProgram& program, int argc, char** argv);

}  // namespace bw::guard_app
