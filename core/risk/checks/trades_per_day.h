// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_TRADES_PER_DAY: entries approved in the risk day, this one included, where switched on.
Finding checkTradesPerDay(const CheckInput& in);

}  // namespace bw::risk
