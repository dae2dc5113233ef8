// SPDX-License-Identifier: GPL-3.0-or-later
// expect: private
#include "core/ports/venue.h"

#ifdef BW_FORBIDDEN
bw::PlacementPermit permit;
#endif
