// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/guard/guard_brain.h"

namespace bw::guard {

void GuardBrain::heard(MonoTime now) {
  m_watching = true;
  m_gone = m_cancelled = m_closed = false;
  m_heardAt = now;
}

void GuardBrain::gone(MonoTime) {
  m_gone = true;
}

void GuardBrain::farewell() {
  m_watching = false;
}

std::optional<StopLevel> GuardBrain::due(MonoTime now) {
  if (!m_watching) return std::nullopt;
  const Duration silent = silence(now);
  if (!m_closed && !m_options.keepPositions && silent >= m_options.closeAfter) {
    m_closed = m_cancelled = true;
    return StopLevel::Flatten;
  }
  if (!m_cancelled && silent >= m_options.cancelAfter) {
    m_cancelled = true;
    return StopLevel::CancelAll;
  }
  return std::nullopt;
}

std::string GuardBrain::why(MonoTime now) const {
  const std::int64_t tenths = silence(now).toMillis() / 100;
  return std::string(m_gone ? "workstation gone for " : "workstation silent for ") + std::to_string(tenths / 10) + "." +
         std::to_string(tenths % 10) + " s";
}

}  // namespace bw::guard
