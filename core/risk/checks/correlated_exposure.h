// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_CORRELATED_EXPOSURE: Σ over held and pending of notional × max(0, correlation × side agreement), at most this
/// share of equity.
Finding checkCorrelatedExposure(const CheckInput& in);

}  // namespace bw::risk
