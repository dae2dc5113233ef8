// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sim/sim_host.h"

#include <algorithm>
#include <exception>

namespace bw {

/// What the host gives one agent.
class SimHost::Context final : public AgentContext {
 public:
  Context(SimHost& host, Agent& agent, AgentId id, HostIdentity where)
      : m_host(host),
        m_agent(agent),
        m_id(id),
        m_where(where),
        m_rng(Rng(host.m_options.seed).fork(0x5eed0000ULL + id.value)),
        m_ids(Rng(host.m_options.seed).fork(0x1d5e0000ULL + id.value + (where.generation << 32))),
        m_publisher(host.m_bus.makePublisher(agent.name(), where)) {}

  const Clock& clock() const override { return m_host.m_clock; }
  Uuid newId() override { return m_ids.make(m_host.m_clock.now()); }
  Rng& rng() override { return m_rng; }
  Log& log() override { return m_host.m_log; }
  AgentId self() const override { return m_id; }
  std::uint64_t generation() const override { return m_where.generation; }
  void subscribe(Topic topic, MessageFilter filter) override;
  void unsubscribe(Topic topic) override {
    if (m_alive) m_host.m_bus.unsubscribe(topic, m_id);
  }
  Uuid publish(Topic topic, Payload payload, const PublishOptions& options) override {
    if (!m_alive) return {};
    const Uuid id = m_publisher->publish(topic, std::move(payload), options);
    if (options.timeLimit.ns > 0 && options.type == MessageType::Request) {
      m_host.m_timers.start(m_host.m_clock.now() + options.timeLimit, m_id, TimerQueue::Kind::RequestDeadline);
    }
    return id;
  }
  TimerId startTimer(Timestamp when) override { return m_alive ? m_host.m_timers.start(when, m_id) : 0; }
  void cancelTimer(TimerId id) override { m_host.m_timers.cancel(id); }
  void requestWake(Timestamp when) override { m_host.requestWake(*this, when); }

  Agent& agent() { return m_agent; }
  AgentId id() const { return m_id; }
  HostIdentity where() const { return m_where; }
  bool alive() const { return m_alive; }
  void die() { m_alive = false; }

  Timestamp wakeAt = Timestamp::never();
  TimerId wakeTimer = 0;

 private:
  SimHost& m_host;
  Agent& m_agent;
  const AgentId m_id;
  const HostIdentity m_where;
  Rng m_rng;
  UuidMaker m_ids;
  std::unique_ptr<Publisher> m_publisher;
  bool m_alive = true;
};

/// The one sink of all agents of a SimHost.
class SimHost::Inbox final : public MessageSink {
 public:
  explicit Inbox(SimHost& host) : m_host(&host) {}
  void push(AgentId to, const MessagePtr& message) override {
    if (m_host != nullptr) m_host->enqueue(to, message);
  }
  void close() { m_host = nullptr; }

 private:
  SimHost* m_host;
};

void SimHost::Context::subscribe(Topic topic, MessageFilter filter) {
  if (m_alive) m_host.m_bus.subscribe(topic, m_id, m_host.m_inbox, std::move(filter), m_where);
}

void SimHost::EntryQueue::push(Entry&& entry) {
  entries.push_back(std::move(entry));
}

void SimHost::EntryQueue::pushFront(std::vector<Entry>&& first) {
  entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(head), std::make_move_iterator(first.begin()),
                 std::make_move_iterator(first.end()));
}

SimHost::Entry SimHost::EntryQueue::pop() {
  Entry entry = std::move(entries[head++]);
  if (head == entries.size()) {
    entries.clear();
    head = 0;
  } else if (head >= 4096 && head * 2 >= entries.size()) {
    entries.erase(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(head));
    head = 0;
  }
  return entry;
}

SimHost::SimHost(MessageBus& bus, ManualClock& clock, Log& log, Options options)
    : m_bus(bus),
      m_clock(clock),
      m_log(log),
      m_options(options),
      m_scheduled(options.reorder || options.maxDelay.ns > 0),
      m_rng(Rng(options.seed).fork(0x5c4ed)),
      m_inbox(std::make_shared<Inbox>(*this)) {}

SimHost::~SimHost() {
  for (const AgentId id : m_order) m_bus.detach(id);
  m_inbox->close();
}

