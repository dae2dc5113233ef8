// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/class_exposure.h"

#include "core/risk/checks/group_exposure.h"

namespace bw::risk {

Finding checkClassExposure(const CheckInput& in) {
  return checkGroupExposure(in, RiskKey::MaxClassExposure, &InstrumentState::assetClass, "class exposure");
}

}  // namespace bw::risk
