// SPDX-License-Identifier: GPL-3.0-or-later
// rule: nothing is placed without the gate's permit
// expect: place
#include "core/ports/venue.h"

void send(bw::VenueConnection& venue, const bw::PlaceRequest& request) {
#ifdef BW_FORBIDDEN
  venue.place(request);
#else
  venue.cancel(request.clientId, request.instrument);
#endif
}
