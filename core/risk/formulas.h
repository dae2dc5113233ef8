// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/base/exact.h"
#include "core/domain/instrument.h"
#include "core/domain/market.h"

/// The formulas of SPEC §6.2, exact; each rounds to the side that is safe for the account. All throw ExactOverflow when
/// a result does not fit. "ROI" is in percent of margin: price change in % × leverage.
namespace bw::risk {

/// (entry fee + exit fee + expected funding) × leverage × 100 + buffer, in % ROI; fees as fractions of notional.
Decimal breakEvenRoi(Ratio entryFee, Ratio exitFee, const Decimal& leverage, const Decimal& bufferRoi,
                     Ratio expectedFunding = {});

/// base × 100 ÷ leverage, at most `cap`; all in % of equity, rounded down. Leverage ≥ 1 (spot: 1).
Decimal adjustedRiskPercent(const Decimal& base, const Decimal& leverage, const Decimal& cap);

/// ROI % of a move from entry to `price`, signed by side, rounded down.
Decimal roiPercent(Price entry, Price price, Side side, const Decimal& leverage);

/// Long: entry × (1 − roi ÷ leverage ÷ 100), short mirrored; rounded to the tick towards entry, but never onto or past
/// it (then one tick away).
Price stopPrice(Price entry, Side side, const Decimal& stopRoi, const Decimal& leverage, const Instrument& instrument);

/// The larger of 2 ticks, the spread and 0.1 × ATR(14) of the signal's time-frame (0 if not known).
Price minimumStopDistance(const Instrument& instrument, Price spread, Price atr);

/// notional × (|entry − stop| ÷ entry + entry fee + exit fee + expected slippage), rounded up.
Money lossAtStop(Money notional, Price entry, Price stop, Ratio entryFee, Ratio exitFee, Ratio slippage);

/// Parameters of the staircase trailing stop, all in % ROI; step > 0.
struct TrailingStop {
  Decimal activation;
  Decimal step;
  Decimal distance;
};

/// Where the stop stands after `mark`: unchanged below the activation, never moved back. Absent `current`: no stop yet.
std::optional<Price> trailedStop(const TrailingStop& rule, Price entry, Price mark, Side side, const Decimal& leverage,
                                 std::optional<Price> current, const Instrument& instrument);

/// Isolated margin: the price at which margin + unrealised P&L = maintenance margin on the notional there, no fees.
/// Linear long entry × (1 − 1/leverage) ÷ (1 − m), short entry × (1 + 1/leverage) ÷ (1 + m); inverse
/// long entry × (1 + m) ÷ (1 + 1/leverage), short entry × (1 − m) ÷ (1 − 1/leverage). Rounded towards entry.
/// Absent where no price liquidates (a 1x long, a 1x inverse short, spot and equity longs).
std::optional<Price> liquidationPrice(const Instrument& instrument, Price entry, Side side, const Decimal& leverage);

/// |liquidation − stop| ÷ |liquidation − entry| × 100, rounded down; negative when the stop lies at or past
/// liquidation.
Decimal liquidationBufferPercent(Price entry, Price stop, Price liquidation, Side side);

}  // namespace bw::risk
