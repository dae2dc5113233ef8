// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/compose/control_server.h"
#include "app/compose/engine.h"
#include "app/compose/guard_keeper.h"
#include "app/compose/host_keeper.h"
#include "app/compose/rest_door.h"
#include "core/api/control_socket.h"
#include "core/guard/freeze_watch.h"

namespace bw::app {

struct WorkstationOptions {
  EngineOptions engine;
  std::string configDir;
  std::string profile = "default";
  std::string dataDir;
  std::string balance;              ///< empty: as in the settings
  std::vector<std::string> limits;  ///< "KEY=VALUE"
  double speed = 1;
  std::string venueFile;  ///< fake venues in another process; empty: the mode's own venue
  std::string venue;      ///< which of them
  GuardSettings guard;
  bool rest = false;           ///< open the REST address
  std::uint16_t restPort = 0;  ///< 0: any free one
  bool pauseOnFreeze = false;  ///< a window frozen for 10 s pauses trading
};

/// The running program: clocks, hosts with their threads, control socket, around one Engine. `run` and the window own
/// one. Whatever could not be opened shows as the failed start-up step, so that the window can say it. Thread: made,
/// started and destroyed by its owner; the functions below say what others may call.
class Workstation {
 public:
  /// Errors: "places.unusable", "config.nowhere", "control.socket", "data.locked".
  static Result<std::unique_ptr<Workstation>> make(WorkstationOptions options);
  ~Workstation();
  Workstation(const Workstation&) = delete;
  Workstation& operator=(const Workstation&) = delete;

  /// Starts everything; the orchestrator runs the start-up steps.
  Result<void> start();
  /// Ends in order: PAUSED, READY, SHUTDOWN, then threads. At most `timeout` for each host.
  void stop(Duration timeout = Duration::seconds(3));

  Engine& engine() { return *m_engine; }
  const Places& places() const { return m_places; }
  /// False before start(), and when another workstation has this profile's socket.
  bool controlOpen() const { return m_controlOpen; }
  MarketClock& marketClock() { return *m_market; }
  const Clock& realClock() const { return m_real; }
  /// A person asked for the end through the control socket. Any thread.
  bool shutdownRequested() const { return m_shutdownRequested; }
  /// Sends a command to the orchestrator as `channel`. Any thread.
  void command(ControlCommand command);
  /// Playback of sim and replay: speed, pause, step, seek. Any thread.
  void playback(const ControlCommand& command);
  /// The window's sign of life, every 250 ms from its first call on. Any thread.
  void windowAlive();
  /// Null where the journal could not be opened.
  DrillDesk* drill() { return m_drill.get(); }
  GuardKeeper* guard() { return m_guard.get(); }
  /// All mailboxes together: messages waiting. Any thread.
  std::uint64_t queueDepth() const;

 private:
  explicit Workstation(WorkstationOptions options);
  Result<void> compose();
  void wirePorts();
  void makeGuard();
  Result<void> openControl();
  void openDoors();
  void say(int priority, const char* source, const char* code, const std::string& text);
  void onFreeze(guard::FreezeWatch::Step step, Duration frozen);

  WorkstationOptions m_options;
  Places m_places;
  SystemClock m_real;
  std::unique_ptr<MarketClock> m_market;
  std::unique_ptr<Log> m_log;
  std::optional<journal::DataLock> m_lock;
  std::unique_ptr<Engine> m_engine;
  std::unique_ptr<HostKeeper> m_hosts;
  std::unique_ptr<Publisher> m_voice;
  std::unique_ptr<ControlServer> m_control;
  api::ControlSocket m_socket;
  std::unique_ptr<GuardKeeper> m_guard;
  std::unique_ptr<RestDoor> m_rest;
  std::unique_ptr<DrillDesk> m_drill;
  std::unique_ptr<guard::FreezeWatch> m_freeze;
  std::atomic<bool> m_windowSeen{false};
  std::atomic<bool> m_shutdownRequested{false};
  bool m_controlOpen = false;
  bool m_started = false;
  std::shared_ptr<void> m_tables;  ///< keeps the journal's tables, where Qt SQL is there
};

}  // namespace bw::app
