// SPDX-License-Identifier: GPL-3.0-or-later
// expect: private
#include "core/risk/approval/approval.h"

bw::ApprovalBounds bounds;
#ifdef BW_FORBIDDEN
bw::RiskApproval forged(bounds);
#endif
