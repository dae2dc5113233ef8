// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/self_trade.h"

namespace bw::risk {

Finding checkSelfTrade(const CheckInput& in) {
  const auto own = in.state.exposure.ownBest(in.intent.instrument, opposite(in.intent.side));
  if (!own || !in.demand.crossing) return Finding::notApplicable("no order of ours on the other side");
  const bool buy = in.intent.side == Side::Buy;
  const bool meets = buy ? *in.demand.crossing >= *own : *in.demand.crossing <= *own;
  Finding f;
  f.outcome = meets ? CheckResult::Outcome::Failed : CheckResult::Outcome::Passed;
  f.used = f.after = in.demand.crossing->decimal();
  f.limit = own->decimal();
  f.unit = "price";
  f.text = std::string(meets ? "would meet" : "stays away from") + " our own order at " + own->toString();
  return f;
}

}  // namespace bw::risk
