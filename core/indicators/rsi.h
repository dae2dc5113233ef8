// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/indicators/bar.h"

namespace bw::indicators {

/// Relative strength index, 0 to 100, with Wilder's smoothing (Wilder 1978), begun with the plain mean of the first
/// `period` changes. A market without any change gives 0, as TA-Lib does; flat() tells it apart. Thread: owner only.
class Rsi {
 public:
  /// `period` in bars, > 0.
  explicit Rsi(int period = 14);
  double update(const Bar& bar) { return update(bar.close); }
  double update(double close) {
    const double change = close - m_previous;
    m_previous = close;
    if (m_count > m_period) [[likely]] {
      m_gain = m_gain * m_keep + (change > 0 ? change : 0.0) * m_take;
      m_loss = m_loss * m_keep + (change < 0 ? -change : 0.0) * m_take;
      return value();
    }
    return seed(change);
  }
  double value() const {
    if (!warm()) return kNotWarm;
    return flat() ? 0.0 : 100.0 * m_gain / (m_gain + m_loss);
  }
  /// Warm, and no change at all was seen: the index then says nothing.
  bool flat() const { return warm() && m_gain + m_loss == 0.0; }
  bool warm() const { return m_count > m_period; }
  int warmupBars() const { return m_period + 1; }
  void reset();

 private:
  double seed(double change);
  double m_previous = 0;
  double m_gain = 0;
  double m_loss = 0;
  double m_keep;
  double m_take;
  int m_period;
  int m_count = 0;
};

}  // namespace bw::indicators
