// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/stochastic.h"

namespace bw::indicators {

void PriceRange::reset() {
  m_high.reset();
  m_low.reset();
}

Stochastic::Stochastic(int period, int slowing, int smoothing)
    : m_range(period), m_k(slowing), m_d(smoothing), m_warmup(period + slowing + smoothing - 2) {}

void Stochastic::reset() {
  m_range.reset();
  m_k.reset();
  m_d.reset();
}

void WilliamsR::reset() {
  m_range.reset();
  m_value = 0;
}

Kdj::Kdj(int period, int slowing, int smoothing)
    : m_range(period), m_period(period), m_takeK(1.0 / slowing), m_takeD(1.0 / smoothing) {
  BW_ASSERT(slowing > 0 && smoothing > 0);
}

double Kdj::update(const Bar& bar) {
  m_range.push(bar);
  if (!m_range.full()) return kNotWarm;
  const double width = m_range.width();
  const double raw = width > 0 ? 100.0 * (bar.close - m_range.low()) / width : 50.0;
  m_k += (raw - m_k) * m_takeK;
  m_d += (m_k - m_d) * m_takeD;
  return m_k;
}

void Kdj::reset() {
  m_range.reset();
  m_k = m_d = 50;
}

}  // namespace bw::indicators
