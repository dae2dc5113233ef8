// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/group_exposure.h"

namespace bw::risk {

Finding checkGroupExposure(const CheckInput& in, RiskKey key, std::string InstrumentState::*group, const char* what) {
  if (in.limits.isOff(key)) return Finding::notApplicable("off");
  if (!in.equity) return Finding::failed("equity is not known yet");
  if (in.equity->sign() <= 0) return Finding::failed("equity " + in.equity->toString() + " is not positive");
  if (!in.demand.valuation) return Finding::notApplicable("no price yet, see MAX_DATA_AGE");

  const std::string& mine = in.market().*group;
  Money before = Money::zero(in.equity->currency());
  Money after = before;
  for (const Instrument& other : *in.state.instruments) {
    if (in.state.of(other.id).*group != mine) continue;
    const bool own = other.id == in.intent.instrument;
    const Money zero = Money::zero(other.settle);
    const auto held = in.state.inAccount(in.state.worstNotional(other.id, in.intent.side, zero), in.now);
    const auto with =
        in.state.inAccount(in.state.worstNotional(other.id, in.intent.side, own ? in.demand.notional : zero), in.now);
    if (!held) return Finding::notApplicable("no exchange rate, see CURRENCY_RATE");
    BW_ASSERT(with);  // the same currency
    before += *held;
    after += *with;
  }
  return Finding::atMost(percentOf(before, *in.equity), percentOf(after, *in.equity), in.limits.number(key), "% equity",
                         what);
}

}  // namespace bw::risk
