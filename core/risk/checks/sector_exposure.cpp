// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/sector_exposure.h"

#include "core/risk/checks/group_exposure.h"

namespace bw::risk {

Finding checkSectorExposure(const CheckInput& in) {
  return checkGroupExposure(in, RiskKey::MaxSectorExposure, &InstrumentState::sector, "sector exposure");
}

}  // namespace bw::risk
