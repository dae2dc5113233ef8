// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_MESSAGE_RATE: orders and cancels within a second, this one included.
Finding checkMessageRate(const CheckInput& in);

}  // namespace bw::risk
