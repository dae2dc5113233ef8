// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/liquidation_buffer.h"

#include "core/risk/formulas.h"

namespace bw::risk {

Finding checkLiquidationBuffer(const CheckInput& in) {
  if (!in.demand.entry) return Finding::notApplicable("no price yet, see MAX_DATA_AGE");
  if (in.intent.leverage < Decimal(1, 0)) return Finding::notApplicable("no leverage");
  const auto liquidation = liquidationPrice(in.instrument, *in.demand.entry, in.intent.side, in.intent.leverage);
  if (!in.intent.contingent.stop) {
    if (in.intent.leverage <= Decimal(1, 0)) return Finding::notApplicable("no stop is needed at 1x");
    return Finding::failed("leverage " + in.intent.leverage.toString() + "x without a stop");
  }
  if (!liquidation) return Finding::notApplicable("no price liquidates it");
  const Decimal buffer =
      liquidationBufferPercent(*in.demand.entry, *in.intent.contingent.stop, *liquidation, in.intent.side);
  Finding f =
      Finding::atLeast(buffer, buffer, in.limits.number(RiskKey::MinLiquidationBuffer), "%", "liquidation buffer");
  f.text += ": |" + liquidation->toString() + " - " + in.intent.contingent.stop->toString() + "| / |" +
            liquidation->toString() + " - " + in.demand.entry->toString() + "|";
  return f;
}

}  // namespace bw::risk
