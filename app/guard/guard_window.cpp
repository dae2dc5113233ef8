// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/guard/guard_window.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>

#include "app/guard/headless.h"
#include "core/base/thread.h"
#include "ui/widgets/estop_plate.h"

namespace bw::guard_app {
namespace {

ui::PlateState plateStateOf(StopState state) {
  switch (state) {
    case StopState::Ready:
      return ui::PlateState::Ready;
    case StopState::Latched:
      return ui::PlateState::Latched;
    case StopState::Stopping:
      return ui::PlateState::Stopping;
    case StopState::Stopped:
      return ui::PlateState::Stopped;
    case StopState::Attention:
      return ui::PlateState::Attention;
    case StopState::Offline:
      return ui::PlateState::Offline;
  }
  return ui::PlateState::Offline;
}

}  // namespace

GuardWindow::GuardWindow(guard::GuardCore& core)
    : QWidget(nullptr, Qt::Window | Qt::WindowStaysOnTopHint),
      m_core(core),
      m_plate(new ui::EstopPlate(ui::EstopPlate::Size::Full, this)),
      m_line(new QLabel(this)) {
  setObjectName(QStringLiteral("guardWindow"));
  setWindowTitle(tr("Bellwether guard"));
  setAccessibleName(tr("Bellwether guard"));
  m_line->setObjectName(QStringLiteral("guardLine"));
  m_line->setTextFormat(Qt::PlainText);
  m_line->setWordWrap(true);
  m_line->setMinimumWidth(260);
  auto* row = new QHBoxLayout(this);
  row->addWidget(m_plate, 0, Qt::AlignTop);
  row->addWidget(m_line, 1);
  connect(m_plate, &ui::EstopPlate::pressed, this, [this] {
    m_core.press("guard window", "a person pressed the guard's plate");
    m_plate->showPressed();
  });
  connect(&m_timer, &QTimer::timeout, this, [this] { refresh(); });
  m_timer.start(100);
  refresh();
}

void GuardWindow::refresh() {
  if (takePresses() > 0) m_core.press("SIGUSR1", "signal to the guard");
  const guard::GuardStatus status = m_core.status();
  m_line->setText(QString::fromStdString(stateLine(status)));
  ui::PlateData plate;
  // While the workstation lives, the plate shows its stop; afterwards the guard's own.
  plate.state = plateStateOf(status.stop.state);
  if (status.engine == guard::GuardStatus::Engine::Alive && status.stop.state == StopState::Ready &&
      !status.engineState.empty() && status.engineState != "READY")
    plate.state = status.engineState == "STOPPED" ? ui::PlateState::Stopped : ui::PlateState::Stopping;
  plate.revision = m_plate->state().revision + 1;
  if (plate.state != m_plate->state().state) m_plate->setState(plate);
  const bool silent =
      status.engine == guard::GuardStatus::Engine::Silent || status.engine == guard::GuardStatus::Engine::Gone;
  if ((silent && !m_wasSilent) || status.shows != m_shows) {
    showNormal();
    raise();
  }
  m_shows = status.shows;
  m_wasSilent = silent;
  if (endWanted()) QCoreApplication::quit();
}

int runGuardWindow(GuardProgram& program, int argc, char** argv) {
  QApplication application(argc, argv);
  QApplication::setApplicationName(QStringLiteral("Bellwether guard"));
  QApplication::setQuitOnLastWindowClosed(false);
  Thread working;
  working.start("bw-guard", [&program] { program.core().run(); });
  GuardWindow window(program.core());
  window.show();
  const int code = QApplication::exec();
  program.core().quit();
  working.join();
  return code;
}

}  // namespace bw::guard_app
