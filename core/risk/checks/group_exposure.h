// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/risk/check.h"

namespace bw::risk {

/// Worst-case notional of all instruments whose `group` (sector, asset class) is that of the intent's instrument,
/// against the limit `key`; not applicable where it is off.
Finding checkGroupExposure(const CheckInput& in, RiskKey key, std::string InstrumentState::*group, const char* what);

}  // namespace bw::risk
