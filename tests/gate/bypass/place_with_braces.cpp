// SPDX-License-Identifier: GPL-3.0-or-later
// rule: only the gate makes a placement permit, not even as {}
// expect: private
#include "core/ports/venue.h"

void send(bw::VenueConnection& venue, const bw::PlaceRequest& request) {
#ifdef BW_FORBIDDEN
  venue.place({}, request);
#else
  venue.cancel(request.clientId, request.instrument);
#endif
}
