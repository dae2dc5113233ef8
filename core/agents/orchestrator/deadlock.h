// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/base/time.h"

namespace bw::orchestrator {

/// One open request as the bus knows it.
struct OpenRequest {
  Uuid id;
  std::string from;
  std::string to;
  Duration age;  ///< real time
  Duration timeLimit;
  int priority = 0;
};

/// For every cycle "a waits for b waits for … a" among the requests: the one to fail, which is the youngest of those
/// of the lowest priority in it. Empty when nothing waits in a circle.
std::vector<Uuid> cycleVictims(const std::vector<OpenRequest>& open);

}  // namespace bw::orchestrator
