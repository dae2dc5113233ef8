// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/guard/headless.h"

#include <signal.h>

#include <atomic>
#include <cstdio>

#include "core/base/thread.h"

namespace bw::guard_app {
namespace {

std::atomic<bool> guardEnd{false};
std::atomic<int> guardPresses{0};

}  // namespace

bool endWanted() {
  return guardEnd;
}

int takePresses() {
  return guardPresses.exchange(0);
}

void installSignals() {
  struct sigaction action {};
  action.sa_handler = [](int number) {
    if (number == SIGUSR1)
      guardPresses.fetch_add(1);
    else
      guardEnd = true;
  };
  action.sa_flags = SA_RESTART;
  for (const int number : {SIGINT, SIGTERM, SIGUSR1}) ::sigaction(number, &action, nullptr);
  // The terminal of the workstation may go; the guard stays.
  ::signal(SIGHUP, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);
}

std::string stateLine(const guard::GuardStatus& status) {
  std::string line(guard::toString(status.engine));
  if (!status.engineState.empty()) line += " (" + status.engineState + ")";
  line += " · " + std::string(toString(status.stop.state));
  if (status.stop.state != StopState::Ready && status.stop.state != StopState::Offline) {
    line += " · cancelled " + std::to_string(status.stop.ordersCancelled) + "/" +
            std::to_string(status.stop.ordersTotal) + " · flat " + std::to_string(status.stop.positionsFlat) + "/" +
            std::to_string(status.stop.positionsTotal);
  }
  if (!status.stop.attention.empty()) line += " · " + status.stop.attention;
  if (!status.problem.empty()) line += " · " + status.problem;
  return line;
}

int runHeadless(GuardProgram& program) {
  Thread working;
  working.start("bw-guard", [&program] { program.core().run(); });
  std::printf("guard ready\n");
  std::fflush(stdout);
  std::string last;
  while (!endWanted()) {
    if (takePresses() > 0) program.core().press("SIGUSR1", "signal to the guard");
    const std::string line = stateLine(program.core().status());
    if (line != last) {
      std::printf("%s\n", line.c_str());
      std::fflush(stdout);
      last = line;
    }
    sleepFor(Duration::millis(50));
  }
  program.core().quit();
  working.join();
  return 0;
}

}  // namespace bw::guard_app
