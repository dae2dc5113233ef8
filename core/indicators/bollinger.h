// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>

#include "core/indicators/bar.h"
#include "core/indicators/window.h"

namespace bw::indicators {

/// Mean and population variance of the last `period` values, O(1) a step. Sums are kept against a reference near the
/// values and added up anew once per turn, so that prices far from zero lose no digits. Thread: owner only.
class WindowVariance {
 public:
  /// `period` > 0.
  explicit WindowVariance(int period) : m_window(period), m_reciprocal(1.0 / period) {}
  void push(double value) {
    if (m_window.count() == 0) [[unlikely]]
      m_reference = value;
    const bool full = m_window.full();
    const double old = m_window.push(value);
    const double in = value - m_reference;
    const double out = full ? old - m_reference : 0.0;
    m_sum += in - out;
    m_squares += in * in - out * out;
    if (m_window.wrapped()) refresh();
  }
  bool full() const { return m_window.full(); }
  double mean() const { return m_reference + m_sum * m_reciprocal; }
  /// Never negative.
  double variance() const {
    const double mean = m_sum * m_reciprocal;
    const double variance = m_squares * m_reciprocal - mean * mean;
    return variance > 0 ? variance : 0.0;
  }
  std::size_t size() const { return m_window.size(); }
  void reset();

 private:
  void refresh();
  Window m_window;
  double m_reciprocal;
  double m_reference = 0;
  double m_sum = 0;
  double m_squares = 0;
};

/// Bollinger bands: simple average ± `width` population standard deviations of closes. Thread: owner only.
class Bollinger {
 public:
  /// `period` in bars > 0, `width` in standard deviations > 0.
  explicit Bollinger(int period = 20, double width = 2.0) : m_variance(period), m_period(period), m_width(width) {}
  double update(const Bar& bar) { return update(bar.close); }
  /// The middle band.
  double update(double close) {
    m_close = close;
    m_variance.push(close);
    if (!warm()) [[unlikely]]
      return kNotWarm;
    m_half = m_width * std::sqrt(m_variance.variance());
    return m_variance.mean();
  }
  double value() const { return warm() ? m_variance.mean() : kNotWarm; }
  double upper() const { return warm() ? m_variance.mean() + m_half : kNotWarm; }
  double lower() const { return warm() ? m_variance.mean() - m_half : kNotWarm; }
  /// Where the close lies: 0 at the lower band, 1 at the upper; 0.5 when the bands have no width.
  double percentB() const;
  bool warm() const { return m_variance.full(); }
  int warmupBars() const { return m_period; }
  void reset();

 private:
  WindowVariance m_variance;
  int m_period;
  double m_width;
  double m_half = 0;
  double m_close = 0;
};

}  // namespace bw::indicators
