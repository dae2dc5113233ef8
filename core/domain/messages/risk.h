// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/order.h"

namespace bw {

class RiskApproval;  // core/risk/approval/approval.h

/// One check's finding about one intent.
struct CheckResult {
  enum class Outcome : std::uint8_t { Passed, Failed, NotApplicable };
  std::string check;  ///< the limit's key, e.g. "MAX_POSITION_PERCENT"
  Outcome outcome = Outcome::Passed;
  std::string used;   ///< exact decimal text: before this order
  std::string after;  ///< with this order
  std::string limit;
  std::string unit;
  std::string text;  ///< the arithmetic, in words
};

/// risk_alerts/risk.approved: may be used once, before it expires, inside its bounds.
struct RiskApproved {
  OrderIntent intent;
  std::shared_ptr<const RiskApproval> approval;  ///< never null
  std::vector<CheckResult> checks;
};

/// risk_alerts/risk.rejected: a refused intent never becomes an order. The first failing check is the reason.
struct RiskRefused {
  OrderIntent intent;
  std::string reason;  ///< key of the first failing check
  std::string text;    ///< the same in words
  std::vector<CheckResult> checks;
};

/// Used against limit, for gauges. Both exact, in `unit`.
struct LimitGauge {
  std::string key;
  std::string scope;  ///< "account", instrument symbol, strategy
  Decimal used;
  Decimal limit;
  std::string unit;
  std::string action;       ///< what a breach does
  std::string source;       ///< file:line or "default"
  bool lowerBound = false;  ///< a "min" limit: used below limit is the breach
};

/// risk_alerts/limits: all gauges and breakers, at most 4 a second and on change. Key: "account".
struct RiskStatus {
  std::vector<LimitGauge> gauges;
  struct Breaker {
    std::string name;
    std::string state;
    std::string cause;
    Timestamp since;
  };
  std::vector<Breaker> breakers;
  bool reduceOnly = false;
  std::string reason;
  std::uint64_t approved = 0;
  std::uint64_t refused = 0;
  std::uint64_t limitsVersion = 0;  ///< of the last LimitCommand in force; 0: as started
};

/// risk_alerts/limit.near and limit.breached.
struct LimitAlert {
  LimitGauge gauge;
  bool breached = false;
};

}  // namespace bw
