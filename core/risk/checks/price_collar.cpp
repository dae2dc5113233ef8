// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/price_collar.h"

namespace bw::risk {

Finding checkPriceCollar(const CheckInput& in) {
  if (!in.demand.collar) return Finding::notApplicable("no best price yet, see MAX_DATA_AGE");
  if (!in.demand.worstPrice || !in.intent.limitPrice)
    return Finding::notApplicable("bounded by the collar " + in.demand.collar->toString());
  const Decimal price = in.intent.limitPrice->decimal();
  const Decimal collar = in.demand.collar->decimal();
  return in.intent.side == Side::Buy ? Finding::atMost(price, price, collar, "price", "limit price")
                                     : Finding::atLeast(price, price, collar, "price", "limit price");
}

}  // namespace bw::risk
