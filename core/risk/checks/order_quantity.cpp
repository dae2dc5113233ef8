// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/order_quantity.h"

namespace bw::risk {

Finding checkOrderQuantity(const CheckInput& in) {
  const Decimal lots = Decimal::fromInteger(in.instrument.toLotsRounded(in.intent.quantity, Rounding::Up).value);
  return Finding::atMost(Decimal{}, lots, in.limits.number(RiskKey::MaxOrderQuantity), "lots", "order quantity");
}

}  // namespace bw::risk
