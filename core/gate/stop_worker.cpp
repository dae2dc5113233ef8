// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gate/stop_worker.h"

#include <algorithm>

namespace bw::gate {
namespace {

/// How long the first reading of the account waits for a placement that is being written at this moment.
constexpr Duration kPlacingGrace = Duration::millis(50);
constexpr Duration kIdle = Duration::millis(500);
constexpr std::size_t kMostSteps = 5'000;

}  // namespace

StopWorker::StopWorker(StopAccount::Shared shared, Venue& venue, VenueListener& outer, std::function<void()> changed)
    : m_shared(shared),
      m_venue(venue.name()),
      m_changed(std::move(changed)),
      m_account(
          shared, venue, outer,
          [this](const std::string& step, const std::string& symbol, const std::string& result, Duration latency) {
            const Lock lock(m_mutex);
            if (m_steps.size() < kMostSteps) m_steps.push_back({step, symbol, result, latency});
          }) {}

StopWorker::~StopWorker() {
  stop();
}

void StopWorker::begin(const StopWork& work, MonoTime pressed) {
  {
    const Lock lock(m_mutex);
    m_commands.push_back({Command::Kind::Begin, work, pressed});
    m_view.active = true;
    m_view.done = m_view.answered = false;
    m_view.level = work.level;
    m_view.doneAt.reset();
    m_view.residual = m_venue + ": not looked at yet";
  }
  m_event.post();
}

void StopWorker::widen(Level level, const std::vector<InstrumentId>& more) {
  {
    const Lock lock(m_mutex);
    StopWork work;
    work.level = level;
    work.only = more;
    m_commands.push_back({Command::Kind::Widen, work, {}});
    m_view.done = false;
  }
  m_event.post();
}

void StopWorker::rest() {
  const Lock lock(m_mutex);
  m_commands.push_back({});
  m_view.active = false;
  m_view.residual.clear();
}

StopWorker::View StopWorker::view() const {
  const Lock lock(m_mutex);
  return m_view;
}

std::vector<StopWorker::Step> StopWorker::takeSteps() {
  std::vector<Step> steps;
  const Lock lock(m_mutex);
  steps.swap(m_steps);
  return steps;
}

bool StopWorker::confirmClean() {
  const Lock lock(m_accountMutex);
  return m_account.confirmClean();
}

Result<void> StopWorker::probeNow() {
  const Lock lock(m_accountMutex);
  return m_account.probe();
}

std::optional<MonoTime> StopWorker::round() {
  std::vector<Command> commands;
  {
    const Lock lock(m_mutex);
    commands.swap(m_commands);
  }
  const Lock lock(m_accountMutex);
  for (const Command& command : commands) {
    switch (command.kind) {
      case Command::Kind::Begin:
        m_account.begin(command.work);
        m_active = true;
        m_pressed = command.pressed;
        m_doneAt.reset();
        break;
      case Command::Kind::Widen:
        if (m_active) m_account.widen(command.work.level, command.work.only);
        break;
      case Command::Kind::Rest:
        m_active = false;
        break;
    }
  }
  if (!m_active) return std::nullopt;
  const MonoTime now = m_shared.clock.mono();
  if (m_shared.gate.placing() > 0 && now - m_pressed < kPlacingGrace) return now + Duration::micros(100);
  const MonoTime next = m_account.step();
  if (!m_account.done())
    m_doneAt.reset();
  else if (!m_doneAt)
    m_doneAt = m_shared.clock.mono();
  publish();
  return next;
}

// The caller holds the account's mutex.
void StopWorker::publish() BW_NO_ANALYSIS {
  View view;
  view.counts = m_account.counts();
  view.active = true;
  view.done = m_account.done();
  view.answered = m_account.answered();
  view.level = m_account.level();
  view.residual = m_account.residual();
  view.kept = m_account.kept();
  view.firstCancel = m_account.firstCancel();
  view.lastCancel = m_account.lastCancel();
  view.doneAt = m_doneAt;
  const Lock lock(m_mutex);
  // A command that waits may make what was just seen outdated.
  if (!m_commands.empty()) view.done = false;
  view.probeError = m_view.probeError;
  view.probedAt = m_view.probedAt;
  m_view = std::move(view);
}

void StopWorker::probe() {
  std::string problem;
  {
    const Lock lock(m_accountMutex);
    if (m_active) return;
    if (auto ok = m_account.probe(); !ok) problem = ok.error().detail.empty() ? ok.error().userKey : ok.error().detail;
  }
  {
    const Lock lock(m_mutex);
    m_view.probeError = problem;
    m_view.probedAt = m_shared.clock.mono();
  }
  m_changed();
}

std::optional<MonoTime> StopWorker::pump() {
  return round();
}

void StopWorker::start(Duration probeEvery, bool preferred) {
  m_quit = false;
  m_thread.start("bw-stop-" + m_venue, [this, probeEvery, preferred] { run(probeEvery, preferred); });
}

void StopWorker::run(Duration probeEvery, bool preferred) {
  if (preferred) static_cast<void>(preferThisThread());
  while (!m_quit) {
    const std::optional<MonoTime> next = round();
    if (next) m_changed();
    const MonoTime now = m_shared.clock.mono();
    Duration wait = next ? *next - now : kIdle;
    if (!next && probeEvery.ns > 0) {
      if (now >= m_nextProbe) {
        probe();
        m_nextProbe = m_shared.clock.mono() + probeEvery;
      }
      wait = std::min(wait, m_nextProbe - m_shared.clock.mono());
    }
    m_event.wait(std::clamp(wait, Duration::millis(1), kIdle));
  }
}

void StopWorker::stop() {
  if (!m_thread.running()) return;
  m_quit = true;
  m_event.post();
  m_thread.join();
}

}  // namespace bw::gate
