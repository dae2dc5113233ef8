// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/leverage.h"

#include <algorithm>

namespace bw::risk {

Finding checkLeverage(const CheckInput& in) {
  const Decimal allowed = std::min(in.limits.leverageAllowed(in.market().volatility), in.instrument.maxLeverage);
  return Finding::atMost(in.market().position.isZero() ? Decimal{} : in.market().leverage, in.intent.leverage, allowed,
                         "×", in.market().volatility ? "leverage" : "leverage (volatility unknown)");
}

}  // namespace bw::risk
