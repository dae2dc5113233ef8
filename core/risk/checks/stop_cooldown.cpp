// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/stop_cooldown.h"

namespace bw::risk {

Finding checkStopCooldown(const CheckInput& in) {
  const auto& event = in.state.counters.lastStopAt;
  const Duration wait = in.limits.duration(RiskKey::CooldownAfterStop);
  if (!event || wait.ns == 0) return Finding::notApplicable("nothing to wait for");
  const Decimal minutes = divide(Decimal((in.now - *event).ns, 9), Decimal(60, 0), 4, Rounding::Down);
  return Finding::atLeast(minutes, minutes, in.limits.number(RiskKey::CooldownAfterStop), "min", "time since a stop");
}

}  // namespace bw::risk
