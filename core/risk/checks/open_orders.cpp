// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/open_orders.h"

#include "core/base/mutant.h"

namespace bw::risk {

Finding checkOpenOrders(const CheckInput& in) {
  const auto used = Decimal::fromInteger(static_cast<std::int64_t>(in.state.exposure.entryOrders()));
  const auto after =
      Decimal::fromInteger(static_cast<std::int64_t>(in.state.exposure.entryOrders() + (BW_MUTANT(57) ? 0 : 1)));
  return Finding::atMost(used, after, in.limits.number(RiskKey::MaxOpenOrders), "orders", "open orders");
}

}  // namespace bw::risk
