// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategies/registry.h"

#include "core/strategies/ema_cross.h"
#include "core/strategies/ninth_level_demo.h"

namespace bw::strategies {

const std::vector<StrategyInfo>& allStrategies() {
  static const std::vector<StrategyInfo> kAll = {NinthLevelDemo::info(), EmaCross::info()};
  return kAll;
}

const StrategyInfo* findStrategy(std::string_view name) {
  for (const StrategyInfo& info : allStrategies()) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

}  // namespace bw::strategies
