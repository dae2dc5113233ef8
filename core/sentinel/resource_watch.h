// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "core/base/time.h"
#include "core/sentinel/finding.h"

namespace bw::sentinel {

/// What the process uses and what is left, at one instant. Zero where the system does not tell.
struct Resources {
  std::uint64_t memoryBytes = 0;    ///< resident
  std::uint64_t diskFreeBytes = 0;  ///< for us, where the data directory is
  std::uint64_t diskTotalBytes = 0;
  std::uint64_t openFiles = 0;
  std::uint64_t openFilesMost = 0;  ///< the limit
  Duration cpuTime;                 ///< of the process, all threads
};

/// What the process may use (SPEC 13).
struct Budgets {
  std::uint64_t memoryTarget = 512ULL << 20;
  std::uint64_t memoryCritical = 1ULL << 30;
  std::uint64_t diskFreeTarget = 1ULL << 30;
  std::uint64_t diskFreeCritical = 256ULL << 20;
  double openFilesShare = 0.8;
  Duration horizon = Duration::minutes(30);  ///< a trend that reaches the critical value sooner is told
};

/// Judges resources against budgets, and their trend: a straight line through the last ten minutes that reaches the
/// critical value within the horizon. Pure. Thread: owner only.
class ResourceWatch {
 public:
  explicit ResourceWatch(Budgets budgets = {}) : m_budgets(budgets) {}
  /// `now` is monotonic real time; a sample every few seconds.
  Findings sample(const Resources& resources, MonoTime now);
  /// Share of one core used between the last two samples, 0 … cores; negative before two samples.
  double cpuShare() const { return m_cpuShare; }
  const Budgets& budgets() const { return m_budgets; }

 private:
  struct Point {
    MonoTime time;
    Resources resources;
  };
  void judgeMemory(const Resources& r, Findings& found) const;
  void judgeDisk(const Resources& r, Findings& found) const;
  void judgeTrends(Findings& found) const;

  Budgets m_budgets;
  std::deque<Point> m_points;
  double m_cpuShare = -1;
};

}  // namespace bw::sentinel
