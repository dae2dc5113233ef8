// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>
#include <vector>

#include "core/domain/messages/limits.h"
#include "core/risk/decision_record.h"
#include "core/risk/risk_limits.h"

namespace bw::limits {

using TimedDecision = std::pair<Timestamp, risk::DecisionRecord>;

/// Judges recorded decisions, oldest first, by `after` instead of `before`: each value that was compared then, against
/// the bound as it would be. Everything else is taken as it happened, so later values do not follow from what an order
/// that is blocked here would not have done.
LimitWhatIf whatIf(const std::vector<TimedDecision>& decisions, const risk::RiskLimits& before,
                   const risk::RiskLimits& after, int days);

}  // namespace bw::limits
