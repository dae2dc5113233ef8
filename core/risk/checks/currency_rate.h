// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// CURRENCY_RATE: every amount can be stated in the account currency.
Finding checkCurrencyRate(const CheckInput& in);

}  // namespace bw::risk
