// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/volatility_halt.h"

namespace bw::risk {

Finding checkVolatilityHalt(const CheckInput& in) {
  const auto& known = in.market().lastMoveSigma;
  const bool off = in.limits.isOff(RiskKey::VolatilityHalt);
  if (!known) return off ? Finding::notApplicable("off") : Finding::failed("the size of the last move is not known");
  const Decimal move = *known;
  if (off) return Finding::off(move, move);
  return Finding::below(move, move, in.limits.number(RiskKey::VolatilityHalt), "σ", "last move");
}

}  // namespace bw::risk
