// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/host_keeper.h"

#include <algorithm>

namespace bw::app {
namespace {

/// A host whose agents have not begun by then is left to the health check.
constexpr Duration kHostStart = Duration::seconds(5);
constexpr Duration kLookEvery = Duration::millis(250);
/// The deep check of SPEC 3.3.
constexpr Duration kSelfTestEvery = Duration::seconds(30);

// A host listens before the next one speaks: what execution takes over from the journal is said once only.
void awaitAgents(const AgentHost& host, const Clock& real) {
  const MonoTime until = real.mono() + kHostStart;
  const auto begun = [&host](AgentId agent) {
    const AgentFigures figures = host.figures(agent);
    return figures.running || figures.crashed;
  };
  const std::vector<AgentId> agents = host.agents();
  while (!std::all_of(agents.begin(), agents.end(), begun) && real.mono() < until) sleepFor(Duration::micros(200));
}

// What a mailbox holds at most: every topic at its bound.
std::uint64_t mailboxBound() {
  std::uint64_t sum = 0;
  for (const TopicInfo& topic : kTopics) sum += topic.bound;
  return sum;
}

double toMicros(Duration d) {
  return static_cast<double>(d.ns) / 1000.0;
}

}  // namespace

HostKeeper::HostKeeper(Parts parts) : m_parts(std::move(parts)) {
  BW_ASSERT(m_parts.engine != nullptr && m_parts.marketClock != nullptr && m_parts.realClock != nullptr &&
            m_parts.log != nullptr);
  m_voice = m_parts.engine->bus().makePublisher("hosts");
}

HostKeeper::~HostKeeper() {
  stop(Duration::seconds(3));
}

void HostKeeper::start() {
  m_thread.start("bw-hosts", [this] { run(); });
  postAndWait([this] { startHosts(); });
}

void HostKeeper::stop(Duration timeout) {
  if (!m_thread.running()) return;
  {
    Lock lock(m_jobsMutex);
    m_stopTimeout = timeout;
    m_ending = true;
    m_jobsChanged.notifyAll();
  }
  m_thread.join();
}

void HostKeeper::post(std::function<void()> job) {
  Lock lock(m_jobsMutex);
  m_jobs.push_back(std::move(job));
  m_jobsChanged.notifyAll();
}

void HostKeeper::postAndWait(std::function<void()> job) {
  std::atomic<bool> done{false};
  post([&] {
    job();
    done.store(true);
  });
  while (!done.load()) sleepFor(Duration::micros(200));
}

void HostKeeper::run() {
  while (true) {
    std::function<void()> job;
    {
      Lock lock(m_jobsMutex);
      if (m_jobs.empty() && !m_ending) m_jobsChanged.waitFor(m_jobsMutex, kLookEvery);
      if (m_ending) break;
      if (!m_jobs.empty()) {
        job = std::move(m_jobs.front());
        m_jobs.pop_front();
      }
    }
    if (job)
      job();
    else
      look();
  }
  stopHosts();
}

std::unique_ptr<AgentHost> HostKeeper::makeHost(const std::string& name) {
  AgentHost::Options options;
  options.name = name;
  options.seed = m_parts.seed;
  AgentHost::Hooks hooks;
  hooks.crashed = [this](AgentId agent, const std::string& what) {
    Lock lock(m_hostsMutex);
    m_crashes[m_parts.engine->bus().agentName(agent)] = what;
  };
  hooks.alarm = [this](const MailboxAlarm& alarm) {
    if (alarm.raised)
      m_parts.engine->gate().raiseNoNew(gate::NoNewCause::QueueBound);
    else
      m_parts.engine->gate().endNoNew(gate::NoNewCause::QueueBound);
  };
  const bool onRealTime = name == "control" || name == "api" || name == "watch";
  const Clock& clock = onRealTime ? *m_parts.realClock : *m_parts.marketClock;
  return std::make_unique<AgentHost>(m_parts.engine->bus(), clock, *m_parts.realClock, *m_parts.log, options, hooks);
}

void HostKeeper::startHosts() {
  Engine& engine = *m_parts.engine;
  std::vector<AgentHost*> toStart;
  for (const Engine::Placement& placement : Engine::placements(true)) {
    Agent& agent = engine.makeAgent(placement.agent);
    Lock lock(m_hostsMutex);
    auto& host = m_hosts[placement.host];
    if (!host) {
      host = makeHost(placement.host);
      toStart.push_back(host.get());
    }
    host->add(agent);
  }
  engine.gate().raiseGeneration(engine.bus().generationOf(engine.bus().registerHost("trading").id));
  for (AgentHost* host : toStart) {
    host->start();
    awaitAgents(*host, *m_parts.realClock);
  }
  m_controlHeard = m_testedAt = m_parts.realClock->mono();
}

void HostKeeper::act(const orchestrator::HealthAction& action) {
  if (action.kind == orchestrator::HealthAction::Kind::Quarantine) {
    if (action.host == "control") return;  // the orchestrator cannot judge itself; see judgeControl()
    std::uint64_t generation = 0;
    {
      Lock lock(m_hostsMutex);
      const auto host = m_hosts.find(action.host);
      if (host == m_hosts.end() || !host->second || host->second->fenced()) return;  // its heir is being made
      host->second->fence();
      generation = m_parts.engine->bus().generationOf(host->second->identity().id);
    }
    if (action.host == "trading") m_parts.engine->gate().raiseGeneration(generation);
    post([this, name = action.host] { replace(name); });
  } else if (action.kind == orchestrator::HealthAction::Kind::RebuildAgent) {
    post([this, action] { rebuild(action); });
  }
}

void HostKeeper::replace(const std::string& name) {
  std::unique_ptr<AgentHost> old;
  {
    Lock lock(m_hostsMutex);
    old = std::move(m_hosts[name]);
  }
  if (old) AgentHost::retire(std::move(old));
  m_hung = AgentHost::hungHosts();
  std::vector<Agent*> agents;
  for (const Engine::Placement& placement : Engine::placements(true)) {
    if (placement.host == name) agents.push_back(&m_parts.engine->makeAgent(placement.agent));
  }
  AgentHost* fresh = nullptr;
  {
    Lock lock(m_hostsMutex);
    for (const Agent* agent : agents) m_crashes.erase(std::string(agent->name()));
    auto& host = m_hosts[name] = makeHost(name);
    for (Agent* agent : agents) host->add(*agent);
    host->start();
    fresh = host.get();
  }
  m_parts.log->write(LogLevel::Warning, "hosts", "host.replaced", "a host was replaced by one on a new thread",
                     {{"host", name}, {"generation", fresh->identity().generation}});
}

void HostKeeper::rebuild(const orchestrator::HealthAction& action) {
  Agent& fresh = m_parts.engine->makeAgent(action.agent);
  Lock lock(m_hostsMutex);
  m_crashes.erase(action.agent);
  const auto host = m_hosts.find(action.host);
  if (host != m_hosts.end() && host->second && !host->second->fenced()) host->second->add(fresh);
}

void HostKeeper::look() {
  m_hung = AgentHost::hungHosts();
  judgeControl();
  if (m_parts.realClock->mono() - m_testedAt >= kSelfTestEvery) askSelfTests();
}

void HostKeeper::askSelfTests() {
  m_testedAt = m_parts.realClock->mono();
  Lock lock(m_hostsMutex);
  for (const auto& entry : m_hosts) {
    AgentHost* host = entry.second.get();
    if (host == nullptr || host->fenced()) continue;
    for (const AgentId id : host->agents()) {
      host->requestSelfTest(id, [this, name = m_parts.engine->bus().agentName(id)](const std::string& finding) {
        Lock own(m_hostsMutex);
        m_selfTests[name] = finding;
      });
    }
  }
}

std::vector<std::pair<std::string, std::string>> HostKeeper::selfTests() const {
  Lock lock(m_hostsMutex);
  return {m_selfTests.begin(), m_selfTests.end()};
}

void HostKeeper::judgeControl() {
  std::uint64_t beats = 0;
  {
    Lock lock(m_hostsMutex);
    const auto host = m_hosts.find("control");
    if (host == m_hosts.end() || !host->second) return;
    for (const AgentId id : host->second->agents()) beats += host->second->figures(id).heartbeat;
  }
  const MonoTime now = m_parts.realClock->mono();
  if (beats != m_controlBeats) {
    m_controlBeats = beats;
    m_controlHeard = now;
  }
  const bool silent = now - m_controlHeard >= m_parts.health.quarantine;
  if (silent == m_controlSilent) return;
  m_controlSilent = silent;
  SystemEvent event;
  event.source = "hosts";
  if (silent) {
    m_parts.engine->gate().raiseNoNew(gate::NoNewCause::ControlSilent);
    event.priority = 3;
    event.code = "control.silent";
    event.text = "host control (the orchestrator) has been silent for " +
                 std::to_string((now - m_controlHeard).toMillis()) + " ms: no new risk is taken until it answers";
    event.action = "If it does not come back, press the emergency stop, which does not need it, and restart";
  } else {
    m_parts.engine->gate().endNoNew(gate::NoNewCause::ControlSilent);
    event.priority = 1;
    event.code = "control.back";
    event.text = "host control answers again";
  }
  m_parts.log->write(silent ? LogLevel::Critical : LogLevel::Warning, "hosts", event.code, event.text);
  m_voice->publish(Topic::Event, std::move(event));
}

void HostKeeper::stopHosts() {
  Duration timeout;
  {
    Lock lock(m_jobsMutex);
    timeout = m_stopTimeout;
    m_jobs.clear();
  }
  for (const char* name : {"control", "data", "trading", "audit", "watch", "api"}) {
    std::unique_ptr<AgentHost> host;
    {
      Lock lock(m_hostsMutex);
      host = std::move(m_hosts[name]);
    }
    if (!host) continue;
    if (auto stopped = host->stop(timeout); !stopped) {
      m_parts.log->write(LogLevel::Error, "hosts", "host.late", stopped.error().detail);
      AgentHost::retire(std::move(host));
    }
  }
  const MonoTime until = m_parts.realClock->mono() + timeout;
  while ((m_hung = AgentHost::hungHosts()) > 0 && m_parts.realClock->mono() < until) sleepFor(Duration::millis(1));
}

std::vector<orchestrator::Heartbeat> HostKeeper::heartbeats() const {
  std::vector<orchestrator::Heartbeat> beats;
  Lock lock(m_hostsMutex);
  for (const auto& [hostName, host] : m_hosts) {
    if (!host || host->fenced()) continue;
    for (const AgentId id : host->agents()) {
      const AgentFigures f = host->figures(id);
      orchestrator::Heartbeat beat;
      beat.agent = m_parts.engine->bus().agentName(id);
      beat.host = hostName;
      beat.beats = f.heartbeat;
      beat.crashed = f.crashed;
      const auto crash = m_crashes.find(beat.agent);
      if (f.crashed && crash != m_crashes.end()) beat.crashText = crash->second;
      beat.figures.messagesIn = f.messagesIn;
      beat.figures.messagesOut = f.messagesOut;
      beat.figures.errors = f.errors;
      beat.figures.queueDepth = host->mailbox().depth();
      beat.figures.queueCapacity = mailboxBound();
      beat.figures.latencyP50Us = toMicros(f.p50);
      beat.figures.latencyP95Us = toMicros(f.p95);
      beat.figures.latencyP99Us = toMicros(f.p99);
      beat.figures.latencyMaxUs = toMicros(f.max);
      beats.push_back(std::move(beat));
    }
  }
  return beats;
}

void HostKeeper::clockChanged() const {
  Lock lock(m_hostsMutex);
  for (const auto& entry : m_hosts) {
    if (entry.second) entry.second->clockChanged();
  }
}

std::uint64_t HostKeeper::queueDepth() const {
  Lock lock(m_hostsMutex);
  std::uint64_t depth = 0;
  for (const auto& entry : m_hosts) depth += entry.second ? entry.second->mailbox().depth() : 0;
  return depth;
}

}  // namespace bw::app
