// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/compose/engine.h"
#include "core/base/thread.h"
#include "core/runtime/agent_host.h"

namespace bw::app {

/// Owns the hosts of a running workstation on a thread of its own: makes them, starts them one after the other,
/// replaces one that is quarantined, retires what hangs, and joins all at the end. It also watches the one host that
/// nobody else judges: while `control` is silent no new risk is taken.
/// Thread: start(), stop() and the destructor by the owner; the other functions from any thread.
class HostKeeper {
 public:
  struct Parts {
    Engine* engine = nullptr;            ///< outlives the keeper
    const Clock* marketClock = nullptr;  ///< of data, trading and audit
    const Clock* realClock = nullptr;    ///< of control, api and watch; ages and latencies
    Log* log = nullptr;
    std::uint64_t seed = 1;
    orchestrator::HealthMonitor::Limits health;
  };
  explicit HostKeeper(Parts parts);
  ~HostKeeper();
  HostKeeper(const HostKeeper&) = delete;
  HostKeeper& operator=(const HostKeeper&) = delete;

  /// Makes and starts every host; back when each listens, or had five seconds for it.
  void start();
  /// Ends the hosts in order, at most `timeout` (real time) for each; one that does not end is retired.
  void stop(Duration timeout);
  /// Quarantine: the host is fenced off before this returns, so that nothing it says later counts; its heir is made on
  /// the keeper's thread. RebuildAgent: wholly on the keeper's thread.
  void act(const orchestrator::HealthAction& action);
  std::vector<orchestrator::Heartbeat> heartbeats() const;
  void clockChanged() const;
  /// Messages waiting in all mailboxes together.
  std::uint64_t queueDepth() const;
  /// Agent and finding (empty: well) of the last round of self-tests, which comes every 30 s.
  std::vector<std::pair<std::string, std::string>> selfTests() const;
  /// Retired hosts whose threads have not ended yet.
  std::size_t hungHosts() const { return m_hung.load(); }

 private:
  void run();
  void startHosts();
  void stopHosts();
  void replace(const std::string& name);
  void rebuild(const orchestrator::HealthAction& action);
  void look();
  void judgeControl();
  void askSelfTests();
  std::unique_ptr<AgentHost> makeHost(const std::string& name);
  void post(std::function<void()> job);
  void postAndWait(std::function<void()> job);

  Parts m_parts;
  Thread m_thread;
  std::unique_ptr<Publisher> m_voice;
  mutable Mutex m_hostsMutex;
  std::map<std::string, std::unique_ptr<AgentHost>> m_hosts BW_GUARDED_BY(m_hostsMutex);
  std::map<std::string, std::string> m_crashes BW_GUARDED_BY(m_hostsMutex);
  std::map<std::string, std::string> m_selfTests BW_GUARDED_BY(m_hostsMutex);
  Mutex m_jobsMutex;
  Condition m_jobsChanged;
  std::deque<std::function<void()>> m_jobs BW_GUARDED_BY(m_jobsMutex);
  bool m_ending BW_GUARDED_BY(m_jobsMutex) = false;
  Duration m_stopTimeout;
  std::atomic<std::size_t> m_hung{0};
  std::uint64_t m_controlBeats = 0;  ///< keeper's thread, like the next three
  MonoTime m_controlHeard;
  bool m_controlSilent = false;
  MonoTime m_testedAt;
};

}  // namespace bw::app
