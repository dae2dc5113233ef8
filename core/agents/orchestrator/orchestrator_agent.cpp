// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/orchestrator/orchestrator_agent.h"

#include <algorithm>

namespace bw::orchestrator {
namespace {

constexpr std::string_view kKillFile = ".kill_switch";
constexpr std::string_view kPauseFile = ".pause_orchestrator";

std::string firstLine(const std::string& text) {
  const std::string line = text.substr(0, text.find('\n'));
  return line.substr(0, 200);
}

}  // namespace

OrchestratorAgent::OrchestratorAgent(OrchestratorPorts ports, std::vector<StartupStepSpec> steps, Options options)
    : m_ports(std::move(ports)),
      m_steps(std::move(steps)),
      m_options(std::move(options)),
      m_tasks(m_options.maxConcurrentTasks),
      m_health(m_options.tradingHost, m_options.health) {
  BW_ASSERT(m_ports.stop != nullptr && m_ports.realClock != nullptr);
}

void OrchestratorAgent::onStart(AgentContext& context) {
  m_context = &context;
  context.subscribe(Topic::Control);
  context.subscribe(Topic::StopProgress);
  for (std::size_t i = 0; i < m_steps.size(); ++i) publishStep(i, StartupStep::State::Waiting, "", 0);
  if (!m_steps.empty())
    beginStep(0);
  else
    finishStartup();
  tick();
}

void OrchestratorAgent::publishStep(std::size_t index, StartupStep::State state, const std::string& detail,
                                    double progress) {
  PublishOptions options;
  options.key = index + 1;
  m_context->publish(Topic::StartupStep,
                     StartupStep{static_cast<int>(index) + 1, m_steps[index].name, state, detail, progress}, options);
}

void OrchestratorAgent::beginStep(std::size_t index) {
  const StartupStepSpec& spec = m_steps[index];
  publishStep(index, StartupStep::State::Running, "", 0);
  TaskQueue::Spec task;
  task.name = "start-up " + std::to_string(index + 1) + ": " + spec.name;
  task.priority = 100;
  task.timeLimit = spec.timeLimit;
  task.step = [this, index, last = -1.0](MonoTime now) mutable {
    TaskStep result = m_steps[index].step(now);
    if (result.state == TaskStep::State::Running && result.progress > last + 0.05) {
      last = result.progress;
      publishStep(index, StartupStep::State::Running, result.detail, result.progress);
    }
    return result;
  };
  task.onEnd = [this, index](const TaskStep& result) { endStep(index, result); };
  m_tasks.add(std::move(task));
}

void OrchestratorAgent::endStep(std::size_t index, const TaskStep& result) {
  if (m_machine.state() == SessionState::Shutdown) return;
  switch (result.state) {
    case TaskStep::State::Done:
      publishStep(index, StartupStep::State::Done, result.detail, 1);
      break;
    case TaskStep::State::NotInThisBuild:
      publishStep(index, StartupStep::State::NotInThisBuild, result.detail, 1);
      break;
    default: {
      publishStep(index, StartupStep::State::Failed, result.detail, result.progress);
      const std::string text =
          "start-up step " + std::to_string(index + 1) + " (" + m_steps[index].name + ") failed: " + result.detail;
      raiseEvent(3, "startup.failed", text, "Correct the cause and start again");
      if (m_machine.state() == SessionState::Initializing) (void)moveTo(SessionState::Shutdown, text);
      return;
    }
  }
  if (index + 1 < m_steps.size())
    beginStep(index + 1);
  else
    finishStartup();
}

void OrchestratorAgent::finishStartup() {
  if (m_machine.state() != SessionState::Initializing) return;
  if (m_options.latchedAtStart) {
    (void)moveTo(SessionState::EmergencyStop, "an emergency stop is latched from an earlier session");
    return;
  }
  if (auto moved = moveTo(SessionState::Ready, "start-up complete"); !moved) return;
  if (m_options.startTradingWhenReady && !m_resetDone) (void)startTrading("built-in demonstration");
}

Result<void> OrchestratorAgent::startTrading(const std::string& cause) {
  if (m_killFileBlocks)
    return finalError("kill_switch", "the file .kill_switch is in the data directory: remove it first");
  return moveTo(SessionState::Trading, cause);
}

Result<void> OrchestratorAgent::moveTo(SessionState to, const std::string& cause) {
  const SessionState from = m_machine.state();
  auto moved = m_machine.moveTo(to);
  if (!moved) {
    raiseEvent(1, "session.illegal_transition", moved.error().detail);
    return moved;
  }
  const StateChanged change{from, to, cause};
  if (m_ports.record) m_ports.record(change);
  m_context->publish(Topic::StateChanged, change);
  return {};
}

Result<void> OrchestratorAgent::shutdown(const std::string& cause) {
  if (m_machine.state() == SessionState::Trading) {
    if (auto paused = moveTo(SessionState::Paused, cause); !paused) return paused;
  }
  if (m_machine.state() == SessionState::Paused) {
    if (m_ports.cancelEntries) m_ports.cancelEntries();
    if (auto ready = moveTo(SessionState::Ready, cause); !ready) return ready;
  }
  return moveTo(SessionState::Shutdown, cause);
}

Result<void> OrchestratorAgent::execute(const ControlCommand& command) {
  using Kind = ControlCommand::Kind;
  const std::string cause = command.channel + (command.reason.empty() ? "" : ": " + command.reason);
  switch (command.kind) {
    case Kind::StartTrading: {
      auto started = startTrading(cause);
      if (started && m_ports.startedByHand) m_ports.startedByHand();
      return started;
    }
    case Kind::Pause:
      return moveTo(SessionState::Paused, cause);
    case Kind::Resume:
      if (m_pausedByFile)
        return finalError("pause_file", "the file .pause_orchestrator is in the data directory: remove it to resume");
      if (m_machine.state() != SessionState::Paused) {
        return finalError("session.illegal_transition",
                          "nothing to resume: the session is " + std::string(toString(m_machine.state())));
      }
      return startTrading(cause);
    case Kind::StopTrading: {
      auto moved = moveTo(SessionState::Ready, cause);
      if (moved && m_ports.cancelEntries) m_ports.cancelEntries();
      return moved;
    }
    case Kind::EmergencyStop:
      m_ports.stop->trigger(command.channel, command.reason);
      return {};
    case Kind::Reset: {
      if (m_machine.state() != SessionState::EmergencyStop)
        return finalError("not_stopped", "no emergency stop is latched: there is nothing to reset");
      if (auto done = m_ports.reset(command.phrase, command.reason); !done) return done;
      m_resetDone = true;
      m_options.latchedAtStart = false;
      return moveTo(SessionState::Ready, "reset by a person: " + command.reason);
    }
    case Kind::Shutdown:
      return shutdown(cause);
    case Kind::SetSpeed:
    case Kind::Step:
    case Kind::Seek:
      if (!m_ports.playback) return finalError("no_playback", "speed, step and seek work in sim and replay only");
      m_ports.playback(command);
      return {};
    case Kind::AcknowledgeAlarm:
      return {};
  }
  return {};
}

void OrchestratorAgent::handle(const ControlCommand& command, const Message& message) {
  if (command.kind == ControlCommand::Kind::AcknowledgeAlarm) return;  // the alarm agent's
  const auto done = execute(command);
  ControlAnswer answer;
  if (!done) answer = {false, done.error().userKey, done.error().detail};
  PublishOptions options;
  // An event, not a response: commands are no requests of the bus, which drops answers to what it does not know.
  options.correlationId = message.correlationId;
  m_context->publish(Topic::ControlAnswer, answer, options);
}

void OrchestratorAgent::onStopProgress(const StopProgress& progress) {
  const SessionState state = m_machine.state();
  if (progress.state == StopState::Ready && state == SessionState::EmergencyStop) {
    m_resetDone = true;
    m_options.latchedAtStart = false;
    (void)moveTo(SessionState::Ready, "reset by a person");
    return;
  }
  if (progress.state == StopState::Ready || progress.state == StopState::Offline) return;
  if (state == SessionState::EmergencyStop || state == SessionState::Shutdown) return;
  (void)moveTo(SessionState::EmergencyStop, progress.trigger + (progress.reason.empty() ? "" : ": " + progress.reason));
}

void OrchestratorAgent::onMessage(const Message& message) {
  if (const auto* command = std::get_if<ControlCommand>(&message.payload))
    handle(*command, message);
  else if (const auto* progress = std::get_if<StopProgress>(&message.payload))
    onStopProgress(*progress);
}

void OrchestratorAgent::onTimer(TimerId) {
  tick();
}

void OrchestratorAgent::tick() {
  const MonoTime now = m_ports.realClock->mono();
  m_tasks.run(now, [this](const TaskUpdate& update) { m_context->publish(Topic::Task, update); });
  checkControlFiles();
  ++m_ticks;
  if (m_ticks % 2 == 0) {
    checkHealth();
    checkDeadlocks();
  }
  const bool busy = m_machine.state() == SessionState::Initializing && !m_tasks.idle();
  m_context->startTimer(m_context->clock().now() + (busy ? Duration::millis(1) : m_options.tick));
}

void OrchestratorAgent::checkControlFiles() {
  if (!m_ports.readControlFile) return;
  const auto kill = m_ports.readControlFile(kKillFile);
  m_killFileBlocks = kill.has_value();
  if (kill && !m_killFileSeen) {
    m_killFileSeen = true;
    const std::string reason = firstLine(*kill);
    m_ports.stop->trigger("file .kill_switch", reason.empty() ? "the file appeared" : reason);
  } else if (!kill) {
    m_killFileSeen = false;
  }
  const bool pause = m_ports.readControlFile(kPauseFile).has_value();
  if (pause && m_machine.state() == SessionState::Trading) {
    m_pausedByFile = true;
    (void)moveTo(SessionState::Paused, "file .pause_orchestrator");
  } else if (!pause && m_pausedByFile) {
    m_pausedByFile = false;
    if (m_machine.state() == SessionState::Paused) (void)startTrading("file .pause_orchestrator removed");
  }
}

void OrchestratorAgent::checkHealth() {
  if (!m_ports.heartbeats) return;
  for (const HealthAction& action : m_health.check(m_ports.heartbeats(), m_ports.realClock->mono())) {
    const bool severe = action.kind != HealthAction::Kind::Amber;
    raiseEvent(severe ? 3 : 1, "agent.health", action.text, severe ? "Open Agents & health" : "", action.host);
    if (action.kind == HealthAction::Kind::PauseTrading && m_machine.state() == SessionState::Trading) {
      (void)moveTo(SessionState::Paused, action.text);
    } else if (action.kind == HealthAction::Kind::EmergencyStop) {
      m_ports.stop->trigger("health", action.text);
    } else if (m_ports.act) {
      m_ports.act(action);
      if (action.kind == HealthAction::Kind::Quarantine) m_health.hostReplaced(action.host);
    }
  }
  std::uint64_t key = 1;
  for (const AgentHealth& row : m_health.rows()) {
    PublishOptions options;
    options.key = key++;
    m_context->publish(Topic::Health, row, options);
  }
}

void OrchestratorAgent::checkDeadlocks() {
  if (!m_ports.openRequests) return;
  const std::vector<OpenRequest> open = m_ports.openRequests();
  for (const OpenRequest& request : open) {
    if (request.age <= request.timeLimit) continue;
    const std::string text = "request of " + request.from + " to " + request.to + " has had no answer for " +
                             std::to_string(request.age.toMillis()) + " ms";
    raiseEvent(2, "bus.request_overdue", text);
    m_ports.failRequest(request.id, text);
  }
  const std::vector<Uuid> victims = cycleVictims(open);
  for (const Uuid& id : victims) {
    raiseEvent(2, "bus.deadlock", "a cycle of requests was broken by failing the youngest of the lowest priority");
    m_ports.failRequest(id, "failed to break a deadlock");
  }
}

void OrchestratorAgent::raiseEvent(int priority, const std::string& code, const std::string& text,
                                   const std::string& action, const std::string& subject) {
  m_context->publish(Topic::Event, SystemEvent{priority, "orchestrator", code, text, action, subject});
}

std::string OrchestratorAgent::selfTest() {
  return m_tasks.running() <= m_options.maxConcurrentTasks ? "" : "more tasks at once than allowed";
}

}  // namespace bw::orchestrator
