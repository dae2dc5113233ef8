// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>

#include "core/base/clock.h"
#include "core/gate/stop_executor.h"

namespace bw::test {

/// Pumps a stop without threads on virtual time until `done`, at most `limit`. True if it came about.
template <class Done>
bool pumpUntil(gate::StopExecutor& stop, ManualClock& clock, Duration limit, Done done) {
  const Timestamp end = clock.now() + limit;
  while (!done()) {
    const auto next = stop.pump();
    if (done()) return true;
    if (!next || clock.now() > end) return false;
    clock.advance(std::max(*next, Duration::micros(10)));
  }
  return true;
}

}  // namespace bw::test
