// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/base/exact.h"
#include "core/indicators/atr.h"
#include "core/indicators/bollinger.h"
#include "core/indicators/window.h"

namespace bw::indicators {

/// Decimals of the ratios that statistics hand to risk.
constexpr int kStatisticScale = 8;

/// A statistic as risk takes it: rounded on the named side; nothing for NaN, infinities and what does not fit. Risk
/// treats nothing as the worst.
std::optional<Ratio> ratioFromStatistic(double value, Rounding rounding);

/// Population standard deviation of simple returns of closes over the last `window` returns. Thread: owner only.
class ReturnDeviation {
 public:
  /// `window` in returns, > 0.
  explicit ReturnDeviation(int window) : m_returns(window), m_window(window) {}
  double update(const Bar& bar) { return update(bar.close); }
  /// `close` > 0; others are passed over.
  double update(double close);
  double value() const;
  bool warm() const { return m_returns.full(); }
  int warmupBars() const { return m_window + 1; }
  void reset();
  /// Rounded up: never less volatile than it is.
  std::optional<Ratio> ratio() const;

 private:
  WindowVariance m_returns;
  int m_window;
  double m_previous = 0;
};

/// ATR / close: volatility as a share of price, which bounds leverage (SPEC 6). Thread: owner only.
class AtrPercent {
 public:
  /// `period` in bars, > 0.
  explicit AtrPercent(int period = 14) : m_atr(period) {}
  double update(const Bar& bar);
  double value() const { return m_value; }
  bool warm() const { return m_atr.warm(); }
  int warmupBars() const { return m_atr.warmupBars(); }
  void reset();
  /// Rounded up: never less volatile than it is. Nothing while not warm.
  std::optional<Ratio> ratio() const { return ratioFromStatistic(m_value, Rounding::Up); }

 private:
  Atr m_atr;
  double m_value = kNotWarm;
};

/// Pearson correlation, -1 to 1, of the simple returns of two series whose closes come in pairs. Thread: owner only.
class Correlation {
 public:
  /// At most `window` returns are looked at, at least `minimum` are needed; 1 < minimum <= window.
  Correlation(int window, int minimum);
  /// Both > 0; others are passed over.
  double update(double closeA, double closeB);
  /// NaN until warm, and when one series has not moved.
  double value() const;
  bool warm() const { return static_cast<int>(m_a.count()) >= m_minimum; }
  int warmupBars() const { return m_minimum + 1; }
  void reset();
  /// Rounded up: never less correlated than it is. Nothing until warm; risk then takes 1.
  std::optional<Ratio> ratio() const { return ratioFromStatistic(value(), Rounding::Up); }

 private:
  Window m_a;
  Window m_b;
  int m_minimum;
  double m_previousA = 0;
  double m_previousB = 0;
};

}  // namespace bw::indicators
