// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <utility>

#include "core/risk/approval_authority.h"

namespace bw {

/// Lets tests of gate and execution make approvals without a risk engine. Link bw_risk.
struct ApprovalTestAccess {
  static std::shared_ptr<const RiskApproval> approve(ApprovalBounds bounds) {
    return risk::ApprovalAuthority().approve(std::move(bounds));
  }
};

}  // namespace bw
