// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "core/base/rng.h"
#include "core/indicators/registry.h"
#include "core/indicators/rsi.h"
#include "core/indicators/statistics.h"
#include "core/indicators/stochastic.h"

using namespace bw;
using indicators::Bar;

namespace {

std::vector<Bar> randomBars(std::uint64_t seed, int count) {
  Rng rng(seed);
  std::vector<Bar> bars;
  double price = 60000;
  for (int i = 0; i < count; ++i) {
    const double open = price;
    price = std::max(1.0, price + std::round(rng.normal() * 20) * 0.1);
    const double high = std::max(open, price) + std::round(rng.uniform() * 10) * 0.1;
    const double low = std::min(open, price) - std::round(rng.uniform() * 10) * 0.1;
    bars.push_back({open, high, low, price, std::round(rng.uniform() * 1000) * 0.001});
  }
  return bars;
}

using Series = std::vector<double>;

Series closesOf(const std::vector<Bar>& bars) {
  Series closes;
  for (const Bar& bar : bars) closes.push_back(bar.close);
  return closes;
}

/// Plain definitions over the whole history, each value from scratch.
double naiveMean(const Series& x, std::size_t end, std::size_t n) {
  double sum = 0;
  for (std::size_t i = end - n; i < end; ++i) sum += x[i];
  return sum / static_cast<double>(n);
}

double naiveSmoothed(const Series& x, std::size_t n, double gain) {
  double value = naiveMean(x, n, n);
  for (std::size_t i = n; i < x.size(); ++i) value += (x[i] - value) * gain;
  return value;
}

double naiveEma(const Series& x, std::size_t n) {
  return naiveSmoothed(x, n, 2.0 / (static_cast<double>(n) + 1));
}

double naiveRsi(const Series& x, std::size_t n) {
  Series gains;
  Series losses;
  for (std::size_t i = 1; i < x.size(); ++i) {
    gains.push_back(std::max(0.0, x[i] - x[i - 1]));
    losses.push_back(std::max(0.0, x[i - 1] - x[i]));
  }
  const double gain = naiveSmoothed(gains, n, 1.0 / static_cast<double>(n));
  const double loss = naiveSmoothed(losses, n, 1.0 / static_cast<double>(n));
  return 100 * gain / (gain + loss);
}

double naiveMacd(const Series& x) {
  return naiveEma(Series(x.begin() + 14, x.end()), 12) - naiveEma(x, 26);
}

double naiveMacdSignal(const Series& x) {
  Series lines;
  for (std::size_t end = 26; end <= x.size(); ++end)
    lines.push_back(naiveMacd(Series(x.begin(), x.begin() + static_cast<long>(end))));
  return naiveEma(lines, 9);
}

double naiveUpperBand(const Series& x) {
  const double mean = naiveMean(x, x.size(), 20);
  double squares = 0;
  for (std::size_t i = x.size() - 20; i < x.size(); ++i) squares += (x[i] - mean) * (x[i] - mean);
  return mean + 2 * std::sqrt(squares / 20);
}

double naiveAtr(const std::vector<Bar>& bars) {
  Series ranges;
  for (std::size_t i = 1; i < bars.size(); ++i) {
    const double previous = bars[i - 1].close;
    ranges.push_back(
        std::max({bars[i].high - bars[i].low, std::abs(bars[i].high - previous), std::abs(bars[i].low - previous)}));
  }
  return naiveSmoothed(ranges, 14, 1.0 / 14);
}

double naiveRawK(const std::vector<Bar>& bars, std::size_t end, std::size_t n) {
  double high = bars[end - 1].high;
  double low = bars[end - 1].low;
  for (std::size_t i = end - n; i < end; ++i) {
    high = std::max(high, bars[i].high);
    low = std::min(low, bars[i].low);
  }
  return high > low ? 100 * (bars[end - 1].close - low) / (high - low) : 0;
}

double naiveK(const std::vector<Bar>& bars, std::size_t end) {
  return (naiveRawK(bars, end, 14) + naiveRawK(bars, end - 1, 14) + naiveRawK(bars, end - 2, 14)) / 3;
}

double naiveD(const std::vector<Bar>& bars) {
  return (naiveK(bars, bars.size()) + naiveK(bars, bars.size() - 1) + naiveK(bars, bars.size() - 2)) / 3;
}

double naiveAwesome(const std::vector<Bar>& bars) {
  Series middles;
  for (const Bar& bar : bars) middles.push_back((bar.high + bar.low) / 2);
  return naiveMean(middles, middles.size(), 5) - naiveMean(middles, middles.size(), 34);
}

double naiveKdjK(const std::vector<Bar>& bars) {
  double k = 50;
  for (std::size_t end = 9; end <= bars.size(); ++end) k = k * 2 / 3 + naiveRawK(bars, end, 9) / 3;
  return k;
}

double naiveObv(const std::vector<Bar>& bars) {
  double value = bars[0].volume;
  for (std::size_t i = 1; i < bars.size(); ++i) {
    if (bars[i].close > bars[i - 1].close) value += bars[i].volume;
    if (bars[i].close < bars[i - 1].close) value -= bars[i].volume;
  }
  return value;
}

struct NaiveLine {
  const char* indicator;
  int line;
  std::function<double(const std::vector<Bar>&)> value;
};

std::vector<NaiveLine> naiveLines() {
  return {
      {"SMA", 0, [](const auto& b) { return naiveMean(closesOf(b), b.size(), 20); }},
      {"EMA", 0, [](const auto& b) { return naiveEma(closesOf(b), 20); }},
      {"RSI", 0, [](const auto& b) { return naiveRsi(closesOf(b), 14); }},
      {"MACD", 0, [](const auto& b) { return naiveMacd(closesOf(b)); }},
      {"MACD", 1, [](const auto& b) { return naiveMacdSignal(closesOf(b)); }},
      {"MACD", 2, [](const auto& b) { return naiveMacd(closesOf(b)) - naiveMacdSignal(closesOf(b)); }},
      {"Bollinger", 1, [](const auto& b) { return naiveUpperBand(closesOf(b)); }},
      {"ATR", 0, [](const auto& b) { return naiveAtr(b); }},
      {"Stochastic", 0, [](const auto& b) { return naiveK(b, b.size()); }},
      {"Stochastic", 1, [](const auto& b) { return naiveD(b); }},
      {"Williams %R", 0, [](const auto& b) { return naiveRawK(b, b.size(), 14) - 100; }},
      {"Awesome Oscillator", 0, [](const auto& b) { return naiveAwesome(b); }},
      {"KDJ", 0, [](const auto& b) { return naiveKdjK(b); }},
      {"OBV", 0, [](const auto& b) { return naiveObv(b); }},
  };
}

}  // namespace

