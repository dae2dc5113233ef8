// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QThread>
#include <QTimer>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/histogram.h"
#include "core/base/log.h"
#include "core/base/mutex.h"
#include "core/base/thread.h"
#include "core/bus/mailbox.h"
#include "core/bus/message_bus.h"
#include "core/bus/timer_queue.h"

namespace bw {

/// One agent's figures on its host. Latencies are of single calls into the agent, in real time.
struct AgentFigures {
  std::uint64_t heartbeat = 0;  ///< grows at least every 250 ms of real time while the host's loop runs
  std::uint64_t messagesIn = 0;
  std::uint64_t messagesOut = 0;
  std::uint64_t errors = 0;
  bool running = false;
  bool crashed = false;
  Duration p50;
  Duration p95;
  Duration p99;
  Duration max;
};

/// Runs agents on a thread of its own: a mailbox, timers on market time, wakes, statistics. Whatever an agent throws is
/// contained: the agent is marked crashed, the others go on. A host that hangs is fenced off and retired, never
/// terminated.
/// Thread: built, started, stopped, retired and destroyed by its owner (the thread that built it, asserted); other
/// functions say so. Agents are called on the host's own thread only.
class AgentHost final : public QObject {
  Q_OBJECT
 public:
  struct Options {
    std::string name;        ///< "data", "trading" ...; also the thread's name
    std::uint64_t seed = 1;  ///< of the agents' ids and random numbers
    int batch = 256;         ///< messages per turn of the event loop; > 0
    const Mailbox::TopicTable* topics = &kTopics;
  };
  /// Both on the host's thread (alarms: on the publisher's, see Mailbox::Hooks). Quick.
  struct Hooks {
    std::function<void(AgentId, std::string)> crashed;
    std::function<void(const MailboxAlarm&)> alarm;
  };

  /// `market` drives timers and wakes, `real` measures latencies; a message's ttl runs on the bus's clock, whatever
  /// drives this host. All references outlive the host.
  AgentHost(MessageBus& bus, const Clock& market, const Clock& real, Log& log, Options options, Hooks hooks = {});
  /// Stops, and waits as long as that takes; retire() a host that may hang. Owner's thread.
  ~AgentHost() override;

  /// Places an agent, which must outlive the host's thread. Any thread; on a running host onStart() follows on the
  /// host's thread, and a crashed agent of the same name is replaced.
  AgentId add(Agent& agent);
  void start();
  /// Handles what is queued, calls onStop() of all, joins the thread. Error "host.late" (retryable) names host and the
  /// agent it is in when that took longer than `timeout` (real time).
  Result<void> stop(Duration timeout);
  /// Raises the host's generation: nothing it says from now on is accepted, nothing reaches its agents. Any thread.
  void fence();
  bool fenced() const { return m_fenced.load(std::memory_order_acquire); }
  /// Fences a host off and keeps it as long as its thread runs: that ends by itself when it wakes, which is logged.
  /// What the host refers to, its agents too, must stay until then. Owner's thread.
  static void retire(std::unique_ptr<AgentHost> host);
  /// How many of the caller's retired hosts still hang; those whose thread has ended are destroyed. Owner's thread.
  static std::size_t hungHosts();

  /// Speed, pause or position of the market clock changed: timers are armed anew. Any thread.
  void clockChanged();
  /// Calls the agent's selfTest() on the host and gives its answer to `done` there. Any thread.
  void requestSelfTest(AgentId agent, std::function<void(std::string)> done);

  const std::string& name() const { return m_options.name; }
  HostIdentity identity() const { return m_identity; }
  std::vector<AgentId> agents() const;        ///< any thread
  AgentFigures figures(AgentId agent) const;  ///< any thread; zeros if it is not here
  AgentId busyAgent() const {
    return {m_busy.load(std::memory_order_relaxed)};
  }  ///< inside which agent; nobody = waiting
  const Mailbox& mailbox() const { return *m_mailbox; }
  std::uint64_t turns() const { return m_turns.load(std::memory_order_relaxed); }

 Q_SIGNALS:
  /// Sent once when the mailbox turns from empty to not empty. Queued.
  void mailReady();

 private:
  class Context;
  struct Counters {
    std::atomic<std::uint64_t> heartbeat{0};
    std::atomic<std::uint64_t> in{0};
    std::atomic<std::uint64_t> errors{0};
    std::atomic<bool> running{false};
    std::atomic<bool> crashed{false};
    std::atomic<std::uint64_t> out{0};
    Histogram latency;
  };
  struct Figures {
    AgentId agent;
    std::shared_ptr<Counters> counters;
  };

  void noteRefused(Topic topic);
  bool onHostThread() const { return QThread::currentThread() == &m_thread; }
  void place(Agent& agent, AgentId id, std::shared_ptr<Counters> counters);
  void begin();
  void finish();
  void turn();
  void deliver(const Mailbox::Delivery& delivery);
  void fireDue();
  void arm();
  void beat();
  template <class Call>
  void guarded(Context& context, Call call);
  void crash(Context& context, const std::string& what);
  void requestWake(Context& context, Timestamp when);
  void takeWakes();
  Context* contextOf(AgentId id) const { return id.value < m_contexts.size() ? m_contexts[id.value].get() : nullptr; }

  MessageBus& m_bus;
  const Clock& m_market;
  const Clock& m_real;
  Log& m_log;
  const Options m_options;
  const Hooks m_hooks;
  const HostIdentity m_identity;
  std::shared_ptr<Mailbox> m_mailbox;
  QThread m_thread;
  QTimer m_timer;  ///< next due timer or wake
  QTimer m_beat;
  TimerQueue m_timers;
  std::vector<std::unique_ptr<Context>> m_contexts;  ///< by agent id; host thread once it runs
  std::vector<std::unique_ptr<Context>> m_retired;
  std::vector<AgentId> m_order;
  OwnerThread m_owner;
  std::uint64_t m_ignored = 0;  ///< host thread: what it said after it was fenced off
  bool m_begun = false;         ///< host thread
  bool m_finished = false;      ///< host thread
  std::atomic<bool> m_started{false};
  std::atomic<bool> m_fenced{false};
  std::atomic<std::uint16_t> m_busy{0};
  std::atomic<std::uint64_t> m_turns{0};

  mutable Mutex m_mutex;
  std::vector<Figures> m_figures BW_GUARDED_BY(m_mutex);
  std::vector<std::pair<AgentId, Timestamp>> m_wakes BW_GUARDED_BY(m_mutex);
};

}  // namespace bw
