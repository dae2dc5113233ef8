// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/compose/engine.h"
#include "core/sim/sim_host.h"

namespace bw::app {

/// What a run on virtual time came to. Exact values as they are; statistics as doubles.
struct ReplayResult {
  DataAgentStats data;
  api::StatusAgent::Counters counters;
  std::optional<AccountUpdate> account;
  std::vector<Position> positions;
  AuditStatus audit;
  StopProgress stop;
  SessionState state = SessionState::Initializing;
  std::vector<std::string> refusals;  ///< reasons seen, in order of first appearance
  std::string traceHash;
  std::uint64_t messages = 0;
  double elapsedS = 0;  ///< wall
};

/// A whole workstation on SimHost: one thread, virtual time, the same agents as on threads. Thread: one.
class ReplaySession {
 public:
  struct Limits {
    double marketDurationS = 0;  ///< 0: to the end of the feed
    double speed = 0;            ///< 0: as fast as it goes
    const std::atomic<bool>* interrupted = nullptr;
  };
  /// Errors: what the market plan says.
  static Result<std::unique_ptr<ReplaySession>> make(EngineOptions options, Settings settings, Places places);
  ~ReplaySession();

  ReplayResult run(const Limits& limits);
  Engine& engine() { return *m_engine; }
  SimHost& host() { return *m_host; }
  ManualClock& clock() { return m_clock; }
  /// Places the agents and starts them; run() does it if it has not been done.
  void start();

 private:
  ReplaySession(Places places, Timestamp start);
  void pace(const Limits& limits, MonoTime startedAt);

  Places m_places;
  Timestamp m_start;
  ManualClock m_clock;
  SystemClock m_wall;
  Log m_log;
  std::optional<journal::DataLock> m_lock;
  std::unique_ptr<Engine> m_engine;
  std::unique_ptr<SimHost> m_host;
  TraceHash m_hash;
  bool m_started = false;
};

}  // namespace bw::app
