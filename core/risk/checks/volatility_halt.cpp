// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/volatility_halt.h"

namespace bw::risk {

Finding checkVolatilityHalt(const CheckInput& in) {
  if (in.limits.isOff(RiskKey::VolatilityHalt)) return Finding::notApplicable("off");
  if (!in.market().lastMoveSigma) return Finding::failed("the size of the last move is not known");
  const Decimal move = *in.market().lastMoveSigma;
  return Finding::below(move, move, in.limits.number(RiskKey::VolatilityHalt), "σ", "last move");
}

}  // namespace bw::risk
