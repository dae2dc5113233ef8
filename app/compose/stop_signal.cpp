// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/stop_signal.h"

#include <signal.h>

#include <atomic>
#include <cerrno>

namespace bw::app {
namespace {

std::atomic<EmergencyStopPort*> signalledStop{nullptr};
static_assert(std::atomic<EmergencyStopPort*>::is_always_lock_free);

void onStopSignal(int) {
  const int before = errno;
  if (EmergencyStopPort* stop = signalledStop.load()) stop->trigger("SIGUSR1", "signal");
  errno = before;
}

}  // namespace

void setStopSignal(EmergencyStopPort* stop) {
  signalledStop = stop;
  struct sigaction action {};
  action.sa_handler = onStopSignal;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGUSR1, &action, nullptr);
}

}  // namespace bw::app
