// SPDX-License-Identifier: GPL-3.0-or-later
// rule: only the gate makes a placement permit
// expect: private
#include "core/ports/venue.h"

#ifdef BW_FORBIDDEN
bw::PlacementPermit permit;
#endif
