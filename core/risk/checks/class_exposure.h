// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_CLASS_EXPOSURE: notional of all instruments of the same class, where switched on; unknown ones count together.
Finding checkClassExposure(const CheckInput& in);

}  // namespace bw::risk
