// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gate/stop_executor.h"

#include <algorithm>
#include <cerrno>

#include "core/journal/disk.h"
#include "core/journal/records.h"

namespace bw::gate {
namespace {

constexpr std::size_t kMaxSteps = 5'000;
constexpr Duration kPublishGap = Duration::millis(100);
constexpr Duration kLatchRetry = Duration::seconds(1);
/// How long the first reading of accounts waits for a placement that is being written at this moment.
constexpr Duration kPlacingGrace = Duration::millis(50);
constexpr Duration kIdleWait = Duration::seconds(1);
constexpr Duration kLongestWait = Duration::millis(20);

std::string upper(std::string_view text) {
  std::string out;
  bool space = false;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\n') {
      space = !out.empty();
      continue;
    }
    if (space) out.push_back(' ');
    space = false;
    out.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return out;
}

std::size_t charactersOf(std::string_view text) {
  const std::string trimmed = upper(text);
  return static_cast<std::size_t>(
      std::count_if(trimmed.begin(), trimmed.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

StopExecutor::StopExecutor(Parts parts, std::unique_ptr<EmergencyAuthority> authority, Config config, Outputs outputs)
    : m_parts(std::move(parts)),
      m_authority(std::move(authority)),
      m_config(std::move(config)),
      m_outputs(std::move(outputs)),
      m_disk(m_config.disk != nullptr ? *m_config.disk : realFileSystem()),
      m_latch(m_config.dataDirectory, m_disk) {
  BW_ASSERT(m_authority != nullptr && m_parts.instruments != nullptr);
  Lock lock(m_workMutex);
  for (Venue* venue : m_parts.venues) {
    const StopAccount::Shared shared{m_parts.gate,         *m_authority,  m_parts.clock,
                                     *m_parts.instruments, m_parts.marks, m_config.policy};
    auto sink = [this, name = std::string(venue->name())](const std::string& step, const std::string& symbol,
                                                          const std::string& result, Duration latency)
                    BW_NO_ANALYSIS { addStep(step, name, symbol, result, latency); };
    m_accounts.push_back(std::make_unique<StopAccount>(shared, venue->connect(m_parts.listener), std::move(sink)));
  }
  m_state.stopNumber = m_latch.lastStopNumber();
  if (const auto latch = m_latch.read()) resumeLatched(*latch);
  publish(true);
}

StopExecutor::~StopExecutor() {
  shutdown();
}

void StopExecutor::trigger(std::string_view channel, std::string_view reason) noexcept {
  const MonoTime pressed = m_parts.clock.mono();
  m_parts.gate.raise(Level::Flatten);
  m_triggers.push(channel, reason, pressed, m_parts.clock.mono() - pressed);
  m_wanted.store(true, std::memory_order_seq_cst);
  m_event.post();
  if (m_wake) m_wake();
}

StopProgress StopExecutor::progress() const {
  std::shared_ptr<const StopProgress> current;
  {
    Lock lock(m_publicMutex);
    current = m_public;
  }
  StopProgress copy = *current;
  if (copy.state == StopState::Ready && m_wanted.load(std::memory_order_seq_cst)) copy.state = StopState::Latched;
  return copy;
}

StopTimes StopExecutor::times() const {
  Lock lock(m_publicMutex);
  return m_publicTimes;
}

void StopExecutor::start() {
  m_threaded = true;
  m_quit = false;
  m_diskThread.start("bw-stop-disk", [this] { runDisk(); });
  m_stopThread.start("bw-stop", [this] { runStop(); });
}

void StopExecutor::shutdown() {
  if (!m_threaded) return;
  m_quit = true;
  m_event.post();
  m_stopThread.join();
  {
    Lock lock(m_jobMutex);
    m_jobReady.notifyAll();
  }
  m_diskThread.join();
  m_threaded = false;
}

void StopExecutor::runStop() {
  while (!m_quit) {
    std::optional<MonoTime> next;
    {
      Lock lock(m_workMutex);
      next = round();
    }
    Duration wait = kIdleWait;
    if (next) wait = std::clamp(*next - m_parts.clock.mono(), Duration::millis(1), kLongestWait);
    m_event.wait(wait);
  }
}

void StopExecutor::runDisk() {
  while (true) {
    Job job;
    {
      Lock lock(m_jobMutex);
      while (m_jobs.empty() && !m_quit) m_jobReady.wait(m_jobMutex);
      if (m_jobs.empty()) return;
      job = std::move(m_jobs.front());
      m_jobs.pop_front();
    }
    job();
  }
}

void StopExecutor::enqueue(Job job) {
  if (!m_threaded) {
    job();
    return;
  }
  Lock lock(m_jobMutex);
  m_jobs.push_back(std::move(job));
  m_jobReady.notifyOne();
}

std::optional<Duration> StopExecutor::pump() {
  BW_ASSERT(!m_threaded);
  Lock lock(m_workMutex);
  const auto next = round();
  if (!next) return std::nullopt;
  return std::max(*next - m_parts.clock.mono(), Duration{0});
}

std::optional<MonoTime> StopExecutor::round() {
  const MonoTime now = m_parts.clock.mono();
  if (m_wanted.exchange(false, std::memory_order_seq_cst)) readTriggers(now);
  if (!m_active) return std::nullopt;
  if (m_parts.gate.placing() > 0 && now - m_pressedAt < kPlacingGrace) return now + Duration::micros(100);
  MonoTime next = now + m_config.policy.watchGap;
  for (const auto& account : m_accounts) next = std::min(next, account->step());
  // The latch goes after the first cancels where one thread does both; otherwise it has been under way since the press.
  if (!m_threaded && m_latchResult == 0) writeLatchLater(now);
  evaluate(now);
  return next;
}

void StopExecutor::readTriggers(MonoTime now) {
  std::optional<StopTrigger> trigger = m_triggers.take();
  if (!m_active) {
    // A press that could not be handed over is a press all the same.
    beginStop(trigger.value_or(StopTrigger{"unknown", "pressed", now, Duration{0}}), now);
    trigger = m_triggers.take();
  }
  while (trigger) {
    if (m_state.state == StopState::Stopped) {
      m_state.state = StopState::Stopping;
      m_deadlineFrom = now;
      for (const auto& account : m_accounts) account->begin(m_state.stopNumber, true);
    }
    addStep("pressed again", "", "", trigger->channel + ": " + trigger->reason, now - m_pressedAt);
    say(2, "stop.again",
        "Emergency stop pressed again by " + trigger->channel + "; stop " + std::to_string(m_state.stopNumber) +
            " goes on",
        "");
    trigger = m_triggers.take();
  }
  publish(true);
}

void StopExecutor::beginStop(const StopTrigger& trigger, MonoTime now) {
  m_parts.gate.raise(Level::Flatten);
  m_active = true;
  m_acknowledged = m_reported = false;
  m_pressedAt = m_deadlineFrom = trigger.time;
  m_times = {};
  m_times.gateClosed = trigger.gateClosed;
  const std::uint64_t number = m_state.stopNumber + 1;
  m_state = StopProgress{};
  m_state.state = StopState::Stopping;
  m_state.stopNumber = number;
  m_state.trigger = trigger.channel;
  m_state.reason = trigger.reason;
  m_state.startedAt = m_parts.clock.now();
  m_latchResult = 0;
  addStep("stop thread awake", "", "", "", now - trigger.time);
  addStep("gate closed", "", "", "level FLATTEN, epoch " + std::to_string(m_parts.gate.epoch()), *m_times.gateClosed);
  for (const auto& account : m_accounts) account->begin(number, false);
  if (m_threaded) writeLatchLater(now);
  if (m_outputs.raised) {
    enqueue([this, event = EmergencyStopRaised{number, trigger.channel, trigger.reason, m_state.startedAt}] {
      m_outputs.raised(event);
    });
  }
  publish(true);
}

void StopExecutor::resumeLatched(const journal::LatchState& latch) {
  m_parts.gate.raise(Level::Flatten);
  m_active = true;
  m_pressedAt = m_deadlineFrom = m_parts.clock.mono();
  m_times.gateClosed = Duration{0};
  m_state.state = StopState::Stopping;
  m_state.stopNumber = std::max<std::uint64_t>({m_state.stopNumber, latch.stopNumber, 1});
  m_state.trigger = latch.trigger;
  m_state.reason = latch.reason;
  m_state.startedAt = latch.readable ? latch.time : m_parts.clock.now();
  m_latchResult = 1;
  addStep("latch found", "", "",
          latch.readable ? "stop goes on after a restart" : "the file is damaged: latched all the same", Duration{0});
  for (const auto& account : m_accounts) account->begin(m_state.stopNumber, true);
}

void StopExecutor::writeLatchLater(MonoTime now) {
  m_latchRetryAt = now + kLatchRetry;
  journal::LatchState latch{m_state.stopNumber, m_state.trigger,   m_state.reason,
                            m_config.mode,      m_state.startedAt, true};
  enqueue(
      [this, latch = std::move(latch), pressed = m_pressedAt]() mutable { writeLatchNow(std::move(latch), pressed); });
  journalLater(RecordKind::StopRaised, "STOPPING", "");
}

void StopExecutor::writeLatchNow(const journal::LatchState& state, MonoTime pressed) {
  auto written = m_latch.write(state);
  if (!written) {
    Lock lock(m_publicMutex);
    m_latchError = written.error().detail;
  }
  m_latchedAfter = (m_parts.clock.mono() - pressed).ns;
  m_latchResult = written ? 1 : 2;
  m_event.post();
}

void StopExecutor::journalLater(RecordKind kind, const std::string& state, const std::string& text) {
  journal::StopRecord record{m_state.stopNumber, m_state.trigger, m_state.reason, state, text, m_parts.clock.now()};
  enqueue([this, kind, payload = journal::encodeStop(record)] {
    if (auto sequence = m_parts.journal.append(kind, payload)) static_cast<void>(m_parts.journal.sync(*sequence));
  });
}

void StopExecutor::addStep(const std::string& step, const std::string& venue, const std::string& symbol,
                           const std::string& result, Duration latency) {
  if (m_state.steps.size() >= kMaxSteps) return;
  m_state.steps.push_back({m_parts.clock.now(), step, venue, symbol, result, static_cast<double>(latency.ns) / 1e6});
  m_dirty = true;
}

void StopExecutor::say(int priority, const char* code, std::string text, std::string action) {
  if (!m_outputs.event) return;
  enqueue([this, event = SystemEvent{priority, "emergency stop", code, std::move(text), std::move(action)}] {
    m_outputs.event(event);
  });
}

void StopExecutor::evaluate(MonoTime now) {
  StopProgress counted = m_state;
  counted.ordersTotal = counted.ordersCancelled = counted.ordersUnknown = counted.positionsTotal =
      counted.positionsFlat = 0;
  bool done = true;
  std::string residual;
  for (const auto& account : m_accounts) {
    const StopAccount::Counts counts = account->counts();
    counted.ordersTotal += counts.ordersTotal;
    counted.ordersCancelled += counts.ordersCancelled;
    counted.ordersUnknown += counts.ordersUnknown;
    counted.positionsTotal += counts.positionsTotal;
    counted.positionsFlat += counts.positionsFlat;
    if (const auto first = account->firstCancel();
        first && (!m_times.firstCancel || *first - m_pressedAt < *m_times.firstCancel)) {
      m_times.firstCancel = *first - m_pressedAt;
    }
    if (const auto last = account->lastCancel();
        last && (!m_times.lastCancel || *last - m_pressedAt > *m_times.lastCancel)) {
      m_times.lastCancel = *last - m_pressedAt;
    }
    done = done && account->done();
    if (const std::string left = account->residual(); !left.empty()) residual += (residual.empty() ? "" : "; ") + left;
  }
  if (m_latchResult == 1 && !m_times.latched) m_times.latched = Duration{m_latchedAfter.load()};
  if (m_latchResult == 2) {
    Lock lock(m_publicMutex);
    residual += std::string(residual.empty() ? "" : "; ") + "the latch is NOT on disk: " + m_latchError;
  }
  if (m_latchResult == 2 && now >= m_latchRetryAt) writeLatchLater(now);
  done = done && m_latchResult == 1;
  const StopState before = m_state.state;
  m_dirty =
      m_dirty || counted.ordersCancelled != m_state.ordersCancelled || counted.positionsFlat != m_state.positionsFlat;
  m_state = std::move(counted);
  if (done) {
    m_state.attention.clear();
    if (before != StopState::Stopped) finish(now);
  } else if (before == StopState::Stopped) {
    m_state.state = StopState::Stopping;
    m_state.attention = residual;
    m_deadlineFrom = now;
    addStep("found again", "", "", residual, Duration{0});
    say(3, "stop.late", "After the stop the venue showed: " + residual, "Watch the stop finish");
  } else if (before != StopState::Attention && now - m_deadlineFrom >= m_config.policy.attentionAfter) {
    m_state.state = StopState::Attention;
    m_state.attention = residual;
    addStep("not confirmed in time", "", "", residual, now - m_pressedAt);
    journalLater(RecordKind::StopRaised, "ATTENTION", residual);
    say(3, "stop.attention", "The emergency stop is not confirmed: " + residual,
        "Check the venue and close what is left by hand");
    writeReport();
  } else if (before == StopState::Attention) {
    m_state.attention = residual;
  }
  publish(m_state.state != before);
}

void StopExecutor::finish(MonoTime now) {
  m_state.state = StopState::Stopped;
  if (!m_times.confirmed) m_times.confirmed = now - m_pressedAt;
  addStep("stopped", "", "", "the venues show no order and no position", now - m_pressedAt);
  journalLater(RecordKind::StopRaised, "STOPPED", "0 orders, flat");
  say(2, "stop.stopped", "Emergency stop " + std::to_string(m_state.stopNumber) + " complete: no order, no position",
      "");
  writeReport();
}

void StopExecutor::writeReport() {
  m_state.updatedAt = m_parts.clock.now();
  const std::string directory = m_config.dataDirectory + "/postmortem/stop-" + std::to_string(m_state.stopNumber);
  enqueue([directory, disk = &m_disk, text = stopReport(m_state, m_times, m_config.mode)] {
    static_cast<void>(disk->makeDirectories(directory));
    static_cast<void>(journal::replaceFile(directory + "/report.md", text, *disk));
  });
}

void StopExecutor::publish(bool force) {
  const MonoTime now = m_parts.clock.mono();
  if (!force && (!m_dirty || now - m_publishedAt < kPublishGap)) return;
  m_dirty = false;
  m_publishedAt = now;
  m_state.updatedAt = m_parts.clock.now();
  auto copy = std::make_shared<const StopProgress>(m_state);
  {
    Lock lock(m_publicMutex);
    m_public = copy;
    m_publicTimes = m_times;
  }
  if (m_outputs.progress) enqueue([this, copy] { m_outputs.progress(*copy); });
}

void StopExecutor::acknowledge() {
  Lock lock(m_workMutex);
  if (m_state.state != StopState::Attention) return;
  m_acknowledged = true;
  addStep("acknowledged", "", "", m_state.attention, m_parts.clock.mono() - m_pressedAt);
}

std::string StopExecutor::resetPhrase() const {
  return "RESET " + m_config.mode + " " + std::to_string(progress().stopNumber);
}

Result<void> StopExecutor::mayReset(std::string_view phrase, std::string_view cause) {
  const bool attention = m_state.state == StopState::Attention && m_acknowledged;
  if (!m_active || m_wanted || (m_state.state != StopState::Stopped && !attention)) {
    return finalError("reset.state",
                      "the stop is " + std::string(toString(m_state.state)) +
                          (m_state.state == StopState::Attention ? "; acknowledge what is left first"
                                                                 : "; reset is possible once it is STOPPED"));
  }
  const std::string expected = "RESET " + m_config.mode + " " + std::to_string(m_state.stopNumber);
  if (upper(phrase) != expected) return finalError("reset.phrase", "type exactly: " + expected);
  if (charactersOf(cause) < 10) return finalError("reset.cause", "name the cause in at least 10 characters");
  std::int64_t size = 0;
  if (m_disk.look(m_config.dataDirectory + "/.kill_switch", size) != ENOENT) {
    return finalError("reset.kill_switch", "remove " + m_config.dataDirectory + "/.kill_switch first");
  }
  const bool waits = m_config.mode == "PAPER" || m_config.mode == "TESTNET" || m_config.mode == "LIVE";
  const Duration since = m_parts.clock.mono() - m_pressedAt;
  if (waits && since < m_config.resetAfter) {
    return Error{ErrorKind::Retryable, "reset.too_soon",
                 "a stop stands for at least " + std::to_string(m_config.resetAfter.toMillis() / 1000) + " s",
                 (m_config.resetAfter - since).toMillis() + 1};
  }
  if (attention) return {};
  for (const auto& account : m_accounts) {
    if (!account->confirmClean())
      return finalError("reset.residual", account->venue() + " shows an order or a position, or does not answer");
  }
  return {};
}

Result<void> StopExecutor::reset(std::string_view phrase, std::string_view cause) {
  Lock lock(m_workMutex);
  const std::uint64_t epoch = m_parts.gate.epoch();
  auto allowed = mayReset(phrase, cause);
  if (!allowed) return allowed;
  auto removed = m_latch.reset();
  if (!removed) return finalError("reset.disk", removed.error().detail);
  if (!m_parts.gate.reset(epoch)) {
    // Pressed between our look and now: the press wins, and the next round starts its stop with a latch of its own.
    static_cast<void>(
        m_latch.write({m_state.stopNumber, m_state.trigger, m_state.reason, m_config.mode, m_state.startedAt, true}));
    return finalError("reset.again", "the emergency stop was pressed again");
  }
  m_active = false;
  m_state.state = StopState::Ready;
  m_state.attention.clear();
  addStep("reset", "", "", std::string(cause), m_parts.clock.mono() - m_pressedAt);
  journalLater(RecordKind::StopReset, "READY", std::string(cause));
  say(2, "stop.reset", "Emergency stop " + std::to_string(m_state.stopNumber) + " was reset: " + std::string(cause),
      "");
  writeReport();
  publish(true);
  return {};
}

}  // namespace bw::gate
