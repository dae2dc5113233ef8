// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/on_balance_volume.h"

namespace bw::indicators {

void OnBalanceVolume::reset() {
  *this = OnBalanceVolume();
}

}  // namespace bw::indicators
