// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// DUPLICATE_WINDOW: no equal entry within this time.
Finding checkDuplicateOrder(const CheckInput& in);

}  // namespace bw::risk
