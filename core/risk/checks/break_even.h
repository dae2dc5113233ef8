// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// BREAK_EVEN: the target (or the declared expected move) earns at least the fees and the buffer.
Finding checkBreakEven(const CheckInput& in);

}  // namespace bw::risk
