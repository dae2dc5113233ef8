// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// VOLATILITY_HALT: the last move in standard deviations, where switched on; unknown passes nothing.
Finding checkVolatilityHalt(const CheckInput& in);

}  // namespace bw::risk
