// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/signal/divergence.h"

namespace bw::agents {

std::string_view toString(DivergenceFinder::Kind kind) {
  switch (kind) {
    case DivergenceFinder::Kind::None:
      return "";
    case DivergenceFinder::Kind::RegularBullish:
      return "regular bullish divergence";
    case DivergenceFinder::Kind::HiddenBullish:
      return "hidden bullish divergence";
    case DivergenceFinder::Kind::RegularBearish:
      return "regular bearish divergence";
    case DivergenceFinder::Kind::HiddenBearish:
      return "hidden bearish divergence";
  }
  return "";
}

const DivergenceFinder::Sample& DivergenceFinder::sample(std::size_t back) const {
  return m_samples[(static_cast<std::size_t>(m_bars) - 1 - back) % kSpan];
}

bool DivergenceFinder::swingLow() const {
  const double low = sample(2).low;
  return low < sample(0).low && low < sample(1).low && low < sample(3).low && low < sample(4).low;
}

bool DivergenceFinder::swingHigh() const {
  const double high = sample(2).high;
  return high > sample(0).high && high > sample(1).high && high > sample(3).high && high > sample(4).high;
}

void DivergenceFinder::found(Kind kind) {
  m_kind = kind;
  m_age = 0;
}

void DivergenceFinder::compareLows(const Point& now) {
  if (m_low && now.bar - m_low->bar <= kReachBars) {
    if (now.price < m_low->price && now.oscillator > m_low->oscillator) found(Kind::RegularBullish);
    if (now.price > m_low->price && now.oscillator < m_low->oscillator) found(Kind::HiddenBullish);
  }
  m_low = now;
}

void DivergenceFinder::compareHighs(const Point& now) {
  if (m_high && now.bar - m_high->bar <= kReachBars) {
    if (now.price > m_high->price && now.oscillator < m_high->oscillator) found(Kind::RegularBearish);
    if (now.price < m_high->price && now.oscillator > m_high->oscillator) found(Kind::HiddenBearish);
  }
  m_high = now;
}

void DivergenceFinder::update(double high, double low, double oscillator) {
  m_samples[static_cast<std::size_t>(m_bars) % kSpan] = {high, low, oscillator};
  ++m_bars;
  if (m_age < kLifeBars) ++m_age;
  if (!warm()) return;
  const std::int64_t bar = m_bars - 3;
  if (swingLow()) compareLows({bar, sample(2).low, sample(2).oscillator});
  if (swingHigh()) compareHighs({bar, sample(2).high, sample(2).oscillator});
}

double DivergenceFinder::value() const {
  switch (kind()) {
    case Kind::None:
      return 0;
    case Kind::RegularBullish:
      return 1;
    case Kind::HiddenBullish:
      return 0.5;
    case Kind::RegularBearish:
      return -1;
    case Kind::HiddenBearish:
      return -0.5;
  }
  return 0;
}

}  // namespace bw::agents
