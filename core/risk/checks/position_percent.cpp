// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/position_percent.h"

namespace bw::risk {

Finding checkPositionPercent(const CheckInput& in) {
  if (!in.equity) return Finding::failed("equity is not known yet");
  if (in.equity->sign() <= 0) return Finding::failed("equity " + in.equity->toString() + " is not positive");
  if (!in.demand.valuation) return Finding::notApplicable("no price yet, see MAX_DATA_AGE");

  const Money zero = Money::zero(in.instrument.settle);
  const auto before = in.state.inAccount(in.state.worstMargin(in.intent.instrument, in.intent.side, zero), in.now);
  const auto after =
      in.state.inAccount(in.state.worstMargin(in.intent.instrument, in.intent.side, in.demand.margin), in.now);
  if (!before) return Finding::notApplicable("no exchange rate, see CURRENCY_RATE");
  BW_ASSERT(after);  // the same currency
  return Finding::atMost(percentOf(*before, *in.equity), percentOf(*after, *in.equity),
                         in.limits.number(RiskKey::MaxPositionPercent), "% equity", "position margin / equity");
}

}  // namespace bw::risk
