// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/approval_authority.h"

namespace bw::risk {

std::unique_ptr<EmergencyAuthority> ApprovalAuthority::takeEmergencyAuthority() {
  BW_ASSERT(!m_emergencyTaken);
  m_emergencyTaken = true;
  return std::unique_ptr<EmergencyAuthority>(new EmergencyAuthority());
}

std::shared_ptr<const RiskApproval> ApprovalAuthority::approve(ApprovalBounds bounds) const {
  BW_ASSERT(bounds.maxQuantity.sign() > 0);
  return std::shared_ptr<const RiskApproval>(new RiskApproval(std::move(bounds)));
}

}  // namespace bw::risk
