// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/base/exact.h"
#include "core/domain/market.h"
#include "core/domain/order.h"

namespace bw::strategies {

/// A quantity, or why there is none.
struct SizedQuantity {
  Quantity quantity;    ///< zero: do not trade
  std::string refusal;  ///< the arithmetic, in words; set when the quantity is zero
  bool raised = false;  ///< the smallest order the instrument takes, because the share asked for is smaller
};

/// The quantity whose notional at `price` is `share` of equity, rounded down to lots. Where that is less than the
/// instrument's smallest order (minimum quantity, minimum notional), it is that smallest order as long as its notional
/// is at most `cap` of equity; else nothing. `price` > 0. Equity must be in the instrument's quote currency.
SizedQuantity sizeByEquity(const Instrument& instrument, const Money& equity, Price price, Ratio share, Ratio cap);

/// Stop and target at a distance of `price`, on ticks: the stop is rounded towards the price but never onto it, the
/// target away from it. A zero ratio leaves that one out.
Contingent bracketAround(const Instrument& instrument, Side side, Price price, Ratio stop, Ratio target);

/// Σ bid lots − Σ ask lots of the best `levels`; > 0 when buyers rest more.
std::int64_t imbalanceLots(const BookDepth& book, std::size_t levels);

}  // namespace bw::strategies
