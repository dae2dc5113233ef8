// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/indicators/bar.h"
#include "core/indicators/window.h"

namespace bw::indicators {

/// Simple moving average of closes. Thread: owner only.
class Sma {
 public:
  /// `period` in bars, > 0.
  explicit Sma(int period) : m_sum(period), m_period(period), m_reciprocal(1.0 / period) {}
  double update(const Bar& bar) { return update(bar.close); }
  double update(double value) {
    m_sum.push(value);
    return this->value();
  }
  double value() const { return warm() ? m_sum.sum() * m_reciprocal : kNotWarm; }
  bool warm() const { return m_sum.full(); }
  int warmupBars() const { return m_period; }
  void reset() { m_sum.reset(); }

 private:
  WindowSum m_sum;
  int m_period;
  double m_reciprocal;
};

/// Exponential moving average of closes, factor 2 / (period + 1), begun with the simple average of the first `period`
/// values (TA-Lib's convention). Thread: owner only.
class Ema {
 public:
  /// `period` in bars, > 0.
  explicit Ema(int period);
  double update(const Bar& bar) { return update(bar.close); }
  double update(double value) {
    if (m_count >= m_period) [[likely]] {
      m_value = m_value * m_keep + value * m_gain;
      return m_value;
    }
    return seed(value);
  }
  double value() const { return warm() ? m_value : kNotWarm; }
  bool warm() const { return m_count >= m_period; }
  int warmupBars() const { return m_period; }
  void reset();

 private:
  double seed(double value);
  double m_value = 0;
  double m_keep;
  double m_gain;
  int m_period;
  int m_count = 0;
};

}  // namespace bw::indicators
