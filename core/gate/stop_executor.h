// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/base/thread.h"
#include "core/domain/messages/system.h"
#include "core/gate/gate.h"
#include "core/gate/mark_mirror.h"
#include "core/gate/stop_account.h"
#include "core/gate/stop_triggers.h"
#include "core/gate/stop_worker.h"
#include "core/gate/wake_event.h"
#include "core/journal/latch.h"
#include "core/ports/emergency_stop.h"
#include "core/ports/journal.h"
#include "core/ports/venue.h"

namespace bw::gate {

/// How long the parts of the last stop took, from the press. Absent: has not happened.
struct StopTimes {
  std::optional<Duration> gateClosed;
  std::optional<Duration> firstCancel;
  std::optional<Duration> lastCancel;
  std::optional<Duration> latched;    ///< the latch is on disk
  std::optional<Duration> confirmed;  ///< by the venues' own accounts
};

/// Carries out the emergency stop (SPEC §10): own thread, own connections, no lock on the way from trigger() to the
/// gate and the first cancel that an agent or the window could hold. Made before agents start; a latch found on disk
/// makes it start in STOPPING at once. Thread: trigger() and progress() any; start(), shutdown(), pump(), reset(),
/// acknowledge() by the owner.
class StopExecutor final : public EmergencyStopPort {
 public:
  struct Config {
    std::string dataDirectory;
    std::string mode = "SIM";  ///< upper case, as in the reset phrase
    StopPolicy policy;
    Duration resetAfter = Duration::seconds(10);  ///< since the stop; only in PAPER, TESTNET and LIVE
    FileSystem* disk = nullptr;                   ///< null: the machine's own; must outlive the executor
    StopLevel buttonLevel = StopLevel::Flatten;   ///< what trigger() does: Flatten, or CancelAll by set-up
    bool preferred = true;                        ///< ask the system to prefer the stop's threads
    Duration probeEvery{0};                       ///< between self-tests of each venue's path while idle; 0: none
    /// Further conditions of a reset: drift, guard, cause still active. Empty: none. Called by reset().
    std::function<Result<void>()> mayReset;
  };
  /// Called from a helper thread of the executor's (pump mode: inside pump()), so they may block and take locks.
  struct Outputs {
    std::function<void(const EmergencyStopRaised&)> raised;
    std::function<void(const StopProgress&)> progress;
    std::function<void(const SystemEvent&)> event;
    /// A stop of one agent or instrument began: its orders are to be withdrawn in the ordinary way too.
    std::function<void(const StopScope&)> scoped;
    /// More files for the post-mortem bundle: name and text.
    std::function<std::vector<std::pair<std::string, std::string>>()> bundle;
  };
  struct Parts {
    Gate& gate;
    Journal& journal;
    const Clock& clock;  ///< all waiting and times of the stop; must not be one that a person can pause
    Instruments instruments;
    const MarkMirror* marks;             ///< may be null
    VenueListener& listener;             ///< gets the reports of the stop's own connections
    std::vector<Venue*> venues;          ///< each is connected to at once
    const OwnedMirror* owned = nullptr;  ///< null: of spot holdings nothing is sold
  };

  StopExecutor(Parts parts, std::unique_ptr<EmergencyAuthority> authority, Config config, Outputs outputs);
  ~StopExecutor() override;

  void trigger(std::string_view channel, std::string_view reason) noexcept override;
  void raise(StopLevel level, const StopScope& scope, std::string_view channel,
             std::string_view reason) noexcept override;
  StopProgress progress() const override;
  StopTimes times() const;
  /// One venue's part in the last stop; times from the press.
  struct VenueTimes {
    std::string venue;
    std::optional<Duration> firstCancel;
    std::optional<Duration> lastCancel;
    std::optional<Duration> confirmed;
    StopAccount::Counts counts;
    std::vector<std::string> kept;
  };
  std::vector<VenueTimes> venueTimes() const;

