// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdio>
#include <ctime>
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

/// CPU time of the calling thread, in nanoseconds.
inline double threadCpuNs() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

/// What a piece of work took, in nanoseconds.
struct Spent {
  double cpuNs = std::numeric_limits<double>::max();  ///< of the calling thread
  double wallNs = std::numeric_limits<double>::max();
};

/// The least of CPU and real time seen so far and in one more run.
inline Spent leastOf(const Spent& soFar, const std::function<void()>& work) {
  const SystemClock clock;
  const MonoTime start = clock.mono();
  const double cpu = threadCpuNs();
  work();
  return {std::min(soFar.cpuNs, threadCpuNs() - cpu),
          std::min(soFar.wallNs, static_cast<double>((clock.mono() - start).ns))};
}

/// One JSON line per figure. `ratio` > 1 means ours is ahead; 0 when there is no peer.
inline void report(const std::string& name, double value, const std::string& unit, const std::string& baseline,
                   double ratio) {
  std::printf("{\"name\":\"%s\",\"value\":%.4g,\"unit\":\"%s\",\"baseline\":\"%s\",\"ratio\":%.3g}\n", name.c_str(),
              value, unit.c_str(), baseline.c_str(), ratio);
  std::fflush(stdout);
}

}  // namespace bw::bench
