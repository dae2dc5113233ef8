// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/agents/orchestrator/deadlock.h"
#include "core/agents/orchestrator/health_monitor.h"
#include "core/agents/orchestrator/session_machine.h"
#include "core/agents/orchestrator/task_queue.h"
#include "core/bus/agent.h"
#include "core/ports/emergency_stop.h"

namespace bw::orchestrator {

/// A step of the start-up sequence: what it is called and the function that does it.
struct StartupStepSpec {
  std::string name;
  Duration timeLimit = Duration::seconds(10);
  TaskQueue::Step step;
};

/// What the orchestrator needs from the outside; compose supplies it. All called on the orchestrator's host.
struct OrchestratorPorts {
  const Clock* realClock = nullptr;   ///< never null; time limits, heartbeats and control files run on real time
  EmergencyStopPort* stop = nullptr;  ///< never null
  std::function<Result<void>(std::string_view phrase, std::string_view cause)> reset;
  std::function<std::optional<std::string>(std::string_view name)> readControlFile;  ///< content, or nothing if absent
  std::function<std::vector<Heartbeat>()> heartbeats;
  std::function<void(const HealthAction&)> act;  ///< quarantine a host, rebuild an agent
  std::function<std::vector<OpenRequest>()> openRequests;
  std::function<void(const Uuid& request, const std::string& error)> failRequest;
  std::function<void(const StateChanged&)> record;      ///< journal and log
  std::function<void(const ControlCommand&)> playback;  ///< SetSpeed, Step, Seek
  std::function<void()> cancelEntries;  ///< TRADING → READY and shutdown: strategies stopped, entries cancelled
  std::function<void()> startedByHand;  ///< a person started trading
};

/// Session state, start-up, tasks, health, control files (SPEC 3). Thread: host `control`.
class OrchestratorAgent final : public Agent {
 public:
  struct Options {
    bool startTradingWhenReady = false;  ///< built-in demo (sim, replay) only
    bool latchedAtStart = false;         ///< a latch was found: EMERGENCY_STOP, whatever the steps say
    std::size_t maxConcurrentTasks = 10;
    Duration tick = Duration::millis(250);
    std::string tradingHost = "trading";
    HealthMonitor::Limits health;
  };
  OrchestratorAgent(OrchestratorPorts ports, std::vector<StartupStepSpec> steps, Options options);

  std::string_view name() const override { return "orchestrator"; }
  void onStart(AgentContext& context) override;
  void onMessage(const Message& message) override;
  void onTimer(TimerId id) override;
  std::string selfTest() override;

  SessionState state() const { return m_machine.state(); }
  TaskQueue& tasks() { return m_tasks; }

 private:
  void beginStep(std::size_t index);
  void endStep(std::size_t index, const TaskStep& result);
  void publishStep(std::size_t index, StartupStep::State state, const std::string& detail, double progress);
  void finishStartup();
  void tick();
  void checkControlFiles();
  void checkHealth();
  void checkDeadlocks();
  void handle(const ControlCommand& command, const Message& message);
  void onStopProgress(const StopProgress& progress);
  Result<void> startTrading(const std::string& cause);
  Result<void> execute(const ControlCommand& command);
  Result<void> moveTo(SessionState to, const std::string& cause);
  Result<void> shutdown(const std::string& cause);
  void raiseEvent(int priority, const std::string& code, const std::string& text, const std::string& action = {},
                  const std::string& subject = {});

  OrchestratorPorts m_ports;
  std::vector<StartupStepSpec> m_steps;
  Options m_options;
  AgentContext* m_context = nullptr;
  SessionMachine m_machine;
  TaskQueue m_tasks;
  HealthMonitor m_health;
  bool m_pausedByFile = false;
  bool m_killFileSeen = false;
  bool m_killFileBlocks = false;
  bool m_resetDone = false;
  std::uint64_t m_ticks = 0;
};

}  // namespace bw::orchestrator