  /// Runs the stop on its own thread, with a second one for disk and callbacks.
  void start();
  void shutdown();
  /// Without threads (SimHost): does what is due and returns after how much of `clock` to call again; nothing: after a
  /// trigger.
  std::optional<Duration> pump();
  /// Called by trigger(), on its thread, when pump() should be called. Must be quick and must not throw.
  void setWake(std::function<void()> wake) { m_wake = std::move(wake); }

  /// Somebody else's stop has this number; ours come after it. Any thread.
  void noteStopNumber(std::uint64_t number) {
    std::uint64_t known = m_noted.load();
    while (known < number && !m_noted.compare_exchange_weak(known, number)) {
    }
  }
  /// Called by the stop thread at least every `every`, while a stop is under way too; must not block. Set before
  /// start(). The gate's lease, where one is required, is renewed right after it.
  void setHeartbeat(std::function<void()> beat, Duration every);
  /// One line of a self-test.
  struct TestLine {
    std::string what;
    bool ok = false;
    std::string detail;
    Duration took;
  };
  /// Gate on a test epoch, latch in a test path, every venue's path. Thread: owner; may wait for the venues.
  std::vector<TestLine> selfTest();

  /// True if the system granted the stop thread a higher priority.
  bool preferred() const { return m_preferred; }

  /// A person has seen what ATTENTION lists; reset() is possible then.
  void acknowledge();
  /// Ends the stop: phrase `RESET <MODE> <number>`, cause of at least 10 characters, state STOPPED (or ATTENTION,
  /// acknowledged), no `.kill_switch` file, resetAfter passed. Trading never resumes by it.
  /// Errors: "reset.state", "reset.phrase", "reset.cause", "reset.kill_switch", "reset.too_soon", "reset.residual",
  /// "reset.disk", "reset.again" (pressed meanwhile).
  Result<void> reset(std::string_view phrase, std::string_view cause);
  std::string resetPhrase() const;
  /// The same for a stop of one account, venue, agent or instrument; the phrase carries its number.
  Result<void> resetScope(const StopScope& scope, std::string_view phrase, std::string_view cause);

 private:
  using Job = std::function<void()>;
  /// A stop of a part.
  struct Scoped {
    StopScope scope;
    StopLevel level = StopLevel::CancelAll;
    ScopedStop shown;
    MonoTime pressedAt;
    StopWorker* worker = nullptr;  ///< null: an agent, which no venue knows
    std::optional<InstrumentId> instrument;
  };

  void runStop();
  void runDisk();
  std::optional<MonoTime> round() BW_REQUIRES(m_workMutex);
  void beginStop(const StopTrigger& trigger, MonoTime now) BW_REQUIRES(m_workMutex);
  void again(const StopTrigger& trigger, MonoTime now) BW_REQUIRES(m_workMutex);
  void rise(Level level, const std::string& why, MonoTime now) BW_REQUIRES(m_workMutex);
  void resumeLatched(const journal::LatchState& latch) BW_REQUIRES(m_workMutex);
  void readTriggers(MonoTime now) BW_REQUIRES(m_workMutex);
  void drainSteps() BW_REQUIRES(m_workMutex);
  void evaluate(MonoTime now) BW_REQUIRES(m_workMutex);
  void sumUp(StopProgress& state, bool& done, bool& answered, std::string& residual) BW_REQUIRES(m_workMutex);
  void judge(StopState before, bool done, bool answered, const std::string& residual, MonoTime now)
      BW_REQUIRES(m_workMutex);
  void watchPath(MonoTime now) BW_REQUIRES(m_workMutex);
  void beginScoped(const StopTrigger& trigger, MonoTime now) BW_REQUIRES(m_workMutex);
  void workOn(Scoped& scoped) BW_REQUIRES(m_workMutex);
  void evaluateScoped(MonoTime now) BW_REQUIRES(m_workMutex);
  void storeScopes() BW_REQUIRES(m_workMutex);
  void restoreScopes() BW_REQUIRES(m_workMutex);
  bool needsVenues() const;
  void finish(MonoTime now) BW_REQUIRES(m_workMutex);
  void writeLatchLater(MonoTime now) BW_REQUIRES(m_workMutex);
  void writeLatchNow(const journal::LatchState& state, MonoTime pressed, Level level);
  void journalLater(RecordKind kind, const std::string& state, const std::string& text) BW_REQUIRES(m_workMutex);
  void addStep(const std::string& step, const std::string& venue, const std::string& symbol, const std::string& result,
               Duration latency) BW_REQUIRES(m_workMutex);
  void publish(bool force) BW_REQUIRES(m_workMutex);
  void say(int priority, const char* code, std::string text, std::string action) BW_REQUIRES(m_workMutex);
  void enqueue(Job job);
  Result<void> saidRight(std::string_view phrase, std::string_view cause, std::uint64_t number) const;
  Result<void> mayReset(std::string_view phrase, std::string_view cause) BW_REQUIRES(m_workMutex);
  void writeReport() BW_REQUIRES(m_workMutex);

