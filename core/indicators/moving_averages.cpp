// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/moving_averages.h"

namespace bw::indicators {

Ema::Ema(int period) : m_keep(1.0 - 2.0 / (period + 1.0)), m_gain(2.0 / (period + 1.0)), m_period(period) {
  BW_ASSERT(period > 0);
}

double Ema::seed(double value) {
  m_value += value;
  if (++m_count < m_period) return kNotWarm;
  m_value /= m_period;
  return m_value;
}

void Ema::reset() {
  m_value = 0;
  m_count = 0;
}

}  // namespace bw::indicators
