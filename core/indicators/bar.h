// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <limits>

#include "core/domain/market.h"

namespace bw::indicators {

/// What an indicator sees of a closed candle: prices in quote currency, volume in base units. Statistics only, never
/// on the way of an order.
struct Bar {
  double open = 0;
  double high = 0;
  double low = 0;
  double close = 0;
  double volume = 0;
};

/// The bar of a candle of `instrument`.
Bar barFromCandle(const Candle& candle, const Instrument& instrument);

/// A bar whose four prices are one price; for series that have only a close.
inline Bar barOf(double price, double volume = 0) {
  return {price, price, price, price, volume};
}

/// What an indicator shows before it is warm.
constexpr double kNotWarm = std::numeric_limits<double>::quiet_NaN();

}  // namespace bw::indicators
