// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/mutex.h"
#include "core/base/rng.h"
#include "core/base/thread.h"
#include "core/bus/message_bus.h"
#include "core/bus/timer_queue.h"
#include "core/sim/trace.h"

namespace bw {

/// Runs any set of agents in one thread on virtual time. By default messages are delivered in the order of publication
/// (CRITICAL first); with `reorder` or `maxDelay` a seeded scheduler reorders and delays between, never within, the
/// (publisher, topic) channels of each receiver. The same seed gives the same run.
/// A step does one thing: deliver a message, else fire a due timer or wake, else ask the idle hook, else move the clock
/// to the next due instant.
/// Thread: the one that calls start(); wakes may be requested from any.
class SimHost {
 public:
  struct Options {
    std::uint64_t seed = 1;
    bool reorder = false;
    Duration maxDelay{0};  ///< each message is late by 0 … maxDelay of virtual time
    /// HIGH before NORMAL before LOW among what waits, as in the mailbox of a host that is behind. Not with the others.
    bool priorities = false;
  };
  struct Stats {
    std::uint64_t delivered = 0;
    std::uint64_t timers = 0;
    std::uint64_t wakes = 0;
    std::uint64_t errors = 0;       ///< exceptions out of agents
    std::uint64_t undelivered = 0;  ///< addressed to a crashed agent
    std::uint64_t queueMost = 0;
  };
  using Tracer = std::function<void(const Message& message, AgentId to)>;
  /// What an agent threw. It gets nothing more; add() of an agent of the same name takes its place.
  using CrashHandler = std::function<void(AgentId agent, const std::string& what)>;

  /// `bus` (whose clock must be `clock`), `clock` and `log` must outlive the host.
  SimHost(MessageBus& bus, ManualClock& clock, Log& log, Options options);
  ~SimHost();
  SimHost(const SimHost&) = delete;
  SimHost& operator=(const SimHost&) = delete;

  /// Places an agent, which must outlive the host, on the virtual host of that name; on a running SimHost it starts at
  /// once. An agent of the same name that crashed is replaced.
  AgentId add(Agent& agent, const std::string& host);
  /// onStart() of all, in the order they were added.
  void start();
  /// onStop() of all that run, in reverse order; then nothing is delivered any more.
  void stop();

  /// Does one thing. False when there is nothing left to do, now or later.
  bool step();
  /// Does one thing that is due at the present instant; does not move the clock and does not ask the idle hook. False
  /// if nothing is due.
  bool stepDue();
  /// When the next thing is due; Timestamp::never() if nothing ever is.
  Timestamp nextTime() const { return nextDue(); }
  /// Does all that is due up to `until` and leaves the clock there.
  void runUntil(Timestamp until);
  /// Delivers and fires all that is due now; does not move the clock and does not ask the idle hook.
  void drain();

  /// Called before each delivery.
  void setTracer(Tracer tracer) { m_tracer = std::move(tracer); }
  /// Called before the first delivery of each message, to whomever.
  void setFirstTracer(std::function<void(const Message&)> tracer) { m_firstTracer = std::move(tracer); }
  /// Adds each message to `hash` when it is first delivered; null: none. `hash` must outlive the host.
  void setTraceHash(TraceHash* hash) { m_traceHash = hash; }
  /// Asked when nothing is due at the present instant; returns true if it made work.
  void setIdleHook(std::function<bool()> hook) { m_idleHook = std::move(hook); }
  void setCrashHandler(CrashHandler handler) { m_crashHandler = std::move(handler); }

  /// The host's agents stop as by a power cut: queued messages and timers are lost, its generation is raised.
  void crashHost(const std::string& host);
  /// The same just before the delivery of message number `delivered` + 1.
  void crashHostAt(const std::string& host, std::uint64_t delivered);

  /// The host's agents hang: nothing reaches them until resumeHost(), then everything does, in order.
  void suspendHost(const std::string& host);
  void resumeHost(const std::string& host);
  bool suspended(const std::string& host);

