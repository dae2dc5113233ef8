// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/drill/drill.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <thread>

#include "app/drill/drill_orders.h"
#include "core/emulator/fake_exchange.h"
#include "core/gate/report_queue.h"
#include "core/journal/file_journal.h"

namespace bw::app {
namespace {

constexpr Duration kPlacing = Duration::seconds(60);
constexpr Duration kStopping = Duration::seconds(15);

/// Busy threads, four per core, while it lives. Thread: owner only.
class Spinners {
 public:
  explicit Spinners(bool wanted) {
    const unsigned count = wanted ? 4 * std::max(std::thread::hardware_concurrency(), 1U) : 0;
    for (unsigned i = 0; i < count; ++i) {
      m_threads.push_back(std::make_unique<Thread>());
      m_threads.back()->start("spinner", [this] {
        while (!m_quit.load(std::memory_order_relaxed)) m_turns.fetch_add(1, std::memory_order_relaxed);
      });
    }
  }
  ~Spinners() { m_quit = true; }

 private:
  std::atomic<bool> m_quit{false};
  std::atomic<std::uint64_t> m_turns{0};
  std::vector<std::unique_ptr<Thread>> m_threads;
};

/// A directory that goes with it. Thread: owner only.
class DrillFolder {
 public:
  DrillFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "bellwether-drill-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) m_path = pattern;
  }
  ~DrillFolder() {
    std::error_code ignored;
    if (!m_path.empty()) std::filesystem::remove_all(m_path, ignored);
  }
  DrillFolder(const DrillFolder&) = delete;
  DrillFolder& operator=(const DrillFolder&) = delete;
  const std::string& path() const { return m_path; }

 private:
  std::string m_path;
};

double millisOf(Duration d) {
  return static_cast<double>(d.ns) / 1e6;
}

/// One run: everything between the program's own gate and the wire is made new. Thread: owner only.
class DrillBench {
 public:
  DrillBench(const DrillOptions& options, const std::vector<EmulatedVenue>& venues, const std::string& folder)
      : m_options(options),
        m_venues(venues),
        m_instruments(emulatedInstruments(venues)),
        m_gate(m_clock, m_instruments),
        m_marks(*m_instruments),
        m_owned(*m_instruments),
        m_orders(m_clock, m_gate, m_instruments) {
    journal::FileJournal::Options journal;
    journal.directory = folder + "/journal";
    journal.segmentBytes = 4 * 1024 * 1024;
    if (auto opened = journal::FileJournal::open(m_clock, journal)) m_journal = std::move(*opened);
    for (const EmulatedVenue& venue : venues) {
      m_clients.push_back(connectEmulated(m_clock, venue, m_instruments, false));
      gate::OrderLane::Outputs outputs;
      outputs.report = [this](const OrderReport& report) {
        if (report.kind == OrderReport::Kind::Accepted) m_accepted += 1;
        if (report.kind != OrderReport::Kind::Accepted && report.kind != OrderReport::Kind::Filled) m_notPlaced += 1;
      };
      outputs.account = [](const AccountAnswer&) {};
      if (m_journal)
        m_lanes.push_back(
            std::make_unique<gate::OrderLane>(m_gate, *m_journal, m_clock, m_instruments, *m_clients.back(), outputs));
    }
    gate::StopExecutor::Config config;
    config.dataDirectory = folder;
    config.mode = "SIM";
    config.probeEvery = Duration::seconds(1);
    config.preferred = options.preferred;
    std::vector<Venue*> stopped;
    for (const auto& client : m_clients) stopped.push_back(client.get());
    if (m_journal)
      m_stop = std::make_unique<gate::StopExecutor>(
          gate::StopExecutor::Parts{m_gate, *m_journal, m_clock, m_instruments, &m_marks, m_reports, stopped, &m_owned},
          m_orders.takeEmergencyAuthority(), config, gate::StopExecutor::Outputs{});
  }
  ~DrillBench() {
    for (const auto& lane : m_lanes) lane->stop();
    if (m_stop) m_stop->shutdown();
  }

  std::string run(DrillRun& run) {
    if (!m_journal) return "the drill's journal could not be opened";
    if (std::string problem = prepare(run); !problem.empty()) return problem;
    const Spinners spinners(m_options.freezeCpu);
    keepPlacing();
    const MonoTime pressed = press();
    measure(run, pressed);
    return {};
  }

