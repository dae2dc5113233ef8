// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// PRICE_COLLAR: a limit reaches at most so far through the best price of the other side.
Finding checkPriceCollar(const CheckInput& in);

}  // namespace bw::risk
