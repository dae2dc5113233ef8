// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace bw::agents {

/// Finds divergence between price and an oscillator at swing points. A swing low (high) is a bar whose low (high) is
/// beyond those of two bars on either side. Regular: price goes further, the oscillator does not (a turn). Hidden: the
/// oscillator goes further, price does not (the trend goes on). O(1) per bar. Thread: owner only.
class DivergenceFinder {
 public:
  enum class Kind : std::uint8_t { None, RegularBullish, HiddenBullish, RegularBearish, HiddenBearish };
  /// Bars a finding stays valid after it was confirmed.
  static constexpr int kLifeBars = 10;
  /// Most bars between the two swing points compared.
  static constexpr int kReachBars = 60;

  /// The next closed bar with the oscillator's value at it.
  void update(double high, double low, double oscillator);
  /// +1 regular bullish, +0.5 hidden bullish, negative alike; the younger finding wins.
  double value() const;
  Kind kind() const { return m_age < kLifeBars ? m_kind : Kind::None; }
  /// Enough bars for one swing point.
  bool warm() const { return m_bars >= static_cast<std::int64_t>(kSpan); }
  void reset() { *this = DivergenceFinder(); }

 private:
  static constexpr std::size_t kSpan = 5;
  struct Point {
    std::int64_t bar = 0;
    double price = 0;
    double oscillator = 0;
  };
  struct Sample {
    double high = 0;
    double low = 0;
    double oscillator = 0;
  };
  const Sample& sample(std::size_t back) const;
  bool swingLow() const;
  bool swingHigh() const;
  void found(Kind kind);
  void compareLows(const Point& now);
  void compareHighs(const Point& now);

  std::array<Sample, kSpan> m_samples{};
  std::int64_t m_bars = 0;
  std::optional<Point> m_low;
  std::optional<Point> m_high;
  Kind m_kind = Kind::None;
  int m_age = kLifeBars;
};

/// "regular bullish divergence" and so on; empty for None.
std::string_view toString(DivergenceFinder::Kind kind);

}  // namespace bw::agents
