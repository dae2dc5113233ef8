// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/order_value.h"

namespace bw::risk {

Finding checkOrderValue(const CheckInput& in) {
  if (!in.demand.valuation) return Finding::notApplicable("no price yet, see MAX_DATA_AGE");

  if (!in.notional) return Finding::notApplicable("no exchange rate, see CURRENCY_RATE");
  return Finding::atMost(Decimal{}, in.notional->amount(), in.limits.number(RiskKey::MaxOrderValue),
                         in.notional->currency().code(), "order value");
}

}  // namespace bw::risk
