// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/exact.h"
#include "core/base/time.h"
#include "core/risk/risk_keys.h"

namespace bw::risk {

/// One row of LEVERAGE_BY_VOLATILITY: the factor for ATR/price under `below`; the last row has no bound.
struct VolatilityStep {
  std::optional<Ratio> below;
  Decimal factor;
};

/// The limits in force: a value for every key of kRiskKeys, checked on the way in. A plain value; copies are versions.
/// Thread: none of its own.
class RiskLimits {
 public:
  /// The defaults of the schema.
  RiskLimits();

  /// Reads one value as it stands in YAML or a form. A unit suffix that agrees with the key's unit is accepted ("0.5%",
  /// "50bps", "250ms"); bps and % are converted into each other. Errors "risk.unknown_key" (with the nearest name),
  /// "risk.value", "risk.unit", "risk.range", each naming key, value and what is allowed.
  Result<void> set(std::string_view name, std::string_view text, std::string source);
  Result<void> set(RiskKey key, std::string_view text, std::string source);
  /// The same limits as live trading reads them: one that no file states is zero (a lower bound: its highest value), so
  /// that nothing passes by omission.
  RiskLimits forLive() const;
  /// What must hold between keys. Error "risk.cross" naming both.
  Result<void> validate() const;

  bool isOff(RiskKey key) const { return at(key).off; }
  /// The number in the key's own unit; the key is not off.
  const Decimal& number(RiskKey key) const;
  /// A percent or bps value as a ratio.
  Ratio ratio(RiskKey key) const;
  std::int64_t count(RiskKey key) const { return number(key).rescaled(0, Rounding::Down).mantissa; }
  /// A time value (min, s or ms by its unit).
  Duration duration(RiskKey key) const;
  std::string_view word(RiskKey key) const;
  bool isOn(RiskKey key) const { return number(key).mantissa != 0; }
  /// As it would be written in the file.
  std::string text(RiskKey key) const;
  const std::string& source(RiskKey key) const { return at(key).source; }
  const std::vector<VolatilityStep>& volatilityTable() const { return m_table; }
  /// Zone of RISK_DAY_START, e.g. "UTC" or "America/New_York"; its hour is count().
  const std::string& riskDayZone() const { return m_zone; }
  /// MAX_LEVERAGE × the factor for this volatility; unknown takes the last row. Not cut below 1: an order without
  /// leverage is no leverage.
  Decimal leverageAllowed(const std::optional<Ratio>& volatility) const;

 private:
  struct Value {
    Decimal number;
    bool off = false;
    std::string source = "default";
  };
  const Value& at(RiskKey key) const { return m_values[static_cast<std::size_t>(key)]; }
  std::array<Value, kRiskKeyCount> m_values;
  std::vector<VolatilityStep> m_table;
  std::string m_zone = "UTC";
};

/// True for keys that live trading needs stated: every bound, whichever way it is tightened.
bool isLiveRequired(RiskKey key);

enum class LimitChange : std::uint8_t { Same, Tighter, Looser };
/// Direction of a change from `before` to `after` in one key; neutral keys and switching a limit off count as Looser.
LimitChange classify(RiskKey key, const RiskLimits& before, const RiskLimits& after);

/// The shipped config/risk.yaml: every key with its default, unit, range and help. A test compares the file with it.
std::string riskYaml(const RiskLimits& limits);

}  // namespace bw::risk
