// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/workstation.h"
#ifdef BW_HAS_STORAGE
#include "app/compose/tables.h"
#endif

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/compose/stop_signal.h"
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
  MarketRequest request{engine.mode,        engine.input,        engine.seed,    engine.fees,
                        engine.accountFile, m_options.venueFile, m_options.venue};
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

void Workstation::wirePorts() {
  auto& ports = m_engine->orchestratorPorts();
  ports.readControlFile = [this](std::string_view name) {
    return readFile(m_places.dataDir + "/" + std::string(name));
  };
  ports.heartbeats = [this] { return m_hosts->heartbeats(); };
  ports.act = [this](const orchestrator::HealthAction& action) { m_hosts->act(action); };
  ports.reset = [this](std::string_view phrase, std::string_view cause) {
    auto done = m_engine->stop().reset(phrase, cause);
    // The guard's copy goes with ours, once a person has said so here.
    if (done && m_guard) m_guard->link().noteCleared(m_engine->stop().progress().stopNumber);
    return done;
  };
  ports.playback = [this](const ControlCommand& c) { playback(c); };
  m_engine->setSelfTests([this] { return m_hosts->selfTests(); });
  m_engine->setFeedProgress([this](Timestamp read) {
    m_market->setHorizon(read == Timestamp::never() ? read : read + kFeedLead);
    const Market& market = m_engine->market();
    if (market.overWire && market.venue) m_engine->trouble().onData(market.venue->name(), m_real.mono());
  });
}

void Workstation::makeGuard() {
  if (m_options.guard.wanted) {
    auto head = [journal = m_engine->journal()]() -> std::pair<std::uint64_t, std::string> {
      if (journal == nullptr) return {};
      const journal::JournalHead last = journal->head();
      return {last.sequence, toHex(last.hash)};
    };
    m_guard = std::make_unique<GuardKeeper>(
        m_real, m_options.guard, m_places.dataDir, m_engine->gate(), m_engine->stop(), std::move(head),
        [this](int priority, const char* code, const std::string& text) { say(priority, "guard", code, text); });
  }
  const bool wire = m_engine->market().overWire;
  if (m_guard || wire) {
    m_engine->stop().setHeartbeat(
        [this, wire] {
          if (m_guard) m_guard->beat();
          if (wire) m_engine->watchTrouble();
        },
        GuardKeeper::kBeat);
  }
}

Result<void> Workstation::start() {
  wirePorts();
  makeGuard();
  m_engine->startThreads();
#ifdef BW_HAS_STORAGE
  if (m_engine->journal() != nullptr && !m_places.temporary && m_engine->mode() != "replay") {
    m_tables = keepTables(*m_engine->journal(), m_places, m_engine->mode(),
                          [this](const std::string& code, const std::string& text) {
                            m_log->write(LogLevel::Warning, "storage", code, text);
                          });
  }
#endif
  if (m_guard) m_guard->start();
  setStopSignal(&m_engine->stop());
  m_hosts->start();
  m_started = true;
  return openControl();
}

Result<void> Workstation::openControl() {
  if (m_engine->journal() != nullptr) {
    const std::string own = ownProgram();
    m_drill = std::make_unique<DrillDesk>(
        *m_engine->journal(), own.substr(0, own.rfind('/') + 1) + "bellwether-cli",
        [this](const DrillReport& report, const std::string&) {
          say(report.ok() ? 1 : 3, "drill", report.ok() ? "drill.passed" : "drill.failed",
              report.ok() ? "The stop's drill passed" : "The stop's drill FAILED: " + report.problem);
        });
  }
  ControlServer::Parts parts;
  parts.drill = m_drill.get();
  parts.resumed = [this] {
    if (m_guard) m_guard->resume();
  };
  parts.resetScope = [this](const StopScope& scope, std::string_view phrase, std::string_view cause) {
    return m_engine->stop().resetScope(scope, phrase, cause);
  };
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
  openDoors();
  return opened;
}

void Workstation::openDoors() {
  guard::FreezeWatch::Steps steps;
  m_freeze = std::make_unique<guard::FreezeWatch>(
      m_real, steps, [this](guard::FreezeWatch::Step step, Duration frozen) { onFreeze(step, frozen); });
  if (!m_options.rest) return;
  RestDoor::Parts parts{&m_engine->stop(), [this] { return m_engine->status().statusJson(); }};
  m_rest = std::make_unique<RestDoor>(m_real, std::move(parts));
  if (auto opened = m_rest->open(m_places.dataDir, m_options.restPort); !opened)
    say(2, "rest", opened.error().userKey.c_str(), opened.error().detail);
}

void Workstation::say(int priority, const char* source, const char* code, const std::string& text) {
  m_log->write(priority >= 3 ? LogLevel::Critical : LogLevel::Info, source, code, text);
  m_voice->publish(Topic::Event, SystemEvent{priority, source, code, text, ""});
}

void Workstation::windowAlive() {
  if (!m_freeze) return;
  m_freeze->alive();
  if (!m_windowSeen.exchange(true)) m_freeze->start();
}

void Workstation::onFreeze(guard::FreezeWatch::Step step, Duration frozen) {
  using Step = guard::FreezeWatch::Step;
  const std::string time =
      std::to_string(frozen.toMillis() / 1000) + "." + std::to_string(frozen.toMillis() / 100 % 10) + " s";
  switch (step) {
    case Step::Fine:
      return say(2, "window", "ui.back", "The window was frozen for " + time + " and goes on");
    case Step::Lag:
      return say(1, "window", "ui.lag", "The window does not answer for " + time);
    case Step::Alarm:
      return say(3, "window", "ui.frozen",
                 "The window is frozen; the emergency stop works by file, command line, REST and signal");
    case Step::Guard:
      if (m_guard) m_guard->link().showGuard();
      return say(3, "window", "ui.guard", "The window is frozen for " + time + ": use the guard's window");
    case Step::Pause: {
      if (!m_options.pauseOnFreeze) return;
      ControlCommand pause;
      pause.kind = ControlCommand::Kind::Pause;
      pause.channel = "freeze watch";
      pause.reason = "the window is frozen for " + time;
      command(std::move(pause));
      return say(3, "window", "ui.paused", "Trading is paused: the window is frozen for " + time);
    }
    case Step::Stop:
      return m_engine->stop().trigger("freeze watch", "the window is frozen for " + time);
  }
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
  if (m_freeze) m_freeze->stop();
  if (m_rest) m_rest->close();
  m_socket.stop();
  m_drill.reset();
  if (m_guard) m_guard->stop();
  m_hosts->stop(timeout);
  setStopSignal(nullptr);
  m_engine->stopThreads();
  m_tables.reset();
  if (m_guard) m_guard->farewell();
}

}  // namespace bw::app
