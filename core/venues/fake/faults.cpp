// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/venues/fake/faults.h"

namespace bw::fake {

std::string_view toString(Fault fault) {
  return kFaults[static_cast<std::size_t>(fault)].name;
}

FaultPlan FaultPlan::all() {
  FaultPlan plan;
  for (const FaultInfo& info : kFaults) plan.set(info.fault, info.usual);
  return plan;
}

Result<void> FaultPlan::enable(std::string_view name) {
  std::string known;
  for (const FaultInfo& info : kFaults) {
    if (info.name == name) {
      set(info.fault, info.usual);
      return {};
    }
    known += (known.empty() ? "" : ", ") + std::string(info.name);
  }
  return finalError("fault.unknown", "there is no fault '" + std::string(name) + "'; there are " + known);
}

}  // namespace bw::fake
