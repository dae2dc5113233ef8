// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_SECTOR_EXPOSURE: notional of all instruments of the same sector, where switched on; unknown ones count together.
Finding checkSectorExposure(const CheckInput& in);

}  // namespace bw::risk
