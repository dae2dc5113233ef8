// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_WEEKLY_DRAWDOWN: (highest equity of the risk week − equity) / that highest, below the limit.
Finding checkWeeklyDrawdown(const CheckInput& in);

}  // namespace bw::risk
