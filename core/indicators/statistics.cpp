// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/statistics.h"

#include <algorithm>
#include <cmath>

namespace bw::indicators {

std::optional<Ratio> ratioFromStatistic(double value, Rounding rounding) {
  const auto decimal = decimalFromDouble(value, kStatisticScale, rounding);
  if (!decimal) return std::nullopt;
  return Ratio::fraction(*decimal);
}

double ReturnDeviation::update(double close) {
  if (!(close > 0)) return value();
  if (m_previous > 0) m_returns.push(close / m_previous - 1.0);
  m_previous = close;
  return value();
}

double ReturnDeviation::value() const {
  return warm() ? std::sqrt(m_returns.variance()) : kNotWarm;
}

void ReturnDeviation::reset() {
  m_returns.reset();
  m_previous = 0;
}

std::optional<Ratio> ReturnDeviation::ratio() const {
  return ratioFromStatistic(value(), Rounding::Up);
}

double AtrPercent::update(const Bar& bar) {
  const double range = m_atr.update(bar);
  m_value = m_atr.warm() && bar.close > 0 ? range / bar.close : kNotWarm;
  return m_value;
}

void AtrPercent::reset() {
  m_atr.reset();
  m_value = kNotWarm;
}

Correlation::Correlation(int window, int minimum) : m_a(window), m_b(window), m_minimum(minimum) {
  BW_ASSERT(minimum > 1 && minimum <= window);
}

double Correlation::update(double closeA, double closeB) {
  if (!(closeA > 0) || !(closeB > 0)) return kNotWarm;
  if (m_previousA > 0) {
    m_a.push(closeA / m_previousA - 1.0);
    m_b.push(closeB / m_previousB - 1.0);
  }
  m_previousA = closeA;
  m_previousB = closeB;
  return value();
}

double Correlation::value() const {
  if (!warm()) return kNotWarm;
  const std::size_t count = m_a.count();
  double meanA = 0;
  double meanB = 0;
  for (std::size_t i = 0; i < count; ++i) {
    meanA += m_a.at(i);
    meanB += m_b.at(i);
  }
  meanA /= static_cast<double>(count);
  meanB /= static_cast<double>(count);
  double product = 0;
  double squareA = 0;
  double squareB = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double a = m_a.at(i) - meanA;
    const double b = m_b.at(i) - meanB;
    product += a * b;
    squareA += a * a;
    squareB += b * b;
  }
  if (squareA <= 0 || squareB <= 0) return kNotWarm;
  return std::clamp(product / std::sqrt(squareA * squareB), -1.0, 1.0);
}

void Correlation::reset() {
  m_a.reset();
  m_b.reset();
  m_previousA = m_previousB = 0;
}

}  // namespace bw::indicators
