// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_OPEN_POSITIONS: instruments held or pending, this one included.
Finding checkOpenPositions(const CheckInput& in);

}  // namespace bw::risk
