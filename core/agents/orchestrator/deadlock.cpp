// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/orchestrator/deadlock.h"

#include <algorithm>

namespace bw::orchestrator {
namespace {

// Extends `path` (indices into open) until it closes on its first requester; true when it does.
bool closesCycle(const std::vector<OpenRequest>& open, std::vector<std::size_t>& path, std::vector<bool>& used) {
  const std::string& waitsFor = open[path.back()].to;
  if (waitsFor == open[path.front()].from) return true;
  for (std::size_t i = 0; i < open.size(); ++i) {
    if (used[i] || open[i].from != waitsFor) continue;
    used[i] = true;
    path.push_back(i);
    if (closesCycle(open, path, used)) return true;
    path.pop_back();
  }
  return false;
}

}  // namespace

std::vector<Uuid> cycleVictims(const std::vector<OpenRequest>& open) {
  std::vector<Uuid> victims;
  std::vector<bool> inCycle(open.size(), false);
  for (std::size_t start = 0; start < open.size(); ++start) {
    if (inCycle[start]) continue;
    std::vector<std::size_t> path{start};
    std::vector<bool> used = inCycle;
    used[start] = true;
    if (!closesCycle(open, path, used)) continue;
    for (const std::size_t i : path) inCycle[i] = true;
    const std::size_t victim = *std::min_element(path.begin(), path.end(), [&](std::size_t a, std::size_t b) {
      return open[a].priority != open[b].priority ? open[a].priority < open[b].priority : open[a].age < open[b].age;
    });
    victims.push_back(open[victim].id);
  }
  return victims;
}

}  // namespace bw::orchestrator
