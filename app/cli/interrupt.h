// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>

namespace bw::cli {

/// Set by SIGINT and SIGTERM after installInterrupt(). Thread: any.
std::atomic<bool>& interruptFlag();
/// Counts SIGUSR1, which presses the emergency stop.
std::atomic<int>& stopSignalCount();
void installInterrupt();

}  // namespace bw::cli
