// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/guard/guard_options.h"

namespace bw::guard_app {

/// Runs until SIGTERM or SIGINT; SIGUSR1 presses. Prints one line for each change of state.
int runHeadless(GuardProgram& program);
/// "ENGINE ALIVE · READY · 0 orders": the state line of terminal and window.
std::string stateLine(const guard::GuardStatus& status);
/// Counts of signals since installSignals(). Thread: any.
bool endWanted();
int takePresses();
void installSignals();

}  // namespace bw::guard_app
