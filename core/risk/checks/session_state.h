// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// SESSION_STATE: entries only while the session is TRADING.
Finding checkSessionState(const CheckInput& in);

}  // namespace bw::risk
