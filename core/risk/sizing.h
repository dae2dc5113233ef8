// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/risk/formulas.h"
#include "core/risk/risk_limits.h"

namespace bw::risk {

/// How the wished size of a position is found (SPEC §6.3).
enum class SizingMethod : std::uint8_t {
  FixedFractional,  ///< `fraction` of equity as notional
  FixedRisk,        ///< adjusted risk of equity is lost at the stop, fees and slippage included
  AtrTarget,        ///< `fraction` of equity is one ATR of the position
  CappedKelly,      ///< Kelly's fraction, at most `fraction`, of equity as notional
};

/// What sizing starts from. Money in account currency, which is the instrument's settle currency here.
struct SizingInput {
  SizingMethod method = SizingMethod::FixedFractional;
  Side side = Side::Buy;
  Price entry;
  std::optional<Price> stop;  ///< needed by FixedRisk
  Price atr;                  ///< needed by AtrTarget, > 0
  Ratio fraction;
  Ratio kelly;  ///< from the statistics, rounded down; < 0 sizes nothing
  Decimal leverage{1, 0};
  Money equity;
  Money available;                    ///< after what is pending
  Money exposure;                     ///< Σ |notional| now
  Money positionMargin;               ///< of the instrument now, pending included
  std::optional<Ratio> volatility;    ///< ATR(14, 1 h) ÷ price; unknown bounds the leverage most
  std::optional<Quantity> bookDepth;  ///< quantity within the collar; absent: not cut by it
  Ratio slippage;
};

/// A size that passes the limits, and which one made it smaller than wished.
struct SizingResult {
  Quantity wished;
  Quantity quantity;  ///< whole lots, rounded down; 0: nothing can be traded
  std::string cutBy;  ///< key of the limit that decided; empty: none
  Money lossAtStop;   ///< zero without a stop
};

/// Exact; every rounding makes the size smaller. Inverse instruments are sized by notional in settle currency too.
/// Error "sizing.input" naming what is missing. Throws ExactOverflow.
Result<SizingResult> sizePosition(const SizingInput& input, const Instrument& instrument, const RiskLimits& limits);

}  // namespace bw::risk
