// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/stop_distance.h"

#include "core/risk/formulas.h"

namespace bw::risk {

Finding checkStopDistance(const CheckInput& in) {
  if (!in.intent.contingent.stop) return Finding::notApplicable("no stop");
  if (!in.demand.entry) return Finding::notApplicable("no price yet, see MAX_DATA_AGE");
  const InstrumentState& market = in.market();
  const Price spread = market.bid && market.ask && *market.ask > *market.bid ? *market.ask - *market.bid : Price();
  const Price least = minimumStopDistance(in.instrument, spread, market.atr);
  const Price distance = (*in.demand.entry - *in.intent.contingent.stop).abs();
  Finding f = Finding::atLeast(distance.decimal(), distance.decimal(), least.decimal(), "price", "stop distance");
  f.text += ", the largest of 2 ticks of " + in.instrument.tickSize.toString() + ", the spread " + spread.toString() +
            " and 0.1 × ATR(14) " + market.atr.toString();
  return f;
}

}  // namespace bw::risk
