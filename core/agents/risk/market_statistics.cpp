// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/risk/market_statistics.h"

#include <algorithm>
#include <cmath>

namespace bw::agents {
namespace {

constexpr Duration kMinute = Duration::minutes(1);
constexpr Duration kHour = Duration::minutes(60);
constexpr Duration kRateGap = Duration::seconds(1);
constexpr Duration kFixedGap = Duration::seconds(30);
constexpr int kRateScale = 12;
constexpr std::size_t kMostHours = 5001;  // the largest CORRELATION_WINDOW

double change(Ticks from, Ticks to) {
  return static_cast<double>(to.value - from.value) / static_cast<double>(from.value);
}

// In ten-thousandths, away from zero: a stronger correlation, a larger move.
Decimal magnified(double value) {
  const auto size = static_cast<std::int64_t>(std::ceil(std::min(std::abs(value), 1e9) * 10'000));
  return Decimal(value < 0 ? -size : size, 4);
}

double deviation(const std::deque<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  const double mean = sum / static_cast<double>(values.size());
  double squares = 0;
  for (const double v : values) squares += (v - mean) * (v - mean);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

}  // namespace

std::optional<double> correlationOf(const std::vector<std::pair<Timestamp, double>>& a,
                                    const std::vector<std::pair<Timestamp, double>>& b, std::size_t window,
                                    std::size_t least) {
  double n = 0;
  double sumA = 0;
  double sumB = 0;
  double sumAA = 0;
  double sumBB = 0;
  double sumAB = 0;
  auto i = a.rbegin();
  auto j = b.rbegin();
  while (i != a.rend() && j != b.rend() && n < static_cast<double>(window)) {
    if (i->first != j->first) {
      i->first > j->first ? static_cast<void>(++i) : static_cast<void>(++j);
      continue;
    }
    n += 1;
    sumA += i->second;
    sumB += j->second;
    sumAA += i->second * i->second;
    sumBB += j->second * j->second;
    sumAB += i->second * j->second;
    ++i;
    ++j;
  }
  if (n < static_cast<double>(least)) return std::nullopt;
  const double spread = (n * sumAA - sumA * sumA) * (n * sumBB - sumB * sumB);
  if (!(spread > 0)) return std::nullopt;
  return std::clamp((n * sumAB - sumA * sumB) / std::sqrt(spread), -1.0, 1.0);
}

MarketStatistics::MarketStatistics(Instruments instruments)
    : m_instruments(std::move(instruments)), m_tracks(m_instruments->size()) {}

void MarketStatistics::onCandle(const Candle& candle, risk::RiskEngine& engine) {
  if (candle.instrument.value >= m_tracks.size() || candle.close.value <= 0) return;
  Track& track = m_tracks[candle.instrument.value];
  if (candle.interval == kMinute) onMinute(track, candle, engine);
  if (candle.interval == kHour && candle.closed) {
    track.hour.reset();
    onHour(track, candle, engine);
  }
}

std::optional<Decimal> MarketStatistics::inSigmas(const Track& track, double move) {
  if (track.moves.size() < kLeastMoves) return std::nullopt;
  const double sigma = deviation(track.moves);
  if (!(sigma > 0)) return std::nullopt;
  return magnified(std::abs(move) / sigma);
}

void MarketStatistics::onMinute(Track& track, const Candle& candle, risk::RiskEngine& engine) {
  std::optional<Decimal> move = track.closedMove;
  if (track.lastMinuteClose.value > 0) {
    const double last = change(track.lastMinuteClose, candle.close);
    const auto running = inSigmas(track, last);
    if (candle.closed) {
      move = track.closedMove = running;
      track.moves.push_back(last);
      if (track.moves.size() > kMoveReturns) track.moves.pop_front();
    } else if (running && (!move || *running > *move)) {
      move = running;
    }
  }
  if (move) engine.onMoveSigma(candle.instrument, *move);
  if (!candle.closed) return;
  track.lastMinuteClose = candle.close;
  track.minuteRange.add(candle);
  if (const auto range = track.minuteRange.milliTicks()) {
    engine.onAtr(candle.instrument, m_instruments->get(candle.instrument).price(Ticks{*range / 1000 + 1}));
  }
  const Timestamp hourOf{candle.openTime.ns / kHour.ns * kHour.ns};
  if (track.hour && track.hour->openTime != hourOf) {
    const Candle done = *track.hour;
    track.hour.reset();
    onHour(track, done, engine);
  }
  if (!track.hour) {
    track.hour = candle;
    track.hour->openTime = hourOf;
    return;
  }
  track.hour->high = std::max(track.hour->high, candle.high);
  track.hour->low = std::min(track.hour->low, candle.low);
  track.hour->close = candle.close;
}

void MarketStatistics::onHour(Track& track, const Candle& candle, risk::RiskEngine& engine) {
  if (candle.openTime <= track.lastHour) return;  // heard before, or of before a seek
  track.lastHour = candle.openTime;
  track.hourRange.add(candle);
  if (const auto range = track.hourRange.milliTicks()) {
    const Decimal share =
        divide(Decimal(*range, 3), Decimal::fromInteger(track.hourRange.lastClose().value), kRateScale, Rounding::Up);
    engine.onVolatility(candle.instrument, Ratio::fraction(share));
  }
  track.hours.push_back({candle.openTime, candle.close});
  if (track.hours.size() > kMostHours) track.hours.pop_front();
  m_newHour = true;
}

void MarketStatistics::onBbo(const BboUpdate& bbo, risk::RiskEngine& engine) {
  const auto unit = engine.state().currency();
  if (!unit || bbo.instrument.value >= m_tracks.size() || bbo.bid.size.value <= 0 || bbo.ask.size.value <= 0) return;
  const Instrument& instrument = m_instruments->get(bbo.instrument);
  const bool quoted = instrument.quote == *unit;
  if (instrument.base == instrument.quote || (!quoted && instrument.base != *unit)) return;
  Timestamp& last = m_ratedAt.try_emplace(bbo.instrument, Timestamp{-kRateGap.ns}).first->second;
  if (bbo.receivedTime - last < kRateGap) return;
  last = bbo.receivedTime;
  const Decimal bid = instrument.price(bbo.bid.price).decimal().canonical();
  const Decimal ask = instrument.price(bbo.ask.price).decimal().canonical();
  if (bid.sign() <= 0) return;
  if (quoted) {
    engine.onRate(instrument.base, ask, bbo.receivedTime);
  } else {
    engine.onRate(instrument.quote, divide(Decimal(1, 0), bid, kRateScale, Rounding::Up), bbo.receivedTime);
  }
}

void MarketStatistics::settle(risk::RiskEngine& engine, Timestamp now) {
  if (m_newHour) correlate(engine);
  m_newHour = false;
  if (m_fixed.empty() || (m_fixedAt.ns >= 0 && now - m_fixedAt < kFixedGap)) return;
  m_fixedAt = now;
  for (const auto& [currency, rate] : m_fixed) engine.onRate(currency, rate, now);
}

void MarketStatistics::correlate(risk::RiskEngine& engine) {
  std::vector<std::vector<std::pair<Timestamp, double>>> returns(m_tracks.size());
  for (std::size_t k = 0; k < m_tracks.size(); ++k) {
    const std::deque<Hour>& hours = m_tracks[k].hours;
    for (std::size_t h = 1; h < hours.size(); ++h) {
      // A hole is no return.
      if (hours[h].openTime - hours[h - 1].openTime != kHour) continue;
      returns[k].emplace_back(hours[h].openTime, change(hours[h - 1].close, hours[h].close));
    }
  }
  const auto window = static_cast<std::size_t>(engine.limits().count(risk::RiskKey::CorrelationWindow));
  for (std::uint32_t a = 0; a < m_tracks.size(); ++a) {
    for (std::uint32_t b = a + 1; b < m_tracks.size(); ++b) {
      const auto rho = correlationOf(returns[a], returns[b], window, kLeastReturns);
      if (rho) engine.onCorrelation({a}, {b}, Ratio::fraction(magnified(*rho)));
    }
  }
}

}  // namespace bw::agents
