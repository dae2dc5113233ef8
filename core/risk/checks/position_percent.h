// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_POSITION_PERCENT: initial margin of the position (spot: its value), pending counted, at most this share of
/// equity.
Finding checkPositionPercent(const CheckInput& in);

}  // namespace bw::risk
