// SPDX-License-Identifier: GPL-3.0-or-later
// rule: who may press may not reset; a reset is a person's, at the stop executor
// expect: no member named .*reset
#include "core/ports/emergency_stop.h"

void lower(bw::EmergencyStopPort& stop) {
#ifdef BW_FORBIDDEN
  stop.reset("RESET LIVE 1", "a program says so");
#else
  stop.raise(bw::StopLevel::CancelAll, {}, "agent", "raising is allowed to everybody");
#endif
}
