// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/guard_keeper.h"

#include <algorithm>
#include <filesystem>

#include "core/guard/guard_core.h"

namespace bw::app {
namespace {

/// A placement needs a sign of life of the stop thread that is younger than this.
constexpr Duration kLease = Duration::seconds(1);
constexpr Duration kSilence = Duration::seconds(1);
constexpr Duration kStartTime = Duration::seconds(10);

std::string besideThisProgram() {
  const std::string own = ownProgram();
  return own.substr(0, own.rfind('/') + 1) + "bellwether-guard";
}

}  // namespace

void adoptGuardLatch(const std::string& dataDirectory) {
  journal::Latch own(dataDirectory);
  if (own.read()) return;
  std::error_code code;
  if (!std::filesystem::exists(guard::guardFolder(dataDirectory) + "/latch", code)) return;
  auto copy = journal::Latch(guard::guardFolder(dataDirectory)).read();
  if (!copy) return;
  copy->trigger = "guard: " + copy->trigger;
  // If it cannot be written, the stop executor finds the directory unusable and latches too.
  static_cast<void>(own.write(*copy));
}

GuardKeeper::GuardKeeper(const Clock& clock, GuardSettings settings, std::string dataDirectory, gate::Gate& gate,
                         gate::StopExecutor& stop, std::function<std::pair<std::uint64_t, std::string>()> journalHead,
                         Say say)
    : m_clock(clock),
      m_settings(std::move(settings)),
      m_dataDirectory(std::move(dataDirectory)),
      m_gate(gate),
      m_say(std::move(say)),
      m_link(clock, guard::guardSocketPath(m_dataDirectory),
             {&stop, [&gate] { return std::string(gate::toString(gate.level())); }, std::move(journalHead)}) {
  BW_ASSERT(m_say);
  // What a person has reset while no workstation ran is told to a guard that still holds its copy.
  const journal::Latch latch(m_dataDirectory);
  if (!latch.read()) m_link.noteCleared(latch.lastStopNumber());
  m_gate.requireLease(clock, kLease);
}

GuardKeeper::~GuardKeeper() {
  stop();
}

bool GuardKeeper::spawn() {
  m_starts += 1;
  std::vector<std::string> command{m_settings.program.empty() ? besideThisProgram() : m_settings.program, "--data-dir",
                                   m_dataDirectory};
  if (!m_settings.venueFile.empty()) {
    command.insert(command.end(), {"--venues", m_settings.venueFile});
    if (!m_settings.venue.empty()) command.insert(command.end(), {"--venue", m_settings.venue});
  }
  if (m_settings.keepPositions) command.push_back("--keep-positions");
  if (m_settings.headless) command.push_back("--headless");
  m_process.release();
  auto started = Process::start(command, true);
  if (!started) {
    m_say(3, "guard.start", "The guard could not be started: " + started.error().detail);
    return false;
  }
  m_process = std::move(*started);
  m_pid = m_process.pid();
  return true;
}

void GuardKeeper::start() {
  m_thread.start("bw-guardkeeper", [this] { watch(); });
}

// One that an earlier workstation has left is taken over; it has outlived it on purpose.
void GuardKeeper::watch() {
  m_event.wait(kSilence);
  MonoTime startedAt = m_clock.mono();
  if (!m_quit && !m_link.health().connected) spawn();
  bool wasThere = false;
  while (!m_quit) {
    m_event.wait(Duration::millis(50));
    const guard::GuardLink::Health health = m_link.health();
    const bool there = health.connected && health.silence < kSilence;
    const MonoTime now = m_clock.mono();
    if (there) {
      m_starts = std::max(m_starts.load(), 1);  // one that was there already counts as started
      if (!wasThere) m_say(1, "guard.connected", "The guard is connected");
      if (m_lost && m_starts <= 2) {
        m_lost = false;
        m_gate.endNoNew(gate::NoNewCause::GuardLost);
      }
      wasThere = true;
      continue;
    }
    if (!health.problem.empty() && !m_lost) {
      m_lost = true;
      m_starts = 3;  // another version does not get better by starting it again
      m_gate.raiseNoNew(gate::NoNewCause::GuardLost);
      m_say(3, "guard.version", "The guard is refused: " + health.problem);
    }
    if (wasThere || (now - startedAt >= kStartTime && !m_lost)) {
      wasThere = false;
      startedAt = now;
      m_lost = true;
      m_gate.raiseNoNew(gate::NoNewCause::GuardLost);
      const bool again = m_starts < 2;
      m_say(3, "guard.lost",
            again ? "The guard is lost; it is started once more"
                  : "The guard is lost again: no new risk until a person resumes");
      if (again)
        spawn();
      else
        m_starts = 3;
    }
  }
}

void GuardKeeper::resume() {
  m_starts = std::min(m_starts.load(), 1);
  m_lost = false;
  m_gate.endNoNew(gate::NoNewCause::GuardLost);
}

std::string GuardKeeper::state() const {
  const guard::GuardLink::Health health = m_link.health();
  if (!health.problem.empty()) return health.problem;
  if (m_lost) return "lost";
  return health.connected ? "connected" : "starting";
}

void GuardKeeper::stop() {
  if (!m_thread.running()) return;
  m_quit = true;
  m_event.post();
  m_thread.join();
  // It stays: with nothing more to watch, until it is closed or the next workstation takes it over.
  m_process.release();
}

void GuardKeeper::farewell() {
  m_link.farewell();
}

}  // namespace bw::app
