// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sentinel/agent_watch.h"

#include <algorithm>

namespace bw::sentinel {
namespace {

using Graph = std::map<std::string, std::set<std::string>>;

/// A queue this full of its bound (share in hundredths) is told.
constexpr std::uint64_t kFilling = 80;
constexpr std::uint64_t kDrained = 40;

// Walks from `node`; true with the cycle in `path` when a node on the path is met again.
bool walk(const Graph& graph, const std::string& node, std::vector<std::string>& path, std::set<std::string>& done) {
  const bool again = std::find(path.begin(), path.end(), node) != path.end();
  path.push_back(node);
  if (again) return true;
  if (const auto edges = graph.find(node); edges != graph.end() && done.count(node) == 0) {
    for (const std::string& next : edges->second) {
      if (walk(graph, next, path, done)) return true;
    }
  }
  done.insert(node);
  path.pop_back();
  return false;
}

bool isVital(const std::string& agent) {
  return agent == "risk" || agent == "execution" || agent == "audit";
}

}  // namespace

std::vector<std::string> findCycle(const std::vector<Dependency>& dependencies) {
  Graph graph;
  for (const auto& [from, to] : dependencies) graph[from].insert(to);
  std::set<std::string> done;
  for (const auto& entry : graph) {
    std::vector<std::string> path;
    if (!walk(graph, entry.first, path, done)) continue;
    path.erase(path.begin(), std::find(path.begin(), path.end(), path.back()));
    return path;
  }
  return {};
}

Findings AgentWatch::onHealth(const AgentHealth& health, MonoTime now) {
  Findings found;
  Known& known = m_agents[health.agent];
  const bool crashed = health.state == AgentHealth::State::Crashed;
  if (crashed && !known.crashed) {
    known.crashes.push_back(now);
    while (now - known.crashes.front() > kFlapWindow) known.crashes.pop_front();
    const std::size_t times = known.crashes.size();
    const bool flapping = times >= kFlapping;
    found.push_back(
        {"agent.exception", health.agent, flapping ? Severity::Critical : Severity::Warning,
         "agent " + health.agent + " on host " + health.host + " ended with an exception: " + health.detail +
             (flapping ? "; the " + std::to_string(times) + "th time within ten minutes" : ""),
         flapping ? "Making it again does not help: trading is paused. Restart the workstation, report the log"
                  : "It is made again by itself; look at Agents & health and at the log",
         flapping});
  }
  known.crashed = crashed;
  if (health.queueCapacity == 0) return found;
  const std::uint64_t share = health.queueDepth * 100 / health.queueCapacity;
  if (share >= kFilling && !known.filling) {
    found.push_back({"queue.filling", health.host, Severity::Warning,
                     "the queue of host " + health.host + " holds " + std::to_string(health.queueDepth) +
                         " messages, " + std::to_string(share) + " % of what it can: it does not keep up",
                     "Slow the market down, close what else uses the processor", false});
  }
  if (share >= kFilling) known.filling = true;
  if (share < kDrained) known.filling = false;
  return found;
}

Findings AgentWatch::onSelfTest(const std::string& agent, const std::string& finding) {
  Known& known = m_agents[agent];
  if (known.failedTest == finding) return {};
  known.failedTest = finding;
  if (finding.empty()) return {};
  const bool vital = isVital(agent);
  return {{"agent.selftest", agent, vital ? Severity::Critical : Severity::Warning,
           "the self-test of agent " + agent + " fails: " + finding,
           vital ? "Trading is paused. Compare orders and positions with the venue before you resume"
                 : "Look at Agents & health and at the log",
           vital}};
}

Findings AgentWatch::onDependencies(const std::vector<Dependency>& dependencies) {
  std::vector<std::string> cycle = findCycle(dependencies);
  if (cycle == m_cycle) return {};
  m_cycle = std::move(cycle);
  if (m_cycle.empty()) return {};
  std::string path;
  for (const std::string& member : m_cycle) path += (path.empty() ? "" : " → ") + member;
  return {{"dependency.cycle", m_cycle.front(), Severity::Warning, "these wait for one another in a circle: " + path,
           "The youngest request of the lowest priority is failed by itself; report it if it comes back", false}};
}

}  // namespace bw::sentinel
