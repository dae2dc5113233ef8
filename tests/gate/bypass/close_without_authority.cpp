// SPDX-License-Identifier: GPL-3.0-or-later
// rule: only the stop executor's authority, made once by core/risk, lets a close through (L12)
// expect: private
#include "core/gate/gate.h"

void close(bw::gate::Gate& gate, const bw::PlaceRequest& request, bw::VenueConnection& venue) {
#ifdef BW_FORBIDDEN
  gate.passEmergencyClose({}, request, request.quantity, venue);
#else
  venue.cancel(request.clientId, request.instrument);
  gate.raise(bw::gate::Level::Flatten);
#endif
}
