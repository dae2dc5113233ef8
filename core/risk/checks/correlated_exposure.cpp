// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/correlated_exposure.h"

namespace bw::risk {

Finding checkCorrelatedExposure(const CheckInput& in) {
  if (!in.equity) return Finding::failed("equity is not known yet");
  if (in.equity->sign() <= 0) return Finding::failed("equity " + in.equity->toString() + " is not positive");
  if (!in.demand.valuation) return Finding::notApplicable("no price yet, see MAX_DATA_AGE");

  const auto sum = in.state.correlatedExposure(in.intent.instrument, in.intent.side, in.now);
  if (!sum || !in.notional) return Finding::notApplicable("no exchange rate, see CURRENCY_RATE");
  return Finding::atMost(percentOf(*sum, *in.equity), percentOf(*sum + *in.notional, *in.equity),
                         in.limits.number(RiskKey::MaxCorrelatedExposure), "% equity", "correlated exposure");
}

}  // namespace bw::risk
