// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_EXPOSURE: Σ worst-case |notional| over all venues, at most this share of equity.
Finding checkExposure(const CheckInput& in);

}  // namespace bw::risk
