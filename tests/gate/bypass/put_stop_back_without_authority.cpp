// SPDX-License-Identifier: GPL-3.0-or-later
// rule: only the stop executor's authority lets a protective stop be put back (L12)
// expect: private
#include "core/gate/gate.h"

void putBack(bw::gate::Gate& gate, const bw::PlaceRequest& request, bw::VenueConnection& venue) {
#ifdef BW_FORBIDDEN
  gate.passRestoredStop({}, request, request.quantity, venue);
#else
  venue.cancel(request.clientId, request.instrument);
  gate.raise(bw::gate::Level::CancelAll);
#endif
}
