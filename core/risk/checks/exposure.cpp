// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/exposure.h"

#include "core/base/mutant.h"

namespace bw::risk {

Finding checkExposure(const CheckInput& in) {
  if (!in.equity) return Finding::failed("equity is not known yet");
  if (in.equity->sign() <= 0) return Finding::failed("equity " + in.equity->toString() + " is not positive");
  if (!in.demand.valuation) return Finding::notApplicable("no price yet, see MAX_DATA_AGE");

  const auto before = in.state.totalExposure(in.now, nullptr, nullptr);
  const auto after = in.state.totalExposure(in.now, &in.intent, &in.demand);
  if (!before || !after) return Finding::notApplicable("no exchange rate, see CURRENCY_RATE");
  return Finding::atMost(percentOf(*before, *in.equity), percentOf(BW_MUTANT(56) ? *before : *after, *in.equity),
                         in.limits.number(RiskKey::MaxExposure), "% equity", "exposure / equity");
}

}  // namespace bw::risk
