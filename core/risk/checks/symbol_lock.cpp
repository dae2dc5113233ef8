// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/symbol_lock.h"

#include <algorithm>

namespace bw::risk {

Finding checkSymbolLock(const CheckInput& in) {
  const auto& event = in.market().marks.stoppedAt;
  if (!event) return Finding::notApplicable("nothing to wait for");
  const Decimal minutes =
      divide(Decimal(std::max<std::int64_t>(0, (in.now - *event).ns), 9), Decimal(60, 0), 4, Rounding::Down);
  return Finding::atLeast(minutes, minutes, in.limits.number(RiskKey::SymbolLock), "min", "time since its stop");
}

}  // namespace bw::risk
