// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// MIN_LIQUIDATION_DISTANCE: distance from mark to liquidation in % of mark, where switched on.
Finding checkLiquidationDistance(const CheckInput& in);

}  // namespace bw::risk
