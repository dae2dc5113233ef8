// SPDX-License-Identifier: GPL-3.0-or-later
// Nanoseconds a bar of the incremental indicators against recomputing them for each new bar from the bars they need:
// the window itself where there is one, the last 250 bars for recursive averages (their start has faded below 1e-8 by
// then). Both run on the same bars in the same run and must agree.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "core/agents/signal/signal_engine.h"
#include "core/base/rng.h"
#include "core/indicators/atr.h"
#include "core/indicators/bollinger.h"
#include "core/indicators/macd.h"
#include "core/indicators/moving_averages.h"
#include "core/indicators/rsi.h"
#include "core/indicators/stochastic.h"
#include "tests/bench/bench_report.h"

namespace {

using bw::indicators::Bar;

constexpr std::size_t kBars = 200'000;
constexpr std::size_t kPeerBars = 20'000;
constexpr std::size_t kMemory = 250;
constexpr int kRounds = 5;

std::vector<Bar> marketBars() {
  bw::Rng rng(42);
  std::vector<Bar> bars;
  double price = 60000;
  for (std::size_t i = 0; i < kBars; ++i) {
    const double open = price;
    price += rng.normal() * 5;
    bars.push_back({open, std::max(open, price) + rng.uniform(), std::min(open, price) - rng.uniform(), price, 1});
  }
  return bars;
}

/// Recursive average of `value(i)` for i in [from, to], begun with the mean of its first `period`.
template <class Value>
double recursiveMean(std::size_t from, std::size_t to, int period, double gain, Value value) {
  const std::size_t seeded = from + static_cast<std::size_t>(period);
  double result = 0;
  for (std::size_t i = from; i < seeded; ++i) result += value(i);
  result /= period;
  for (std::size_t i = seeded; i <= to; ++i) result += (value(i) - result) * gain;
  return result;
}

double peerEma(const std::vector<Bar>& bars, std::size_t at, int period) {
  return recursiveMean(at - kMemory, at, period, 2.0 / (period + 1), [&](std::size_t i) { return bars[i].close; });
}

double peerRsi(const std::vector<Bar>& bars, std::size_t at) {
  double gain = 0;
  double loss = 0;
  for (std::size_t i = at - kMemory + 1; i <= at; ++i) {
    const double change = bars[i].close - bars[i - 1].close;
    const std::size_t age = i - (at - kMemory);
    const double share = age <= 14 ? 1.0 / 14 : 0;
    if (share > 0) {
      gain += share * std::max(0.0, change);
      loss += share * std::max(0.0, -change);
    } else {
      gain += (std::max(0.0, change) - gain) / 14;
      loss += (std::max(0.0, -change) - loss) / 14;
    }
  }
  return 100 * gain / (gain + loss);
}

double peerMacd(const std::vector<Bar>& bars, std::size_t at) {
  return peerEma(bars, at, 12) - peerEma(bars, at, 26);
}

double peerUpperBand(const std::vector<Bar>& bars, std::size_t at) {
  double mean = 0;
  for (std::size_t i = at - 19; i <= at; ++i) mean += bars[i].close;
  mean /= 20;
  double squares = 0;
  for (std::size_t i = at - 19; i <= at; ++i) squares += (bars[i].close - mean) * (bars[i].close - mean);
  return mean + 2 * std::sqrt(squares / 20);
}

double peerAtr(const std::vector<Bar>& bars, std::size_t at) {
  return recursiveMean(at - kMemory, at, 14, 1.0 / 14, [&](std::size_t i) {
    return std::max(bars[i].high, bars[i - 1].close) - std::min(bars[i].low, bars[i - 1].close);
  });
}

double peerStochastic(const std::vector<Bar>& bars, std::size_t at) {
  double sum = 0;
  for (std::size_t end = at - 2; end <= at; ++end) {
    double high = bars[end].high;
    double low = bars[end].low;
    for (std::size_t i = end - 13; i < end; ++i) {
      high = std::max(high, bars[i].high);
      low = std::min(low, bars[i].low);
    }
    sum += 100 * (bars[end].close - low) / (high - low);
  }
  return sum / 3;
}

bool g_agreed = true;

/// `read` gives the line that `peer` recomputes.
template <class Indicator, class Read, class Peer>
void race(const char* name, const std::vector<Bar>& bars, Indicator fresh, Read read, const char* baseline, Peer peer) {
  double sink = 0;
  std::vector<double> ours(kPeerBars);
  const double oursNs = bw::bench::bestOf(kRounds, [&] {
    Indicator indicator = fresh;
    for (std::size_t i = 0; i < kBars; ++i) {
      indicator.update(bars[i]);
      const double value = read(indicator);
      if (i < kPeerBars) ours[i] = value;
      sink += value == value ? value : 0;
    }
  });
  std::vector<double> theirs(kPeerBars);
  const double theirsNs = bw::bench::bestOf(kRounds, [&] {
    for (std::size_t i = kMemory + 1; i < kPeerBars; ++i) theirs[i] = peer(bars, i);
  });
  for (std::size_t i = 2 * kMemory; i < kPeerBars; ++i) {
    if (std::abs(ours[i] - theirs[i]) <= 1e-6 * std::max(1.0, std::abs(theirs[i]))) continue;
    std::printf("{\"name\":\"%s\",\"error\":\"results differ at bar %zu: %.12g, %.12g\"}\n", name, i, ours[i],
                theirs[i]);
    g_agreed = false;
    return;
  }
  const double oursPerBar = oursNs / static_cast<double>(kBars);
  const double theirsPerBar = theirsNs / static_cast<double>(kPeerBars - kMemory - 1);
  bw::bench::report(name, oursPerBar, "ns/bar", baseline, theirsPerBar / oursPerBar);
  if (sink == 0.123) std::printf("\n");
}

void signalBench(const std::vector<Bar>& bars) {
  bw::Instrument instrument;
  const double ns = bw::bench::bestOf(kRounds, [&] {
    bw::agents::SignalEngine engine(instrument, bw::agents::SignalSettings());
    double sum = 0;
    for (std::size_t i = 0; i < kPeerBars; ++i) {
      const auto ticks = [](double price) { return bw::Ticks{static_cast<std::int64_t>(price * 100)}; };
      const auto signal = engine.onCandle(
          {instrument.id, bw::Duration::seconds(1), bw::Timestamp::fromSeconds(static_cast<std::int64_t>(i)),
           ticks(bars[i].open), ticks(bars[i].high), ticks(bars[i].low), ticks(bars[i].close), bw::Lots{1}, 1, true});
      sum += signal->score;
    }
    if (sum == 0.123) std::printf("\n");
  });
  bw::bench::report("signal engine, one bar with breakdown", ns / static_cast<double>(kPeerBars) / 1000, "us/bar",
                    "none", 0);
}

}  // namespace

int main() {
  namespace ind = bw::indicators;
  const std::vector<Bar> bars = marketBars();
  const auto value = [](const auto& indicator) { return indicator.value(); };
  const char* recursive = "recomputed over the last 250 bars";
  const char* windowed = "recomputed over the window";
  race("EMA 26", bars, ind::Ema(26), value, recursive, [](const auto& b, std::size_t i) { return peerEma(b, i, 26); });
  race("RSI 14", bars, ind::Rsi(14), value, recursive, peerRsi);
  race("MACD 12 26 9", bars, ind::Macd(), value, recursive, peerMacd);
  race(
      "Bollinger 20 2", bars, ind::Bollinger(), [](const ind::Bollinger& b) { return b.upper(); }, windowed,
      peerUpperBand);
  race("Stochastic 14 3 3", bars, ind::Stochastic(), value, windowed, peerStochastic);
  race("ATR 14", bars, ind::Atr(14), value, recursive, peerAtr);
  signalBench(bars);
  return g_agreed ? 0 : 1;
}
