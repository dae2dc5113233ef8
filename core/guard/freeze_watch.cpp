// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/guard/freeze_watch.h"

#include <algorithm>

namespace bw::guard {

FreezeWatch::FreezeWatch(const Clock& real, Steps steps, Report report)
    : m_clock(real), m_steps(steps), m_report(std::move(report)), m_aliveAt(real.mono().ns) {
  BW_ASSERT(m_report);
}

void FreezeWatch::alive() noexcept {
  m_aliveAt.store(m_clock.mono().ns, std::memory_order_relaxed);
}

FreezeWatch::Step FreezeWatch::stepFor(Duration frozen) const {
  if (m_steps.stopAfter.ns > 0 && frozen >= m_steps.stopAfter) return Step::Stop;
  if (frozen >= m_steps.pauseAfter) return Step::Pause;
  if (frozen >= m_steps.guardAfter) return Step::Guard;
  if (frozen >= m_steps.alarmAfter) return Step::Alarm;
  if (frozen >= m_steps.lagAfter) return Step::Lag;
  return Step::Fine;
}

void FreezeWatch::look() {
  const Duration frozen = m_clock.mono() - MonoTime{m_aliveAt.load(std::memory_order_relaxed)};
  const Step step = stepFor(frozen);
  if (step == Step::Fine) {
    if (m_at != Step::Fine) m_report(Step::Fine, m_longest);
    m_at = Step::Fine;
    m_longest = {};
    return;
  }
  m_longest = std::max(m_longest, frozen);
  // A look that comes late itself skips no step.
  while (m_at < step) {
    m_at = static_cast<Step>(static_cast<int>(m_at) + 1);
    m_report(m_at, frozen);
  }
}

void FreezeWatch::start() {
  m_quit = false;
  alive();
  m_thread.start("bw-freeze", [this] {
    while (!m_quit) {
      look();
      m_event.wait(Duration::millis(100));
    }
  });
}

void FreezeWatch::stop() {
  if (!m_thread.running()) return;
  m_quit = true;
  m_event.post();
  m_thread.join();
}

}  // namespace bw::guard
