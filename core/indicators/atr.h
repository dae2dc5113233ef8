// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/indicators/bar.h"

namespace bw::indicators {

/// Average true range with Wilder's smoothing (Wilder 1978), begun with the plain mean of the first `period` true
/// ranges that have a close before them (TA-Lib's convention). In price. Thread: owner only.
class Atr {
 public:
  /// `period` in bars, > 0.
  explicit Atr(int period = 14);
  double update(const Bar& bar) {
    const double top = bar.high > m_previous ? bar.high : m_previous;
    const double bottom = bar.low < m_previous ? bar.low : m_previous;
    m_previous = bar.close;
    if (m_count > m_period) [[likely]] {
      m_value = m_value * m_keep + (top - bottom) * m_take;
      return m_value;
    }
    return seed(top - bottom);
  }
  double value() const { return warm() ? m_value : kNotWarm; }
  bool warm() const { return m_count > m_period; }
  int warmupBars() const { return m_period + 1; }
  void reset();

 private:
  double seed(double range);
  double m_previous = 0;
  double m_value = 0;
  double m_keep;
  double m_take;
  int m_period;
  int m_count = 0;
};

}  // namespace bw::indicators
