// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/stale_data.h"

#include <algorithm>

namespace bw::risk {

Finding checkStaleData(const CheckInput& in) {
  const InstrumentState& market = in.market();
  if (!market.dataAt || !market.bid || !market.ask) return Finding::failed("no best bid and offer yet");
  if (market.hasBook && market.stale != StaleReason::None) {
    return Finding::failed("the book is stale: " + std::string(toString(market.stale)));
  }
  if (*market.bid >= *market.ask)
    return Finding::failed("best bid " + market.bid->toString() + " is not below best ask " + market.ask->toString());
  const std::int64_t ns = std::max<std::int64_t>(0, (in.now - *market.dataAt).ns);
  const Decimal age = Decimal(ns, 6);
  return Finding::atMost(age, age, in.limits.number(RiskKey::MaxDataAge), "ms", "data age");
}

}  // namespace bw::risk
