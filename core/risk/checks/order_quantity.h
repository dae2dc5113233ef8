// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_ORDER_QUANTITY: lots of this order.
Finding checkOrderQuantity(const CheckInput& in);

}  // namespace bw::risk
