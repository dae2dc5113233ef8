// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_DATA_AGE: best prices are known, the book is not stale, and the last quote is at most this old.
Finding checkStaleData(const CheckInput& in);

}  // namespace bw::risk
