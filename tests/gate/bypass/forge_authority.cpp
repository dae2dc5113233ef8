// SPDX-License-Identifier: GPL-3.0-or-later
// rule: only core/risk makes the stop's authority (L12)
// expect: private
#include "core/risk/approval/approval.h"

#ifdef BW_FORBIDDEN
bw::EmergencyAuthority authority;
#endif
