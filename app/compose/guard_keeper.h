// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "core/base/log.h"
#include "core/base/process.h"
#include "core/base/thread.h"
#include "core/gate/gate.h"
#include "core/gate/stop_executor.h"
#include "core/guard/guard_link.h"

namespace bw::app {

struct GuardSettings {
  bool wanted = false;
  std::string program;  ///< bellwether-guard; empty: beside this program
  std::string venueFile;
  std::string venue;
  bool keepPositions = false;  ///< guard.on_death: keep
  bool headless = false;
};

/// Starts the guard and keeps it: the stop thread's heartbeat goes to it, a guard that is silent for a second is
/// started once more, and after that no new risk is taken until a person says so. Thread: owner; the watch has its own.
class GuardKeeper {
 public:
  using Say = std::function<void(int priority, const char* code, const std::string& text)>;
  /// `clock`, `gate`, `stop` outlive it. From now on a placement needs the stop thread's sign of life.
  GuardKeeper(const Clock& clock, GuardSettings settings, std::string dataDirectory, gate::Gate& gate,
              gate::StopExecutor& stop, std::function<std::pair<std::uint64_t, std::string>()> journalHead, Say say);
  /// One heartbeat; the stop thread's. The owner hands it to the stop executor before that starts.
  void beat() { m_link.beat(); }
  static constexpr Duration kBeat = Duration::millis(250);
  ~GuardKeeper();
  void start();
  /// Before the threads of the stop end: no new guard is started.
  void stop();
  /// After the stop's threads have ended in order: the guard is told and need not watch any more.
  void farewell();
  guard::GuardLink& link() { return m_link; }
  /// A person goes on without a guard, or with the one that is there again.
  void resume();
  /// "connected", "lost" ...
  std::string state() const;
  /// Of the guard that this workstation has started; 0: none.
  int pid() const { return m_pid; }

 private:
  void watch();
  bool spawn();

  const Clock& m_clock;
  const GuardSettings m_settings;
  const std::string m_dataDirectory;
  gate::Gate& m_gate;
  const Say m_say;
  guard::GuardLink m_link;
  Process m_process;
  std::atomic<int> m_starts{0};
  std::atomic<int> m_pid{0};
  std::atomic<bool> m_lost{false};
  std::atomic<bool> m_quit{false};
  gate::WakeEvent m_event;
  Thread m_thread;
};

/// If the guard has latched and the workstation has not, the latch is taken over. Before the stop executor is made.
void adoptGuardLatch(const std::string& dataDirectory);

}  // namespace bw::app
