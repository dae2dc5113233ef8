// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/open_positions.h"

namespace bw::risk {

Finding checkOpenPositions(const CheckInput& in) {
  const auto used = Decimal::fromInteger(static_cast<std::int64_t>(in.state.openPositions(std::nullopt)));
  const auto after = Decimal::fromInteger(static_cast<std::int64_t>(in.state.openPositions(in.intent.instrument)));
  return Finding::atMost(used, after, in.limits.number(RiskKey::MaxOpenPositions), "positions", "open positions");
}

}  // namespace bw::risk
