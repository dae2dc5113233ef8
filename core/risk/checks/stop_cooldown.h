// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// COOLDOWN_AFTER_STOP: time since any stop-loss of ours filled.
Finding checkStopCooldown(const CheckInput& in);

}  // namespace bw::risk
