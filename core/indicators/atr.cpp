// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/atr.h"

#include "core/base/assert.h"

namespace bw::indicators {

Atr::Atr(int period) : m_keep(1.0 - 1.0 / period), m_take(1.0 / period), m_period(period) {
  BW_ASSERT(period > 0);
}

double Atr::seed(double range) {
  if (++m_count == 1) return kNotWarm;
  m_value += range;
  if (m_count <= m_period) return kNotWarm;
  m_value /= m_period;
  return m_value;
}

void Atr::reset() {
  m_previous = m_value = 0;
  m_count = 0;
}

}  // namespace bw::indicators
