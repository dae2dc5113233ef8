// SPDX-License-Identifier: GPL-3.0-or-later
// rule: only the risk engine gives approvals; drill and guard have no other way (L12)
// expect: private
#include "core/risk/approval_authority.h"

bool approveAnything(const bw::ApprovalBounds& bounds) {
  const bw::risk::ApprovalAuthority authority;
#ifdef BW_FORBIDDEN
  return authority.approve(bounds) != nullptr;
#else
  static_cast<void>(authority);
  return bounds.reduceOnly;
#endif
}
