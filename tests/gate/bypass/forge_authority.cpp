// SPDX-License-Identifier: GPL-3.0-or-later
// expect: private
#include "core/risk/approval/approval.h"

#ifdef BW_FORBIDDEN
bw::EmergencyAuthority authority;
#endif
