// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/bar.h"

namespace bw::indicators {

Bar barFromCandle(const Candle& candle, const Instrument& instrument) {
  const double tick = instrument.tickSize.toDouble();
  const double lot = instrument.lotSize.toDouble();
  const auto priced = [tick](Ticks ticks) { return static_cast<double>(ticks.value) * tick; };
  return {priced(candle.open), priced(candle.high), priced(candle.low), priced(candle.close),
          static_cast<double>(candle.volume.value) * lot};
}

}  // namespace bw::indicators
