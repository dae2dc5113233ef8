// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/message_rate.h"

namespace bw::risk {

Finding checkMessageRate(const CheckInput& in) {
  const auto used =
      Decimal::fromInteger(static_cast<std::int64_t>(in.state.messagesWithin(in.now, Duration::seconds(1))));
  const auto after =
      Decimal::fromInteger(static_cast<std::int64_t>(in.state.messagesWithin(in.now, Duration::seconds(1)) + 1));
  return Finding::atMost(used, after, in.limits.number(RiskKey::MaxMessageRate), "1/s", "message rate");
}

}  // namespace bw::risk
