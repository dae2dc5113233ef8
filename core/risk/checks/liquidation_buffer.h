// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MIN_LIQUIDATION_BUFFER: room between stop and liquidation, in % of the way from entry to liquidation; above 1x a
/// stop is needed.
Finding checkLiquidationBuffer(const CheckInput& in);

}  // namespace bw::risk
