// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_DAILY_DRAWDOWN: (highest equity of the risk day − equity) / that highest, below the limit.
Finding checkDailyDrawdown(const CheckInput& in);

}  // namespace bw::risk
