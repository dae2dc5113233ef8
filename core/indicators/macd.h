// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/indicators/moving_averages.h"

namespace bw::indicators {

/// Moving average convergence divergence: fast less slow EMA, its signal EMA, and their difference. Both averages begin
/// on the bar where the slow one is ready (TA-Lib's convention). Thread: owner only.
class Macd {
 public:
  /// Periods in bars, 0 < fast < slow, signal > 0.
  explicit Macd(int fast = 12, int slow = 26, int signal = 9);
  double update(const Bar& bar) { return update(bar.close); }
  /// The MACD line.
  double update(double close) {
    if (m_skipped < m_skip) [[unlikely]] {
      ++m_skipped;
    } else {
      m_fast.update(close);
    }
    m_slow.update(close);
    if (!m_slow.warm()) [[unlikely]]
      return kNotWarm;
    m_line = m_fast.value() - m_slow.value();
    m_signal.update(m_line);
    return m_line;
  }
  double value() const { return m_slow.warm() ? m_line : kNotWarm; }
  double signal() const { return m_signal.value(); }
  double histogram() const { return warm() ? m_line - m_signal.value() : kNotWarm; }
  /// All three lines are valid.
  bool warm() const { return m_signal.warm(); }
  int warmupBars() const { return m_slow.warmupBars() + m_signal.warmupBars() - 1; }
  void reset();

 private:
  Ema m_fast;
  Ema m_slow;
  Ema m_signal;
  double m_line = 0;
  int m_skip;
  int m_skipped = 0;
};

}  // namespace bw::indicators
