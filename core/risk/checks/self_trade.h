// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// SELF_TRADE: the order does not reach a resting order of our own on the other side.
Finding checkSelfTrade(const CheckInput& in);

}  // namespace bw::risk
