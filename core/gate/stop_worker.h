// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/mutex.h"
#include "core/base/thread.h"
#include "core/gate/stop_account.h"
#include "core/gate/wake_event.h"

namespace bw::gate {

/// Drives the stop's work at one account, on a thread of its own so that no venue waits for another, or pumped.
/// Thread: begin(), widen(), rest(), view(), takeSteps(), confirmClean() any; start(), stop(), pump() the executor's
/// owner.
class StopWorker {
 public:
  struct Step {
    std::string step;
    std::string symbol;
    std::string result;
    Duration latency;
  };
  /// The account's state after its last round.
  struct View {
    StopAccount::Counts counts;
    bool active = false;
    bool done = true;
    bool answered = false;  ///< since the stop began
    Level level = Level::Run;
    std::string residual;
    std::vector<std::string> kept;
    std::optional<MonoTime> firstCancel;
    std::optional<MonoTime> lastCancel;
    std::optional<MonoTime> doneAt;
    std::string probeError;  ///< not empty: the last self-test failed
    MonoTime probedAt;
  };

  /// `shared.clock` and `outer` outlive it. `changed` is called on the worker's thread after each round.
  StopWorker(StopAccount::Shared shared, Venue& venue, VenueListener& outer, std::function<void()> changed);
  ~StopWorker();

  void begin(const StopWork& work, MonoTime pressed);
  void widen(Level level, const std::vector<InstrumentId>& more);
  /// The stop is over: nothing is read any more but self-tests.
  void rest();
  View view() const;
  std::vector<Step> takeSteps();
  /// Reads the account now: true if nothing is left of what the stop had to do.
  bool confirmClean();
  /// A self-test of the path, now. Error: why a stop could not work here.
  Result<void> probeNow();
  const std::string& venue() const { return m_venue; }

  /// A self-test at least this often while idle; 0: never. `preferred`: ask the system to prefer the thread.
  void start(Duration probeEvery, bool preferred);
  void stop();
  /// One round if it is due; when the next one is, or nothing while idle.
  std::optional<MonoTime> pump();

 private:
  struct Command {
    enum class Kind : std::uint8_t { Begin, Widen, Rest } kind = Kind::Rest;
    StopWork work;
    MonoTime pressed;
  };
  void run(Duration probeEvery, bool preferred);
  std::optional<MonoTime> round();
  void probe();
  void publish();

  const StopAccount::Shared m_shared;
  const std::string m_venue;
  const std::function<void()> m_changed;
  WakeEvent m_event;
  std::atomic<bool> m_quit{false};

  mutable Mutex m_mutex;  // short; never held while the venue is asked
  std::vector<Command> m_commands BW_GUARDED_BY(m_mutex);
  std::vector<Step> m_steps BW_GUARDED_BY(m_mutex);
  View m_view BW_GUARDED_BY(m_mutex);

  Mutex m_accountMutex;  // held while the venue is asked
  StopAccount m_account BW_GUARDED_BY(m_accountMutex);
  bool m_active BW_GUARDED_BY(m_accountMutex) = false;
  MonoTime m_pressed BW_GUARDED_BY(m_accountMutex);
  std::optional<MonoTime> m_doneAt BW_GUARDED_BY(m_accountMutex);
  MonoTime m_nextProbe;
  Thread m_thread;
};

}  // namespace bw::gate
