// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/symbol_lock.h"

namespace bw::risk {

Finding checkSymbolLock(const CheckInput& in) {
  const auto& event = in.market().marks.stoppedAt;
  const Duration wait = in.limits.duration(RiskKey::SymbolLock);
  if (!event || wait.ns == 0) return Finding::notApplicable("nothing to wait for");
  const Decimal minutes = divide(Decimal((in.now - *event).ns, 9), Decimal(60, 0), 4, Rounding::Down);
  return Finding::atLeast(minutes, minutes, in.limits.number(RiskKey::SymbolLock), "min", "time since its stop");
}

}  // namespace bw::risk
