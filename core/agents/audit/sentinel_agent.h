// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/bus/agent.h"
#include "core/sentinel/agent_watch.h"
#include "core/sentinel/clock_watch.h"
#include "core/sentinel/log_watch.h"
#include "core/sentinel/resource_watch.h"

namespace bw::agents {

/// What the sentinel looks at; compose supplies it. All called on the sentinel's host, none may block for long; empty
/// ones are not looked at.
struct SentinelPorts {
  std::function<MachineTimes()> times;
  std::function<sentinel::Resources()> resources;
  std::function<std::string()> newLogText;  ///< what was logged since the call before
  std::function<std::vector<std::pair<std::string, std::string>>()> configFiles;  ///< name, text
  /// Agent, finding (empty: well); what the last round of self-tests said.
  std::function<std::vector<std::pair<std::string, std::string>>()> selfTests;
  std::function<std::vector<sentinel::Dependency>()> dependencies;
  std::function<void(bool held)> holdForClock;          ///< on change: no new risk while true
  std::function<void(const std::string& text)> record;  ///< every finding, for the audit log
};

/// Watches the program and its machine (SPEC 9.4): agents' exceptions and self-tests, waiting in circles, error storms
/// and secrets in the log, secrets in the settings, clocks, memory, disk, file descriptors. Publishes findings as
/// events that are alarms, the machine's row of the metrics, and pauses trading on a critical finding that says so.
/// After a jump of the clock or a sleep only a person's start or resume lets new risk through again.
/// Thread: its host, which runs on real time.
class SentinelAgent final : public Agent {
 public:
  explicit SentinelAgent(SentinelPorts ports, sentinel::Budgets budgets = {});
  std::string_view name() const override { return "sentinel"; }
  void onStart(AgentContext& context) override;
  void onMessage(const Message& message) override;
  void onTimer(TimerId id) override;
  void onStop() override;
  std::string selfTest() override;
  /// Findings told so far; those repeated within a minute are not.
  std::uint64_t told() const { return m_told; }

 private:
  void lookAtClock();
  void lookAtMachine();
  void lookAtLog();
  void lookAtAgents();
  void lookAtConfig();
  void tell(const sentinel::Findings& findings);
  void publishMachine(const sentinel::Resources& resources);

  SentinelPorts m_ports;
  AgentContext* m_context = nullptr;
  sentinel::AgentWatch m_agents;
  sentinel::ClockWatch m_clock;
  sentinel::LogWatch m_log;
  sentinel::ResourceWatch m_resources;
  std::map<std::string, std::pair<Timestamp, sentinel::Severity>> m_lastTold;  ///< by code and subject
  SessionState m_session = SessionState::Initializing;
  bool m_clockHeld = false;     ///< from a jump or sleep until a person resumes and the clocks agree
  bool m_clockResumed = false;  ///< a person has
  std::uint64_t m_ticks = 0;
  std::uint64_t m_told = 0;
};

}  // namespace bw::agents
