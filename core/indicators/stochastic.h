// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/indicators/moving_averages.h"

namespace bw::indicators {

/// Highest high and lowest low of the last `period` bars, and where the close lies between them. Thread: owner only.
class PriceRange {
 public:
  /// `period` in bars, > 0.
  explicit PriceRange(int period) : m_high(period), m_low(period) {}
  void push(const Bar& bar) {
    m_high.push(bar.high);
    m_low.push(bar.low);
  }
  bool full() const { return m_high.full(); }
  double high() const { return m_high.value(); }
  double low() const { return m_low.value(); }
  double width() const { return m_high.value() - m_low.value(); }
  void reset();

 private:
  WindowMaximum m_high;
  WindowMinimum m_low;
};

/// Slow stochastic, 0 to 100: %K is the raw position of the close in the range, averaged; %D is %K averaged; J is
/// 3K - 2D. A range without width counts 0, as TA-Lib does; flat() tells it apart. Thread: owner only.
class Stochastic {
 public:
  /// Periods in bars, > 0.
  explicit Stochastic(int period = 14, int slowing = 3, int smoothing = 3);
  /// %K.
  double update(const Bar& bar) {
    m_range.push(bar);
    if (!m_range.full()) [[unlikely]]
      return kNotWarm;
    const double width = m_range.width();
    m_k.update(width > 0 ? 100.0 * (bar.close - m_range.low()) / width : 0.0);
    if (!m_k.warm()) [[unlikely]]
      return kNotWarm;
    m_d.update(m_k.value());
    return m_k.value();
  }
  double value() const { return m_k.value(); }
  double k() const { return m_k.value(); }
  double d() const { return m_d.value(); }
  double j() const { return warm() ? 3 * k() - 2 * d() : kNotWarm; }
  /// The range has no width: the figure then says nothing.
  bool flat() const { return m_range.full() && m_range.width() <= 0; }
  bool warm() const { return m_d.warm(); }
  int warmupBars() const { return m_warmup; }
  void reset();

 private:
  PriceRange m_range;
  Sma m_k;
  Sma m_d;
  int m_warmup;
};

/// Williams %R, -100 to 0; 0 when the range has no width (TA-Lib's convention). Thread: owner only.
class WilliamsR {
 public:
  /// `period` in bars, > 0.
  explicit WilliamsR(int period = 14) : m_range(period), m_period(period) {}
  double update(const Bar& bar) {
    m_range.push(bar);
    const double width = m_range.width();
    m_value = width > 0 ? -100.0 * (m_range.high() - bar.close) / width : 0.0;
    return value();
  }
  double value() const { return warm() ? m_value : kNotWarm; }
  bool warm() const { return m_range.full(); }
  int warmupBars() const { return m_period; }
  void reset();

 private:
  PriceRange m_range;
  int m_period;
  double m_value = 0;
};

/// KDJ: the raw position of the close, smoothed by 1/`slowing` into K and again by 1/`smoothing` into D, both begun
/// at 50; J = 3K - 2D. A range without width counts 50. Thread: owner only.
class Kdj {
 public:
  /// Periods in bars, > 0.
  explicit Kdj(int period = 9, int slowing = 3, int smoothing = 3);
  /// K.
  double update(const Bar& bar);
  double value() const { return k(); }
  double k() const { return warm() ? m_k : kNotWarm; }
  double d() const { return warm() ? m_d : kNotWarm; }
  double j() const { return warm() ? 3 * m_k - 2 * m_d : kNotWarm; }
  bool warm() const { return m_range.full(); }
  int warmupBars() const { return m_period; }
  void reset();

 private:
  PriceRange m_range;
  int m_period;
  double m_takeK;
  double m_takeD;
  double m_k = 50;
  double m_d = 50;
};

}  // namespace bw::indicators
