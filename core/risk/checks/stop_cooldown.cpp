// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/stop_cooldown.h"

#include <algorithm>

namespace bw::risk {

Finding checkStopCooldown(const CheckInput& in) {
  const auto& event = in.state.counters.lastStopAt;
  if (!event) return Finding::notApplicable("nothing to wait for");
  const Decimal minutes =
      divide(Decimal(std::max<std::int64_t>(0, (in.now - *event).ns), 9), Decimal(60, 0), 4, Rounding::Down);
  return Finding::atLeast(minutes, minutes, in.limits.number(RiskKey::CooldownAfterStop), "min", "time since a stop");
}

}  // namespace bw::risk
