// SPDX-License-Identifier: GPL-3.0-or-later
// rule: only core/risk makes approvals (L12)
// expect: private
#include "core/risk/approval/approval.h"

bw::ApprovalBounds bounds;
#ifdef BW_FORBIDDEN
bw::RiskApproval forged(bounds);
#endif
