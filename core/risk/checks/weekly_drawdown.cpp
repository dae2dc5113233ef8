// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/weekly_drawdown.h"

namespace bw::risk {

Finding checkWeeklyDrawdown(const CheckInput& in) {
  if (!in.equity) return Finding::failed("equity is not known yet");
  if (in.equity->sign() <= 0) return Finding::failed("equity " + in.equity->toString() + " is not positive");

  const auto& high = in.state.counters.weekHigh;
  if (!high || high->currency() != in.equity->currency() || high->sign() <= 0) {
    return Finding::notApplicable("no highest equity of the week yet");
  }
  const Decimal drawdown = *in.equity >= *high ? Decimal{} : percentOf(*high - *in.equity, *high);
  return Finding::below(drawdown, drawdown, in.limits.number(RiskKey::MaxWeeklyDrawdown), "%", "weekly drawdown");
}

}  // namespace bw::risk
