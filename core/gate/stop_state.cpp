// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cerrno>

#include "core/base/mutant.h"
#include "core/gate/stop_executor.h"
#include "core/journal/disk.h"
#include "core/journal/records.h"

namespace bw::gate {
namespace {

constexpr Duration kPublishGap = Duration::millis(100);

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

void StopExecutor::sumUp(StopProgress& state, bool& done, bool& answered, std::string& residual) {
  state.ordersTotal = state.ordersCancelled = state.ordersUnknown = state.positionsTotal = state.positionsFlat = 0;
  state.stopsKept = 0;
  state.kept.clear();
  for (const auto& worker : m_workers) {
    const StopWorker::View view = worker->view();
    state.ordersTotal += view.counts.ordersTotal;
    state.ordersCancelled += view.counts.ordersCancelled;
    state.ordersUnknown += view.counts.ordersUnknown;
    state.positionsTotal += view.counts.positionsTotal;
    state.positionsFlat += view.counts.positionsFlat;
    state.stopsKept += view.counts.stopsKept;
    for (const std::string& line : view.kept) state.kept.push_back(worker->venue() + " " + line);
    if (view.firstCancel && (!m_times.firstCancel || *view.firstCancel - m_pressedAt < *m_times.firstCancel))
      m_times.firstCancel = *view.firstCancel - m_pressedAt;
    if (view.lastCancel && (!m_times.lastCancel || *view.lastCancel - m_pressedAt > *m_times.lastCancel))
      m_times.lastCancel = *view.lastCancel - m_pressedAt;
    done = done && view.done;
    answered = answered && view.answered;
    if (!view.done && !view.residual.empty()) residual += (residual.empty() ? "" : "; ") + view.residual;
  }
}

void StopExecutor::evaluate(MonoTime now) {
  StopProgress counted = m_state;
  bool done = true;
  bool answered = true;
  std::string residual;
  sumUp(counted, done, answered, residual);
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
  judge(before, done, answered, residual, now);
  publish(m_state.state != before);
}

void StopExecutor::judge(StopState before, bool done, bool answered, const std::string& residual, MonoTime now) {
  const Duration waited = now - m_deadlineFrom;
  const bool late = waited >= m_config.policy.attentionAfter || (!answered && waited >= m_config.policy.firstAnswer);
  if (done) {
    m_state.attention.clear();
    if (before != StopState::Stopped) finish(now);
  } else if (before == StopState::Stopped) {
    m_state.state = StopState::Stopping;
    m_state.attention = residual;
    m_deadlineFrom = now;
    addStep("found again", "", "", residual, Duration{0});
    say(3, "stop.late", "After the stop the venue showed: " + residual, "Watch the stop finish");
  } else if (before != StopState::Attention && late) {
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
}

// While nothing is to be stopped: is the path of a stop whole?
void StopExecutor::watchPath(MonoTime now) {
  if (m_config.probeEvery.ns <= 0 || !m_threaded) return;
  std::string fault;
  for (const auto& worker : m_workers) {
    const StopWorker::View view = worker->view();
    if (!view.probeError.empty()) fault += (fault.empty() ? "" : "; ") + worker->venue() + ": " + view.probeError;
  }
  const bool offline = m_state.state == StopState::Offline;
  if (fault.empty() == !offline) return;
  m_state.state = fault.empty() ? StopState::Ready : StopState::Offline;
  m_state.attention = fault;
  if (fault.empty()) {
    m_parts.gate.endNoNew(NoNewCause::StopOffline);
    say(1, "stop.online", "The emergency stop's path is whole again", "");
  } else {
    m_parts.gate.raiseNoNew(NoNewCause::StopOffline);
    say(3, "stop.offline", "The emergency stop's path is broken: " + fault,
        "Repair it; no new risk is taken meanwhile");
  }
  static_cast<void>(now);
  publish(true);
}

void StopExecutor::finish(MonoTime now) {
  m_state.state = StopState::Stopped;
  if (!m_times.confirmed) m_times.confirmed = now - m_pressedAt;
  std::string end = m_level >= Level::Flatten ? "0 orders, flat" : "no order that can add risk; positions stay";
  if (m_state.stopsKept > 0) end += ", " + std::to_string(m_state.stopsKept) + " protective stops kept";
  for (const std::string& line : m_state.kept) end += ", " + line;
  addStep("stopped", "", "", "confirmed by the venues: " + end, now - m_pressedAt);
  journalLater(RecordKind::StopRaised, "STOPPED", end);
  say(2, "stop.stopped", "Emergency stop " + std::to_string(m_state.stopNumber) + " complete: " + end, "");
  writeReport();
}

void StopExecutor::writeReport() {
  m_state.updatedAt = m_parts.clock.now();
  const std::string directory = m_config.dataDirectory + "/postmortem/stop-" + std::to_string(m_state.stopNumber);
  enqueue([directory, disk = &m_disk, more = m_outputs.bundle,
           text = stopReport(m_state, m_times, venueTimes(), m_config.mode)] {
    static_cast<void>(disk->makeDirectories(directory));
    static_cast<void>(journal::replaceFile(directory + "/report.md", text, *disk));
    if (!more) return;
    for (const auto& [name, content] : more())
      static_cast<void>(journal::replaceFile(directory + "/" + name, content, *disk));
  });
}

void StopExecutor::publish(bool force) {
  const MonoTime now = m_parts.clock.mono();
  if (!force && (!m_dirty || now - m_publishedAt < kPublishGap)) return;
  m_dirty = false;
  m_publishedAt = now;
  m_state.updatedAt = m_parts.clock.now();
  m_state.scopes.clear();
  for (const Scoped& scoped : m_scoped) m_state.scopes.push_back(scoped.shown);
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

std::vector<StopExecutor::VenueTimes> StopExecutor::venueTimes() const BW_NO_ANALYSIS {
  std::vector<VenueTimes> all;
  for (const auto& worker : m_workers) {
    const StopWorker::View view = worker->view();
    const auto since = [this](const std::optional<MonoTime>& at)
                           BW_NO_ANALYSIS { return at ? std::optional<Duration>(*at - m_pressedAt) : std::nullopt; };
    all.push_back(
        {worker->venue(), since(view.firstCancel), since(view.lastCancel), since(view.doneAt), view.counts, view.kept});
  }
  return all;
}

std::string StopExecutor::resetPhrase() const {
  return "RESET " + m_config.mode + " " + std::to_string(progress().stopNumber);
}

Result<void> StopExecutor::saidRight(std::string_view phrase, std::string_view cause, std::uint64_t number) const {
  const std::string expected = "RESET " + m_config.mode + " " + std::to_string(number);
  if (upper(phrase) != expected && !BW_MUTANT(53)) return finalError("reset.phrase", "type exactly: " + expected);
  if (charactersOf(cause) < 10) return finalError("reset.cause", "name the cause in at least 10 characters");
  return {};
}

Result<void> StopExecutor::mayReset(std::string_view phrase, std::string_view cause) {
  const bool attention = m_state.state == StopState::Attention && m_acknowledged;
  if (!m_active || m_wanted || (m_state.state != StopState::Stopped && !attention)) {
    return finalError("reset.state",
                      "the stop is " + std::string(toString(m_state.state)) +
                          (m_state.state == StopState::Attention ? "; acknowledge what is left first"
                                                                 : "; reset is possible once it is STOPPED"));
  }
  if (auto said = saidRight(phrase, cause, m_state.stopNumber); !said) return said;
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
  if (m_config.mayReset) {
    if (auto allowed = m_config.mayReset(); !allowed) return allowed;
  }
  if (attention) return {};
  for (const auto& worker : m_workers) {
    if (!worker->confirmClean())
      return finalError("reset.residual", worker->venue() + " shows an order or a position, or does not answer");
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
  static_cast<void>(m_disk.remove(m_config.dataDirectory + "/stop_level"));
  if (!m_parts.gate.reset(epoch)) {
    // Pressed between our look and now: the press wins, and the next round starts its stop with a latch of its own.
    static_cast<void>(
        m_latch.write({m_state.stopNumber, m_state.trigger, m_state.reason, m_config.mode, m_state.startedAt, true}));
    return finalError("reset.again", "the emergency stop was pressed again");
  }
  m_active = false;
  m_level = Level::Run;
  for (const auto& worker : m_workers) worker->rest();
  for (Scoped& scoped : m_scoped) workOn(scoped);
  m_state.state = StopState::Ready;
  m_state.level.clear();
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
