// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/agent_host.h"

#include <QDeadlineTimer>
#include <algorithm>
#include <exception>

namespace bw {
namespace {

constexpr int kBeatMs = 250;
constexpr int kLastTurnMessages = 100'000;

struct Retired {
  Mutex mutex;
  std::vector<AgentHost*> hosts BW_GUARDED_BY(mutex);
};

/// Never destroyed: at the end of the process a hung thread may still use its host.
Retired& retiredHosts() {
  static auto* retired = new Retired;
  return *retired;
}

}  // namespace

/// What the host gives one agent.
class AgentHost::Context final : public AgentContext {
 public:
  Context(AgentHost& host, Agent& agent, AgentId id, std::shared_ptr<Counters> figures)
      : counters(std::move(figures)),
        m_host(host),
        m_agent(agent),
        m_id(id),
        m_rng(Rng(host.m_options.seed).fork(0x5eed0000ULL + id.value)),
        m_ids(Rng(host.m_options.seed).fork(0x1d5e0000ULL + id.value + (host.m_identity.generation << 32))),
        m_publisher(host.m_bus.makePublisher(agent.name(), host.m_identity)) {}

  const Clock& clock() const override { return m_host.m_market; }
  Uuid newId() override {
    BW_ASSERT(m_host.onHostThread());
    return m_ids.make(m_host.m_market.now());
  }
  Rng& rng() override { return m_rng; }
  Log& log() override { return m_host.m_log; }
  AgentId self() const override { return m_id; }
  std::uint64_t generation() const override { return m_host.m_identity.generation; }
  void subscribe(Topic topic, MessageFilter filter) override {
    BW_ASSERT(m_host.onHostThread());
    if (m_alive) m_host.m_bus.subscribe(topic, m_id, m_host.m_mailbox, std::move(filter), m_host.m_identity);
  }
  void unsubscribe(Topic topic) override {
    BW_ASSERT(m_host.onHostThread());
    if (m_alive && !m_host.fenced()) m_host.m_bus.unsubscribe(topic, m_id);
  }
  Uuid publish(Topic topic, Payload payload, const PublishOptions& options) override {
    BW_ASSERT(m_host.onHostThread());
    if (!m_alive) return {};
    const Uuid id = m_publisher->publish(topic, std::move(payload), options);
    if (id.isNil() && m_host.fenced()) m_host.noteRefused(topic);
    counters->out.store(m_publisher->published(), std::memory_order_relaxed);
    if (options.timeLimit.ns > 0 && options.type == MessageType::Request) {
      m_host.m_timers.start(m_host.m_market.now() + options.timeLimit, m_id, TimerQueue::Kind::RequestDeadline);
    }
    return id;
  }
  TimerId startTimer(Timestamp when) override {
    BW_ASSERT(m_host.onHostThread());
    return m_alive ? m_host.m_timers.start(when, m_id) : 0;
  }
  void cancelTimer(TimerId id) override {
    BW_ASSERT(m_host.onHostThread());
    m_host.m_timers.cancel(id);
  }
  void requestWake(Timestamp when) override { m_host.requestWake(*this, when); }

  Agent& agent() { return m_agent; }
  AgentId id() const { return m_id; }
  bool alive() const { return m_alive; }
  void die() { m_alive = false; }

  const std::shared_ptr<Counters> counters;
  Timestamp wakeAt = Timestamp::never();
  TimerId wakeTimer = 0;

