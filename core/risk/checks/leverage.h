// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_LEVERAGE: leverage at most MAX_LEVERAGE × the factor for the volatility, and at most the venue's.
Finding checkLeverage(const CheckInput& in);

}  // namespace bw::risk
