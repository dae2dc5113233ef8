// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/engine.h"

#include <algorithm>
#include <map>

#include "app/compose/guard_keeper.h"
#include "app/compose/rejoining_agent.h"
#include "app/compose/shared_feed.h"
#include "core/agents/audit/audit_agent.h"
#include "core/agents/execution/execution_agent.h"
#include "core/agents/execution/lane_agent.h"
#include "core/agents/risk/risk_agent.h"
#include "core/agents/signal/signal_agent.h"
#include "core/journal/journal_reader.h"
#include "core/strategies/registry.h"

namespace bw::app {
namespace {

using risk::RiskKey;

/// Stands in for a journal that could not be opened: nothing can be recorded, so nothing can be sent. Thread: any.
class BrokenJournal final : public Journal {
 public:
  explicit BrokenJournal(std::string why) : m_why(std::move(why)) {}
  Result<std::uint64_t> append(RecordKind, std::string_view) override { return finalError("journal.closed", m_why); }
  Result<void> sync(std::uint64_t) override { return finalError("journal.closed", m_why); }
  std::uint64_t durableSequence() const override { return 0; }
  bool failed() const override { return true; }

 private:
  const std::string m_why;
};

/// For connections that only ask. Thread: any.
class DeafListener final : public VenueListener {
 public:
  void onReport(const OrderReport&) override {}
};

void noteJournal(EngineProblems& problems, const Error& error) {
  problems.journal = error.detail;
  problems.journalKey = error.userKey;
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

agents::AuditLimits auditLimits(const Settings& settings) {
  const risk::RiskLimits& limits = settings.limits;
  agents::AuditLimits out;
  out.maxOpenPositions = static_cast<int>(limits.count(RiskKey::MaxOpenPositions));
  out.maxConsecutiveLosses = static_cast<int>(limits.count(RiskKey::MaxConsecutiveLosses));
  out.maxDailyDrawdown = limits.ratio(RiskKey::MaxDailyDrawdown);
  out.maxExposure = limits.ratio(RiskKey::MaxExposure);
  out.streamSilence = settings.streamSilence;
  out.heartbeatAge = settings.agentSilence;
  return out;
}

}  // namespace

Engine::Engine(EngineOptions options, Settings settings, Places places, std::optional<MarketPlan> plan, Clocks clocks,
               Log& log, EngineProblems problems)
    : m_options(std::move(options)),
      m_settings(std::move(settings)),
      m_places(std::move(places)),
      m_clocks(clocks),
      m_log(log),
      m_problems(std::move(problems)),
      m_bus(std::make_unique<MessageBus>(clocks.market, m_options.seed)),
      m_authority(std::make_unique<risk::ApprovalAuthority>()),
      m_deaf(std::make_unique<DeafListener>()) {
  m_feedSeat = std::make_shared<FeedSeat>();
  if (m_options.disk == nullptr) adoptGuardLatch(m_places.dataDir);
  m_latchedAtStart = journal::Latch(m_places.dataDir, disk()).read().has_value();
  openJournal();
  openMarket(std::move(plan));
  openLimits();
  m_specs = strategySpecs();
  buildOrderPath();
  watchJournal();
}

Engine::~Engine() {
  stopThreads();
  if (m_journal) m_journal->setListeners({});
}

void Engine::openJournal() {
  if (m_problems.journal.empty()) {
    journal::FileJournal::Options options;
    options.directory = m_places.journalDir(m_options.mode);
    options.mode = m_options.threaded ? journal::FileJournal::Mode::WriterThread : journal::FileJournal::Mode::Inline;
    options.syncToDisk = m_options.durable;
    options.fault = m_options.journalFault;
    options.disk = m_options.disk;
    if (m_places.temporary) {
      options.segmentBytes = 1024 * 1024;
    } else if (m_options.durable) {
      options.reserveBytes = journal::FileJournal::kReserveBytes;
      options.lowSpaceBytes = journal::FileJournal::kLowSpaceBytes;
    }
    auto opened = journal::FileJournal::open(m_clocks.real, options);
    if (opened)
      m_journal = std::move(*opened);
    else
      noteJournal(m_problems, opened.error());
  }
  if (m_journal && m_options.wrapJournal) m_wrappedJournal = m_options.wrapJournal(*m_journal);
  if (m_journal) {
    m_records = std::move(m_journal->recovered().records);
    if (m_journal->recovered().torn)
      m_log.write(LogLevel::Warning, "journal", "journal.torn", m_journal->recovered().tornText);
  } else {
    m_brokenJournal = std::make_unique<BrokenJournal>(m_problems.journal);
  }
}

// What the disk does to trading: little room means no new risk, a write that failed means that nothing can be proven
// any more and every order that can add risk has to go.
void Engine::watchJournal() {
  if (!m_journal) return;
  m_journalVoice = m_bus->makePublisher("journal");
  journal::FileJournal::Listeners listeners;
  listeners.space = [this](const journal::FileJournal::Space& space) {
    if (space.low)
      m_gate->raiseNoNew(gate::NoNewCause::DiskSpace);
    else
      m_gate->endNoNew(gate::NoNewCause::DiskSpace);
    const std::string text = space.low ? space.text : "There is room on the disk again";
    m_log.write(space.low ? LogLevel::Critical : LogLevel::Info, "journal", "journal.space", text);
    m_journalVoice->publish(Topic::Event, SystemEvent{space.low ? 3 : 1, "journal", "journal.space", text,
                                                      space.low ? "Free some space" : ""});
  };
  listeners.failed = [this](const std::string& failure) {
    m_log.write(LogLevel::Critical, "journal", "journal.write", failure);
    m_stop->raise(StopLevel::CancelAll, {}, "journal", failure);
  };
  m_journal->setListeners(std::move(listeners));
}

Journal& Engine::orderJournal() {
  if (m_wrappedJournal) return *m_wrappedJournal;
  return m_journal ? static_cast<Journal&>(*m_journal) : *m_brokenJournal;
}

void Engine::openMarket(std::optional<MarketPlan> plan) {
  // A stop that is latched works on at a venue elsewhere even if this disk takes nothing; not beside its owner.
  const bool elsewhere = plan && !plan->request.venueFile.empty() && m_problems.journalKey != "data.locked";
  if (plan && (m_problems.journal.empty() || elsewhere)) {
    auto made = makeMarket(m_settings, std::move(*plan), m_clocks.market);
    if (made)
      m_market = std::move(*made);
    else
      m_problems.noteMarket(made.error());
  } else if (plan) {
    m_market.instruments = plan->table;
    m_market.start = plan->start;
  }
  if (!m_market.instruments) m_market.instruments = std::make_shared<InstrumentTable>();
}

void Engine::buildOrderPath() {
  m_gate = std::make_unique<gate::Gate>(m_clocks.market, m_market.instruments);
  m_marks = std::make_unique<gate::MarkMirror>(*m_market.instruments);
  m_owned = std::make_unique<gate::OwnedMirror>(*m_market.instruments);
  m_reports = std::make_unique<gate::ReportQueue>();
  Journal& journal = orderJournal();
  if (m_market.venue) {
    gate::OrderLane::Outputs outputs;
    outputs.report = [this](const OrderReport& report) {
      if (report.kind == OrderReport::Kind::Absent && report.reason.rfind("never sent: gate.", 0) == 0)
        m_log.write(LogLevel::Warning, "gate", "gate.refused", report.reason, {{"order", toString(report.clientId)}});
      if (m_market.overWire) noteReport(report);
      m_reports->onReport(report);
    };
    outputs.account = [this](const AccountAnswer& answer) { m_reports->onAccount(answer); };
    gate::OrderLane::Budget budget;
    budget.openOrders = m_market.openOrderCap;
    m_lane = std::make_unique<gate::OrderLane>(*m_gate, journal, m_clocks.market, m_market.instruments, *m_market.venue,
                                               outputs, budget);
    m_proof = m_market.venue->connect(*m_deaf);
  }
  m_stopVoice = m_bus->makePublisher("stop");
  gate::StopExecutor::Config config;
  config.dataDirectory = m_places.dataDir;
  config.mode = upper(m_options.mode);
  config.disk = m_options.disk;
  if (m_market.overWire) config.probeEvery = Duration::seconds(1);
  config.policy.collar = m_settings.limits.ratio(RiskKey::EstopCloseSlippage);
  gate::StopExecutor::Outputs outputs;
  outputs.raised = [this](const EmergencyStopRaised& raised) { m_stopVoice->publish(Topic::EmergencyStop, raised); };
  outputs.progress = [this](const StopProgress& progress) { m_stopVoice->publish(Topic::StopProgress, progress); };
  outputs.event = [this](const SystemEvent& event) {
    m_log.write(LogLevel::Critical, event.source, event.code, event.text);
    m_stopVoice->publish(Topic::Event, event);
  };
  outputs.scoped = [this](const StopScope& scope) {
    if (scope.kind != StopScope::Kind::Agent) return;
    // A venue knows no strategies: their orders are withdrawn by execution.
    m_stopVoice->publish(Topic::CancelRequested,
                         CancelRequest{CancelRequest::Scope::Strategy, {}, {}, scope.name, "the agent is stopped"});
  };
  outputs.bundle = [this]() -> std::vector<std::pair<std::string, std::string>> {
    const api::StatusAgent* status = m_status.load();
    if (status == nullptr) return {};
    return {{"status.json", status->statusJson()}};
  };
  std::vector<Venue*> venues;
  if (m_market.venue) venues.push_back(m_market.venue.get());
  m_stop = std::make_unique<gate::StopExecutor>(
      gate::StopExecutor::Parts{*m_gate, journal, m_clocks.real, m_market.instruments, m_marks.get(), *m_deaf, venues,
                                m_owned.get()},
      m_authority->takeEmergencyAuthority(), config, outputs);
}

std::vector<Engine::Placement> Engine::placements(bool threaded) {
  std::vector<Placement> all = {{"status", "api"},          {"preview", "api"},      {"audit", "audit"},
                                {"lanes", "trading"},       {"risk", "trading"},     {"execution", "trading"},
                                {"signal", "trading"},      {"strategy", "trading"}, {"data", "data"},
                                {"orchestrator", "control"}};
  if (threaded) all.insert(all.begin() + 2, {{"alarms", "watch"}, {"sentinel", "watch"}});
  return all;
}

Agent& Engine::makeAgent(const std::string& name) {
  const bool again = !m_made.insert(name).second;
  const api::StatusAgent* before = name == "status" ? m_status.load() : nullptr;
  std::unique_ptr<Agent> agent = buildAgent(name);
  BW_ASSERT(agent != nullptr);
  if (again)
    agent = std::make_unique<RejoiningAgent>(std::move(agent), *m_bus, before != nullptr ? before->lastSequence() : 0);
  if (m_options.decorate) agent = m_options.decorate(std::move(agent));
  BW_ASSERT(agent != nullptr && agent->name() == name);
  m_agents.push_back(std::move(agent));
  return *m_agents.back();
}

std::unique_ptr<Agent> Engine::buildAgent(const std::string& name) {
  if (name == "data") return buildData();
  if (name == "risk") return buildRisk();
  if (name == "execution") return buildExecution();
  if (name == "audit") return buildAudit();
  if (name == "orchestrator") return buildOrchestrator();
  if (name == "sentinel") return buildSentinel();
  if (name == "alarms") return buildAlarms();
  if (name == "signal") return std::make_unique<agents::SignalAgent>(m_market.instruments, m_settings.signal);
  if (name == "strategy") return std::make_unique<agents::StrategyAgent>(m_market.instruments, m_specs);
  if (name == "lanes") {
    std::vector<gate::OrderLane*> lanes;
    const bool pumps = !m_options.threaded && !m_options.ownerPumps;
    if (m_lane && pumps) lanes.push_back(m_lane.get());
    return std::make_unique<execution::LaneAgent>(*m_reports, lanes, pumps ? m_stop.get() : nullptr);
  }
  if (name == "status") {
    auto agent = std::make_unique<api::StatusAgent>(m_market.instruments, m_options.mode, m_places.profile);
    if (const api::StatusAgent* before = m_status.load()) agent->continueFrom(*before);
    m_status = agent.get();
    return agent;
  }
  if (name == "preview") {
    auto agent = std::make_unique<PreviewAgent>(m_market.instruments, currentLimits(), *m_authority);
    agent->setFixedRates(m_settings.fixedRates);
    if (m_options.threaded && m_limitDesk)
      agent->setOnSecond([desk = m_limitDesk.get()] { static_cast<void>(desk->settle()); });
    if (m_preview.load() != nullptr) {
      refreshRecords();
      if (auto counters = lastCounters(); counters && *counters) agent->restore(**counters);
    }
    m_preview = agent.get();
    return agent;
  }
  return nullptr;
}

std::unique_ptr<Agent> Engine::buildData() {
  DataAgentOptions options;
  options.venue = m_options.mode == "sim" ? "simulated" : "recording";
  if (m_market.history.empty() && m_market.makeHistory) m_market.history = m_market.makeHistory();
  options.history = m_market.history;
  auto agent = std::make_unique<DataAgent>(
      std::make_unique<SharedFeed>(m_market.feed, m_clocks.market, m_feedSeat, m_feedProgress), m_market.instruments,
      options);
  m_data = agent.get();
  if (m_market.setWake) m_market.setWake([data = agent.get()](Timestamp when) { data->wake(when); });
  return agent;
}

std::unique_ptr<Agent> Engine::buildRisk() {
  refreshRecords();
  agents::RiskAgentPorts ports;
  ports.epoch = [this] { return m_gate->epoch(); };
  ports.onBreach = [this](const std::string& cause) { m_stop->trigger("risk", cause); };
  if (m_journal) {
    ports.onCounters = [this](const risk::RiskCounters& counters) {
      (void)m_journal->append(RecordKind::RiskCounters, counters.encode());
    };
    ports.onDecision = [this](const std::string& record) { (void)m_journal->append(RecordKind::Decision, record); };
  }
  ports.fixedRates = m_settings.fixedRates;
  ports.limitsVersion = m_limitDesk ? m_limitDesk->version() : 0;
  auto agent = std::make_unique<agents::RiskAgent>(m_market.instruments, currentLimits(), *m_authority, ports);
  auto counters = lastCounters();
  if (!counters) {
    m_problems.positions = counters.error().detail;
  } else if (*counters) {
    if (PreviewAgent* preview = m_preview.load()) preview->restore(**counters);
    agent->engine().restore(std::move(**counters));
  }
  return agent;
}

Result<std::optional<risk::RiskCounters>> Engine::lastCounters() const {
  const journal::JournalRecord* last = nullptr;
  for (const journal::JournalRecord& record : m_records) {
    if (record.kind == RecordKind::RiskCounters) last = &record;
  }
  if (last == nullptr) return std::optional<risk::RiskCounters>();
  auto counters = risk::RiskCounters::decode(last->payload);
  if (!counters) return counters.error();
  return std::optional<risk::RiskCounters>(std::move(*counters));
}

std::unique_ptr<Agent> Engine::buildExecution() {
  refreshRecords();
  execution::ExecutionSettings settings;
  settings.discovery.maxSlippage = m_settings.limits.ratio(RiskKey::MaxSlippage);
  settings.discovery.marketCollar = m_settings.limits.ratio(RiskKey::PriceCollar);
  settings.reconcileEvery = m_settings.reconcileEvery;
  Journal& journal = orderJournal();
  std::vector<gate::OrderLane*> lanes;
  if (m_lane) lanes.push_back(m_lane.get());
  auto agent = std::make_unique<execution::ExecutionAgent>(
      execution::ExecutionParts{m_market.instruments, *m_gate, journal, m_marks.get(), lanes, m_stop.get()}, settings);
  for (const std::string& problem : agent->restore(m_records)) {
    m_problems.positions += (m_problems.positions.empty() ? "" : "; ") + problem;
  }
  m_execution = agent.get();
  m_recordsUsed = true;
  return agent;
}

std::unique_ptr<Agent> Engine::buildAudit() {
  auto agent =
      std::make_unique<agents::AuditAgent>(m_market.instruments, auditLimits(m_settings),
                                           [this](const std::string& cause) { m_stop->trigger("audit", cause); });
  agent->setOnPassiveViolation([this](bool broken) {
    if (broken)
      m_gate->raiseNoNew(gate::NoNewCause::PassiveViolation);
    else
      m_gate->endNoNew(gate::NoNewCause::PassiveViolation);
  });
  return agent;
}

// Parameters of a strategy that does not run would be ignored: they are a mistake of the person.
std::vector<agents::StrategySpec> Engine::strategySpecs() {
  std::vector<std::string> names = m_options.strategies;
  if (names.empty()) names.push_back(m_settings.demoStrategy);
  std::map<std::string, std::map<std::string, std::string>> parameters;
  for (const std::string& parameter : m_options.parameters) {
    const std::size_t dot = parameter.find('.');
    const std::size_t equals = parameter.find('=');
    const std::string strategy = parameter.substr(0, dot);
    if (std::find(names.begin(), names.end(), strategy) == names.end()) {
      m_problems.strategy = "--param '" + parameter + "': strategy \"" + strategy +
                            "\" does not run here; name it with --strategy " + strategy;
      return {};
    }
    parameters[strategy][parameter.substr(dot + 1, equals - dot - 1)] = parameter.substr(equals + 1);
  }
  std::vector<agents::StrategySpec> named;
  for (const std::string& name : names) {
    agents::StrategySpec spec;
    spec.strategy = name;
    const auto own = parameters.find(name);
    if (own != parameters.end()) spec.parameters.insert(own->second.begin(), own->second.end());
    named.push_back(std::move(spec));
  }
  if (auto valid = agents::validate(named); !valid) {
    m_problems.strategy = valid.error().detail;
    return {};
  }
  std::vector<agents::StrategySpec> specs;
  int instruments = 0;
  for (const Instrument& instrument : *m_market.instruments) {
    if (++instruments > m_settings.demoInstruments) break;
    for (agents::StrategySpec spec : named) {
      spec.instrument = instrument.id;
      specs.push_back(std::move(spec));
    }
  }
  return specs;
}

// An agent that is made again starts from what the journal holds by then.
void Engine::refreshRecords() {
  if (!m_recordsUsed || !m_journal) return;
  if (auto last = m_journal->append(RecordKind::StateChange, "an agent is made again from the journal"))
    (void)m_journal->sync(*last);
  auto contents = journal::readJournal(m_places.journalDir(m_options.mode), disk());
  if (contents)
    m_records = std::move(contents->records);
  else
    m_log.write(LogLevel::Error, "journal", "journal.reread", contents.error().detail);
}

void Engine::startedByHand() {
  if (auto done = journal::Latch(m_places.dataDir, disk()).startedByHand(); !done)
    m_log.write(LogLevel::Error, "orchestrator", "latch.write", done.error().detail);
}

// What the stop has to know of the order path, on the lane's thread.
void Engine::noteReport(const OrderReport& report) {
  m_trouble.onReport(report, m_clocks.real.mono());
  if (report.kind != OrderReport::Kind::Filled || report.instrument.value >= m_market.instruments->size()) return;
  const Instrument& instrument = m_market.instruments->get(report.instrument);
  const auto lots = instrument.toLots(report.fill.quantity);
  if (instrument.kind != ContractKind::Spot || !lots) return;
  const std::int64_t held = m_owned->get(instrument.id).value_or(Ticks{0}).value;
  m_owned->set(instrument.id, Ticks{held + (report.fill.side == Side::Buy ? lots->value : -lots->value)});
}

void Engine::watchTrouble() {
  for (const gate::TroubleWatch::Trouble& trouble : m_trouble.due(m_clocks.real.mono()))
    m_stop->raise(trouble.level, trouble.scope, "order path", trouble.reason);
}

void Engine::startThreads() {
  BW_ASSERT(m_options.threaded);
  recordStart();
  m_stop->start();
  if (m_lane) m_lane->start();
}

void Engine::stopThreads() {
  if (!m_options.threaded) return;
  if (m_lane) m_lane->stop();
  if (m_stop) m_stop->shutdown();
}

Result<AccountSnapshot> Engine::venueAccount() {
  if (!m_proof) return finalError("venue.none", "there is no venue: " + m_problems.market);
  return m_proof->account();
}

}  // namespace bw::app
