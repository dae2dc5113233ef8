// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gate/stop_executor.h"

#include <algorithm>
#include <cerrno>

#include "core/base/mutant.h"
#include "core/journal/disk.h"
#include "core/journal/records.h"

namespace bw::gate {
namespace {

constexpr std::size_t kMaxSteps = 5'000;
constexpr Duration kLatchRetry = Duration::seconds(1);
constexpr Duration kIdleWait = Duration::seconds(1);
constexpr Duration kLongestWait = Duration::millis(20);

}  // namespace

StopExecutor::StopExecutor(Parts parts, std::unique_ptr<EmergencyAuthority> authority, Config config, Outputs outputs)
    : m_parts(std::move(parts)),
      m_authority(std::move(authority)),
      m_config(std::move(config)),
      m_outputs(std::move(outputs)),
      m_disk(m_config.disk != nullptr ? *m_config.disk : realFileSystem()),
      m_latch(m_config.dataDirectory, m_disk) {
  BW_ASSERT(m_authority != nullptr && m_parts.instruments != nullptr);
  for (Venue* venue : m_parts.venues) {
    const StopAccount::Shared shared{m_parts.gate,  *m_authority,    m_parts.clock, *m_parts.instruments,
                                     m_parts.marks, m_config.policy, m_parts.owned};
    m_workers.push_back(std::make_unique<StopWorker>(shared, *venue, m_parts.listener, [this] { m_event.post(); }));
  }
  Lock lock(m_workMutex);
  m_state.stopNumber = m_lastNumber = m_latch.lastStopNumber();
  if (const auto latch = m_latch.read()) resumeLatched(*latch);
  restoreScopes();
  publish(true);
}

StopExecutor::~StopExecutor() {
  shutdown();
}

void StopExecutor::trigger(std::string_view channel, std::string_view reason) noexcept {
  raise(m_config.buttonLevel, {}, channel, reason);
}

void StopExecutor::raise(StopLevel level, const StopScope& scope, std::string_view channel,
                         std::string_view reason) noexcept {
  const MonoTime pressed = m_parts.clock.mono();
  m_parts.gate.raiseScope(scope, gateLevel(level));
  m_triggers.push(channel, reason, pressed, m_parts.clock.mono() - pressed, level, scope.kind, scope.name);
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
  const bool idle = copy.state == StopState::Ready || copy.state == StopState::Offline;
  if (idle && m_wanted.load(std::memory_order_seq_cst) && m_parts.gate.level() >= Level::CancelAll)
    copy.state = StopState::Latched;
  return copy;
}

StopTimes StopExecutor::times() const {
  Lock lock(m_publicMutex);
  return m_publicTimes;
}

void StopExecutor::setHeartbeat(std::function<void()> beat, Duration every) {
  BW_ASSERT(!m_threaded);
  m_beat = std::move(beat);
  m_beatEvery = every;
}

void StopExecutor::start() {
  m_threaded = true;
  m_quit = false;
  for (const auto& worker : m_workers) worker->start(m_config.probeEvery, m_config.preferred);
  m_diskThread.start("bw-stop-disk", [this] { runDisk(); });
  m_stopThread.start("bw-stop", [this] { runStop(); });
}

void StopExecutor::shutdown() {
  if (!m_threaded) return;
  m_quit = true;
  m_event.post();
  m_stopThread.join();
  for (const auto& worker : m_workers) worker->stop();
  {
    Lock lock(m_jobMutex);
    m_jobReady.notifyAll();
  }
  m_diskThread.join();
  m_threaded = false;
}

void StopExecutor::runStop() {
  if (m_config.preferred) m_preferred = preferThisThread();
  MonoTime beatAt = m_parts.clock.mono();
  while (!m_quit) {
    std::optional<MonoTime> next;
    {
      Lock lock(m_workMutex);
      next = round();
    }
    const MonoTime now = m_parts.clock.mono();
    if (m_beat && now >= beatAt) {
      m_beat();
      m_parts.gate.renewLease();
      beatAt = now + m_beatEvery;
    }
    Duration wait = kIdleWait;
    if (next) wait = std::clamp(*next - now, Duration::millis(1), kLongestWait);
    if (m_beat) wait = std::min(wait, std::max(beatAt - now, Duration::millis(1)));
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

bool StopExecutor::needsVenues() const BW_NO_ANALYSIS {
  return m_active || std::any_of(m_scoped.begin(), m_scoped.end(), [](const Scoped& s) { return s.worker != nullptr; });
}

std::optional<MonoTime> StopExecutor::round() {
  const MonoTime now = m_parts.clock.mono();
  if (m_wanted.exchange(false, std::memory_order_seq_cst)) readTriggers(now);
  if (!needsVenues()) {
    watchPath(now);
    return std::nullopt;
  }
  MonoTime next = now + m_config.policy.watchGap;
  if (!m_threaded) {
    for (const auto& worker : m_workers) {
      const auto due = worker->pump();
      if (due) next = std::min(next, *due);
    }
  }
  drainSteps();
  // The latch goes after the first cancels where one thread does both; otherwise it has been under way since the press.
  if (m_active && !m_threaded && m_latchResult == 0) writeLatchLater(now);
  if (m_active) evaluate(now);
  if (!m_scoped.empty()) evaluateScoped(now);
  return next;
}

void StopExecutor::drainSteps() {
  for (const auto& worker : m_workers) {
    for (StopWorker::Step& step : worker->takeSteps()) {
      if (step.step == "UNPROTECTED POSITION" || step.result.rfind("UNPROTECTED", 0) == 0)
        say(3, "stop.unprotected", worker->venue() + " " + step.symbol + ": " + step.result, "Protect it at the venue");
      addStep(step.step, worker->venue(), step.symbol, step.result, step.latency);
    }
  }
}

void StopExecutor::readTriggers(MonoTime now) {
  std::optional<StopTrigger> trigger = m_triggers.take();
  // A press that could not be handed over is a press all the same.
  if (!trigger && !m_active && m_parts.gate.level() >= Level::CancelAll)
    trigger = StopTrigger{"unknown", "pressed", now, Duration{0}, StopLevel::Flatten, {}};
  for (; trigger; trigger = m_triggers.take()) {
    if (trigger->level == StopLevel::NoNew) {
      addStep("no new risk", "", "", toText(trigger->scope) + ", by " + trigger->channel + ": " + trigger->reason,
              now - trigger->time);
      say(2, "stop.no_new", "No new risk for " + toText(trigger->scope) + ": " + trigger->reason, "");
    } else if (!trigger->scope.all()) {
      beginScoped(*trigger, now);
    } else if (!m_active) {
      beginStop(*trigger, now);
    } else {
      again(*trigger, now);
    }
  }
  publish(true);
}

void StopExecutor::again(const StopTrigger& trigger, MonoTime now) {
  addStep("pressed again", "", "", trigger.channel + ": " + trigger.reason, now - m_pressedAt);
  say(2, "stop.again",
      "Emergency stop pressed again by " + trigger.channel + "; stop " + std::to_string(m_state.stopNumber) +
          " goes on",
      "");
  const Level wanted = std::max(gateLevel(trigger.level), m_parts.gate.level());
  if (wanted > m_level) return rise(wanted, trigger.channel + ": " + trigger.reason, now);
  if (m_state.state != StopState::Stopped) return;
  m_state.state = StopState::Stopping;
  m_deadlineFrom = now;
  for (const auto& worker : m_workers) worker->begin({m_state.stopNumber, m_level, true, {}}, now);
}

void StopExecutor::rise(Level level, const std::string& why, MonoTime now) {
  m_level = level;
  m_state.level = toString(level);
  m_state.state = StopState::Stopping;
  m_deadlineFrom = now;
  for (const auto& worker : m_workers) worker->widen(level, {});
  addStep("level raised", "", "", std::string(toString(level)) + " by " + why, now - m_pressedAt);
  say(2, "stop.level", "Emergency stop " + std::to_string(m_state.stopNumber) + " raised to " + m_state.level, "");
  m_latchResult = 0;
  writeLatchLater(now);
}

void StopExecutor::beginStop(const StopTrigger& trigger, MonoTime now) {
  m_level = std::max({gateLevel(trigger.level), m_parts.gate.level(), Level::CancelAll});
  m_parts.gate.raise(m_level);
  m_active = true;
  m_acknowledged = m_reported = false;
  m_pressedAt = m_deadlineFrom = trigger.time;
  m_times = {};
  m_times.gateClosed = trigger.gateClosed;
  m_lastNumber = std::max({m_lastNumber, m_state.stopNumber, m_noted.load()}) + 1;
  m_state = StopProgress{};
  m_state.state = StopState::Stopping;
  m_state.stopNumber = m_lastNumber;
  m_state.trigger = trigger.channel;
  m_state.reason = trigger.reason;
  m_state.level = toString(m_level);
  m_state.startedAt = m_parts.clock.now();
  m_latchResult = 0;
  for (const auto& worker : m_workers) worker->begin({m_lastNumber, m_level, false, {}}, trigger.time);
  addStep("stop thread awake", "", "", "", now - trigger.time);
  addStep("gate closed", "", "", "level " + m_state.level + ", epoch " + std::to_string(m_parts.gate.epoch()),
          *m_times.gateClosed);
  if (m_threaded) writeLatchLater(now);
  if (m_outputs.raised) {
    enqueue([this, event = EmergencyStopRaised{m_lastNumber, trigger.channel, trigger.reason, m_state.startedAt}] {
      m_outputs.raised(event);
    });
  }
  publish(true);
}

void StopExecutor::resumeLatched(const journal::LatchState& latch) {
  // Unreadable or absent: the stronger one.
  const auto stored = journal::readFile(m_config.dataDirectory + "/stop_level", m_disk);
  m_level = stored && *stored == "CANCEL_ALL\n" ? Level::CancelAll : Level::Flatten;
  if (!BW_MUTANT(52)) m_parts.gate.raise(m_level);
  m_active = true;
  m_pressedAt = m_deadlineFrom = m_parts.clock.mono();
  m_times.gateClosed = Duration{0};
  m_state.state = StopState::Stopping;
  m_state.stopNumber = m_lastNumber = std::max<std::uint64_t>({m_state.stopNumber, latch.stopNumber, 1});
  m_state.trigger = latch.trigger;
  m_state.reason = latch.reason;
  m_state.level = toString(m_level);
  m_state.startedAt = latch.readable ? latch.time : m_parts.clock.now();
  m_latchResult = 1;
  addStep("latch found", "", "",
          latch.readable ? "stop goes on after a restart" : "the file is damaged: latched all the same", Duration{0});
  for (const auto& worker : m_workers) worker->begin({m_lastNumber, m_level, true, {}}, m_pressedAt);
}

void StopExecutor::writeLatchLater(MonoTime now) {
  m_latchRetryAt = now + kLatchRetry;
  journal::LatchState latch{m_state.stopNumber, m_state.trigger,   m_state.reason,
                            m_config.mode,      m_state.startedAt, true};
  enqueue([this, latch = std::move(latch), pressed = m_pressedAt, level = m_level] {
    writeLatchNow(latch, pressed, level);
  });
  journalLater(RecordKind::StopRaised, "STOPPING", "");
}

void StopExecutor::writeLatchNow(const journal::LatchState& state, MonoTime pressed, Level level) {
  // The file says that a stop is weaker than Flatten; without it a latch that is found means Flatten. Weakness first.
  const std::string path = m_config.dataDirectory + "/stop_level";
  Result<void> written;
  if (level == Level::CancelAll) {
    static_cast<void>(m_disk.makeDirectories(m_config.dataDirectory));
    static_cast<void>(journal::replaceFile(path, "CANCEL_ALL\n", m_disk));
  } else if (const DiskCode code = m_disk.remove(path); code != 0 && code != ENOENT && code != ENOTDIR) {
    written = finalError("latch.write", diskText("remove", path, code));
  }
  if (auto latched = BW_MUTANT(51) ? Result<void>() : m_latch.write(state); !latched) written = std::move(latched);
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

}  // namespace bw::gate
