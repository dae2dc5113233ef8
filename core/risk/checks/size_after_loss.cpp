// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/size_after_loss.h"

namespace bw::risk {

Finding checkSizeAfterLoss(const CheckInput& in) {
  const InstrumentState& market = in.market();
  if (!market.marks.lastTripLost || market.marks.lostSize.isZero())
    return Finding::notApplicable("the last round trip was no loss");
  const Decimal times =
      divide(in.intent.quantity.decimal().canonical(), market.marks.lostSize.decimal().canonical(), 8, Rounding::Up);
  if (in.limits.isOff(RiskKey::MaxSizeAfterLoss)) return Finding::off(times, times);
  return Finding::atMost(times, times, in.limits.number(RiskKey::MaxSizeAfterLoss), "× last size", "size after a loss");
}

}  // namespace bw::risk
