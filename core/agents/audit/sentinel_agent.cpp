// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/audit/sentinel_agent.h"

#include <cstdio>

#include "core/agents/audit/metric_rows.h"
#include "core/sentinel/secret_scan.h"

namespace bw::agents {
namespace {

constexpr Duration kSentinelTick = Duration::millis(250);
constexpr std::uint64_t kLogEvery = 2;       ///< ticks
constexpr std::uint64_t kMachineEvery = 8;   ///< ticks
constexpr std::uint64_t kConfigEvery = 240;  ///< ticks
constexpr Duration kSayAgain = Duration::seconds(60);

int priorityOf(sentinel::Severity severity) {
  return severity == sentinel::Severity::Critical ? 3 : severity == sentinel::Severity::Warning ? 2 : 1;
}

}  // namespace

SentinelAgent::SentinelAgent(SentinelPorts ports, sentinel::Budgets budgets)
    : m_ports(std::move(ports)), m_resources(budgets) {}

void SentinelAgent::onStart(AgentContext& context) {
  m_context = &context;
  context.subscribe(Topic::Health);
  context.subscribe(Topic::StateChanged);
  context.subscribe(Topic::Task, [](const Message& message) { return message.as<TaskUpdate>().state == "FAILED"; });
  lookAtConfig();
  lookAtClock();
  context.startTimer(context.clock().now() + kSentinelTick);
}

void SentinelAgent::tell(const sentinel::Findings& findings) {
  const Timestamp now = m_context->clock().now();
  for (const sentinel::Finding& finding : findings) {
    const auto [last, isNew] = m_lastTold.try_emplace(finding.code + "\n" + finding.subject, now, finding.severity);
    const bool worse = finding.severity > last->second.second;
    if (!isNew && !worse && now - last->second.first < kSayAgain) continue;
    last->second = {now, finding.severity};
    ++m_told;
    m_context->publish(Topic::Event, SystemEvent{priorityOf(finding.severity), "sentinel", finding.code, finding.text,
                                                 finding.remedy, finding.subject});
    const bool critical = finding.severity == sentinel::Severity::Critical;
    m_context->log().write(critical ? LogLevel::Critical : LogLevel::Warning, "sentinel", finding.code, finding.text);
    if (m_ports.record)
      m_ports.record("finding " + finding.code + " (" + finding.subject + "), " +
                     std::string(toString(finding.severity)) + ": " + finding.text);
    if (!finding.pauses || m_session != SessionState::Trading) continue;
    ControlCommand pause;
    pause.kind = ControlCommand::Kind::Pause;
    pause.channel = "sentinel";
    pause.reason = finding.code + ": " + finding.text;
    PublishOptions options;
    options.type = MessageType::Command;
    m_context->publish(Topic::Control, std::move(pause), options);
  }
}

void SentinelAgent::onMessage(const Message& message) {
  const MonoTime now = m_context->clock().mono();
  if (const auto* health = std::get_if<AgentHealth>(&message.payload)) {
    tell(m_agents.onHealth(*health, now));
  } else if (const auto* change = std::get_if<StateChanged>(&message.payload)) {
    m_session = change->to;
    // Trading begins by a person's hand only while the clock holds it.
    if (m_clockHeld && change->to == SessionState::Trading) m_clockResumed = true;
  } else if (const auto* task = std::get_if<TaskUpdate>(&message.payload)) {
    if (task->name.rfind("start-up", 0) == 0) return;  // the orchestrator says so itself
    tell({{"task.failed", task->name, sentinel::Severity::Warning, "task " + task->name + " failed: " + task->detail,
           "Start it again; look at the log if it fails again", false}});
  }
}

void SentinelAgent::onTimer(TimerId) {
  ++m_ticks;
  lookAtClock();
  if (m_ticks % kLogEvery == 0) lookAtLog();
  if (m_ticks % kMachineEvery == 1) {
    lookAtMachine();
    lookAtAgents();
  }
  if (m_ticks % kConfigEvery == 0) lookAtConfig();
  m_context->startTimer(m_context->clock().now() + kSentinelTick);
}

void SentinelAgent::onStop() {
  lookAtLog();
}

void SentinelAgent::lookAtClock() {
  if (!m_ports.times) return;
  const sentinel::Findings found = m_clock.sample(m_ports.times());
  if (!found.empty()) {
    m_clockResumed = false;
    if (!m_clockHeld && m_ports.holdForClock) m_ports.holdForClock(true);
    m_clockHeld = true;
  }
  tell(found);
  if (!m_clockHeld || !m_clockResumed || m_clock.unsettled()) return;
  m_clockHeld = false;
  if (m_ports.holdForClock) m_ports.holdForClock(false);
}

void SentinelAgent::lookAtMachine() {
  if (!m_ports.resources) return;
  const sentinel::Resources resources = m_ports.resources();
  tell(m_resources.sample(resources, m_context->clock().mono()));
  publishMachine(resources);
}

void SentinelAgent::publishMachine(const sentinel::Resources& resources) {
  MetricsUpdate update;
  update.source = "machine";
  update.rows.push_back(metricBelow("memory", static_cast<double>(resources.memoryBytes) / (1 << 20), "MB", 512, 1024));
  // The targets for the processor are for an idle program: in trading it is told without a judgement.
  Metric cpu = m_resources.cpuShare() < 0 ? metricUnknown("CPU", "%", 5, 20)
                                          : metricBelow("CPU", m_resources.cpuShare() * 100, "%", 5, 20);
  if (m_session == SessionState::Trading) cpu.state = Metric::State::NotMeasured;
  update.rows.push_back(std::move(cpu));
  PublishOptions options;
  options.key = 2;
  m_context->publish(Topic::Metrics, std::move(update), options);
}

void SentinelAgent::lookAtLog() {
  if (m_ports.newLogText) tell(m_log.read(m_ports.newLogText(), m_context->clock().mono()));
}

void SentinelAgent::lookAtAgents() {
  if (m_ports.selfTests) {
    for (const auto& [agent, finding] : m_ports.selfTests()) tell(m_agents.onSelfTest(agent, finding));
  }
  if (m_ports.dependencies) tell(m_agents.onDependencies(m_ports.dependencies()));
}

void SentinelAgent::lookAtConfig() {
  if (!m_ports.configFiles) return;
  for (const auto& [name, text] : m_ports.configFiles()) tell(sentinel::secretsInConfig(name, text));
}

std::string SentinelAgent::selfTest() {
  return m_context == nullptr ? "not started" : std::string();
}

}  // namespace bw::agents
