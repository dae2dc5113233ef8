// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/correlated_exposure.h"

namespace bw::risk {

Finding checkCorrelatedExposure(const CheckInput& in) {
  if (!in.equity) return Finding::failed("equity is not known yet");
  if (in.equity->sign() <= 0) return Finding::failed("equity " + in.equity->toString() + " is not positive");
  if (!in.demand.valuation) return Finding::notApplicable("no price yet, see MAX_DATA_AGE");

  Money sum = Money::zero(in.equity->currency());
  for (const Instrument& other : *in.state.instruments) {
    const Ratio rho = in.state.correlation(in.intent.instrument, other.id);
    if (rho.isZero()) continue;
    const bool same = rho.decimal().sign() > 0;
    const Side side = same ? in.intent.side : opposite(in.intent.side);
    const bool heldThatWay = in.state.of(other.id).position.sign() == signOf(side);
    const Money held = heldThatWay ? in.state.positionNotional(other.id) : Money::zero(other.settle);
    const auto notional = in.state.inAccount(held + in.state.exposure.totals(other.id, side).notional, in.now);
    if (!notional) return Finding::notApplicable("no exchange rate, see CURRENCY_RATE");
    sum += of(*notional, same ? rho : Ratio::fraction(-rho.decimal()), Rounding::Up);
  }
  if (!in.notional) return Finding::notApplicable("no exchange rate, see CURRENCY_RATE");
  return Finding::atMost(percentOf(sum, *in.equity), percentOf(sum + *in.notional, *in.equity),
                         in.limits.number(RiskKey::MaxCorrelatedExposure), "% equity", "correlated exposure");
}

}  // namespace bw::risk
