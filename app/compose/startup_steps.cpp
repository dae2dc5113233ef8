// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/engine.h"

namespace bw::app {
namespace {

using orchestrator::TaskStep;

TaskStep done(std::string detail) {
  return {TaskStep::State::Done, std::move(detail), 1};
}
TaskStep failed(std::string detail) {
  return {TaskStep::State::Failed, std::move(detail), 0};
}
TaskStep waiting(std::string detail, double progress) {
  return {TaskStep::State::Running, std::move(detail), progress};
}
TaskStep notBuilt(std::string detail) {
  return {TaskStep::State::NotInThisBuild, std::move(detail), 1};
}

orchestrator::StartupStepSpec step(const char* name, Duration limit, orchestrator::TaskQueue::Step run) {
  return {name, limit, std::move(run)};
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
  return text;
}

}  // namespace

// The ten steps of SPEC 3.4, in order. Each tells what it found or its real reason for failing.
std::vector<orchestrator::StartupStepSpec> Engine::startupSteps() {
  const Duration quick = Duration::seconds(5);
  const Duration slow = m_options.stepLimit;
  const auto loadSettings = [this](MonoTime) {
    if (!m_problems.settings.empty()) return failed(m_problems.settings);
    if (!m_problems.strategy.empty()) return failed(m_problems.strategy);
    return done(std::to_string(m_settings.files.size()) + " files of settings, " + std::to_string(risk::kRiskKeyCount) +
                " limits in force");
  };
  const auto openBank = [this](MonoTime) {
    if (!m_problems.journal.empty()) return failed(m_problems.journal);
    return notBuilt("journal open, " + std::to_string(m_records.size()) +
                    " records recovered; the knowledge bank is not in this build");
  };
  const auto startAudit = [this](MonoTime) {
    return done(m_latchedAtStart ? "invariants hold; an emergency stop is latched"
                                 : "invariants hold, no stop is latched");
  };
  const auto connect = [this](MonoTime) {
    if (!m_problems.market.empty()) return failed(m_problems.market);
    if (!m_market.noOrders.empty()) return done(m_market.description + "; no orders: " + m_market.noOrders);
    const std::size_t live = status().tradableBooks();
    const std::size_t all = m_market.recording ? 1 : m_market.instruments->size();
    if (live >= all) return done(m_market.description + "; " + std::to_string(live) + " books live");
    return waiting("waiting for books: " + std::to_string(live) + " of " + std::to_string(all),
                   static_cast<double>(live) / static_cast<double>(all));
  };
  const auto warmUp = [this](MonoTime) {
    if (m_market.history.empty()) return done("warming up from the stream");
    return done(std::to_string(m_market.history.size()) + " candles of history");
  };
  const auto signals = [this](MonoTime) {
    if (m_market.history.empty())
      return done("valid after " + std::to_string(m_settings.signal.warmupBars) + " bars of the stream");
    const std::size_t warm = status().warmSignals();
    const std::size_t all = m_market.instruments->size();
    if (warm >= all) return done(std::to_string(warm) + " instruments warm");
    return waiting("warming up: " + std::to_string(warm) + " of " + std::to_string(all),
                   static_cast<double>(warm) / static_cast<double>(all));
  };
  const auto risk = [this](MonoTime) {
    if (!m_problems.positions.empty()) return failed(m_problems.positions);
    return done(std::to_string(status().positions().size()) + " positions taken over");
  };
  const auto execution = [this](MonoTime) {
    if (!m_lane) return failed("there is no venue account");
    const auto result = status().reconciled();
    if (!result) return waiting("asking the venue for its account", 0);
    if (!result->clean) return waiting("not equal to the venue's account: " + joined(result->differences), 0.5);
    return done("equal to the venue's account; a " + m_options.mode + " account needs no credentials");
  };
  const auto optimizer = [](MonoTime) { return notBuilt("the optimizer is not in this build"); };
  const auto ready = [](MonoTime) { return done("all steps complete"); };
  return {step("Load configuration", quick, loadSettings),
          step("Open journal and knowledge bank", quick, openBank),
          step("Audit and invariants", quick, startAudit),
          step("Data and connections", slow, connect),
          step("Candle warm-up", slow, warmUp),
          step("Signals from history", slow, signals),
          step("Risk from positions", quick, risk),
          step("Execution and credentials", slow, execution),
          step("Optimizer and baseline", quick, optimizer),
          step("Ready", quick, ready)};
}

std::unique_ptr<Agent> Engine::buildOrchestrator() {
  m_ports.realClock = &m_clocks.real;
  m_ports.startedByHand = [this] { startedByHand(); };
  m_ports.stop = m_stop.get();
  if (!m_ports.reset)
    m_ports.reset = [this](std::string_view phrase, std::string_view cause) { return m_stop->reset(phrase, cause); };
  m_ports.record = [this](const StateChanged& change) {
    const std::string text =
        std::string(toString(change.from)) + " to " + std::string(toString(change.to)) + ": " + change.cause;
    m_log.write(LogLevel::Info, "orchestrator", "state.changed", text);
    if (m_journal) (void)m_journal->append(RecordKind::StateChange, text);
  };
  m_ports.cancelEntries = [this] {
    m_stopVoice->publish(Topic::CancelRequested,
                         CancelRequest{CancelRequest::Scope::All, {}, {}, {}, "strategies stopped"});
  };
  m_ports.openRequests = [this] {
    std::vector<orchestrator::OpenRequest> open;
    for (const OpenRequest& r : m_bus->openRequests()) {
      const Timestamp now = m_clocks.market.now();
      open.push_back({r.correlationId, m_bus->agentName(r.requester), m_bus->agentName(r.responder), now - r.since,
                      r.deadline == Timestamp::never() ? Duration::max() : r.deadline - r.since, 0});
    }
    return open;
  };
  m_ports.failRequest = [this](const Uuid& id, const std::string& text) {
    m_bus->failRequest(id, "request.failed", text);
  };
  orchestrator::OrchestratorAgent::Options options;
  options.startTradingWhenReady = m_options.startTrading && !mustStartByHand();
  options.health = m_options.health;
  options.latchedAtStart = m_latchedAtStart;
  return std::make_unique<orchestrator::OrchestratorAgent>(m_ports, startupSteps(), options);
}

}  // namespace bw::app