  /// Messages waiting now, held back ones included.
  std::size_t waiting() const {
    return m_critical.size() + m_ready.size() + m_normal.size() + m_low.size() + m_held.size() + m_delayed.size();
  }
  const Stats& stats() const { return m_stats; }
  MessageBus& bus() { return m_bus; }
  bool running() const { return m_running; }
  bool crashed(AgentId agent) const;

 private:
  class Context;
  class Inbox;
  struct Entry {
    MessagePtr message;
    AgentId to;
    bool first = false;  ///< the publication's first receiver
  };
  /// First in, first out, in memory that is kept.
  struct EntryQueue {
    std::vector<Entry> entries;
    std::size_t head = 0;
    bool empty() const { return head == entries.size(); }
    std::size_t size() const { return entries.size() - head; }
    void push(Entry&& entry);
    void pushFront(std::vector<Entry>&& first);
    Entry pop();
  };
  struct Channel {
    EntryQueue queue;
    Timestamp lastDue;
  };
  struct Delayed {
    Timestamp due;
    std::uint64_t order = 0;
    std::uint32_t channel = 0;
    Entry entry;
  };
  struct PlannedCrash {
    std::string host;
    std::uint64_t delivered = 0;
  };

  void enqueue(AgentId to, const MessagePtr& message);
  void makeReady(Entry&& entry, std::uint32_t channel);
  std::uint32_t channelOf(const Entry& entry);
  bool takeReady(Entry& entry);
  void releaseDelayed();
  bool stepNow();
  bool stepTo(Timestamp limit);
  Timestamp nextDue() const;
  void deliver(Entry& entry);
  void fire(const TimerQueue::Entry& timer);
  template <class Call>
  void guarded(Context& context, Call call);
  void crashAgent(Context& context, const std::string& what);
  void forget(AgentId agent);
  void requestWake(Context& context, Timestamp when);
  void takeForeignWakes();
  void runPlannedCrashes();
  bool isSuspended(const Context& context) const;
  Context* contextOf(AgentId id) const { return id.value < m_contexts.size() ? m_contexts[id.value].get() : nullptr; }

  MessageBus& m_bus;
  ManualClock& m_clock;
  Log& m_log;
  const Options m_options;
  const bool m_scheduled;  ///< delays or reorders
  Rng m_rng;
  OwnerThread m_owner;
  std::shared_ptr<Inbox> m_inbox;
  std::vector<std::unique_ptr<Context>> m_contexts;  ///< by agent id
  std::vector<std::unique_ptr<Context>> m_retired;
  std::vector<AgentId> m_order;
  bool m_running = false;

  EntryQueue m_critical;
  EntryQueue m_ready;
  EntryQueue m_normal;  ///< with `priorities` only, as the next
  EntryQueue m_low;
  std::uint64_t m_lastPushed = 0;
  std::unordered_map<std::uint64_t, std::uint32_t> m_channelIndex;  ///< looked up only, never walked
  std::vector<Channel> m_channels;
  std::vector<std::uint32_t> m_readyChannels;
  std::vector<Delayed> m_delayed;  ///< heap by (due, order)
  std::uint64_t m_delayedOrder = 0;
  TimerQueue m_timers;
  std::vector<PlannedCrash> m_plannedCrashes;
  std::vector<HostId> m_suspended;
  std::vector<Entry> m_held;  ///< for suspended hosts
  std::vector<TimerQueue::Entry> m_heldTimers;

  Tracer m_tracer;
  std::function<void(const Message&)> m_firstTracer;
  TraceHash* m_traceHash = nullptr;
  std::function<bool()> m_idleHook;
  CrashHandler m_crashHandler;
  Stats m_stats;

  std::atomic<bool> m_foreign{false};
  Mutex m_foreignMutex;
  std::vector<std::pair<AgentId, Timestamp>> m_foreignWakes BW_GUARDED_BY(m_foreignMutex);
};

}  // namespace bw
