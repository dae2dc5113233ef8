// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// STOP_DISTANCE: a stop is at least the larger of 2 ticks, the spread and 0.1 × ATR(14) away from the entry.
Finding checkStopDistance(const CheckInput& in);

}  // namespace bw::risk
