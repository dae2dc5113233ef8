// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/reentry_cooldown.h"

#include <algorithm>

namespace bw::risk {

Finding checkReentryCooldown(const CheckInput& in) {
  const auto& event = in.market().marks.leftAt;
  if (!event) return Finding::notApplicable("nothing to wait for");
  const Decimal minutes =
      divide(Decimal(std::max<std::int64_t>(0, (in.now - *event).ns), 9), Decimal(60, 0), 4, Rounding::Down);
  if (in.limits.isOff(RiskKey::ReentryCooldown)) return Finding::off(minutes, minutes);
  return Finding::atLeast(minutes, minutes, in.limits.number(RiskKey::ReentryCooldown), "min", "time since leaving");
}

}  // namespace bw::risk
