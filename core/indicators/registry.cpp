// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/registry.h"

#include "core/indicators/atr.h"
#include "core/indicators/awesome_oscillator.h"
#include "core/indicators/bollinger.h"
#include "core/indicators/macd.h"
#include "core/indicators/moving_averages.h"
#include "core/indicators/on_balance_volume.h"
#include "core/indicators/rsi.h"
#include "core/indicators/stochastic.h"

namespace bw::indicators {

namespace {

/// Puts a concrete indicator behind the common face; `Lines` reads its lines.
template <class T, class Lines>
class Faced final : public Indicator {
 public:
  Faced(T inner, Lines lines) : m_inner(std::move(inner)), m_lines(lines) {}
  double update(const Bar& bar) override { return m_inner.update(bar); }
  bool warm() const override { return m_inner.warm(); }
  void reset() override { m_inner.reset(); }
  int warmupBars() const override { return m_inner.warmupBars(); }
  double line(int index) const override { return m_lines(m_inner, index); }

 private:
  T m_inner;
  Lines m_lines;
};

template <class T, class Lines>
std::unique_ptr<Indicator> faced(T inner, Lines lines) {
  return std::make_unique<Faced<T, Lines>>(std::move(inner), lines);
}

template <class T>
std::unique_ptr<Indicator> faced(T inner) {
  return faced(std::move(inner), [](const T& t, int) { return t.value(); });
}

int bars(double value) {
  return static_cast<int>(value);
}

IndicatorParameter period(std::string_view key, double fallback) {
  return {key, fallback, 1, 1000, true};
}

std::unique_ptr<Indicator> makeMacd(std::span<const double> v) {
  return faced(Macd(bars(v[0]), bars(v[1]), bars(v[2])), [](const Macd& m, int i) {
    return i == 0 ? m.value() : i == 1 ? m.signal() : m.histogram();
  });
}

std::unique_ptr<Indicator> makeBollinger(std::span<const double> v) {
  return faced(Bollinger(bars(v[0]), v[1]), [](const Bollinger& b, int i) {
    return i == 0 ? b.value() : i == 1 ? b.upper() : b.lower();
  });
}

template <class T>
std::unique_ptr<Indicator> makeKd(std::span<const double> v) {
  return faced(T(bars(v[0]), bars(v[1]), bars(v[2])), [](const T& t, int i) {
    return i == 0 ? t.k() : i == 1 ? t.d() : t.j();
  });
}

template <class T>
std::unique_ptr<Indicator> makeOne(std::span<const double> v) {
  return faced(T(bars(v[0])));
}

std::vector<IndicatorInfo> everyIndicator() {
  return {
      {"SMA", "Simple moving average", true, {period("period", 20)}, {"sma"}, makeOne<Sma>},
      {"EMA", "Exponential moving average", true, {period("period", 20)}, {"ema"}, makeOne<Ema>},
      {"RSI", "Relative strength index", false, {period("period", 14)}, {"rsi"}, makeOne<Rsi>},
      {"MACD",
       "Moving average convergence divergence",
       false,
       {period("fast", 12), period("slow", 26), period("signal", 9)},
       {"macd", "signal", "histogram"},
       makeMacd},
      {"Bollinger",
       "Bollinger bands",
       true,
       {period("period", 20), {"width", 2, 0.1, 10, false}},
       {"middle", "upper", "lower"},
       makeBollinger},
      {"ATR", "Average true range", false, {period("period", 14)}, {"atr"}, makeOne<Atr>},
      {"Stochastic",
       "Stochastic oscillator",
       false,
       {period("period", 14), period("slowing", 3), period("smoothing", 3)},
       {"k", "d", "j"},
       makeKd<Stochastic>},
      {"Williams %R", "Williams percent range", false, {period("period", 14)}, {"r"}, makeOne<WilliamsR>},
      {"Awesome Oscillator",
       "Awesome Oscillator",
       false,
       {period("fast", 5), period("slow", 34)},
       {"ao"},
       [](std::span<const double> v) { return faced(AwesomeOscillator(bars(v[0]), bars(v[1]))); }},
      {"KDJ",
       "KDJ",
       false,
       {period("period", 9), period("slowing", 3), period("smoothing", 3)},
       {"k", "d", "j"},
       makeKd<Kdj>},
      {"OBV",
       "On-balance volume",
       false,
       {},
       {"obv"},
       [](std::span<const double>) { return faced(OnBalanceVolume()); }},
  };
}

}  // namespace

const std::vector<IndicatorInfo>& allIndicators() {
  static const std::vector<IndicatorInfo> kAll = everyIndicator();
  return kAll;
}

const IndicatorInfo* findIndicator(std::string_view name) {
  for (const IndicatorInfo& info : allIndicators()) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

std::unique_ptr<Indicator> makeIndicator(std::string_view name) {
  const IndicatorInfo* info = findIndicator(name);
  if (info == nullptr) return nullptr;
  std::vector<double> values;
  for (const IndicatorParameter& parameter : info->parameters) values.push_back(parameter.fallback);
  return info->make(values);
}

}  // namespace bw::indicators
