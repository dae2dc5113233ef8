// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdio>
#include <functional>
#include <limits>
#include <string>

#include "core/base/clock.h"

namespace bw::bench {

/// Shortest real time of `rounds` runs, in nanoseconds.
inline double bestOf(int rounds, const std::function<void()>& work) {
  const SystemClock clock;
  double best = std::numeric_limits<double>::max();
  for (int i = 0; i < rounds; ++i) {
    const MonoTime start = clock.mono();
    work();
    best = std::min(best, static_cast<double>((clock.mono() - start).ns));
  }
  return best;
}

/// One JSON line per figure. `ratio` > 1 means ours is ahead; 0 when there is no peer.
inline void report(const std::string& name, double value, const std::string& unit, const std::string& baseline,
                   double ratio) {
  std::printf("{\"name\":\"%s\",\"value\":%.4g,\"unit\":\"%s\",\"baseline\":\"%s\",\"ratio\":%.3g}\n", name.c_str(),
              value, unit.c_str(), baseline.c_str(), ratio);
  std::fflush(stdout);
}

}  // namespace bw::bench
