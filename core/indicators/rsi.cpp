// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/rsi.h"

#include "core/base/assert.h"

namespace bw::indicators {

Rsi::Rsi(int period) : m_keep(1.0 - 1.0 / period), m_take(1.0 / period), m_period(period) {
  BW_ASSERT(period > 0);
}

double Rsi::seed(double change) {
  if (++m_count == 1) return kNotWarm;
  (change > 0 ? m_gain : m_loss) += change > 0 ? change : -change;
  if (m_count <= m_period) return kNotWarm;
  m_gain /= m_period;
  m_loss /= m_period;
  return value();
}

void Rsi::reset() {
  m_previous = m_gain = m_loss = 0;
  m_count = 0;
}

}  // namespace bw::indicators
