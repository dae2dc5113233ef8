// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MIN_FREE_BALANCE: what is available after margin and fees of everything pending and of this order, at least this.
Finding checkAvailableBalance(const CheckInput& in);

}  // namespace bw::risk
