// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

#include "core/domain/instrument.h"

namespace bw::simulated {

/// How one simulated instrument behaves. Statistics only; nothing here is money.
struct Profile {
  std::string_view symbol;
  Decimal startPrice{100, 0};
  double dailyVolatility = 0.03;  ///< standard deviation of a day's log return, at average volatility
  double marketBeta = 0.7;        ///< share of the common factor in its returns, 0 … 1
  double quotesPerSecond = 9;     ///< new limit orders, and about as many cancels
  double takersPerSecond = 1.0;   ///< of their own accord; self-excitement makes about 2.5 times as many
  double typicalLots = 20;        ///< median size of an order
  double depthTicks = 14;         ///< mean distance of a quote behind the touch
};

/// The embedded exchange's instruments, not yet in a table: linear perpetuals settled in USDT, venue "simulated".
std::vector<Instrument> defaultInstruments(std::string_view venue = "simulated");
/// The profile of a symbol; a general one (price 100) for symbols that have none of their own.
Profile profileOf(std::string_view symbol);

}  // namespace bw::simulated