TEST_CASE("live equals batch: every line against its plain definition, at every bar") {
  const std::vector<Bar> bars = randomBars(7, 240);
  for (const NaiveLine& naive : naiveLines()) {
    CAPTURE(naive.indicator);
    CAPTURE(naive.line);
    const auto live = indicators::makeIndicator(naive.indicator);
    REQUIRE(live != nullptr);
    std::vector<Bar> seen;
    for (const Bar& bar : bars) {
      live->update(bar);
      seen.push_back(bar);
      if (!live->warm()) continue;
      const double expected = naive.value(seen);
      REQUIRE(live->line(naive.line) == doctest::Approx(expected).epsilon(1e-9));
    }
    CHECK(live->warm());
  }
}

TEST_CASE("every registered indicator is covered by a plain definition") {
  for (const indicators::IndicatorInfo& info : indicators::allIndicators()) {
    const auto lines = naiveLines();
    CHECK(std::any_of(lines.begin(), lines.end(), [&](const NaiveLine& line) { return info.name == line.indicator; }));
  }
  CHECK(indicators::findIndicator("nothing") == nullptr);
}

TEST_CASE("an indicator is warm after exactly its warm-up and NaN before") {
  const std::vector<Bar> bars = randomBars(11, 120);
  for (const indicators::IndicatorInfo& info : indicators::allIndicators()) {
    CAPTURE(info.name);
    const auto indicator = indicators::makeIndicator(info.name);
    const int last = static_cast<int>(info.lines.size()) - 1;
    for (int i = 0; i < 120; ++i) {
      CHECK(indicator->warm() == (i >= indicator->warmupBars()));
      bool allValid = true;
      for (int line = 0; line <= last; ++line) allValid = allValid && !std::isnan(indicator->line(line));
      CHECK(allValid == indicator->warm());
      indicator->update(bars[static_cast<std::size_t>(i)]);
    }
  }
}

