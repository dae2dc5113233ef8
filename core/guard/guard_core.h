// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/gate/stop_executor.h"
#include "core/guard/guard_brain.h"
#include "core/guard/guard_message.h"
#include "core/journal/file_journal.h"
#include "core/net/local/local_socket.h"

namespace bw::guard {

/// What the guard's window and its state file show.
struct GuardStatus {
  enum class Engine : std::uint8_t { Never, Alive, Silent, Gone, Ended };
  Engine engine = Engine::Never;
  Duration silence;
  StopProgress stop;        ///< the guard's own
  std::string engineState;  ///< the workstation's, as last heard
  std::uint64_t shows = 0;  ///< how often the workstation asked for the guard's window
  std::string problem;      ///< version mismatch, no venue
};
std::string_view toString(GuardStatus::Engine engine);

/// The guard's work: hears the workstation, keeps a copy of its latch and of its journal's head, watches the file
/// .kill_switch, and stops by itself, with its own keys, when the workstation cannot. Thread: run() on the caller's;
/// press(), status() and quit() from any.
class GuardCore {
 public:
  struct Options {
    std::string dataDirectory;  ///< the workstation's; the guard's own files are in its folder "guard"
    std::string socketPath;
    std::string mode = "SIM";
    GuardBrain::Options brain;
    gate::StopPolicy policy;
    Duration beatEvery = Duration::millis(250);
  };
  /// Makes the leave to close; core/risk's authority gives it. Called for each executor that is made.
  using AuthorityMaker = std::function<std::unique_ptr<EmergencyAuthority>()>;

  /// Venues are connected to with the guard's keys; they and `clock` outlive it.
  GuardCore(const Clock& clock, Options options, Instruments instruments, std::vector<Venue*> venues,
            AuthorityMaker authority);
  ~GuardCore();
  GuardCore(const GuardCore&) = delete;
  GuardCore& operator=(const GuardCore&) = delete;

  /// Takes the lock and opens the socket. Errors "data.locked": another guard runs; "local.socket".
  Result<void> open();
  /// Until quit().
  void run();
  void quit() { m_quit = true; }
  /// Somebody pressed here. While the workstation lives it is told, and has a second to react.
  void press(const std::string& channel, const std::string& reason);
  GuardStatus status() const;

 private:
  struct Pressed {
    std::string channel;
    std::string reason;
    MonoTime at;
    bool forwarded = false;
  };
  void makeExecutor();
  void acceptNew(MonoTime now);
  void hear(MonoTime now);
  void take(const GuardMessage& message, MonoTime now);
  void follow(const GuardMessage& beat);
  void handlePresses(MonoTime now);
  void watchFile(MonoTime now);
  void act(StopLevel level, const std::string& channel, const std::string& reason);
  void sayBeat(MonoTime now);
  void publish(MonoTime now);

  const Clock& m_clock;
  const Options m_options;
  const Instruments m_instruments;
  const std::vector<Venue*> m_venues;
  const AuthorityMaker m_authority;
  const std::string m_folder;
  std::optional<journal::DataLock> m_lock;
  journal::MemoryJournal m_journal;
  std::unique_ptr<VenueListener> m_deaf;
  std::unique_ptr<gate::Gate> m_gate;
  std::unique_ptr<gate::StopExecutor> m_stop;
  net::LocalListener m_listener;
  net::LocalChannel m_channel;
  bool m_greeted = false;
  GuardBrain m_brain;
  MonoTime m_beatAt;
  MonoTime m_fileAt;
  bool m_fileSeen = false;
  std::uint64_t m_beats = 0;
  std::uint64_t m_shows = 0;
  std::uint64_t m_stopNumber = 0;  ///< of the workstation's last stop
  std::uint64_t m_copied = 0;      ///< of the latch copy on disk
  std::uint64_t m_headAt = 0;
  std::string m_engineState;
  std::string m_engineLevel;
  std::string m_problem;
  std::string m_actedChannel;
  std::string m_actedReason;
  std::atomic<bool> m_quit{false};
  mutable Mutex m_mutex;
  std::vector<Pressed> m_presses BW_GUARDED_BY(m_mutex);
  GuardStatus m_status BW_GUARDED_BY(m_mutex);
};

/// The folder of the guard's own files.
std::string guardFolder(const std::string& dataDirectory);
/// Where the guard listens: beside the control socket, or in the data directory.
std::string guardSocketPath(const std::string& dataDirectory);

}  // namespace bw::guard
