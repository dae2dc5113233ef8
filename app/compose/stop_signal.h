// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/emergency_stop.h"

namespace bw::app {

/// SIGUSR1 presses `stop` from the signal's own context: it works while every thread of ours hangs. Null: the signal
/// does nothing any more. `stop` must not allocate or lock in trigger(), as the stop executor does not.
void setStopSignal(EmergencyStopPort* stop);

}  // namespace bw::app
