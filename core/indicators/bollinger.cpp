// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/bollinger.h"

namespace bw::indicators {

void WindowVariance::refresh() {
  m_reference += m_sum * m_reciprocal;
  m_sum = 0;
  m_squares = 0;
  for (const double value : m_window.slots()) {
    const double apart = value - m_reference;
    m_sum += apart;
    m_squares += apart * apart;
  }
}

void WindowVariance::reset() {
  m_window.reset();
  m_reference = m_sum = m_squares = 0;
}

double Bollinger::percentB() const {
  if (!warm()) return kNotWarm;
  return m_half > 0 ? (m_close - lower()) / (2 * m_half) : 0.5;
}

void Bollinger::reset() {
  m_variance.reset();
  m_half = m_close = 0;
}

}  // namespace bw::indicators