AgentId SimHost::add(Agent& agent, const std::string& host) {
  BW_ON_OWNER_THREAD(m_owner);
  const AgentId id = m_bus.registerAgent(agent.name());
  const HostIdentity where = m_bus.registerHost(host);
  if (id.value >= m_contexts.size()) m_contexts.resize(id.value + 1U);
  std::unique_ptr<Context>& place = m_contexts[id.value];
  if (place) {
    BW_ASSERT(!place->alive());
    m_retired.push_back(std::move(place));
    std::erase(m_order, id);
  }
  place = std::make_unique<Context>(*this, agent, id, where);
  m_order.push_back(id);
  m_bus.attach(id, m_inbox, where);
  Context& context = *place;
  if (m_running) guarded(context, [&] { context.agent().onStart(context); });
  return id;
}

void SimHost::start() {
  BW_ASSERT(!m_running);
  m_owner.bind();
  m_running = true;
  const std::vector<AgentId> agents = m_order;
  for (const AgentId id : agents) {
    Context& context = *contextOf(id);
    guarded(context, [&] { context.agent().onStart(context); });
  }
}

void SimHost::stop() {
  BW_ON_OWNER_THREAD(m_owner);
  if (!m_running) return;
  const std::vector<AgentId> agents(m_order.rbegin(), m_order.rend());
  for (const AgentId id : agents) {
    Context& context = *contextOf(id);
    guarded(context, [&] { context.agent().onStop(); });
  }
  for (const AgentId id : agents) {
    contextOf(id)->die();
    m_bus.detach(id);
    forget(id);
  }
  m_running = false;
}

bool SimHost::crashed(AgentId agent) const {
  const Context* context = contextOf(agent);
  return context != nullptr && !context->alive();
}

void SimHost::enqueue(AgentId to, const MessagePtr& message) {
  BW_ON_OWNER_THREAD(m_owner);
  const bool first = message->sequence != m_lastPushed;
  m_lastPushed = message->sequence;
  if (message->priority() == Priority::Critical) {
    m_critical.push({message, to, first});
  } else if (!m_scheduled) {
    const Priority priority = m_options.priorities ? message->priority() : Priority::High;
    (priority == Priority::High ? m_ready : priority == Priority::Normal ? m_normal : m_low).push({message, to, first});
    m_stats.queueMost = std::max<std::uint64_t>(m_stats.queueMost, m_ready.size());
  } else {
    Entry entry{message, to, first};
    const std::uint32_t channel = channelOf(entry);
    if (m_options.maxDelay.ns == 0) return makeReady(std::move(entry), channel);
    const Timestamp due =
        std::max(m_channels[channel].lastDue, m_clock.now() + Duration{m_rng.between(0, m_options.maxDelay.ns)});
    m_channels[channel].lastDue = due;
    m_delayed.push_back({due, ++m_delayedOrder, channel, std::move(entry)});
    std::push_heap(m_delayed.begin(), m_delayed.end(), [](const Delayed& a, const Delayed& b) {
      return a.due != b.due ? a.due > b.due : a.order > b.order;
    });
  }
}

std::uint32_t SimHost::channelOf(const Entry& entry) {
  const std::uint64_t key = std::uint64_t{entry.message->from.value} << 32 |
                            static_cast<std::uint64_t>(entry.message->topic) << 16 | entry.to.value;
  const auto [known, isNew] = m_channelIndex.try_emplace(key, static_cast<std::uint32_t>(m_channels.size()));
  if (isNew) m_channels.emplace_back();
  return known->second;
}

void SimHost::makeReady(Entry&& entry, std::uint32_t channel) {
  if (!m_options.reorder) return m_ready.push(std::move(entry));
  EntryQueue& queue = m_channels[channel].queue;
  if (queue.empty()) m_readyChannels.push_back(channel);
  queue.push(std::move(entry));
}

void SimHost::releaseDelayed() {
  while (!m_delayed.empty() && m_delayed.front().due <= m_clock.now()) {
    std::pop_heap(m_delayed.begin(), m_delayed.end(), [](const Delayed& a, const Delayed& b) {
      return a.due != b.due ? a.due > b.due : a.order > b.order;
    });
    Delayed delayed = std::move(m_delayed.back());
    m_delayed.pop_back();
    if (delayed.entry.message) makeReady(std::move(delayed.entry), delayed.channel);
  }
}

