// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/exact.h"
#include "core/domain/messages/risk.h"
#include "core/domain/order.h"

namespace bw::risk {

struct RiskState;
struct Verdict;

/// What the journal keeps of one verdict (RecordKind::Decision), so that other limits can be tried on it later: every
/// value that was compared, and what bounds are worked out from.
struct DecisionRecord {
  std::string intentId;
  std::string symbol;
  std::string strategy;
  bool adds = true;  ///< could add risk; what only reduces is never judged again
  bool approved = false;
  std::string reason;  ///< key of the first failing check; empty if approved
  struct Value {
    std::string check;
    CheckResult::Outcome outcome = CheckResult::Outcome::Passed;
    std::optional<Decimal> after;  ///< what the order would have led to
    std::optional<Decimal> limit;  ///< what it was compared with
  };
  std::vector<Value> values;
  std::optional<Ratio> volatility;  ///< ATR(14, 1 h) ÷ price then
  Decimal venueLeverage;            ///< the venue's own maximum
  std::optional<Decimal> touch;     ///< best price of the other side
  bool buy = true;

  std::string encode() const;
  /// Error "risk.decision".
  static Result<DecisionRecord> decode(std::string_view text);
};

/// The record of a verdict as it was given.
DecisionRecord recordOf(const OrderIntent& intent, const Verdict& verdict, const RiskState& state);

}  // namespace bw::risk
