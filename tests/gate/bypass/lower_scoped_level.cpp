// SPDX-License-Identifier: GPL-3.0-or-later
// rule: a scoped level only rises
// expect: private
#include "core/gate/gate.h"

void lower(bw::gate::Gate& gate) {
#ifdef BW_FORBIDDEN
  gate.m_scopes[0].level = 0;
#else
  gate.raiseScope({bw::StopScope::Kind::Venue, "kept"}, bw::gate::Level::CancelAll);
#endif
}
