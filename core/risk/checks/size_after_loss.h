// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MAX_SIZE_AFTER_LOSS: after a loss, at most this multiple of the size that lost, where switched on.
Finding checkSizeAfterLoss(const CheckInput& in);

}  // namespace bw::risk
