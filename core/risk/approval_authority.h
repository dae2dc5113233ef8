// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/risk/approval/approval.h"

namespace bw {
struct ApprovalTestAccess;  // defined by tests only
}

namespace bw::risk {

/// The only maker of approvals and of the emergency authority. app/compose makes one per workstation and hands it to
/// the RiskEngine; nobody else can get an approval out of it. Thread: approvals by the risk engine's owner;
/// takeEmergencyAuthority() at start-up, before threads run.
class ApprovalAuthority {
 public:
  ApprovalAuthority() = default;
  ApprovalAuthority(const ApprovalAuthority&) = delete;
  ApprovalAuthority& operator=(const ApprovalAuthority&) = delete;
  /// The stop executor's authority. May be taken once; a second call is a programming error (asserted).
  std::unique_ptr<EmergencyAuthority> takeEmergencyAuthority();

 private:
  friend class RiskEngine;
  friend struct ::bw::ApprovalTestAccess;
  std::shared_ptr<const RiskApproval> approve(ApprovalBounds bounds) const;
  bool m_emergencyTaken = false;
};

}  // namespace bw::risk
