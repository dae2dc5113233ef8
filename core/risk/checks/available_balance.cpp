// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/available_balance.h"

namespace bw::risk {

Finding checkAvailableBalance(const CheckInput& in) {
  if (!in.equity) return Finding::failed("equity is not known yet");
  if (in.equity->sign() <= 0) return Finding::failed("equity " + in.equity->toString() + " is not positive");
  if (!in.demand.valuation) return Finding::notApplicable("no price yet, see MAX_DATA_AGE");

  const auto before = in.state.totalMargin(in.now, nullptr, nullptr);
  const auto after = in.state.totalMargin(in.now, &in.intent, &in.demand);
  if (!before || !after) return Finding::notApplicable("no exchange rate, see CURRENCY_RATE");
  const auto fees = in.state.inAccount(in.demand.fees, in.now);
  BW_ASSERT(fees);  // the margin of the same order converted
  return Finding::atLeast((*in.equity - *before).amount(), (*in.equity - *after - *fees).amount(),
                          in.limits.number(RiskKey::MinFreeBalance), in.equity->currency().code(), "available balance");
}

}  // namespace bw::risk
