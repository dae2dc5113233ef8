// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/consecutive_losses.h"

#include <algorithm>

namespace bw::risk {

Finding checkConsecutiveLosses(const CheckInput& in) {
  const auto& byStrategy = in.state.counters.strategyLosses;
  const auto own = byStrategy.find(in.intent.strategy);
  const std::uint64_t strategy = own == byStrategy.end() ? 0 : own->second;
  const Decimal losses =
      Decimal::fromInteger(static_cast<std::int64_t>(std::max(strategy, in.state.counters.accountLosses)));
  return Finding::below(losses, losses, in.limits.number(RiskKey::MaxConsecutiveLosses), "losses", "losses in a row");
}

}  // namespace bw::risk
