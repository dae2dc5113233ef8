// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/domain/messages/risk.h"
#include "core/risk/risk_state.h"

namespace bw::risk {

/// All a check may look at. References are valid during the call only.
struct CheckInput {
  const OrderIntent& intent;
  const Instrument& instrument;
  const OrderDemand& demand;
  const RiskLimits& limits;
  const RiskState& state;
  std::optional<Money> equity;    ///< account currency; absent: unknown
  std::optional<Money> notional;  ///< the order's worst, in account currency
  Timestamp now;

  const InstrumentState& market() const { return state.of(intent.instrument); }
};

/// What one check found, in numbers; turned into a CheckResult for the bus.
struct Finding {
  CheckResult::Outcome outcome = CheckResult::Outcome::Passed;
  std::optional<Decimal> used;   ///< before this order
  std::optional<Decimal> after;  ///< with it
  std::optional<Decimal> limit;
  std::string_view unit;
  std::string text;

  static Finding notApplicable(std::string why);
  /// Switched off, with the figure that a limit would be compared with.
  static Finding off(const Decimal& used, const Decimal& after);
  static Finding failed(std::string why);
  /// `after` against `limit`: at most, or below.
  static Finding atMost(const Decimal& used, const Decimal& after, const Decimal& limit, std::string_view unit,
                        std::string_view what);
  static Finding below(const Decimal& used, const Decimal& after, const Decimal& limit, std::string_view unit,
                       std::string_view what);
  static Finding atLeast(const Decimal& used, const Decimal& after, const Decimal& limit, std::string_view unit,
                         std::string_view what);
};

/// part ÷ whole in percent, rounded up; whole > 0.
Decimal percentOf(const Money& part, const Money& whole);
/// For texts: at most 4 decimals, rounded up.
std::string shown(const Decimal& value);

}  // namespace bw::risk
