// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/compose/engine.h"
#include "app/simulate/judge.h"
#include "app/simulate/random_trader.h"
#include "app/simulate/slow_journal.h"
#include "core/disk/memory_disk.h"
#include "core/sim/sim_host.h"
#include "core/venues/fake/fake_venue.h"

namespace bw::sim {

/// Faults of the machine and of people, beside those of the venue. One line here, one in kMachineFaults.
enum class MachineFault : std::uint8_t { Crash, TornWrite, DiskError, ClockJump, HungHost, StopPressed, Pause, Count };
constexpr std::size_t kMachineFaultCount = static_cast<std::size_t>(MachineFault::Count);

struct MachineFaultInfo {
  MachineFault fault;
  std::string_view name;
  std::uint32_t every;  ///< events between two of them, in the mean
  std::string_view text;
};
constexpr std::array<MachineFaultInfo, kMachineFaultCount> kMachineFaults = {{
    {MachineFault::Crash, "crash", 9'000, "the workstation dies between any two events; what was written stays"},
    {MachineFault::TornWrite, "torn_write", 12'000,
     "the power fails at a disk operation: unsynced writes are lost or torn"},
    {MachineFault::DiskError, "disk_error", 40'000, "the disk refuses an operation"},
    {MachineFault::ClockJump, "clock_jump", 9'000, "the wall clock jumps by up to 5 s"},
    {MachineFault::HungHost, "hung_host", 20'000, "the agents of one host hang for up to 9 s"},
    {MachineFault::StopPressed, "stop_pressed", 40'000, "a person presses the emergency stop and resets it later"},
    {MachineFault::Pause, "pause", 40'000, "a person pauses and resumes"},
}};

/// Which faults a run has.
struct FaultChoice {
  fake::FaultPlan venue;
  std::array<bool, kMachineFaultCount> machine{};
  static FaultChoice all();
  static FaultChoice none() { return {}; }
  /// "all", "none" or names separated by commas. Error "fault.unknown" names what there is.
  static Result<FaultChoice> parse(std::string_view text);
};

struct EpisodeOptions {
  std::uint64_t seed = 1;
  std::uint64_t events = 20'000;  ///< with faults; then they end and everything must come to rest
  FaultChoice faults = FaultChoice::all();
  /// Messages of different topics overtake each other, more than the mailboxes of real hosts ever let them.
  bool reorders = false;
  Duration wishGap = Duration::millis(5);        ///< mean time between two wishes of the random trader
  Duration marketGap = Duration::micros(8'500);  ///< mean time between two market events
  std::optional<Duration> lateBy;                ///< late placements: exactly this late, at a venue without promise
  /// From this event on every message is written down; for a second look at a failing seed. 0: never.
  std::uint64_t tellFrom = 0;
  std::size_t linesKept = 100'000;
};

/// What a run came to. Sums of several are added by add().
struct SimulationResult {
  std::uint64_t episodes = 0;
  std::uint64_t events = 0;
  std::uint64_t violations = 0;
  std::map<std::string, std::uint64_t> faults;
  std::uint64_t orders = 0;
  std::uint64_t fills = 0;
  std::uint64_t cancels = 0;
  std::uint64_t crashes = 0;
  std::uint64_t restarts = 0;
  std::uint64_t unknowns = 0;
  std::uint64_t unknownsResolved = 0;
  std::uint64_t refused = 0;
  std::map<std::string, std::uint64_t> reasons;
  std::map<std::string, std::uint64_t> stops;  ///< by what pressed it
  Duration longestSettling;                    ///< from the end of the faults until everything is at rest
  std::string traceHash;
  // Of the first violation:
  std::uint64_t failedSeed = 0;
  std::uint64_t failedEvent = 0;
  std::uint64_t failedLength = 0;  ///< events of that episode
  Violation violation;
  std::vector<std::string> lastMessages;

  std::uint64_t faultCount() const;
  void add(const SimulationResult& episode);
};

/// One episode: a whole workstation (an Engine on SimHost, virtual time, disk in memory) against a fake exchange, a
/// random trader and a person, with seeded faults, judged after every event. Ends with the faults switched off and
/// everything at rest, or at the first violation. The same options give the same run. Thread: one.
class Simulation {
 public:
  explicit Simulation(EpisodeOptions options);
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;
  SimulationResult run();

 private:
  struct Workstation;

  void boot();
  void die(bool power);
  bool step();
  bool pumpOrderPath();
  bool advanceTime();
  void afterEvent();
  void watchMarket();
  void machineFaults();
  void begin(MachineFault fault);
  void restart(bool power);
  void person();
  void answerInbox();
  void resetScopes();
  void command(ControlCommand::Kind kind, const std::string& phrase = {});
  std::vector<orchestrator::Heartbeat> heartbeats();
  void runActions();
  void replaceHost(const std::string& name);
  void settle();
  bool atRest(std::string& why);
  void checkReplay();
  void tell(const Message& message);
  void note(const std::string& line);
  Timestamp venueNow() const { return {m_clock.mono().ns}; }
  std::uint64_t nextIn(std::uint32_t every);
  void collect();

  EpisodeOptions m_options;
  Rng m_rng;
  ManualClock m_clock;
  MemoryDisk m_disk;
  Instruments m_instruments;
  app::Settings m_settings;
  app::Places m_places;
  std::unique_ptr<fake::FakeExchange> m_exchange;
  std::unique_ptr<Judge> m_judge;
  std::unique_ptr<Log> m_log;
  TraceHash m_trace;
  std::unique_ptr<Workstation> m_work;
  std::uint64_t m_life = 0;
  std::uint64_t m_events = 0;
  bool m_faultsOn = true;
  std::array<std::uint64_t, kMachineFaultCount> m_next{};
  std::uint64_t m_diskErrorUntil = 0;
  bool m_powerFailed = false;
  std::string m_hungHost;
  MonoTime m_hungUntil;
  MonoTime m_personAt;
  MonoTime m_resumeAt;
  bool m_latchKnown = false;  ///< the stop said that its latch is on disk
  std::vector<orchestrator::HealthAction> m_actions;
  std::map<std::string, ReconciliationItem> m_inbox;  ///< open items, as the window shows them
  std::uint64_t m_beats = 0;
  std::uint64_t m_hungBeats = 0;
  std::uint64_t m_deliveredBooks = 0;
  std::deque<std::string> m_lines;
  SimulationResult m_result;
};

/// Episodes one after the other: seeds `seed`, `seed` + 1 … until `events` are done or one fails. `progress` gets the
/// events so far after each; false ends the run.
SimulationResult runEpisodes(EpisodeOptions first, std::uint64_t events,
                             const std::function<bool(const SimulationResult&)>& progress);

}  // namespace bw::sim
