// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulate/simulation.h"

#include <algorithm>
#include <cerrno>

#include "app/compose/message_text.h"
#include "app/simulate/workstation_life.h"
#include "core/agents/execution/execution_agent.h"
#include "core/journal/journal_reader.h"
#include "core/journal/latch.h"

namespace bw::sim {
namespace {

constexpr const char* kVenue = "fake";
constexpr const char* kMode = "sim";
constexpr std::size_t kLinesOfFailure = 80;
constexpr std::uint64_t kMostWaiting = 200'000;
constexpr std::size_t kInstruments = 3;

Instruments makeInstruments() {
  struct Row {
    const char* base;
    Decimal tick;
    Decimal lot;
  };
  const std::array<Row, kInstruments> rows = {{{"BTC", Decimal(1, 1), Decimal(1, 3)},
                                               {"ETH", Decimal(1, 2), Decimal(1, 2)},
                                               {"XRP", Decimal(1, 4), Decimal(1, 0)}}};
  auto table = std::make_shared<InstrumentTable>();
  for (const Row& row : rows) {
    Instrument instrument;
    instrument.venue = kVenue;
    instrument.base = Currency(row.base);
    instrument.quote = instrument.settle = Currency("USDT");
    instrument.symbol = std::string(row.base) + "USDT";
    instrument.tickSize = row.tick;
    instrument.lotSize = row.lot;
    instrument.maxLeverage = Decimal(50, 0);
    table->add(instrument);
  }
  return table;
}

app::Settings makeSettings(Rng& rng) {
  app::Settings settings;
  settings.startBalance = Decimal(100'000, 0);
  settings.demoInstruments = 1;
  const auto set = [&](const char* key, std::int64_t value) {
    BW_ASSERT(settings.limits.set(key, std::to_string(value), "simulation").ok());
  };
  set("MAX_OPEN_ORDERS", rng.between(10, 80));
  set("MAX_OPEN_POSITIONS", rng.below(5) == 0 ? 2 : 3);
  set("MAX_EXPOSURE", rng.between(20, 120));
  set("MAX_POSITION_PERCENT", 50);
  set("MAX_CORRELATED_EXPOSURE", 300);
  set("MAX_MESSAGE_RATE", 100);
  set("MAX_REPEATED_EXECUTIONS", 600);
  set("MAX_DAILY_DRAWDOWN", 50);
  set("MAX_WEEKLY_DRAWDOWN", 50);
  BW_ASSERT(settings.limits.set("LEVERAGE_BY_VOLATILITY", "0.5:1, 1:1, 2:1, above:1", "simulation").ok());
  return settings;
}

}  // namespace

FaultChoice FaultChoice::all() {
  FaultChoice choice;
  choice.venue = fake::FaultPlan::all();
  choice.machine.fill(true);
  return choice;
}

Result<FaultChoice> FaultChoice::parse(std::string_view text) {
  FaultChoice choice;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view name = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    if (name == "all") {
      choice = all();
      continue;
    }
    if (name == "none" || name.empty()) continue;
    bool found = false;
    std::string known;
    for (const MachineFaultInfo& info : kMachineFaults) {
      known += ", " + std::string(info.name);
      if (info.name != name) continue;
      choice.machine[static_cast<std::size_t>(info.fault)] = true;
      found = true;
    }
    if (found) continue;
    if (auto on = choice.venue.enable(name); !on) return finalError("fault.unknown", on.error().detail + known);
  }
  return choice;
}

std::uint64_t SimulationResult::faultCount() const {
  std::uint64_t sum = 0;
  for (const auto& entry : faults) sum += entry.second;
  return sum;
}

void SimulationResult::add(const SimulationResult& episode) {
  episodes += episode.episodes;
  events += episode.events;
  for (const auto& [name, count] : episode.faults) faults[name] += count;
  for (const auto& [name, count] : episode.reasons) reasons[name] += count;
  for (const auto& [name, count] : episode.stops) stops[name] += count;
  orders += episode.orders;
  fills += episode.fills;
  cancels += episode.cancels;
  crashes += episode.crashes;
  restarts += episode.restarts;
  unknowns += episode.unknowns;
  unknownsResolved += episode.unknownsResolved;
  refused += episode.refused;
  longestSettling = std::max(longestSettling, episode.longestSettling);
  traceHash = toHex(sha256(traceHash + episode.traceHash));
  if (violations == 0 && episode.violations > 0) {
    failedSeed = episode.failedSeed;
    failedEvent = episode.failedEvent;
    failedLength = episode.failedLength;
    violation = episode.violation;
    lastMessages = episode.lastMessages;
  }
  if (lastMessages.empty()) lastMessages = episode.lastMessages;
  violations += episode.violations;
}

Simulation::Simulation(EpisodeOptions options)
    : m_options(options),
      m_rng(Rng(options.seed).fork(0x51a7)),
      m_clock(Timestamp::fromSeconds(1'736'942'400)),
      m_instruments(makeInstruments()),
      m_settings(makeSettings(m_rng)) {
  m_log = std::make_unique<Log>(m_clock, Log::Options{"", 1, 0, LogLevel::Critical});
  m_places.dataDir = "/sim";
  m_places.temporary = true;
  m_places.profile = "simulation";
  fake::ExchangeOptions exchange;
  exchange.name = kVenue;
  exchange.instruments = m_instruments;
  exchange.startBids = {{600'000}, {300'000}, {5'000}};
  exchange.startBalance = m_settings.startBalance;
  exchange.seed = options.seed;
  exchange.start = venueNow();
  exchange.faults = options.faults.venue;
  const std::uint64_t promise = m_rng.below(10);
  if (promise < 3) exchange.landsWithin = Duration::seconds(10);
  if (promise >= 8) exchange.landsWithin = std::nullopt;
  exchange.marketGap = options.marketGap;
  exchange.lateBy = options.lateBy;
  if (options.lateBy) exchange.landsWithin = std::nullopt;
  m_exchange = std::make_unique<fake::FakeExchange>(exchange);
  m_judge = std::make_unique<Judge>(Judge::Rules{m_instruments, m_settings.limits, m_settings.startBalance,
                                                 std::string(kVenue), exchange.landsWithin.has_value()});
  for (const MachineFaultInfo& info : kMachineFaults) {
    const auto index = static_cast<std::size_t>(info.fault);
    m_next[index] = options.faults.machine[index] ? nextIn(info.every) : UINT64_MAX;
  }
  // At least one crash in each episode.
  std::uint64_t& crash = m_next[static_cast<std::size_t>(MachineFault::Crash)];
  if (crash != UINT64_MAX && crash >= options.events) crash = m_rng.below(std::max<std::uint64_t>(options.events, 1));
  m_personAt = m_clock.mono();
}

Simulation::~Simulation() {
  if (m_work) die(false);
}

std::uint64_t Simulation::nextIn(std::uint32_t every) {
  return m_events + 1 + m_rng.below(2 * std::uint64_t{every});
}

void Simulation::boot() {
  m_life += 1;
  if (m_life > 1) {
    auto contents = journal::readJournal(m_places.journalDir(kMode), m_disk);
    if (contents) m_judge->onRestart(contents->records);
  }
  const bool latched = journal::Latch(m_places.dataDir, m_disk).read().has_value();
  if (m_latchKnown && !latched) m_judge->fail("I10", "the latch was on disk and is gone after a restart");
  if (!latched && m_judge->pressed()) m_judge->onReset();
  if (latched) m_judge->onPressed();
  m_work = std::make_unique<Workstation>();
  Workstation& work = *m_work;
  work.venue = std::make_shared<fake::FakeVenue>(*m_exchange, m_clock);
  work.venue->setOnSend([this](const PlaceRequest& request) {
    const gate::Level level = m_work->engine->gate().level();
    if (level >= gate::Level::CancelAll) m_judge->onPressed();
    m_judge->onSend(request, m_work->journal->durableSequence(), level == gate::Level::CancelAll, *m_exchange);
  });
  app::EngineOptions options;
  options.mode = kMode;
  options.seed = m_options.seed + (m_life << 40);
  options.threaded = false;
  options.ownerPumps = true;
  options.startTrading = true;
  options.disk = &m_disk;
  options.wrapJournal = [this](Journal& inner) {
    auto slow =
        std::make_unique<SlowJournal>(inner, m_clock, Rng(m_options.seed).fork(0x10a0 + m_life),
                                      [this](RecordKind kind, std::uint64_t sequence, std::string_view payload) {
                                        m_judge->onRecord(kind, sequence, payload);
                                      });
    m_work->journal = slow.get();
    return slow;
  };
  app::MarketPlan plan;
  auto table = std::make_shared<InstrumentTable>(*m_instruments);
  plan.table = table;
  plan.start = m_clock.now();
  plan.make = [this]() -> Result<app::Market> {
    app::Market market;
    market.instruments = m_instruments;
    market.feed = m_work->venue;
    market.venue = m_work->venue;
    market.setWake = [venue = m_work->venue](std::function<void(Timestamp)> wake) { venue->setWake(std::move(wake)); };
    market.start = m_clock.now();
    market.description = "fake exchange";
    return market;
  };
  work.engine = std::make_unique<app::Engine>(std::move(options), m_settings, m_places, std::move(plan),
                                              app::Engine::Clocks{m_clock, m_clock}, *m_log, app::EngineProblems{});
  app::Engine& engine = *work.engine;
  const std::uint64_t order = m_options.reorders ? m_rng.below(4) : 1 + m_rng.below(3);
  work.host = std::make_unique<SimHost>(engine.bus(), m_clock, *m_log,
                                        SimHost::Options{m_options.seed ^ (m_life << 32), order == 0, {}, order == 1});
  work.host->setTraceHash(&m_trace);
  work.host->setFirstTracer([this](const Message& message) { tell(message); });
  engine.orchestratorPorts().heartbeats = [this] { return heartbeats(); };
  engine.orchestratorPorts().act = [this](const orchestrator::HealthAction& action) { m_actions.push_back(action); };
  if (engine.lane() != nullptr) engine.lane()->setWake([this] { m_work->laneReady = true; });
  engine.stop().setWake([this] { m_work->stopReady = true; });
  for (const app::Engine::Placement& placement : app::Engine::placements())
    work.host->add(engine.makeAgent(placement.agent), placement.host);
  work.trader = std::make_unique<RandomTrader>(m_instruments, m_options.wishGap);
  if (!m_faultsOn) work.trader->rest();
  work.host->add(*work.trader, "people");
  engine.gate().raiseGeneration(engine.bus().generationOf(engine.bus().registerHost("trading").id));
  work.voice = engine.bus().makePublisher("person");
  work.host->start();
}

// `power`: the machine stops, and its disk keeps only part of what was not synced. Otherwise only the process dies.
void Simulation::die(bool power) {
  m_work->venue->cut();
  MemoryDisk::Crash plan;
  plan.unsynced = power ? MemoryDisk::Unsynced::Random : MemoryDisk::Unsynced::Kept;
  plan.seed = m_rng.next();
  m_disk.setHook({});
  m_disk.crash(plan);
  m_work->host.reset();
  if (m_work->engine->lane() != nullptr) m_work->engine->lane()->setWake({});
  m_work->engine.reset();
  m_work.reset();
  m_hungHost.clear();
  m_actions.clear();
  m_inbox.clear();
  m_powerFailed = false;
  m_diskErrorUntil = 0;
}

bool Simulation::pumpOrderPath() {
  Workstation& work = *m_work;
  if (work.laneReady) {
    work.laneReady = false;
    if (work.engine->lane()->pump()) work.laneReady = true;
    return true;
  }
  if (work.stopReady || work.stopDue <= m_clock.mono()) {
    work.stopReady = false;
    const auto next = work.engine->stop().pump();
    work.stopDue = next ? m_clock.mono() + std::max(*next, Duration::micros(1)) : MonoTime{INT64_MAX};
    if (m_judge->pressed() && work.engine->stop().times().latched) m_latchKnown = true;
    return true;
  }
  return work.journal != nullptr && work.journal->pump();
}

bool Simulation::advanceTime() {
  const Duration offset{m_clock.now().ns - m_clock.mono().ns};
  std::int64_t next = m_exchange->nextTime().ns;
  if (const Timestamp due = m_work->host->nextTime(); due != Timestamp::never())
    next = std::min(next, due.ns - offset.ns);
  if (m_work->journal != nullptr) next = std::min(next, m_work->journal->nextTime().ns);
  next = std::min(next, m_work->stopDue.ns);
  const std::int64_t ahead = next - m_clock.mono().ns;
  if (ahead > 0) m_clock.advance({ahead});
  return ahead > 0;
}

// One event: a message, a timer, a completion of disk or wire.
bool Simulation::step() {
  for (int tries = 0; tries < 4; ++tries) {
    if (pumpOrderPath() || m_work->host->stepDue() || m_exchange->step(venueNow())) return true;
    if (!advanceTime()) return false;
  }
  return false;
}

void Simulation::afterEvent() {
  m_events += 1;
  for (const fake::LogEntry& entry : m_exchange->takeLog()) m_judge->onLog(entry);
  watchMarket();
  if (m_work->host->waiting() > kMostWaiting)
    m_judge->fail("I19", std::to_string(m_work->host->waiting()) + " messages wait");
}

void Simulation::watchMarket() {
  const std::uint64_t delivered = m_work->venue->delivered();
  if (delivered == m_deliveredBooks) return;
  m_deliveredBooks = delivered;
  const DataAgent* data = m_work->engine->data();
  if (data == nullptr) return;
  for (std::uint32_t i = 0; i < kInstruments; ++i) {
    const L2Book* book = data->book({i});
    if (book == nullptr || !book->tradable()) continue;
    if (m_work->venue->streamBroken({i})) m_judge->fail("I14", "a book with a hole is called tradable");
    if (book->crossed()) m_judge->fail("I14", "a crossed book is called tradable");
  }
}

void Simulation::tell(const Message& message) {
  m_judge->onMessage(message, *m_exchange);
  if (const auto* raised = std::get_if<EmergencyStopRaised>(&message.payload)) {
    m_result.stops[raised->trigger] += 1;
    note("STOP by " + raised->trigger + ": " + raised->reason);
  }
  if (const auto* progress = std::get_if<StopProgress>(&message.payload))
    note("stop " + std::string(toString(progress->state)) + " " + progress->attention);
  if (const auto* item = std::get_if<ReconciliationItem>(&message.payload)) {
    if (item->state == ReconciliationItem::State::Open)
      m_inbox[item->id] = *item;
    else
      m_inbox.erase(item->id);
    note("INBOX " + item->id + " " + std::string(toString(item->state)) + " " + item->title);
  }
  if (const auto* result = std::get_if<ReconciliationResult>(&message.payload)) {
    for (const std::string& difference : result->differences) note("DIFFERENCE " + difference);
  }
  const auto* change = std::get_if<StateChanged>(&message.payload);
  if (change != nullptr && change->from == SessionState::EmergencyStop && change->to == SessionState::Ready) {
    m_judge->onReset();
    m_latchKnown = false;
  }
  if (m_options.tellFrom == 0 || m_events < m_options.tellFrom) return;
  std::string text = app::describe(message);
  if (const auto* update = std::get_if<OrderUpdate>(&message.payload))
    text = toString(update->order.clientId).substr(9) + " " + text;
  if (text.empty() && message.topic != Topic::VenueAccount) return;
  note(std::string(infoOf(message.topic).name) + " " + toString(message.correlationId).substr(9) + " " + text);
}

void Simulation::note(const std::string& line) {
  if (m_options.tellFrom == 0) return;
  m_lines.push_back("event " + std::to_string(m_events) + " " + toIso8601(venueNow()).substr(11, 12) + " " + line);
  if (m_lines.size() > m_options.linesKept) m_lines.pop_front();
}

void Simulation::collect() {
  for (const fake::FaultInfo& info : fake::kFaults) {
    if (const std::uint64_t count = m_exchange->faults(info.fault)) m_result.faults[std::string(info.name)] = count;
  }
  m_result.episodes = 1;
  m_result.events = m_events;
  m_result.orders = m_judge->orders();
  m_result.fills = m_judge->fills();
  m_result.cancels = m_judge->cancels();
  m_result.unknowns = m_judge->unknowns();
  m_result.unknownsResolved = m_judge->unknownsResolved();
  m_result.refused = m_judge->refused();
  m_result.reasons = m_judge->reasons();
  m_result.restarts = m_life - 1;
  m_result.traceHash = m_trace.hex();
  m_result.lastMessages.assign(m_lines.begin(), m_lines.end());
  if (!m_judge->violation()) return;
  m_result.violations = 1;
  m_result.violation = *m_judge->violation();
  m_result.failedSeed = m_options.seed;
  m_result.failedEvent = m_events;
  m_result.failedLength = m_options.events;
}

SimulationResult Simulation::run() {
  boot();
  while (m_events < m_options.events && !m_judge->violation()) {
    machineFaults();
    if (!step()) {
      m_judge->fail("I20", "nothing is left to do");
      break;
    }
    afterEvent();
    runActions();
    if (m_clock.mono() >= m_personAt) person();
  }
  if (!m_judge->violation()) settle();
  collect();
  return m_result;
}

SimulationResult runEpisodes(EpisodeOptions first, std::uint64_t events,
                             const std::function<bool(const SimulationResult&)>& progress) {
  SimulationResult sum;
  const std::uint64_t length = first.events;
  EpisodeOptions options = first;
  while (sum.events < events && sum.violations == 0) {
    options.events = std::min(length, std::max<std::uint64_t>(events - sum.events, 1));
    sum.add(Simulation(options).run());
    options.seed += 1;
    if (progress && !progress(sum)) break;
  }
  if (sum.violations > 0 && sum.lastMessages.empty() && first.tellFrom == 0) {
    options.seed = sum.failedSeed;
    options.tellFrom = sum.failedEvent > 1500 ? sum.failedEvent - 1500 : 1;
    options.linesKept = kLinesOfFailure;
    sum.lastMessages = Simulation(options).run().lastMessages;
  }
  return sum;
}

}  // namespace bw::sim
