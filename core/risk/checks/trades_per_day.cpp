// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/trades_per_day.h"

namespace bw::risk {

Finding checkTradesPerDay(const CheckInput& in) {
  const auto used = static_cast<std::int64_t>(in.state.counters.entriesToday);
  if (in.limits.isOff(RiskKey::MaxTradesPerDay))
    return Finding::off(Decimal::fromInteger(used), Decimal::fromInteger(used + 1));
  return Finding::atMost(Decimal::fromInteger(used), Decimal::fromInteger(used + 1),
                         in.limits.number(RiskKey::MaxTradesPerDay), "entries", "entries today");
}

}  // namespace bw::risk
