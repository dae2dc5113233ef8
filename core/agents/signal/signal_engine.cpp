// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/signal/signal_engine.h"

#include <algorithm>
#include <cmath>

namespace bw::agents {

namespace {

constexpr std::int64_t kHundredths = 100;
/// A time-frame's trend counts as fresh until it is this many of its own bars old.
constexpr std::int64_t kFreshBars = 3;
/// Bars over which the ATR component measures the market's travel, and the travel in ATRs that counts in full.
constexpr int kTravelBars = 10;
constexpr double kTravelAtrs = 4;

double clampUnit(double value) {
  return std::clamp(value, -1.0, 1.0);
}

int signOfValue(double value) {
  return value > 0 ? 1 : value < 0 ? -1 : 0;
}

/// `value` in ATRs as -1 … +1; 0 in a market without range.
double inAtrs(double value, double atr, double full) {
  return atr > 0 ? clampUnit(value / (full * atr)) : 0.0;
}

}  // namespace

SignalEngine::SignalEngine(const Instrument& instrument, SignalSettings settings)
    : m_instrument(&instrument),
      m_settings(std::move(settings)),
      m_rsi(m_settings.rsiPeriod),
      m_macd(m_settings.macdFast, m_settings.macdSlow, m_settings.macdSignal),
      m_bollinger(m_settings.bollingerPeriod, m_settings.bollingerWidth),
      m_atr(m_settings.atrPeriod),
      m_stochastic(m_settings.stochasticPeriod, m_settings.stochasticSlowing, m_settings.stochasticSmoothing),
      m_closes(kTravelBars + 1) {
  BW_ASSERT(validate(m_settings).ok());
  for (const Duration timeframe : m_settings.timeframes) {
    m_trends.push_back({timeframe, indicators::Ema(m_settings.emaFast), indicators::Ema(m_settings.emaSlow), {}});
  }
}

void SignalEngine::reset() {
  *this = SignalEngine(*m_instrument, m_settings);
}

std::optional<SignalGenerated> SignalEngine::onCandle(const Candle& candle) {
  if (!candle.closed || candle.instrument != m_instrument->id) return std::nullopt;
  const Timestamp closeTime = candle.openTime + candle.interval;
  const indicators::Bar bar = indicators::barFromCandle(candle, *m_instrument);
  for (Trend& trend : m_trends) {
    if (trend.timeframe != candle.interval) continue;
    trend.fast.update(bar);
    trend.slow.update(bar);
    trend.asOf = closeTime;
  }
  if (candle.interval != m_settings.primary) return std::nullopt;
  m_asOf = closeTime;
  updatePrimary(bar);
  return build(closeTime);
}

void SignalEngine::updatePrimary(const indicators::Bar& bar) {
  ++m_bars;
  m_close = bar.close;
  m_rsi.update(bar);
  m_macd.update(bar);
  m_bollinger.update(bar);
  m_atr.update(bar);
  m_stochastic.update(bar);
  m_closes.push(bar.close);
  if (m_rsi.warm()) m_divergence.update(bar.high, bar.low, m_rsi.value());
}

SignalGenerated SignalEngine::build(Timestamp time) const {
  SignalGenerated signal;
  signal.instrument = m_instrument->id;
  signal.time = time;
  std::vector<Scored> scores;
  signal.breakdown.reserve(8);
  scores.reserve(8);
  addMeanReverting(signal, scores);
  addIndicators(signal, scores);
  addDivergence(signal, scores);
  addAlignment(signal, scores);
  conclude(signal, scores);
  return signal;
}

void SignalEngine::addComponent(SignalGenerated& signal, std::vector<Scored>& scores, const char* name,
                                const char* group, int weight, double raw, double value, bool available) const {
  SignalComponent component;
  component.name = name;
  component.group = group;
  component.timeframe = m_settings.primary;
  component.weight = weight;
  component.available = available && std::isfinite(raw) && std::isfinite(value);
  component.asOf = m_asOf;
  std::int64_t hundredths = 0;
  if (component.available) {
    const std::int64_t rounded = std::llround(clampUnit(value) * static_cast<double>(kHundredths));
    hundredths = rounded * weight;
    component.raw = raw;
    component.value = static_cast<double>(rounded) / static_cast<double>(kHundredths);
  }
  component.contribution = static_cast<double>(hundredths) / static_cast<double>(kHundredths);
  scores.push_back({component.available ? weight : 0, hundredths});
  signal.breakdown.push_back(std::move(component));
}

void SignalEngine::addMeanReverting(SignalGenerated& signal, std::vector<Scored>& scores) const {
  const double rsi = m_rsi.value();
  const double middle = (m_settings.rsiOversold + m_settings.rsiOverbought) / 2;
  const double half = (m_settings.rsiOverbought - m_settings.rsiOversold) / 2;
  addComponent(signal, scores, "RSI", "indicator", m_settings.rsiWeight, rsi, (middle - rsi) / half,
               m_rsi.warm() && !m_rsi.flat());
  const double place = m_bollinger.percentB();
  addComponent(signal, scores, "Bollinger", "indicator", m_settings.bollingerWeight, place, 1 - 2 * place,
               m_bollinger.warm());
  const double k = m_stochastic.k();
  addComponent(signal, scores, "Stochastic", "indicator", m_settings.stochasticWeight, k, (50 - k) / 30,
               m_stochastic.warm() && !m_stochastic.flat());
  if (m_rsi.warm() && !m_rsi.flat() && rsi <= m_settings.rsiOversold) signal.detected.push_back("RSI oversold");
  if (m_rsi.warm() && rsi >= m_settings.rsiOverbought) signal.detected.push_back("RSI overbought");
}

void SignalEngine::addIndicators(SignalGenerated& signal, std::vector<Scored>& scores) const {
  const double atr = m_atr.value();
  const bool ranged = m_atr.warm();
  const double histogram = m_macd.histogram();
  addComponent(signal, scores, "MACD", "indicator", m_settings.macdWeight, histogram, inAtrs(histogram, atr, 0.5),
               ranged && m_macd.warm());
  const auto primary = std::find_if(m_trends.begin(), m_trends.end(),
                                    [this](const Trend& trend) { return trend.timeframe == m_settings.primary; });
  const double gap = primary->fast.value() - primary->slow.value();
  addComponent(signal, scores, "EMA", "indicator", m_settings.emaWeight, gap, inAtrs(gap, atr, 2.0),
               ranged && primary->slow.warm());
  const double travel = m_closes.full() ? m_close - m_closes.oldest() : indicators::kNotWarm;
  addComponent(signal, scores, "ATR", "indicator", m_settings.atrWeight, atr, inAtrs(travel, atr, kTravelAtrs),
               ranged && m_closes.full());
}

void SignalEngine::addDivergence(SignalGenerated& signal, std::vector<Scored>& scores) const {
  const double value = m_divergence.value();
  addComponent(signal, scores, "Divergence", "divergence", m_settings.divergenceWeight, value, value,
               m_rsi.warm() && m_divergence.warm());
  if (m_divergence.kind() != DivergenceFinder::Kind::None) {
    signal.detected.emplace_back(toString(m_divergence.kind()));
  }
}

void SignalEngine::addAlignment(SignalGenerated& signal, std::vector<Scored>& scores) const {
  std::int64_t others = 0;
  for (const Scored& score : scores) others += score.hundredths;
  const int direction = signOfValue(static_cast<double>(others));
  int fresh = 0;
  int agreeing = 0;
  for (const Trend& trend : m_trends) {
    if (!trend.slow.warm() || signal.time > trend.asOf + trend.timeframe * kFreshBars) continue;
    ++fresh;
    if (direction != 0 && signOfValue(trend.fast.value() - trend.slow.value()) == direction) ++agreeing;
  }
  const bool available = fresh >= 2;
  if (available && agreeing == fresh) {
    signal.alignment = Alignment::Full;
  } else if (available && agreeing * 2 > fresh) {
    signal.alignment = Alignment::Partial;
  }
  const double share = signal.alignment == Alignment::Full ? 1.0 : signal.alignment == Alignment::Partial ? 0.5 : 0.0;
  addComponent(signal, scores, "Alignment", "alignment", m_settings.alignmentWeight, agreeing, share * direction,
               available);
}

void SignalEngine::conclude(SignalGenerated& signal, const std::vector<Scored>& scores) const {
  std::int64_t total = 0;
  int reachable = 0;
  int available = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    total += scores[i].hundredths;
    reachable += scores[i].weight;
    if (signal.breakdown[i].available) ++available;
  }
  signal.score = static_cast<double>(total) / static_cast<double>(kHundredths);
  signal.scoreRange = reachable;
  if (reachable > 0) {
    signal.confidence = 100.0 * std::abs(signal.score) / reachable * available / static_cast<double>(scores.size());
  }
  signal.warm = m_bars >= m_settings.warmupBars;
  if (!signal.warm) {
    signal.warmupText =
        "Warming up: " + std::to_string(m_bars) + " of " + std::to_string(m_settings.warmupBars) + " bars";
    return;
  }
  if (signal.score >= m_settings.minScore) signal.direction = Direction::Long;
  if (signal.score <= -m_settings.minScore) signal.direction = Direction::Short;
}

std::string SignalEngine::selfTest() {
  Instrument instrument;
  SignalEngine engine(instrument, SignalSettings());
  std::optional<SignalGenerated> signal;
  for (int i = 0; i < 40; ++i) {
    const Ticks price{10000 + i % 7 - i};
    signal = engine.onCandle({instrument.id, Duration::seconds(1), Timestamp::fromSeconds(i), price, price + Ticks{3},
                              price - Ticks{2}, price, Lots{10}, 1, true});
  }
  if (!signal || !signal->warm) return "not warm after 40 bars";
  std::int64_t sum = 0;
  double weights = 0;
  for (const SignalComponent& component : signal->breakdown) {
    sum += std::llround(component.contribution * static_cast<double>(kHundredths));
    weights += component.weight;
  }
  if (sum != std::llround(signal->score * static_cast<double>(kHundredths))) return "the breakdown does not add up";
  if (weights != SignalSettings::kWeightTotal) return "the weights do not sum to 130";
  return {};
}

}  // namespace bw::agents
