// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_ORDER_VALUE: notional of this order at its worst price, in account currency.
Finding checkOrderValue(const CheckInput& in);

}  // namespace bw::risk
