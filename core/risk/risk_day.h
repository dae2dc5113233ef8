// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/base/time.h"

namespace bw::risk {

/// The first start of a risk day after `time`; days begin at `hour`:00 (0 … 23) in `zone`, which exists (asserted).
Timestamp nextDayStart(Timestamp time, std::string_view zone, int hour);
/// The first start of a Monday's risk day after `time`.
Timestamp nextWeekStart(Timestamp time, std::string_view zone, int hour);

}  // namespace bw::risk