 private:
  static int ordersOf(const std::string& venue, int orders) {
    const emulator::VenueShape* shape = emulator::shapeOf(venue);
    return shape == nullptr ? 0 : std::max(1, shape->drillOrders * orders / 1'000);
  }

  std::string prepare(DrillRun& run) {
    for (const EmulatedVenue& venue : m_venues) {
      emulatorAdmin(venue, "/admin/clear", "{}");
      emulatorAdmin(venue, "/admin/knobs", R"({"rtt_us":0})");
      if (m_options.positions)
        emulatorAdmin(venue, "/admin/position", R"({"symbol":"ETH-USD","quantity":"2","average":"2990"})");
    }
    for (const Instrument& instrument : *m_instruments) {
      for (const emulator::FakeSymbol& symbol : emulator::fakeSymbols()) {
        if (symbol.symbol == instrument.symbol)
          m_marks.set(instrument.id, instrument.toTicksRounded(Price(symbol.price), Rounding::Down));
      }
      // What our own fills bought on spot accounts: all that the stop may sell there.
      if (instrument.symbol == "ETH-USD")
        m_owned.set(instrument.id,
                    Ticks{instrument.toLotsRounded(Quantity(Decimal::fromInteger(1)), Rounding::Down).value});
    }
    m_stop->start();
    for (const auto& lane : m_lanes) lane->start();
    for (std::size_t v = 0; v < m_venues.size(); ++v) {
      const Instrument& instrument = *m_instruments->find(m_venues[v].name, "BTC-USD");
      const int wanted = ordersOf(m_venues[v].name, m_options.orders);
      for (int i = 0; i < wanted; ++i) {
        auto command = m_orders.next(instrument);
        if (!command) return "the drill's risk engine refused an order: " + m_orders.why();
        // An approval lives 5 s: never many ahead of the wire.
        while (m_lanes[v]->queued() > 50) sleepFor(Duration::micros(500));
        m_lanes[v]->submit(std::move(*command));
      }
      run.placed += wanted;
    }
    const MonoTime until = m_clock.mono() + kPlacing;
    while (m_accepted + m_notPlaced < run.placed && m_clock.mono() < until) sleepFor(Duration::millis(1));
    if (m_accepted != run.placed)
      return "only " + std::to_string(m_accepted.load()) + " of " + std::to_string(run.placed) + " orders came to rest";
    for (const EmulatedVenue& venue : m_venues)
      emulatorAdmin(venue, "/admin/knobs", "{\"rtt_us\":" + std::to_string(m_options.roundTripMs * 1000) + "}");
    // The stop's connections are open once the self-test has been through.
    for (const gate::StopExecutor::TestLine& line : m_stop->selfTest()) {
      if (!line.ok) return line.what + ": " + line.detail;
    }
    return {};
  }

  // Orders go on being sent when the stop is pressed: whatever is not on its way by then must not arrive.
  void keepPlacing() {
    m_acceptedBefore = m_accepted;
    for (std::size_t v = 0; v < m_venues.size(); ++v) {
      for (int i = 0; i < 10; ++i) {
        if (auto command = m_orders.next(*m_instruments->find(m_venues[v].name, "BTC-USD"))) {
          m_extra += 1;
          m_lanes[v]->submit(std::move(*command));
        }
      }
    }
    // One of each lane is on the wire now, for a round trip.
    sleepFor(Duration::millis(std::max(m_options.roundTripMs / 4, 1)));
  }

  MonoTime press() {
    const MonoTime pressed = m_clock.mono();
    m_stop->trigger("drill", "drill of the emergency stop");
    for (const gate::Gate::InFlight& sent : m_gate.inFlight()) m_onTheWay.insert(toString(sent.clientId));
    const MonoTime until = pressed + kStopping;
    const auto over = [&] { return m_stop->progress().state == StopState::Stopped || m_clock.mono() >= until; };
    while (!over()) {
      // A hanging window: this thread burns its time and hears nothing.
      if (!m_options.freezeGui) sleepFor(Duration::millis(2));
    }
    return pressed;
  }

  void measure(DrillRun& run, MonoTime pressed) {
    const StopProgress progress = m_stop->progress();
    const gate::StopTimes times = m_stop->times();
    run.state = toString(progress.state);
    run.unknown = progress.ordersUnknown;
    run.gateClosedUs = times.gateClosed ? static_cast<double>(times.gateClosed->ns) / 1e3 : -1;
    run.confirmedMs = times.confirmed ? millisOf(*times.confirmed) : -1;
    run.latched = times.latched.has_value();
    run.preferred = m_stop->preferred();
    run.refusedAtEnd = m_extra - (m_accepted - m_acceptedBefore);
    const auto ours = m_stop->venueTimes();
    for (std::size_t v = 0; v < m_venues.size(); ++v) {
      DrillVenue out;
      out.venue = m_venues[v].name;
      out.orders = ours[v].counts.ordersTotal;
      if (ours[v].firstCancel) out.firstCancelMs = millisOf(*ours[v].firstCancel);
      if (ours[v].lastCancel) out.lastCancelMs = millisOf(*ours[v].lastCancel);
      if (ours[v].confirmed) out.confirmedMs = millisOf(*ours[v].confirmed);
      readLog(out, m_venues[v], pressed + times.gateClosed.value_or(Duration{0}), pressed);
      readAccount(out, m_venues[v]);
      run.venues.push_back(std::move(out));
    }
  }

  // The venue's own account of it, by its own clock.
  void readLog(DrillVenue& out, const EmulatedVenue& venue, MonoTime closed, MonoTime pressed) const {
    for (const VenueLogLine& line : venueLog(venue)) {
      if (line.arrived < pressed) continue;
      if (line.what.rfind("cancel", 0) == 0) {
        const double at = millisOf(line.arrived - pressed);
        if (out.venueCancelRequests == 0) out.venueFirstCancelMs = at;
        out.venueLastCancelMs = at;
        out.venueCancelRequests += 1;
      }
      // Closes of the stop carry derived ids: version 8.
      const bool close = line.id.size() == 36 && line.id[14] == '8';
      if (line.what == "place" && line.arrived > closed && !close && m_onTheWay.count(line.id) == 0)
        out.placementsAfter += 1;
    }
  }

  // Asked with the guard's key over a connection of its own.
  void readAccount(DrillVenue& out, const EmulatedVenue& venue) {
    const auto account = connectEmulated(m_clock, venue, m_instruments, true)->connect(m_reports)->account();
    if (!account) return;
    out.openAtEnd = static_cast<int>(account->openOrders.size());
    const emulator::VenueShape* shape = emulator::shapeOf(venue.name);
    // Half of the spot holding was there before our fills, and stays.
    out.positionsAtEnd = 0;
    for (const Position& position : account->positions) {
      const bool kept = shape->spot && position.quantity == Quantity(Decimal::fromInteger(1));
      if (!kept) out.positionsAtEnd += 1;
    }
  }

  const DrillOptions& m_options;
  const std::vector<EmulatedVenue>& m_venues;
  SystemClock m_clock;
  Instruments m_instruments;
  gate::Gate m_gate;
  gate::MarkMirror m_marks;
  gate::OwnedMirror m_owned;
  gate::ReportQueue m_reports;
  DrillOrders m_orders;
  std::unique_ptr<journal::FileJournal> m_journal;
  std::vector<std::unique_ptr<wire_fake::WireVenue>> m_clients;
  std::atomic<int> m_accepted{0};
  std::atomic<int> m_notPlaced{0};
  std::vector<std::unique_ptr<gate::OrderLane>> m_lanes;
  std::unique_ptr<gate::StopExecutor> m_stop;
  std::set<std::string> m_onTheWay;
  int m_extra = 0;
  int m_acceptedBefore = 0;
};

}  // namespace

DrillReport runDrill(const DrillOptions& options) {
  DrillReport report;
  const DrillFolder folder;
  if (folder.path().empty()) {
    report.problem = "no temporary directory can be made";
    return report;
  }
  auto emulator = EmulatorProcess::start(options.program, folder.path());
  if (!emulator) {
    report.problem = emulator.error().detail;
    return report;
  }
  for (int i = 1; i <= options.runs; ++i) {
    if (options.cancelled && options.cancelled()) break;
    const std::string place = folder.path() + "/run-" + std::to_string(i);
    DrillRun run;
    {
      DrillBench bench(options, emulator->venues(), place);
      report.problem = bench.run(run);
    }
    std::error_code ignored;
    std::filesystem::remove_all(place, ignored);
    if (!report.problem.empty()) return report;
    report.runs.push_back(std::move(run));
    if (options.say && (options.runs <= 20 || i % 50 == 0))
      options.say("run " + std::to_string(i) + " of " + std::to_string(options.runs));
  }
  return report;
}

}  // namespace bw::app
