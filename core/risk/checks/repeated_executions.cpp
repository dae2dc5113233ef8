// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/repeated_executions.h"

namespace bw::risk {

Finding checkRepeatedExecutions(const CheckInput& in) {
  std::int64_t count = 0;
  for (auto it = in.state.sent.rbegin(); it != in.state.sent.rend() && in.now - it->time < Duration::seconds(60);
       ++it) {
    if (it->instrument == in.intent.instrument && it->side == in.intent.side && it->strategy == in.intent.strategy)
      ++count;
  }
  return Finding::atMost(Decimal::fromInteger(count), Decimal::fromInteger(count + 1),
                         in.limits.number(RiskKey::MaxRepeatedExecutions), "1/min", "repeated entries");
}

}  // namespace bw::risk
