// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sentinel/resource_watch.h"

#include <optional>

namespace bw::sentinel {
namespace {

constexpr Duration kWindow = Duration::minutes(10);
/// A trend needs this much time behind it: less is the start of the program.
constexpr Duration kTrendNeeds = Duration::minutes(2);
/// A trend is told only once this share of the way to the critical value is gone.
constexpr double kTrendFrom = 0.5;

std::string mebibytes(std::uint64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

double secondsOf(Duration d) {
  return static_cast<double>(d.ns) / 1e9;
}

/// Seconds until a value that moves as `samples` did reaches `critical`; nothing if it does not move that way.
/// Least squares: slope = Σ(t−t̄)(v−v̄) / Σ(t−t̄)².
template <class Points, class Value>
std::optional<double> secondsUntil(const Points& points, double critical, Value value) {
  const double count = static_cast<double>(points.size());
  double meanT = 0;
  double meanV = 0;
  for (const auto& point : points) {
    meanT += secondsOf(point.time - points.front().time) / count;
    meanV += value(point.resources) / count;
  }
  double top = 0;
  double bottom = 0;
  for (const auto& point : points) {
    const double t = secondsOf(point.time - points.front().time) - meanT;
    top += t * (value(point.resources) - meanV);
    bottom += t * t;
  }
  if (bottom <= 0) return std::nullopt;
  const double slope = top / bottom;
  const double left = critical - value(points.back().resources);
  if (slope * left <= 0) return std::nullopt;
  return left / slope;
}

}  // namespace

void ResourceWatch::judgeMemory(const Resources& r, Findings& found) const {
  if (r.memoryBytes >= m_budgets.memoryTarget) {
    const bool critical = r.memoryBytes >= m_budgets.memoryCritical;
    found.push_back({"memory.high", "memory", critical ? Severity::Critical : Severity::Warning,
                     "the program uses " + mebibytes(r.memoryBytes) + " of memory; the target is " +
                         mebibytes(m_budgets.memoryTarget) + ", critical is " + mebibytes(m_budgets.memoryCritical),
                     "Close charts and recordings that are not needed; restart when flat", critical});
  }
  if (r.openFilesMost > 0 &&
      static_cast<double>(r.openFiles) >= m_budgets.openFilesShare * static_cast<double>(r.openFilesMost)) {
    found.push_back({"files.many", "file descriptors", Severity::Warning,
                     std::to_string(r.openFiles) + " of " + std::to_string(r.openFilesMost) +
                         " file descriptors are open: soon no file or connection can be opened",
                     "Raise the limit (ulimit -n) and restart when flat; report it with the log", false});
  }
}

void ResourceWatch::judgeDisk(const Resources& r, Findings& found) const {
  if (r.diskTotalBytes == 0 || r.diskFreeBytes >= m_budgets.diskFreeTarget) return;
  const bool critical = r.diskFreeBytes < m_budgets.diskFreeCritical;
  found.push_back({"disk.low", "disk", critical ? Severity::Critical : Severity::Warning,
                   mebibytes(r.diskFreeBytes) + " are free where the journal is; below " +
                       mebibytes(m_budgets.diskFreeCritical) + " trading pauses, and without a journal no order leaves",
                   "Free space on this disk, or move the data directory (--data-dir)", critical});
}

void ResourceWatch::judgeTrends(Findings& found) const {
  if (m_points.back().time - m_points.front().time < kTrendNeeds) return;
  const Resources& now = m_points.back().resources;
  const auto memoryCritical = static_cast<double>(m_budgets.memoryCritical);
  const auto memory = [](const Resources& r) { return static_cast<double>(r.memoryBytes); };
  const auto until = secondsUntil(m_points, memoryCritical, memory);
  if (until && *until < secondsOf(m_budgets.horizon) && memory(now) > kTrendFrom * memoryCritical &&
      now.memoryBytes < m_budgets.memoryCritical) {
    found.push_back({"memory.trend", "memory", Severity::Warning,
                     "memory grows: from " + mebibytes(now.memoryBytes) + " to the critical " +
                         mebibytes(m_budgets.memoryCritical) + " in about " +
                         std::to_string(static_cast<int>(*until / 60)) + " minutes",
                     "Restart when flat, and report it with the log", false});
  }
  if (now.diskTotalBytes == 0 || now.diskFreeBytes < m_budgets.diskFreeCritical) return;
  const auto disk = [](const Resources& r) { return static_cast<double>(r.diskFreeBytes); };
  const auto full = secondsUntil(m_points, static_cast<double>(m_budgets.diskFreeCritical), disk);
  if (full && *full < secondsOf(m_budgets.horizon)) {
    found.push_back({"disk.trend", "disk", Severity::Warning,
                     "the disk fills: " + mebibytes(now.diskFreeBytes) + " free, trading pauses in about " +
                         std::to_string(static_cast<int>(*full / 60)) + " minutes",
                     "Find what writes (du -x), and free space", false});
  }
}

Findings ResourceWatch::sample(const Resources& resources, MonoTime now) {
  if (!m_points.empty()) {
    const double passed = secondsOf(now - m_points.back().time);
    if (passed > 0) m_cpuShare = secondsOf(resources.cpuTime - m_points.back().resources.cpuTime) / passed;
  }
  m_points.push_back({now, resources});
  while (now - m_points.front().time > kWindow) m_points.pop_front();
  Findings found;
  judgeMemory(resources, found);
  judgeDisk(resources, found);
  judgeTrends(found);
  return found;
}

}  // namespace bw::sentinel
