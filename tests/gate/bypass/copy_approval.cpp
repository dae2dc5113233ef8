// SPDX-License-Identifier: GPL-3.0-or-later
// rule: an approval is used once (it cannot be copied)
// expect: delete
#include "core/risk/approval/approval.h"

bool useTwice(const bw::RiskApproval& approval) {
#ifdef BW_FORBIDDEN
  const bw::RiskApproval second(approval);
  return second.consume();
#else
  return approval.consume();
#endif
}
