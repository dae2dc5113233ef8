// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/reentry_cooldown.h"

namespace bw::risk {

Finding checkReentryCooldown(const CheckInput& in) {
  if (in.limits.isOff(RiskKey::ReentryCooldown)) return Finding::notApplicable("off");

  const auto& event = in.market().marks.leftAt;
  const Duration wait = in.limits.duration(RiskKey::ReentryCooldown);
  if (!event || wait.ns == 0) return Finding::notApplicable("nothing to wait for");
  const Decimal minutes = divide(Decimal((in.now - *event).ns, 9), Decimal(60, 0), 4, Rounding::Down);
  return Finding::atLeast(minutes, minutes, in.limits.number(RiskKey::ReentryCooldown), "min", "time since leaving");
}

}  // namespace bw::risk