 private:
  AgentHost& m_host;
  Agent& m_agent;
  const AgentId m_id;
  Rng m_rng;
  UuidMaker m_ids;
  std::unique_ptr<Publisher> m_publisher;
  bool m_alive = true;
};

AgentHost::AgentHost(MessageBus& bus, const Clock& market, const Clock& real, Log& log, Options options, Hooks hooks)
    : m_bus(bus),
      m_market(market),
      m_real(real),
      m_log(log),
      m_options(std::move(options)),
      m_hooks(std::move(hooks)),
      m_identity(bus.registerHost(m_options.name)),
      m_mailbox(std::make_shared<Mailbox>(bus.clock(), Mailbox::Hooks{[this] { Q_EMIT mailReady(); }, m_hooks.alarm},
                                          *m_options.topics)),
      m_timer(this),
      m_beat(this) {
  BW_ASSERT(m_options.batch > 0 && !m_options.name.empty());
  m_owner.bind();
  m_timer.setSingleShot(true);
  m_timer.setTimerType(Qt::PreciseTimer);
  m_beat.setInterval(kBeatMs);
  connect(this, &AgentHost::mailReady, this, &AgentHost::turn, Qt::QueuedConnection);
  connect(&m_timer, &QTimer::timeout, this, [this] {
    fireDue();
    arm();
  });
  connect(&m_beat, &QTimer::timeout, this, [this] { beat(); });
  m_thread.setObjectName(QString::fromStdString(m_options.name));
}

AgentHost::~AgentHost() {
  BW_ON_OWNER_THREAD(m_owner);
  if (m_started) {
    QMetaObject::invokeMethod(
        this, [this] { finish(); }, Qt::QueuedConnection);
    m_thread.wait();
  }
  m_mailbox->close();
}

AgentId AgentHost::add(Agent& agent) {
  const AgentId id = m_bus.registerAgent(agent.name());
  auto counters = std::make_shared<Counters>();
  {
    Lock lock(m_mutex);
    std::erase_if(m_figures, [&](const Figures& figures) { return figures.agent == id; });
    m_figures.push_back({id, counters});
  }
  if (!m_started) {
    place(agent, id, std::move(counters));
  } else {
    QMetaObject::invokeMethod(
        this, [this, &agent, id, counters] { place(agent, id, counters); }, Qt::QueuedConnection);
  }
  return id;
}

void AgentHost::place(Agent& agent, AgentId id, std::shared_ptr<Counters> counters) {
  if (id.value >= m_contexts.size()) m_contexts.resize(id.value + 1U);
  std::unique_ptr<Context>& slot = m_contexts[id.value];
  if (slot) {
    BW_ASSERT(!slot->alive());
    m_retired.push_back(std::move(slot));
    std::erase(m_order, id);
  }
  slot = std::make_unique<Context>(*this, agent, id, std::move(counters));
  m_order.push_back(id);
  m_bus.attach(id, m_mailbox, m_identity);
  if (!m_begun) return;
  Context& context = *slot;
  guarded(context, [&] { context.agent().onStart(context); });
  context.counters->running.store(context.alive());
  arm();
}

void AgentHost::start() {
  BW_ON_OWNER_THREAD(m_owner);
  BW_ASSERT(!m_started);
  m_started = true;
  moveToThread(&m_thread);
  m_thread.start();
  QMetaObject::invokeMethod(
      this, [this] { begin(); }, Qt::QueuedConnection);
}

void AgentHost::begin() {
  BW_ASSERT(onHostThread());
  m_begun = true;
  m_beat.start();
  const std::vector<AgentId> agents = m_order;
  for (const AgentId id : agents) {
    Context& context = *contextOf(id);
    guarded(context, [&] { context.agent().onStart(context); });
    context.counters->running.store(context.alive());
  }
  beat();
  turn();  // what came before is waiting, its one wake-up spent
}

void AgentHost::finish() {
  BW_ASSERT(onHostThread());
  if (m_finished) return;
  m_finished = true;
  if (fenced()) {
    m_log.write(LogLevel::Warning, "host", "host.woke", "a host that was fenced off woke up and ended; it was ignored",
                {{"host", m_options.name}, {"generation", m_identity.generation}, {"messages_refused", m_ignored}});
  }
  m_timer.stop();
  m_beat.stop();
  if (!fenced()) {
    Mailbox::Delivery delivery;
    for (int i = 0; i < kLastTurnMessages && m_mailbox->take(delivery); ++i) deliver(delivery);
  }
  const std::vector<AgentId> agents(m_order.rbegin(), m_order.rend());
  for (const AgentId id : agents) {
    Context& context = *contextOf(id);
    if (m_begun && !fenced()) guarded(context, [&] { context.agent().onStop(); });
    context.counters->running.store(false);
    if (context.alive() && !fenced()) m_bus.detach(id);
    context.die();
  }
  m_thread.quit();
}

Result<void> AgentHost::stop(Duration timeout) {
  BW_ON_OWNER_THREAD(m_owner);
  if (!m_started) return {};
  QMetaObject::invokeMethod(
      this, [this] { finish(); }, Qt::QueuedConnection);
  if (m_thread.wait(QDeadlineTimer(timeout.toMillis()))) {
    m_started = false;
    m_begun = false;
    return {};
  }
  const AgentId late = busyAgent();
  const std::string where = late.value == 0 ? std::string("its own loop") : "agent '" + m_bus.agentName(late) + "'";
  return Error{ErrorKind::Retryable, "host.late",
               "host '" + m_options.name + "' did not stop in " + std::to_string(timeout.toMillis()) +
                   " ms; it is in " + where + "; fence it off and retire it",
               0};
}

void AgentHost::fence() {
  if (m_fenced.exchange(true, std::memory_order_acq_rel)) return;
  if (m_bus.current(m_identity)) m_bus.raiseGeneration(m_identity.id);
  m_mailbox->close();
}

std::size_t AgentHost::hungHosts() {
  std::vector<AgentHost*> ended;
  std::size_t hung = 0;
  {
    Retired& retired = retiredHosts();
    Lock lock(retired.mutex);
    std::erase_if(retired.hosts, [&](AgentHost* host) {
      if (!host->m_owner.isCurrent()) return false;
      if (!host->m_thread.isFinished()) {
        ++hung;
        return false;
      }
      ended.push_back(host);
      return true;
    });
  }
  for (AgentHost* host : ended) {
    host->m_started = false;
    delete host;
  }
  return hung;
}

void AgentHost::retire(std::unique_ptr<AgentHost> host) {
  BW_ON_OWNER_THREAD(host->m_owner);
  host->fence();
  if (!host->m_started) return;
  AgentHost* kept = host.release();
  {
    Retired& retired = retiredHosts();
    Lock lock(retired.mutex);
    retired.hosts.push_back(kept);
  }
  QMetaObject::invokeMethod(
      kept, [kept] { kept->finish(); }, Qt::QueuedConnection);
}

void AgentHost::noteRefused(Topic topic) {
  if (++m_ignored > 1) return;
  m_log.write(LogLevel::Warning, "bus", "bus.refused", "a host that was fenced off spoke; what it says is refused",
              {{"host", m_options.name}, {"generation", m_identity.generation}, {"topic", infoOf(topic).name}});
}

void AgentHost::clockChanged() {
  QMetaObject::invokeMethod(
      this,
      [this] {
        if (!m_begun) return;
        fireDue();
        arm();
      },
      Qt::QueuedConnection);
}

void AgentHost::requestSelfTest(AgentId agent, std::function<void(std::string)> done) {
  QMetaObject::invokeMethod(
      this,
      [this, agent, answer = std::move(done)] {
        Context* context = contextOf(agent);
        if (context == nullptr || !context->alive()) return answer("not running on host '" + m_options.name + "'");
        std::string finding = "the self-test threw";
        guarded(*context, [&] { finding = context->agent().selfTest(); });
        answer(finding);
      },
      Qt::QueuedConnection);
}

void AgentHost::turn() {
  BW_ASSERT(onHostThread());
  if (!m_begun || fenced()) return;
  m_turns.fetch_add(1, std::memory_order_relaxed);
  Mailbox::Delivery delivery;
  for (int i = 0; i < m_options.batch && m_mailbox->take(delivery); ++i) {
    deliver(delivery);
    if (fenced()) return;
  }
  fireDue();
  arm();
  if (m_mailbox->finishTurn()) Q_EMIT mailReady();
}

void AgentHost::deliver(const Mailbox::Delivery& delivery) {
  Context* context = contextOf(delivery.to);
  if (context == nullptr || !context->alive()) return;
  context->counters->in.fetch_add(1, std::memory_order_relaxed);
  guarded(*context, [&] { context->agent().onMessage(*delivery.message); });
}

void AgentHost::fireDue() {
  if (fenced()) return;
  // Bounded by what is due now: a timer started by a handler for this very instant waits for the next turn.
  const Timestamp now = m_market.now();
  std::size_t most = m_timers.size();
  TimerQueue::Entry entry;
  for (; most > 0 && m_timers.popDue(now, entry); --most) {
    if (entry.kind == TimerQueue::Kind::RequestDeadline) {
      m_bus.expireRequests();
      continue;
    }
    Context* context = contextOf(entry.agent);
    if (context == nullptr || !context->alive()) continue;
    if (entry.kind == TimerQueue::Kind::Wake) {
      context->wakeAt = Timestamp::never();
      guarded(*context, [&] { context->agent().onWake(); });
    } else {
      guarded(*context, [&] { context->agent().onTimer(entry.id); });
    }
  }
}

void AgentHost::arm() {
  if (m_finished) return;  // a wake-up that was queued behind the end
  const Timestamp next = m_timers.nextTime();
  const Duration delay = next == Timestamp::never() ? Duration::max() : m_market.realDelayUntil(next);
  if (delay == Duration::max()) {
    m_timer.stop();
    return;
  }
  const std::int64_t ms = std::min<std::int64_t>((delay.ns + 999'999) / 1'000'000, 3'600'000);
  m_timer.start(static_cast<int>(ms));
}

void AgentHost::beat() {
  for (const AgentId id : m_order) {
    Context& context = *contextOf(id);
    if (context.alive()) context.counters->heartbeat.fetch_add(1, std::memory_order_relaxed);
  }
}

template <class Call>
void AgentHost::guarded(Context& context, Call call) {
  if (!context.alive()) return;
  m_busy.store(context.id().value, std::memory_order_relaxed);
  const MonoTime before = m_real.mono();
  try {
    call();
  } catch (const std::exception& error) {
    crash(context, error.what());
  } catch (...) {
    crash(context, "an exception of unknown type");
  }
  context.counters->latency.add(m_real.mono() - before);
  m_busy.store(0, std::memory_order_relaxed);
}

void AgentHost::crash(Context& context, const std::string& what) {
  context.die();
  context.counters->errors.fetch_add(1, std::memory_order_relaxed);
  context.counters->crashed.store(true);
  context.counters->running.store(false);
  m_timers.removeAgent(context.id());
  if (!fenced()) m_bus.detach(context.id());
  m_log.write(LogLevel::Error, "host", "agent.crashed", what,
              {{"agent", context.agent().name()}, {"host", m_options.name}});
  if (m_hooks.crashed && !fenced()) m_hooks.crashed(context.id(), what);
}

void AgentHost::requestWake(Context& context, Timestamp when) {
  if (!onHostThread()) {
    Lock lock(m_mutex);
    const bool post = m_wakes.empty();
    m_wakes.emplace_back(context.id(), when);
    if (post)
      QMetaObject::invokeMethod(
          this, [this] { takeWakes(); }, Qt::QueuedConnection);
    return;
  }
  if (!context.alive() || context.wakeAt <= when) return;
  if (context.wakeAt != Timestamp::never()) m_timers.cancel(context.wakeTimer);
  context.wakeAt = when;
  context.wakeTimer = m_timers.start(when, context.id(), TimerQueue::Kind::Wake);
}

void AgentHost::takeWakes() {
  std::vector<std::pair<AgentId, Timestamp>> wakes;
  {
    Lock lock(m_mutex);
    wakes.swap(m_wakes);
  }
  for (const auto& [agent, when] : wakes) {
    if (Context* context = contextOf(agent)) requestWake(*context, when);
  }
  if (!m_begun) return;
  fireDue();
  arm();
}

std::vector<AgentId> AgentHost::agents() const {
  Lock lock(m_mutex);
  std::vector<AgentId> agents;
  for (const Figures& figures : m_figures) agents.push_back(figures.agent);
  return agents;
}

AgentFigures AgentHost::figures(AgentId agent) const {
  std::shared_ptr<Counters> counters;
  {
    Lock lock(m_mutex);
    for (const Figures& figures : m_figures) {
      if (figures.agent == agent) counters = figures.counters;
    }
  }
  AgentFigures figures;
  if (!counters) return figures;
  figures.heartbeat = counters->heartbeat.load(std::memory_order_relaxed);
  figures.messagesIn = counters->in.load(std::memory_order_relaxed);
  figures.messagesOut = counters->out.load(std::memory_order_relaxed);
  figures.errors = counters->errors.load(std::memory_order_relaxed);
  figures.running = counters->running.load();
  figures.crashed = counters->crashed.load();
  figures.p50 = counters->latency.percentile(0.50);
  figures.p95 = counters->latency.percentile(0.95);
  figures.p99 = counters->latency.percentile(0.99);
  figures.max = counters->latency.max();
  return figures;
}

}  // namespace bw
