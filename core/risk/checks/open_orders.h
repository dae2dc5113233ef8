// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_OPEN_ORDERS: entries open, reserved or UNKNOWN, this one included.
Finding checkOpenOrders(const CheckInput& in);

}  // namespace bw::risk
