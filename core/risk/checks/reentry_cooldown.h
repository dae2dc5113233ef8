// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// REENTRY_COOLDOWN: time since this instrument was left, where switched on.
Finding checkReentryCooldown(const CheckInput& in);

}  // namespace bw::risk
