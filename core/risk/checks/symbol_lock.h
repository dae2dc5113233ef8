// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// SYMBOL_LOCK: time since the stop-loss of this instrument filled.
Finding checkSymbolLock(const CheckInput& in);

}  // namespace bw::risk
