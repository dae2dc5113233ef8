// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/duplicate_order.h"

namespace bw::risk {

Finding checkDuplicateOrder(const CheckInput& in) {
  const Duration window = in.limits.duration(RiskKey::DuplicateWindow);
  const OrderIntent& o = in.intent;
  for (auto it = in.state.sent.rbegin(); it != in.state.sent.rend() && in.now - it->time < window; ++it) {
    const bool equal = it->instrument == o.instrument && it->side == o.side && it->type == o.type &&
                       it->quantity == o.quantity && it->limitPrice == o.limitPrice &&
                       it->triggerPrice == o.triggerPrice && it->strategy == o.strategy;
    if (!equal) continue;
    const Decimal age = Decimal::fromInteger((in.now - it->time).toMillis());
    return Finding::atLeast(age, age, in.limits.number(RiskKey::DuplicateWindow), "ms", "age of an equal order");
  }
  Finding f;
  f.text = "no equal order";
  return f;
}

}  // namespace bw::risk
