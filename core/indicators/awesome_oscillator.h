// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/indicators/moving_averages.h"

namespace bw::indicators {

/// Awesome Oscillator: fast less slow simple average of (high + low) / 2 (Williams). In price. Thread: owner only.
class AwesomeOscillator {
 public:
  /// Periods in bars, 0 < fast < slow.
  explicit AwesomeOscillator(int fast = 5, int slow = 34) : m_fast(fast), m_slow(slow) { BW_ASSERT(fast < slow); }
  double update(const Bar& bar) {
    const double middle = (bar.high + bar.low) / 2;
    m_fast.update(middle);
    m_slow.update(middle);
    return value();
  }
  double value() const { return warm() ? m_fast.value() - m_slow.value() : kNotWarm; }
  bool warm() const { return m_slow.warm(); }
  int warmupBars() const { return m_slow.warmupBars(); }
  void reset();

 private:
  Sma m_fast;
  Sma m_slow;
};

}  // namespace bw::indicators
