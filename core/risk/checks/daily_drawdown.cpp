// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/daily_drawdown.h"

#include "core/base/mutant.h"

namespace bw::risk {

Finding checkDailyDrawdown(const CheckInput& in) {
  if (!in.equity) return Finding::failed("equity is not known yet");
  if (in.equity->sign() <= 0) return Finding::failed("equity " + in.equity->toString() + " is not positive");

  const auto& high = in.state.counters.dayHigh;
  if (!high || high->currency() != in.equity->currency() || high->sign() <= 0) {
    return Finding::notApplicable("no highest equity of the day yet");
  }
  const Decimal drawdown = *in.equity >= *high ? Decimal{} : percentOf(*high - *in.equity, *high);
  return (BW_MUTANT(58) ? Finding::atMost : Finding::below)(
      drawdown, drawdown, in.limits.number(RiskKey::MaxDailyDrawdown), "%", "daily drawdown");
}

}  // namespace bw::risk
