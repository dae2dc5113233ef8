// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sentinel/clock_watch.h"

namespace bw::sentinel {
namespace {

std::string seconds(Duration d) {
  const std::int64_t tenths = d.ns / 100'000'000;
  const std::int64_t size = tenths < 0 ? -tenths : tenths;
  return std::to_string(size / 10) + "." + std::to_string(size % 10) + " s";
}

bool beyond(Duration d, Duration most) {
  return d.ns > most.ns || d.ns < -most.ns;
}

}  // namespace

Findings ClockWatch::sample(const MachineTimes& times) {
  Findings found;
  if (m_last) {
    const Duration passed = times.sinceBoot - m_last->sinceBoot;
    const Duration jump = (times.wall - m_last->wall) - passed;
    const Duration slept = passed - (times.mono - m_last->mono);
    if (beyond(jump, kJump)) {
      found.push_back({"clock.jump", "wall clock", Severity::Critical,
                       "the machine's wall clock jumped " + std::string(jump.ns > 0 ? "forward" : "back") + " by " +
                           seconds(jump) + ": trading is paused and no new risk is taken until a person resumes",
                       "Look at the machine's time service (timedatectl status), compare with the venue's time, resume",
                       true});
    }
    if (slept.ns > kJump.ns) {
      found.push_back({"clock.suspend", "machine", Severity::Critical,
                       "the machine slept for " + seconds(slept) +
                           ": prices and orders are of before; no new risk is taken until a person resumes",
                       "Check open orders and positions, then resume; forbid sleep while trading (systemd-inhibit)",
                       true});
    }
    if (!found.empty()) {
      m_jumpedAt = times.sinceBoot;
      m_unsettled = true;
    }
  }
  if (m_unsettled && times.sinceBoot - m_jumpedAt >= kSettle) m_unsettled = false;
  m_last = times;
  return found;
}

}  // namespace bw::sentinel