  const Parts m_parts;
  const std::unique_ptr<EmergencyAuthority> m_authority;
  const Config m_config;
  const Outputs m_outputs;
  std::function<void()> m_wake;

  StopTriggers m_triggers;
  std::atomic<bool> m_wanted{false};
  std::atomic<bool> m_quit{false};
  WakeEvent m_event;

  mutable Mutex m_workMutex;
  FileSystem& m_disk;
  journal::Latch m_latch;                              // disk worker, and reset() while it is idle
  std::vector<std::unique_ptr<StopWorker>> m_workers;  // made once
  std::vector<Scoped> m_scoped BW_GUARDED_BY(m_workMutex);
  std::uint64_t m_lastNumber BW_GUARDED_BY(m_workMutex) = 0;
  Level m_level BW_GUARDED_BY(m_workMutex) = Level::Run;
  std::atomic<bool> m_preferred{false};
  std::atomic<std::uint64_t> m_noted{0};
  std::function<void()> m_beat;
  Duration m_beatEvery{0};
  StopProgress m_state BW_GUARDED_BY(m_workMutex);
  StopTimes m_times BW_GUARDED_BY(m_workMutex);
  bool m_active BW_GUARDED_BY(m_workMutex) = false;
  bool m_acknowledged BW_GUARDED_BY(m_workMutex) = false;
  bool m_reported BW_GUARDED_BY(m_workMutex) = false;
  bool m_dirty BW_GUARDED_BY(m_workMutex) = false;
  MonoTime m_pressedAt BW_GUARDED_BY(m_workMutex);
  MonoTime m_deadlineFrom BW_GUARDED_BY(m_workMutex);  // ATTENTION comes this much later
  MonoTime m_publishedAt BW_GUARDED_BY(m_workMutex);
  MonoTime m_latchRetryAt BW_GUARDED_BY(m_workMutex);

  std::atomic<int> m_latchResult{0};  // 0 being written, 1 on disk, 2 failed
  std::atomic<std::int64_t> m_latchedAfter{0};

  mutable Mutex m_publicMutex;  // holds two copies only, never while waiting
  std::shared_ptr<const StopProgress> m_public BW_GUARDED_BY(m_publicMutex);
  StopTimes m_publicTimes BW_GUARDED_BY(m_publicMutex);
  std::string m_latchError BW_GUARDED_BY(m_publicMutex);

  Mutex m_jobMutex;
  Condition m_jobReady;
  std::deque<Job> m_jobs BW_GUARDED_BY(m_jobMutex);
  bool m_threaded = false;

  Thread m_stopThread;
  Thread m_diskThread;
};

/// The post-mortem in Markdown, with the reconciliation report of each venue.
std::string stopReport(const StopProgress& progress, const StopTimes& times,
                       const std::vector<StopExecutor::VenueTimes>& venues, const std::string& mode);
/// The gate's word for a level.
Level gateLevel(StopLevel level);
/// "venue kraken"; "all".
std::string toText(const StopScope& scope);

}  // namespace bw::gate
