// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/frame_clock.h"

#include <algorithm>
#include <utility>

namespace bw::ui {

FrameClock::FrameClock(const Clock& clock, QObject* parent) : QObject(parent), m_clock(clock) {
  m_timer.setTimerType(Qt::PreciseTimer);
  m_timer.setInterval(16);
  connect(&m_timer, &QTimer::timeout, this, [this] { beat(); });
}

void FrameClock::start(std::function<void(std::uint64_t)> beat) {
  m_beat = std::move(beat);
  m_last = m_clock.mono();
  m_timer.start();
}

void FrameClock::beat() {
  const MonoTime begin = m_clock.mono();
  if ((begin - m_last) > Duration::millis(33)) ++m_dropped;
  m_last = begin;
  ++m_frame;
  m_beat(m_frame);
  m_work[m_frame % m_work.size()] = static_cast<float>((m_clock.mono() - begin).ns) / 1e6F;
}

double FrameClock::workP95Ms() const {
  const std::size_t held = std::min<std::size_t>(m_frame, m_work.size());
  if (held == 0) return 0;
  auto sorted = m_work;
  const auto rank = static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(held - 1));
  // Unused cells are zero; they sort first and are left out.
  std::sort(sorted.begin(), sorted.end());
  return static_cast<double>(sorted[sorted.size() - held + static_cast<std::size_t>(rank)]);
}

bool FrameClock::due(std::uint64_t frame, int hz) {
  const int divisor = std::max(1, 60 / std::clamp(hz, 1, 60));
  return frame % static_cast<std::uint64_t>(divisor) == 0;
}

}  // namespace bw::ui