TEST_CASE("reset forgets everything, bit for bit") {
  const std::vector<Bar> first = randomBars(3, 333);
  const std::vector<Bar> second = randomBars(5, 333);
  for (const indicators::IndicatorInfo& info : indicators::allIndicators()) {
    CAPTURE(info.name);
    const auto used = indicators::makeIndicator(info.name);
    const auto fresh = indicators::makeIndicator(info.name);
    for (const Bar& bar : first) used->update(bar);
    used->reset();
    CHECK_FALSE(used->warm());
    for (const Bar& bar : second) {
      used->update(bar);
      fresh->update(bar);
    }
    for (int line = 0; line < static_cast<int>(info.lines.size()); ++line) CHECK(used->line(line) == fresh->line(line));
  }
}

TEST_CASE("running sums stay right over a million bars") {
  indicators::Bollinger bands(20);
  Rng rng(1);
  Series closes;
  double price = 1e8;
  for (int i = 0; i < 1'000'000; ++i) {
    price += rng.normal() * 0.01;
    closes.push_back(price);
    bands.update(price);
  }
  CHECK(bands.upper() == doctest::Approx(naiveUpperBand(closes)).epsilon(1e-12));
  CHECK(bands.upper() - bands.value() ==
        doctest::Approx(naiveUpperBand(closes) - naiveMean(closes, closes.size(), 20)).epsilon(1e-3));
}

TEST_CASE("a market without movement is told apart") {
  indicators::Rsi rsi(14);
  indicators::Stochastic stochastic;
  for (int i = 0; i < 40; ++i) {
    rsi.update(indicators::barOf(100));
    stochastic.update(indicators::barOf(100));
  }
  CHECK(rsi.value() == 0);
  CHECK(rsi.flat());
  CHECK(stochastic.value() == 0);
  CHECK(stochastic.flat());
}

TEST_CASE("statistics reach risk on the safe side") {
  CHECK_FALSE(indicators::ratioFromStatistic(indicators::kNotWarm, Rounding::Up).has_value());
  CHECK(indicators::ratioFromStatistic(0.0000000011, Rounding::Up)->toString() == "0.00000001");
  CHECK(indicators::ratioFromStatistic(-0.0000000011, Rounding::Up)->toString() == "0");
  indicators::AtrPercent atr(3);
  CHECK_FALSE(atr.ratio().has_value());
  for (int i = 0; i < 4; ++i) atr.update({100, 101, 99, 100, 0});
  REQUIRE(atr.ratio().has_value());
  CHECK(atr.ratio()->toString() == "0.02");
}

TEST_CASE("correlation and deviation of returns") {
  indicators::Correlation same(500, 100);
  indicators::Correlation against(500, 100);
  indicators::ReturnDeviation deviation(4);
  Rng rng(9);
  double a = 100;
  double b = 50;
  for (int i = 0; i < 101; ++i) {
    CHECK_FALSE(same.warm());
    CHECK_FALSE(same.ratio().has_value());
    const double move = rng.normal() * 0.01;
    same.update(a, a * 3);
    against.update(a, b);
    a *= 1 + move;
    b *= 1 - move;
  }
  REQUIRE(same.warm());
  CHECK(same.value() == doctest::Approx(1.0));
  CHECK(against.value() == doctest::Approx(-1.0));
  CHECK(same.ratio()->decimal() <= Decimal(1, 0));
  for (const double close : {100.0, 110.0, 99.0, 108.9, 98.01}) deviation.update(close);
  CHECK(deviation.value() == doctest::Approx(0.1));
  indicators::Correlation still(500, 2);
  for (int i = 0; i < 5; ++i) still.update(100, 100 + i);
  CHECK_FALSE(still.ratio().has_value());
}
