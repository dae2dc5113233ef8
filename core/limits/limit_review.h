// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/domain/messages/limits.h"
#include "core/domain/messages/risk.h"
#include "core/domain/messages/system.h"
#include "core/risk/risk_limits.h"

namespace bw::limits {

/// What a review looks at besides the values.
struct ReviewContext {
  std::string mode = "sim";  ///< "sim", "replay", "paper", "testnet", "live"
  RiskStatus risk;           ///< gauges and breakers now
  StopState stop = StopState::Ready;
  std::string stopCause;  ///< "MAX_DAILY_DRAWDOWN: …" where a limit stopped
};

constexpr Duration kLiveCoolDown = Duration::seconds(30);
constexpr std::size_t kLeastReason = 10;  ///< characters of a loosening's reason

/// Edits judged against what is in force (UX §5): the proposal, and the limits as they would be with all of it.
struct Judged {
  LimitProposal proposal;
  risk::RiskLimits after;
};
Judged judge(const std::vector<LimitEdit>& edits, const risk::RiskLimits& before, const ReviewContext& context);

/// Whether `review` is enough for the loosening part of a valid proposal. Errors "limits.reason", "limits.typed",
/// "limits.refused", "limits.channel", as LimitDesk::apply() says.
Result<void> checkReview(const LimitProposal& proposal, const LimitReview& review);

}  // namespace bw::limits