bool SimHost::takeReady(Entry& entry) {
  if (!m_critical.empty()) {
    entry = m_critical.pop();
    return true;
  }
  if (!m_ready.empty()) {
    entry = m_ready.pop();
    return true;
  }
  for (EntryQueue* queue : {&m_normal, &m_low}) {
    if (queue->empty()) continue;
    entry = queue->pop();
    return true;
  }
  if (m_readyChannels.empty()) return false;
  const std::size_t pick = static_cast<std::size_t>(m_rng.below(m_readyChannels.size()));
  EntryQueue& queue = m_channels[m_readyChannels[pick]].queue;
  entry = queue.pop();
  if (queue.empty()) {
    m_readyChannels[pick] = m_readyChannels.back();
    m_readyChannels.pop_back();
  }
  return true;
}

bool SimHost::stepNow() {
  if (m_foreign.load(std::memory_order_acquire)) takeForeignWakes();
  if (!m_delayed.empty()) releaseDelayed();
  Entry entry;
  if (takeReady(entry)) {
    if (!m_plannedCrashes.empty()) runPlannedCrashes();
    deliver(entry);
    return true;
  }
  TimerQueue::Entry timer;
  if (!m_timers.popDue(m_clock.now(), timer)) return false;
  fire(timer);
  return true;
}

Timestamp SimHost::nextDue() const {
  return m_delayed.empty() ? m_timers.nextTime() : std::min(m_timers.nextTime(), m_delayed.front().due);
}

bool SimHost::stepTo(Timestamp limit) {
  if (stepNow()) return true;
  if (m_idleHook && m_idleHook()) return true;
  const Timestamp next = nextDue();
  if (next == Timestamp::never() || next > limit) return false;
  m_clock.advanceTo(next);
  return true;
}

bool SimHost::step() {
  BW_ON_OWNER_THREAD(m_owner);
  BW_ASSERT(m_running);
  return stepTo(Timestamp::never());
}

bool SimHost::stepDue() {
  BW_ON_OWNER_THREAD(m_owner);
  BW_ASSERT(m_running);
  return stepNow();
}

void SimHost::runUntil(Timestamp until) {
  BW_ON_OWNER_THREAD(m_owner);
  while (m_running && stepTo(until)) {
  }
  m_clock.advanceTo(until);
}

void SimHost::drain() {
  BW_ON_OWNER_THREAD(m_owner);
  while (m_running && stepNow()) {
  }
}

void SimHost::deliver(Entry& entry) {
  if (!entry.message) return;
  if (entry.first) {
    entry.first = false;  // told once, also if it is held back now and delivered later
    if (m_traceHash != nullptr) m_traceHash->add(*entry.message);
    if (m_firstTracer) m_firstTracer(*entry.message);
  }
  Context* context = contextOf(entry.to);
  if (context == nullptr || !context->alive()) {
    ++m_stats.undelivered;
    return;
  }
  if (!m_suspended.empty() && isSuspended(*context)) {
    m_held.push_back(std::move(entry));
    return;
  }
  ++m_stats.delivered;
  if (m_tracer) m_tracer(*entry.message, entry.to);
  guarded(*context, [&] { context->agent().onMessage(*entry.message); });
}

void SimHost::fire(const TimerQueue::Entry& timer) {
  if (timer.kind == TimerQueue::Kind::RequestDeadline) {
    m_bus.expireRequests();
    return;
  }
  Context* context = contextOf(timer.agent);
  if (context == nullptr || !context->alive()) return;
  if (!m_suspended.empty() && isSuspended(*context)) {
    m_heldTimers.push_back(timer);
    return;
  }
  if (timer.kind == TimerQueue::Kind::Wake) {
    ++m_stats.wakes;
    context->wakeAt = Timestamp::never();
    guarded(*context, [&] { context->agent().onWake(); });
  } else {
    ++m_stats.timers;
    guarded(*context, [&] { context->agent().onTimer(timer.id); });
  }
}

template <class Call>
void SimHost::guarded(Context& context, Call call) {
  if (!context.alive()) return;
  try {
    call();
  } catch (const std::exception& error) {
    crashAgent(context, error.what());
  } catch (...) {
    crashAgent(context, "an exception of unknown type");
  }
}

void SimHost::crashAgent(Context& context, const std::string& what) {
  ++m_stats.errors;
  context.die();
  m_bus.detach(context.id());
  forget(context.id());
  m_log.write(LogLevel::Error, "sim", "agent.crashed", what, {{"agent", context.agent().name()}});
  if (m_crashHandler) m_crashHandler(context.id(), what);
}

