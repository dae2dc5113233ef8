// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/interrupt.h"

#include <csignal>

namespace bw::cli {

std::atomic<bool>& interruptFlag() {
  static std::atomic<bool> flag{false};
  return flag;
}

std::atomic<int>& stopSignalCount() {
  static std::atomic<int> count{0};
  return count;
}

void installInterrupt() {
  interruptFlag() = false;
  stopSignalCount() = 0;
  std::signal(SIGINT, [](int) { interruptFlag() = true; });
  std::signal(SIGTERM, [](int) { interruptFlag() = true; });
  std::signal(SIGUSR1, [](int) { stopSignalCount().fetch_add(1); });
}

}  // namespace bw::cli
