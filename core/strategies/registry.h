// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/strategies/parameters.h"
#include "core/strategies/strategy.h"

namespace bw::strategies {

/// Name, parameters and factory of a strategy.
struct StrategyInfo {
  std::string_view name;  ///< "ninth-level-demo"
  std::string_view title;
  std::string_view help;
  ParameterList parameters;
  std::unique_ptr<Strategy> (*make)(const Parameters& parameters);
};

/// Every strategy there is, in the order they are offered. Thread: any.
const std::vector<StrategyInfo>& allStrategies();
/// Null if there is none of that name.
const StrategyInfo* findStrategy(std::string_view name);

}  // namespace bw::strategies
