// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/break_even.h"

#include "core/risk/formulas.h"

namespace bw::risk {

namespace {

Ratio feeOf(const CheckInput& in, std::string_view word) {
  const bool maker = word == "maker" || (word == "as-sent" && in.demand.maker);
  return maker ? in.instrument.makerFee : in.instrument.takerFee;
}

// What one funding interval is expected to cost; money received is not counted on.
Ratio fundingOf(const CheckInput& in) {
  const auto& expected = in.market().expectedFunding;
  if (!expected) return {};
  const Ratio paid = in.intent.side == Side::Buy ? *expected : Ratio::fraction(-expected->decimal());
  return paid.decimal().sign() > 0 ? paid : Ratio();
}

}  // namespace

Finding checkBreakEven(const CheckInput& in) {
  const bool buy = in.intent.side == Side::Buy;
  if (!in.demand.entry) return Finding::notApplicable("no price yet, see MAX_DATA_AGE");
  Decimal roi;
  if (in.intent.contingent.target) {
    roi = roiPercent(*in.demand.entry, *in.intent.contingent.target, buy ? Side::Buy : Side::Sell, in.intent.leverage);
  } else if (in.intent.expectedMove) {
    roi = multiply(in.intent.expectedMove->decimal(), in.intent.leverage, Decimal(100, 0), 10, Rounding::Down);
  } else {
    return Finding::notApplicable("no target and no expected move");
  }
  const Ratio entryFee = feeOf(in, in.limits.word(RiskKey::EntryOrderType));
  const Ratio exitFee = feeOf(in, in.limits.word(RiskKey::ExitOrderType));
  const Ratio funding = fundingOf(in);
  const Decimal needed =
      breakEvenRoi(entryFee, exitFee, in.intent.leverage, in.limits.number(RiskKey::BreakEvenBuffer), funding);
  Finding f = Finding::atLeast(roi, roi, needed, "% ROI", "take-profit ROI");
  f.text += " = (" + entryFee.asPercent().toString() + " + " + exitFee.asPercent().toString() +
            (funding.isZero() ? "" : " + funding " + funding.asPercent().toString()) + ") % × " +
            in.intent.leverage.toString() + " + " + in.limits.text(RiskKey::BreakEvenBuffer);
  return f;
}

}  // namespace bw::risk
