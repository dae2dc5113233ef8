// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/workstation.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/base/thread.h"

namespace bw::app {
namespace {

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
  m_hosts = std::make_unique<HostKeeper>(
      HostKeeper::Parts{m_engine.get(), m_market.get(), &m_real, m_log.get(), engine.seed, engine.health});
  return {};
}

Workstation::~Workstation() {
  stop();
  if (!m_hosts || m_hosts->hungHosts() == 0) return;
  // A thread that hangs may still use all of this: it stays until the process ends.
  m_log->write(LogLevel::Critical, "hosts", "host.hung", "a thread still hangs at the end; what it uses is kept");
  (void)m_hosts.release();
  (void)m_engine.release();
  (void)m_log.release();
  (void)m_market.release();
}

Result<void> Workstation::start() {
  auto& ports = m_engine->orchestratorPorts();
  ports.readControlFile = [this](std::string_view name) {
    return readFile(m_places.dataDir + "/" + std::string(name));
  };
  ports.heartbeats = [this] { return m_hosts->heartbeats(); };
  ports.act = [this](const orchestrator::HealthAction& action) { m_hosts->act(action); };
  ports.playback = [this](const ControlCommand& c) { playback(c); };
  m_engine->setSelfTests([this] { return m_hosts->selfTests(); });
  m_engine->setFeedProgress(
      [this](Timestamp read) { m_market->setHorizon(read == Timestamp::never() ? read : read + kFeedLead); });
  m_engine->startThreads();
  m_hosts->start();
  m_started = true;

  ControlServer::Parts parts;
  parts.bus = &m_engine->bus();
  parts.status = [this]() -> api::StatusAgent& { return m_engine->status(); };
  parts.stop = &m_engine->stop();
  parts.realClock = &m_real;
  parts.venueAccount = [this] { return m_engine->venueAccount(); };
  parts.requestShutdown = [this] { m_shutdownRequested = true; };
  parts.limits = m_engine->limitDesk();
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
  m_hosts->clockChanged();
}

std::uint64_t Workstation::queueDepth() const {
  return m_hosts->queueDepth();
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
  m_hosts->stop(timeout);
  m_engine->stopThreads();
}

}  // namespace bw::app