void SimHost::forget(AgentId agent) {
  m_timers.removeAgent(agent);
  const auto drop = [&](Entry& entry) {
    if (entry.to != agent || !entry.message) return;
    entry.message.reset();
    ++m_stats.undelivered;
  };
  for (std::size_t i = m_critical.head; i < m_critical.entries.size(); ++i) drop(m_critical.entries[i]);
  for (EntryQueue* queue : {&m_ready, &m_normal, &m_low}) {
    for (std::size_t i = queue->head; i < queue->entries.size(); ++i) drop(queue->entries[i]);
  }
  for (Entry& entry : m_held) drop(entry);
  std::erase_if(m_heldTimers, [&](const TimerQueue::Entry& timer) { return timer.agent == agent; });
  for (Delayed& delayed : m_delayed) drop(delayed.entry);
  for (Channel& channel : m_channels) {
    for (std::size_t i = channel.queue.head; i < channel.queue.entries.size(); ++i) drop(channel.queue.entries[i]);
  }
}

void SimHost::crashHost(const std::string& host) {
  const HostIdentity where = m_bus.registerHost(host);
  for (const AgentId id : m_order) {
    Context& context = *contextOf(id);
    if (context.where().id != where.id || !context.alive()) continue;
    context.die();
    forget(id);
  }
  m_bus.raiseGeneration(where.id);
}

bool SimHost::isSuspended(const Context& context) const {
  return std::find(m_suspended.begin(), m_suspended.end(), context.where().id) != m_suspended.end();
}

bool SimHost::suspended(const std::string& host) {
  return std::find(m_suspended.begin(), m_suspended.end(), m_bus.registerHost(host).id) != m_suspended.end();
}

void SimHost::suspendHost(const std::string& host) {
  if (!suspended(host)) m_suspended.push_back(m_bus.registerHost(host).id);
}

// What was held is older than anything that waits, so it goes first.
void SimHost::resumeHost(const std::string& host) {
  if (!suspended(host)) return;
  std::erase(m_suspended, m_bus.registerHost(host).id);
  std::vector<Entry> held;
  held.swap(m_held);
  std::vector<Entry> critical;
  std::vector<Entry> others;
  for (Entry& entry : held) {
    if (!entry.message) continue;
    (entry.message->priority() == Priority::Critical ? critical : others).push_back(std::move(entry));
  }
  m_critical.pushFront(std::move(critical));
  m_ready.pushFront(std::move(others));
  std::vector<TimerQueue::Entry> timers;
  timers.swap(m_heldTimers);
  for (const TimerQueue::Entry& timer : timers) fire(timer);
}

void SimHost::crashHostAt(const std::string& host, std::uint64_t delivered) {
  m_plannedCrashes.push_back({host, delivered});
}

void SimHost::runPlannedCrashes() {
  for (std::size_t i = 0; i < m_plannedCrashes.size();) {
    if (m_plannedCrashes[i].delivered > m_stats.delivered) {
      ++i;
      continue;
    }
    const std::string host = m_plannedCrashes[i].host;
    m_plannedCrashes.erase(m_plannedCrashes.begin() + static_cast<std::ptrdiff_t>(i));
    crashHost(host);
  }
}

void SimHost::requestWake(Context& context, Timestamp when) {
  if (!m_owner.isCurrent()) {
    Lock lock(m_foreignMutex);
    m_foreignWakes.emplace_back(context.id(), when);
    m_foreign.store(true, std::memory_order_release);
    return;
  }
  if (!context.alive() || context.wakeAt <= when) return;
  if (context.wakeAt != Timestamp::never()) m_timers.cancel(context.wakeTimer);
  context.wakeAt = when;
  context.wakeTimer = m_timers.start(when, context.id(), TimerQueue::Kind::Wake);
}

void SimHost::takeForeignWakes() {
  std::vector<std::pair<AgentId, Timestamp>> wakes;
  {
    Lock lock(m_foreignMutex);
    wakes.swap(m_foreignWakes);
    m_foreign.store(false, std::memory_order_relaxed);
  }
  for (const auto& [agent, when] : wakes) {
    if (Context* context = contextOf(agent)) requestWake(*context, when);
  }
}

}  // namespace bw
