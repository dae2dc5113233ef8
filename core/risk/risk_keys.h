// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/decimal.h"

namespace bw::risk {

/// Every key of config/risk.yaml, in the order of the file. One line here, one in kRiskKeys.
enum class RiskKey : std::uint8_t {
  MaxPositionPercent,
  MaxExposure,
  MaxSectorExposure,
  MaxClassExposure,
  MaxOpenPositions,
  MaxOpenOrders,
  MaxLeverage,
  LeverageByVolatility,
  LeverageDefault,
  MaxDailyDrawdown,
  MaxWeeklyDrawdown,
  RiskDayStart,
  MaxConsecutiveLosses,
  CooldownAfterStop,
  MaxTradesPerDay,
  MaxSizeAfterLoss,
  ReentryCooldown,
  BaseRisk,
  MaxAdjustedRisk,
  MinLiquidationBuffer,
  MinLiquidationDistance,
  BreakEvenBuffer,
  FeeTier,
  EntryOrderType,
  ExitOrderType,
  StopLossRoi,
  TakeProfitRoi,
  TrailingActivation,
  TrailingStep,
  TrailingDistance,
  MaxCorrelatedExposure,
  CorrelationWindow,
  PriceCollar,
  MaxSlippage,
  EntryLevel,
  MaxOrderValue,
  MaxOrderQuantity,
  MinFreeBalance,
  MaxMessageRate,
  MaxRepeatedExecutions,
  DuplicateWindow,
  MaxDataAge,
  MaxClockSkew,
  SymbolLock,
  VolatilityHalt,
  BreakerFailures,
  BreakerReopen,
  SignalMinScore,
  MinAlignment,
  AllowChoppy,
  LlmDailyBudget,
  EstopLevel,
  EstopCloseHoldings,
  GuardOnDeath,
  EstopCloseSlippage,
  UiFreezePause,
  UiFreezeStop,
  Count
};
constexpr std::size_t kRiskKeyCount = static_cast<std::size_t>(RiskKey::Count);

/// How a value is written and read.
enum class KeyForm : std::uint8_t {
  Number,    ///< decimal in `unit`
  Count,     ///< whole number
  Word,      ///< one of `words`, ordered from loose to tight where Tighter::Higher
  Switch,    ///< on | off
  Table,     ///< LEVERAGE_BY_VOLATILITY: "0.5:1, 1:0.5, 2:0.25, above:0.1"
  HourZone,  ///< "00:00 UTC"
};
/// Which way a change makes the limit stricter. Neutral and mixed changes are treated as loosening.
enum class Tighter : std::uint8_t { Lower, Higher, Neutral, Off };

/// The schema of one limit: YAML validation, forms, help and the shipped file are all made from it.
struct RiskKeyInfo {
  RiskKey key;
  std::string_view name;   ///< as in config/risk.yaml
  std::string_view scope;  ///< group of the form: "Account", "Orders" ...
  KeyForm form;
  std::string_view unit;    ///< "% equity", "×", "bps", "ms" ...
  std::string_view lowest;  ///< decimal text; empty: form without range
  std::string_view highest;
  std::string_view initial;  ///< default, as written in the file; "off" = no such limit
  Tighter tighter;
  bool canBeOff;
  std::string_view words;  ///< Word: alternatives separated by '|', loosest first
  std::string_view help;
};

/// The one table of limits (UX §5).
extern const std::array<RiskKeyInfo, kRiskKeyCount> kRiskKeys;

inline const RiskKeyInfo& infoOf(RiskKey key) {
  return kRiskKeys[static_cast<std::size_t>(key)];
}
/// Null for an unknown name.
const RiskKeyInfo* findRiskKey(std::string_view name);
/// The known name nearest to a misspelt one, for "did you mean"; empty if none is near.
std::string_view nearestRiskKey(std::string_view name);

}  // namespace bw::risk
