// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "core/domain/messages/system.h"
#include "core/sentinel/finding.h"

namespace bw::sentinel {

/// "a waits for b", "a needs b".
using Dependency = std::pair<std::string, std::string>;
/// The members of a cycle among them, in order, first = last; empty if there is none. The same cycle for the same
/// dependencies, however they are ordered. Pure.
std::vector<std::string> findCycle(const std::vector<Dependency>& dependencies);

/// Judges agents by their health and self-tests. Pure. Thread: owner only.
class AgentWatch {
 public:
  /// So many restarts within ten minutes mean that a restart does not help.
  static constexpr std::size_t kFlapping = 3;
  static constexpr Duration kFlapWindow = Duration::minutes(10);

  Findings onHealth(const AgentHealth& health, MonoTime now);
  /// `finding` empty: it is well.
  Findings onSelfTest(const std::string& agent, const std::string& finding);
  Findings onDependencies(const std::vector<Dependency>& dependencies);

 private:
  struct Known {
    bool crashed = false;
    bool filling = false;
    std::string failedTest;
    std::deque<MonoTime> crashes;
  };
  std::map<std::string, Known> m_agents;
  std::vector<std::string> m_cycle;
};

}  // namespace bw::sentinel
