// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/risk/check.h"

namespace bw::risk {

/// INSTRUMENT: whole lots and ticks, minimum sizes, prices where the type needs them, sane leverage, not expired. A
/// risk-reducing order is exempt from minimum sizes.
Finding checkInstrumentForm(const CheckInput& in);

}  // namespace bw::risk
