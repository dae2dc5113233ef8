// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/workstation.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/base/thread.h"

namespace bw::app {
namespace {

/// A host whose agents have not begun by then is left to the health check.
constexpr Duration kHostStart = Duration::seconds(5);
/// How far market time may run ahead of the data: an accelerated market waits for a machine that cannot keep up.
constexpr Duration kFeedLead = Duration::seconds(1);

std::optional<std::string> readFile(const std::string& path) {
  std::ifstream in(path);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

LogLevel levelOf(const std::string& word) {
  if (word == "debug") return LogLevel::Debug;
  if (word == "warning") return LogLevel::Warning;
  if (word == "error") return LogLevel::Error;
  return LogLevel::Info;
}

// A host listens before the next one speaks: what execution takes over from the journal is said once only.
void awaitAgents(const AgentHost& host) {
  const SystemClock real;
  const MonoTime until = real.mono() + kHostStart;
  const auto begun = [&host](AgentId agent) {
    const AgentFigures figures = host.figures(agent);
    return figures.running || figures.crashed;
  };
  const std::vector<AgentId> agents = host.agents();
  while (!std::all_of(agents.begin(), agents.end(), begun) && real.mono() < until) sleepFor(Duration::micros(200));
}

double toMicros(Duration d) {
  return static_cast<double>(d.ns) / 1000.0;
}

}  // namespace

Workstation::Workstation(WorkstationOptions options) : m_options(std::move(options)) {}

Result<std::unique_ptr<Workstation>> Workstation::make(WorkstationOptions options) {
  std::unique_ptr<Workstation> workstation(new Workstation(std::move(options)));
  if (auto done = workstation->compose(); !done) return done.error();
  return workstation;
}

Result<void> Workstation::compose() {
  auto places = findPlaces(m_options.profile, m_options.dataDir);
  if (!places) return places.error();
  m_places = std::move(*places);
  auto configDir = findConfigDir(m_options.configDir);
  if (!configDir) return configDir.error();

  EngineProblems problems;
  Settings settings;
  auto loaded = loadSettings(*configDir, m_places.userConfigDir);
  if (loaded)
    settings = std::move(*loaded);
  else
    problems.settings = loaded.error().detail;
  for (const std::string& limit : m_options.limits) {
    if (auto set = applyLimit(settings, limit); !set) return set;
  }
  if (!m_options.balance.empty()) {
    auto balance = Decimal::parse(m_options.balance);
    if (!balance || balance->sign() <= 0)
      return finalError("usage", "--balance '" + m_options.balance + "' is not an amount above 0");
    settings.startBalance = *balance;
  }
  EngineOptions& engine = m_options.engine;
  const bool keepsAccount = engine.mode != "replay";
  const std::string accountDir = m_places.journalDir(engine.mode);
  std::error_code ignored;
  // Nothing of another workstation is touched: the lock comes before the first change.
  auto lock = journal::DataLock::take(m_places.dataDir);
  if (lock) {
    m_lock.emplace(std::move(*lock));
    if (!keepsAccount) std::filesystem::remove_all(accountDir, ignored);
    std::filesystem::create_directories(accountDir, ignored);
  } else {
    problems.journal = lock.error().detail;
    problems.journalKey = lock.error().userKey;
  }
  if (keepsAccount && lock) engine.accountFile = accountDir + "/venue-account.txt";
  MarketRequest request{engine.mode, engine.input, engine.seed, engine.fees, engine.accountFile};
  std::optional<MarketPlan> plan;
  if (auto planned = planMarket(settings, request); planned)
    plan = std::move(*planned);
  else
    problems.noteMarket(planned.error());

  m_market = std::make_unique<MarketClock>(m_real, plan ? plan->start : m_real.now(), m_options.speed);
  m_log = std::make_unique<Log>(m_real, Log::Options{m_places.logDir() + "/orchestrator.log", 16 * 1024 * 1024,
                                                     settings.logKeepFiles, levelOf(settings.logLevel)});
  m_engine = std::make_unique<Engine>(engine, std::move(settings), m_places, std::move(plan),
                                      Engine::Clocks{*m_market, m_real}, *m_log, std::move(problems));
  m_voice = m_engine->bus().makePublisher("workstation");
  return {};
}

Workstation::~Workstation() {
  stop();
}

std::unique_ptr<AgentHost> Workstation::makeHost(const std::string& name) {
  AgentHost::Options options;
  options.name = name;
  options.seed = m_options.engine.seed;
  AgentHost::Hooks hooks;
  hooks.crashed = [this](AgentId agent, const std::string& what) {
    Lock lock(m_hostsMutex);
    m_crashes[m_engine->bus().agentName(agent)] = what;
  };
  hooks.alarm = [this](const MailboxAlarm& alarm) {
    if (alarm.raised)
      m_engine->gate().raiseNoNew(gate::NoNewCause::QueueBound);
    else
      m_engine->gate().endNoNew(gate::NoNewCause::QueueBound);
  };
  const bool onRealTime = name == "control" || name == "api";
  const Clock& clock = onRealTime ? static_cast<const Clock&>(m_real) : *m_market;
  return std::make_unique<AgentHost>(m_engine->bus(), clock, m_real, *m_log, options, hooks);
}

Result<void> Workstation::start() {
  auto& ports = m_engine->orchestratorPorts();
  ports.readControlFile = [this](std::string_view name) {
    return readFile(m_places.dataDir + "/" + std::string(name));
  };
  ports.heartbeats = [this] { return heartbeats(); };
  ports.act = [this](const orchestrator::HealthAction& action) { act(action); };
  ports.playback = [this](const ControlCommand& c) { playback(c); };
  m_engine->setFeedProgress(
      [this](Timestamp read) { m_market->setHorizon(read == Timestamp::never() ? read : read + kFeedLead); });
  m_engine->startThreads();
  std::vector<AgentHost*> toStart;
  for (const Engine::Placement& placement : Engine::placements()) {
    Agent& agent = m_engine->makeAgent(placement.agent);
    Lock lock(m_hostsMutex);
    auto& host = m_hosts[placement.host];
    if (!host) {
      host = makeHost(placement.host);
      toStart.push_back(host.get());
    }
    host->add(agent);
  }
  m_engine->gate().raiseGeneration(m_engine->bus().generationOf(m_engine->bus().registerHost("trading").id));
  for (AgentHost* host : toStart) {
    host->start();
    awaitAgents(*host);
  }
  m_started = true;

  ControlServer::Parts parts;
  parts.bus = &m_engine->bus();
  parts.status = &m_engine->status();
  parts.stop = &m_engine->stop();
  parts.realClock = &m_real;
  parts.venueAccount = [this] { return m_engine->venueAccount(); };
  parts.requestShutdown = [this] { m_shutdownRequested = true; };
  m_control = std::make_unique<ControlServer>(std::move(parts));
  if (!m_engine->problems().journal.empty()) return {};  // another workstation owns this profile's socket
  auto opened = m_socket.start(m_places.socketPath,
                               [this](const api::ControlRequest& request) { return m_control->answer(request); });
  m_controlOpen = opened.ok();
  return opened;
}

void Workstation::command(ControlCommand command) {
  PublishOptions options;
  options.type = MessageType::Command;
  m_voice->publish(Topic::Control, std::move(command), options);
}

void Workstation::playback(const ControlCommand& command) {
  switch (command.kind) {
    case ControlCommand::Kind::SetSpeed:
      m_market->setPaused(command.number <= 0);
      if (command.number > 0) m_market->setSpeed(command.number);
      break;
    case ControlCommand::Kind::Step:
      m_market->seek(m_market->now() + Duration{static_cast<std::int64_t>(std::max(command.number, 0.001) * 1e9)});
      break;
    case ControlCommand::Kind::Seek: {
      const Timestamp when{static_cast<std::int64_t>(command.number * 1e9)};
      m_market->seek(when);
      m_engine->data()->requestSeek(when);
      break;
    }
    default:
      return;
  }
  Lock lock(m_hostsMutex);
  for (const auto& entry : m_hosts) {
    if (entry.second) entry.second->clockChanged();
  }
}

std::vector<orchestrator::Heartbeat> Workstation::heartbeats() {
  std::vector<orchestrator::Heartbeat> beats;
  Lock lock(m_hostsMutex);
  for (const auto& [hostName, host] : m_hosts) {
    if (!host) continue;
    for (const AgentId id : host->agents()) {
      const AgentFigures f = host->figures(id);
      orchestrator::Heartbeat beat;
      beat.agent = m_engine->bus().agentName(id);
      beat.host = hostName;
      beat.beats = f.heartbeat;
      beat.crashed = f.crashed;
      if (f.crashed) beat.crashText = m_crashes[beat.agent];
      beat.figures.messagesIn = f.messagesIn;
      beat.figures.messagesOut = f.messagesOut;
      beat.figures.errors = f.errors;
      beat.figures.queueDepth = host->mailbox().depth();
      beat.figures.queueCapacity = infoOf(Topic::OrderUpdated).bound;
      beat.figures.latencyP50Us = toMicros(f.p50);
      beat.figures.latencyP95Us = toMicros(f.p95);
      beat.figures.latencyP99Us = toMicros(f.p99);
      beat.figures.latencyMaxUs = toMicros(f.max);
      beats.push_back(std::move(beat));
    }
  }
  return beats;
}

void Workstation::act(const orchestrator::HealthAction& action) {
  if (action.kind == orchestrator::HealthAction::Kind::Quarantine) {
    replaceHost(action.host);
  } else if (action.kind == orchestrator::HealthAction::Kind::RebuildAgent) {
    Agent& fresh = m_engine->makeAgent(action.agent);
    Lock lock(m_hostsMutex);
    m_crashes.erase(action.agent);
    m_hosts[action.host]->add(fresh);
  }
}

void Workstation::replaceHost(const std::string& name) {
  if (name == "control") return;  // the orchestrator itself; it cannot judge itself
  std::unique_ptr<AgentHost> old;
  {
    Lock lock(m_hostsMutex);
    old = std::move(m_hosts[name]);
  }
  AgentHost::retire(std::move(old));
  if (name == "trading")
    m_engine->gate().raiseGeneration(m_engine->bus().generationOf(m_engine->bus().registerHost(name).id));
  std::vector<Agent*> agents;
  for (const Engine::Placement& placement : Engine::placements()) {
    if (placement.host == name) agents.push_back(&m_engine->makeAgent(placement.agent));
  }
  Lock lock(m_hostsMutex);
  auto& host = m_hosts[name] = makeHost(name);
  for (Agent* agent : agents) host->add(*agent);
  host->start();
}

std::uint64_t Workstation::queueDepth() const {
  Lock lock(m_hostsMutex);
  std::uint64_t depth = 0;
  for (const auto& entry : m_hosts) depth += entry.second ? entry.second->mailbox().depth() : 0;
  return depth;
}

void Workstation::stop(Duration timeout) {
  if (!m_started) return;
  m_started = false;
  ControlCommand shutdown;
  shutdown.kind = ControlCommand::Kind::Shutdown;
  shutdown.channel = "workstation";
  command(shutdown);
  const MonoTime until = m_real.mono() + timeout;
  while (m_engine->status().state() != SessionState::Shutdown && m_real.mono() < until) sleepFor(Duration::millis(2));
  m_socket.stop();
  for (const char* name : {"control", "data", "trading", "audit", "api"}) {
    std::unique_ptr<AgentHost> host;
    {
      Lock lock(m_hostsMutex);
      host = std::move(m_hosts[name]);
    }
    if (!host) continue;
    if (auto stopped = host->stop(timeout); !stopped) {
      m_log->write(LogLevel::Error, "workstation", "host.late", stopped.error().detail);
      AgentHost::retire(std::move(host));
    }
  }
  m_engine->stopThreads();
}

}  // namespace bw::app
