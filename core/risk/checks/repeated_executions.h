// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_REPEATED_EXECUTIONS: entries of this strategy, instrument and side within a minute, this one included.
Finding checkRepeatedExecutions(const CheckInput& in);

}  // namespace bw::risk
