// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/currency_rate.h"

namespace bw::risk {

Finding checkCurrencyRate(const CheckInput& in) {
  if (!in.state.currency()) return Finding::failed("no account is known yet");
  const auto missing = in.state.totalExposure(in.now, &in.intent, &in.demand);
  if (!missing || !in.notional) {
    return Finding::failed("no exchange rate from " + std::string(in.instrument.settle.code()) + " to " +
                           std::string(in.state.currency()->code()) + " in the last 24 h");
  }
  Finding f;
  f.text = "all amounts convert";
  return f;
}

}  // namespace bw::risk
