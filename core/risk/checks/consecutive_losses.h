// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_CONSECUTIVE_LOSSES: losing round trips in a row, of the strategy and of the account, below the limit.
Finding checkConsecutiveLosses(const CheckInput& in);

}  // namespace bw::risk
