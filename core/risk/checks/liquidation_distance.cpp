// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/liquidation_distance.h"

#include "core/risk/formulas.h"

namespace bw::risk {

Finding checkLiquidationDistance(const CheckInput& in) {
  const auto mark = in.state.valuation(in.intent.instrument);
  if (!in.demand.entry || !mark) return Finding::notApplicable("no price yet, see MAX_DATA_AGE");
  if (in.intent.leverage < Decimal(1, 0)) return Finding::notApplicable("no leverage");
  const auto liquidation = liquidationPrice(in.instrument, *in.demand.entry, in.intent.side, in.intent.leverage);
  if (!liquidation) return Finding::notApplicable("no price liquidates it");
  const Price room = in.intent.side == Side::Buy ? *mark - *liquidation : *liquidation - *mark;
  const Decimal percent =
      divide(room.decimal().canonical() * Decimal(100, 0), mark->decimal().canonical(), 10, Rounding::Down);
  if (in.limits.isOff(RiskKey::MinLiquidationDistance)) return Finding::off(percent, percent);
  return Finding::atLeast(percent, percent, in.limits.number(RiskKey::MinLiquidationDistance), "% of mark",
                          "distance to liquidation");
}

}  // namespace bw::risk
