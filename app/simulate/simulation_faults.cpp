// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cerrno>

#include "app/simulate/simulation.h"
#include "app/simulate/workstation_life.h"
#include "core/agents/execution/execution_agent.h"
#include "core/journal/journal_reader.h"

namespace bw::sim {
namespace {

constexpr Duration kMostSettling = Duration::seconds(60);
constexpr Duration kLookEvery = Duration::millis(40);

}  // namespace

void Simulation::machineFaults() {
  for (std::size_t i = 0; i < kMachineFaultCount; ++i) {
    if (m_events < m_next[i]) continue;
    const MachineFaultInfo& info = kMachineFaults[i];
    m_next[i] = nextIn(info.every);
    m_result.faults[std::string(info.name)] += 1;
    note("FAULT " + std::string(info.name));
    begin(info.fault);
  }
  if (m_powerFailed) restart(true);
  if (m_diskErrorUntil != 0 && m_events >= m_diskErrorUntil) {
    m_diskErrorUntil = 0;
    m_disk.setHook({});
  }
  if (!m_hungHost.empty() && m_clock.mono() >= m_hungUntil) {
    m_work->host->resumeHost(m_hungHost);
    m_hungHost.clear();
  }
}

void Simulation::begin(MachineFault fault) {
  switch (fault) {
    case MachineFault::Crash:
      restart(false);
      break;
    case MachineFault::TornWrite: {
      // The power fails at one of the next disk operations; from then on nothing reaches disk or venue.
      auto left = std::make_shared<std::uint64_t>(m_rng.below(8));
      m_disk.setHook([this, left](MemoryDisk::Operation, const std::string&) -> DiskCode {
        if (*left > 0) {
          *left -= 1;
          return 0;
        }
        m_powerFailed = true;
        m_work->venue->cut();
        return EIO;
      });
      break;
    }
    case MachineFault::DiskError: {
      const int code = m_rng.below(2) == 0 ? EIO : ENOSPC;
      auto left = std::make_shared<std::uint64_t>(1 + m_rng.below(3));
      m_disk.setHook([left, code](MemoryDisk::Operation, const std::string&) -> DiskCode {
        if (*left == 0) return 0;
        *left -= 1;
        return code;
      });
      m_diskErrorUntil = m_events + 2'000;
      // A person starts it again after a while: a journal that failed once takes no more.
      std::uint64_t& crash = m_next[static_cast<std::size_t>(MachineFault::Crash)];
      crash = std::min(crash, m_events + 500 + m_rng.below(3'000));
      break;
    }
    case MachineFault::ClockJump:
      m_clock.jumpWall({m_rng.between(-Duration::seconds(5).ns, Duration::seconds(5).ns)});
      break;
    case MachineFault::HungHost: {
      if (!m_hungHost.empty()) break;
      constexpr std::array<const char*, 5> kHosts = {"trading", "data", "audit", "api", "control"};
      m_hungHost = kHosts[m_rng.below(kHosts.size())];
      m_hungUntil = m_clock.mono() + Duration{m_rng.between(Duration::millis(300).ns, Duration::seconds(9).ns)};
      m_work->host->suspendHost(m_hungHost);
      break;
    }
    case MachineFault::StopPressed:
      m_judge->onPressed();
      m_work->engine->stop().trigger("person", "a simulated person presses the stop");
      break;
    case MachineFault::Pause:
      command(ControlCommand::Kind::Pause);
      m_resumeAt = m_clock.mono() + Duration{m_rng.between(0, Duration::seconds(3).ns)};
      break;
    case MachineFault::Count:
      break;
  }
}

void Simulation::restart(bool power) {
  m_result.crashes += 1;
  die(power);
  const MonoTime until = m_clock.mono() + Duration{m_rng.between(Duration::millis(50).ns, Duration::seconds(8).ns)};
  while (m_exchange->nextTime().ns < until.ns) {
    const std::int64_t ahead = m_exchange->nextTime().ns - m_clock.mono().ns;
    if (ahead > 0) m_clock.advance({ahead});
    m_exchange->step(venueNow());
  }
  m_clock.advance(until - m_clock.mono());
  for (const fake::LogEntry& entry : m_exchange->takeLog()) m_judge->onLog(entry);
  boot();
}

void Simulation::command(ControlCommand::Kind kind, const std::string& phrase) {
  ControlCommand command;
  command.kind = kind;
  command.channel = "person";
  command.reason = "a simulated person wants it";
  command.phrase = phrase;
  PublishOptions options;
  options.type = MessageType::Command;
  m_work->voice->publish(Topic::Control, std::move(command), options);
}

// A person looks into each difference and lets the venue's truth decide: what was a lie is gone with the next answer.
void Simulation::answerInbox() {
  for (const auto& [id, item] : m_inbox) {
    if (m_rng.below(2) == 0) continue;
    const bool close = item.kind == ReconciliationKind::OrderEnded;
    m_work->voice->publish(Topic::ReconciliationAnswer,
                           ReconciliationAnswer{id, close ? ReconciliationAction::Close : ReconciliationAction::Ignore,
                                                "person", "looked at the venue's page"});
  }
  m_inbox.clear();
}

void Simulation::resetScopes() {
  gate::StopExecutor& stop = m_work->engine->stop();
  for (const ScopedStop& scoped : stop.progress().scopes) {
    if (scoped.state != StopState::Stopped) continue;
    const std::string phrase = "RESET SIM " + std::to_string(scoped.stopNumber);
    static_cast<void>(
        stop.resetScope({StopScope::Kind::Venue, m_exchange->options().name}, phrase, "a simulated person has looked"));
    m_result.stops["scope reset"] += 1;
  }
}

// Looks at the window now and then and does what a person would.
void Simulation::person() {
  m_personAt = m_clock.mono() + Duration{m_rng.between(kLookEvery.ns / 2, kLookEvery.ns * 4)};
  if (!m_inbox.empty()) answerInbox();
  if (m_faultsOn) resetScopes();
  switch (m_work->engine->status().state()) {
    case SessionState::EmergencyStop:
      if (!m_faultsOn || m_work->engine->stop().progress().state != StopState::Stopped) break;
      m_latchKnown = false;
      command(ControlCommand::Kind::Reset, m_work->engine->stop().resetPhrase());
      break;
    case SessionState::Ready:
      if (m_faultsOn) command(ControlCommand::Kind::StartTrading);
      break;
    case SessionState::Paused:
      if (m_faultsOn && m_clock.mono() >= m_resumeAt) command(ControlCommand::Kind::Resume);
      break;
    case SessionState::Shutdown:
      // A start-up step failed: its reason is read, and the program is started again.
      if (m_work->engine->status().failedStep()) m_result.stops["start-up failed"] += 1;
      restart(false);
      break;
    default:
      break;
  }
}

std::vector<orchestrator::Heartbeat> Simulation::heartbeats() {
  m_beats += 1;
  std::vector<orchestrator::Heartbeat> beats;
  for (const app::Engine::Placement& placement : app::Engine::placements()) {
    orchestrator::Heartbeat beat;
    beat.agent = placement.agent;
    beat.host = placement.host;
    const bool hangs = placement.host == m_hungHost;
    beat.beats = hangs ? m_hungBeats : m_beats;
    beat.crashed = m_work->host->crashed(m_work->engine->bus().findAgent(placement.agent));
    if (beat.crashed) beat.crashText = "an exception";
    beats.push_back(std::move(beat));
  }
  if (m_hungHost.empty()) m_hungBeats = m_beats;
  return beats;
}

void Simulation::runActions() {
  if (m_actions.empty()) return;
  std::vector<orchestrator::HealthAction> actions;
  actions.swap(m_actions);
  for (const orchestrator::HealthAction& action : actions) {
    if (action.kind == orchestrator::HealthAction::Kind::Quarantine) {
      replaceHost(action.host);
    } else if (action.kind == orchestrator::HealthAction::Kind::RebuildAgent) {
      m_result.stops["agent crashed"] += 1;
      if (m_work->host->crashed(m_work->engine->bus().findAgent(action.agent)))
        m_work->host->add(m_work->engine->makeAgent(action.agent), action.host);
    }
  }
}

void Simulation::replaceHost(const std::string& name) {
  if (name == "control") return;  // nobody judges the judge here
  m_result.stops["host replaced"] += 1;
  note("host " + name + " is replaced");
  m_work->host->crashHost(name);
  m_work->host->resumeHost(name);
  if (m_hungHost == name) m_hungHost.clear();
  app::Engine& engine = *m_work->engine;
  if (name == "trading") {
    engine.gate().raiseGeneration(engine.bus().generationOf(engine.bus().registerHost(name).id));
    m_judge->onNewAgents();
  }
  for (const app::Engine::Placement& placement : app::Engine::placements()) {
    if (placement.host == name) m_work->host->add(engine.makeAgent(placement.agent), name);
  }
  m_work->laneReady = m_work->stopReady = true;
}

bool Simulation::atRest(std::string& why) {
  const execution::ExecutionAgent* execution = m_work->engine->execution();
  if (execution == nullptr) {
    why = "there is no execution agent";
    return false;
  }
  if (m_exchange->underWay() != 0) {
    why = "placements are under way";
    return false;
  }
  why = m_judge->compare(*execution, m_work->engine->status().account());
  if (!why.empty()) return false;
  // What a person is shown must be the same.
  for (const Instrument& instrument : *m_instruments) {
    Quantity shown;
    for (const Position& position : m_work->engine->status().positions()) {
      if (position.instrument == instrument.id) shown = position.quantity;
    }
    if (shown != execution->positions().position(instrument.id).quantity) {
      why = instrument.symbol + ": the status shows " + shown.toString();
      return false;
    }
  }
  const StopState stop = m_work->engine->stop().progress().state;
  if (m_judge->pressed() && stop != StopState::Stopped) {
    why = "the stop is " + std::string(toString(stop));
    return false;
  }
  if (m_work->engine->gate().hasNoNew(gate::NoNewCause::Reconciliation)) {
    why = "reconciliation holds the gate";
    return false;
  }
  return true;
}

// The faults end: everything must be proven and equal within kMostSettling of simulated time (G19).
void Simulation::settle() {
  m_faultsOn = false;
  m_exchange->endFaults();
  m_disk.setHook({});
  if (m_powerFailed || m_work->journal == nullptr || m_work->journal->failed() ||
      m_work->engine->status().state() == SessionState::Shutdown) {
    restart(m_powerFailed);
  }
  if (!m_hungHost.empty()) {
    m_work->host->resumeHost(m_hungHost);
    m_hungHost.clear();
  }
  m_work->trader->rest();
  command(ControlCommand::Kind::StopTrading);
  const MonoTime from = m_clock.mono();
  MonoTime look = from + Duration::millis(500);
  std::string why = "it was not looked at";
  while (!m_judge->violation()) {
    if (m_clock.mono() >= look) {
      look = m_clock.mono() + Duration::millis(250);
      if (atRest(why)) break;
      if (m_clock.mono() - from > kMostSettling) return m_judge->fail("I20", "not at rest after 60 s: " + why);
      if (!m_inbox.empty()) answerInbox();
      const SessionState state = m_work->engine->status().state();
      if (state == SessionState::Trading) command(ControlCommand::Kind::StopTrading);
      if (state == SessionState::Shutdown) restart(false);
    }
    if (!step()) return m_judge->fail("I20", "nothing is left to do, but " + why);
    afterEvent();
    runActions();
  }
  m_result.longestSettling = m_clock.mono() - from;
  if (!m_judge->violation()) checkReplay();
}

// What the journal holds makes the same orders and positions again (I15).
void Simulation::checkReplay() {
  app::Engine& engine = *m_work->engine;
  auto last = engine.journal()->append(RecordKind::StateChange, "the simulation reads the journal again");
  if (!last || !engine.journal()->sync(*last)) return m_judge->fail("I15", "the journal takes no more");
  auto contents = journal::readJournal(m_places.journalDir(engine.mode()), m_disk);
  if (!contents) return m_judge->fail("I15", contents.error().detail);
  const execution::ExecutionAgent& live = *engine.execution();
  execution::ExecutionAgent again({m_instruments, engine.gate(), *engine.journal(), nullptr, {}, nullptr}, {});
  const std::vector<std::string> problems = again.restore(contents->records);
  if (!problems.empty()) return m_judge->fail("I15", problems.front());
  for (const auto& [id, order] : live.orders().all()) {
    const Order* other = again.orders().find(id);
    if (other == nullptr) return m_judge->fail("I15", "order " + toString(id) + " is not in the journal");
    if (other->filled != order.filled || other->fees != order.fees)
      return m_judge->fail("I15", "order " + toString(id) + " filled otherwise by the journal");
    if (isTerminal(order.state) ? other->state != order.state : other->state != OrderState::Unknown) {
      return m_judge->fail("I15", "order " + toString(id) + " is " + std::string(toString(order.state)) +
                                      ", by the journal " + std::string(toString(other->state)));
    }
  }
  for (const Instrument& instrument : *m_instruments) {
    const Position ours = live.positions().position(instrument.id);
    const Position theirs = again.positions().position(instrument.id);
    if (ours.quantity != theirs.quantity || ours.entryNotional != theirs.entryNotional || ours.fees != theirs.fees)
      return m_judge->fail("I15", instrument.symbol + ": another position by the journal");
  }
}

}  // namespace bw::sim
