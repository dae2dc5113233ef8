// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <cmath>

#include "core/agents/signal/signal_agent.h"
#include "core/base/rng.h"
#include "tests/support/fake_agent_context.h"

using namespace bw;
using agents::DivergenceFinder;
using agents::SignalEngine;
using agents::SignalSettings;

namespace {

constexpr std::int64_t kStartSecond = 1'700'000'040;  // a whole minute

Candle signalCandle(Duration interval, std::int64_t index, std::int64_t ticks, std::int64_t wick = 3) {
  Candle candle;
  candle.interval = interval;
  candle.openTime = Timestamp::fromSeconds(kStartSecond) + interval * index;
  candle.open = candle.close = Ticks{ticks};
  candle.high = Ticks{ticks + wick};
  candle.low = Ticks{ticks - wick};
  candle.volume = Lots{5};
  candle.closed = true;
  return candle;
}

/// Feeds a price path of one tick value a second to every time-frame, as a candle builder would.
std::vector<SignalGenerated> runPath(SignalEngine& engine, const std::vector<std::int64_t>& path) {
  std::vector<SignalGenerated> signals;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto index = static_cast<std::int64_t>(i);
    if (i % 5 == 4) engine.onCandle(signalCandle(Duration::seconds(5), index / 5, path[i]));
    if (i % 60 == 59) engine.onCandle(signalCandle(Duration::minutes(1), index / 60, path[i]));
    auto signal = engine.onCandle(signalCandle(Duration::seconds(1), index, path[i]));
    if (signal) signals.push_back(*signal);
  }
  return signals;
}

std::vector<std::int64_t> randomPath(std::uint64_t seed, int count) {
  Rng rng(seed);
  std::vector<std::int64_t> path;
  std::int64_t price = 600000;
  for (int i = 0; i < count; ++i) path.push_back(price += rng.between(-20, 20));
  return path;
}

const SignalComponent& component(const SignalGenerated& signal, const std::string& name) {
  for (const SignalComponent& one : signal.breakdown) {
    if (one.name == name) return one;
  }
  FAIL("no component of that name");
  return signal.breakdown.front();
}

std::int64_t hundredthsOf(double value) {
  return std::llround(value * 100);
}

}  // namespace

TEST_CASE("the breakdown adds up to the score, exactly as shown") {
  const Instrument instrument;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SignalEngine engine(instrument, SignalSettings());
    for (const SignalGenerated& signal : runPath(engine, randomPath(seed, 400))) {
      std::int64_t sum = 0;
      double weights = 0;
      double reachable = 0;
      for (const SignalComponent& one : signal.breakdown) {
        REQUIRE(std::abs(one.value) <= 1);
        REQUIRE(hundredthsOf(one.contribution) == hundredthsOf(one.value) * std::llround(one.weight));
        if (!one.available) REQUIRE(one.contribution == 0);
        sum += hundredthsOf(one.contribution);
        weights += one.weight;
        if (one.available) reachable += one.weight;
      }
      REQUIRE(sum == hundredthsOf(signal.score));
      REQUIRE(weights == 130);
      REQUIRE(signal.scoreRange == reachable);
      REQUIRE(std::abs(signal.score) <= signal.scoreRange);
      REQUIRE(signal.confidence <= 100);
    }
  }
}

TEST_CASE("a signal is valid after 35 bars and says how far it is before") {
  const Instrument instrument;
  SignalEngine engine(instrument, SignalSettings());
  const auto signals = runPath(engine, randomPath(3, 36));
  REQUIRE(signals.size() == 36);
  CHECK(signals[11].warmupText == "Warming up: 12 of 35 bars");
  CHECK(signals[33].warmupText == "Warming up: 34 of 35 bars");
  CHECK_FALSE(signals[33].warm);
  CHECK(signals[34].warm);
  CHECK(signals[34].warmupText.empty());
  CHECK(signals[0].direction == Direction::Neutral);
  CHECK_FALSE(component(signals[0], "RSI").available);
  CHECK(signals[0].scoreRange == 0);
  CHECK(signals[0].confidence == 0);
}

TEST_CASE("scripted candles give the golden score") {
  const Instrument instrument;
  SignalSettings settings;
  settings.minScore = 20;
  SignalEngine engine(instrument, settings);
  std::vector<std::int64_t> path;
  for (std::int64_t i = 0; i < 150; ++i) path.push_back(600000 - 4 * i + 9 * (i % 3));
  for (std::int64_t i = 0; i < 6; ++i) path.push_back(path.back() - 2);
  const SignalGenerated signal = runPath(engine, path).back();
  std::string text;
  for (const SignalComponent& one : signal.breakdown) {
    text += one.name + " " + std::to_string(hundredthsOf(one.contribution)) + (one.available ? "" : " n/a") + "\n";
  }
  CHECK(text == "RSI 1960\nBollinger 900\nStochastic 1500\nMACD 800\nEMA -2000\nATR -450\nDivergence 0\nAlignment 0\n");
  CHECK(signal.score == 27.1);
  CHECK(signal.scoreRange == 130);
  CHECK(signal.confidence == doctest::Approx(100 * 27.1 / 130));
  CHECK(signal.direction == Direction::Long);
  CHECK(signal.alignment == Alignment::Divergent);  // every time-frame falls, the score says rise
}

TEST_CASE("oversold counts for a rise, a falling trend against it") {
  const Instrument instrument;
  SignalEngine engine(instrument, SignalSettings());
  std::vector<std::int64_t> path;
  for (std::int64_t i = 0; i < 60; ++i) path.push_back(600000 - 10 * i);
  const SignalGenerated signal = runPath(engine, path).back();
  CHECK(component(signal, "RSI").contribution == 20);
  CHECK(component(signal, "Bollinger").contribution > 0);
  CHECK(component(signal, "Stochastic").contribution > 0);
  CHECK(component(signal, "EMA").contribution < 0);
  CHECK(component(signal, "ATR").contribution < 0);
  CHECK(std::find(signal.detected.begin(), signal.detected.end(), "RSI oversold") != signal.detected.end());
}

TEST_CASE("a market without movement says nothing") {
  const Instrument instrument;
  SignalEngine engine(instrument, SignalSettings());
  std::vector<SignalGenerated> signals;
  for (std::int64_t i = 0; i < 60; ++i)
    signals.push_back(*engine.onCandle(signalCandle(Duration::seconds(1), i, 500, 0)));
  CHECK(signals.back().score == 0);
  CHECK(signals.back().direction == Direction::Neutral);
  CHECK_FALSE(component(signals.back(), "RSI").available);
  CHECK_FALSE(component(signals.back(), "Stochastic").available);
}

TEST_CASE("alignment is signed by the others and needs two fresh time-frames") {
  const Instrument instrument;
  SignalSettings settings;
  settings.rsiWeight = settings.bollingerWeight = settings.stochasticWeight = 0;
  settings.emaWeight = 70;  // trend only, so that the sum has the trend's sign
  SignalEngine engine(instrument, settings);
  std::vector<std::int64_t> path;
  for (std::int64_t i = 0; i < 200; ++i) path.push_back(600000 + 10 * i);
  const auto signals = runPath(engine, path);
  CHECK_FALSE(component(signals[60], "Alignment").available);  // 5 s needs 26 bars = 130 s
  CHECK(signals.back().alignment == Alignment::Full);
  CHECK(component(signals.back(), "Alignment").contribution == 15);
  SignalEngine falling(instrument, settings);
  std::vector<std::int64_t> mirrored;
  for (const std::int64_t price : path) mirrored.push_back(1200000 - price);
  CHECK(component(runPath(falling, mirrored).back(), "Alignment").contribution == -15);
  std::int64_t price = path.back();
  SignalGenerated turned;
  for (std::int64_t i = 200; i < 212; ++i)
    turned = *engine.onCandle(signalCandle(Duration::seconds(1), i, price -= 60));
  CHECK(turned.score < 0);  // one second points down, five seconds up: half of two is not more than half
  CHECK(turned.alignment == Alignment::Divergent);
  CHECK(component(turned, "Alignment").contribution == 0);
  for (std::int64_t i = 212; i < 240; ++i)
    turned = *engine.onCandle(signalCandle(Duration::seconds(1), i, price -= 60));
  CHECK_FALSE(component(turned, "Alignment").available);  // the 5 s candles stopped coming
}

TEST_CASE("divergence: regular and hidden, bullish and bearish, and it fades") {
  const auto swing = [](DivergenceFinder& finder, double price, double oscillator, bool low) {
    for (const int off : {2, 1, 0, 1, 2}) {
      const double shifted = low ? price + off : price - off;
      finder.update(low ? 1000.0 + off : shifted, low ? shifted : 0.0 - off, oscillator);
    }
  };
  struct Case {
    double firstPrice, firstOscillator, secondPrice, secondOscillator;
    bool low;
    DivergenceFinder::Kind kind;
  };
  const Case cases[] = {
      {100, 30, 95, 35, true, DivergenceFinder::Kind::RegularBullish},
      {100, 30, 105, 25, true, DivergenceFinder::Kind::HiddenBullish},
      {100, 70, 105, 65, false, DivergenceFinder::Kind::RegularBearish},
      {100, 70, 95, 75, false, DivergenceFinder::Kind::HiddenBearish},
      {100, 30, 95, 25, true, DivergenceFinder::Kind::None},
  };
  for (const Case& one : cases) {
    DivergenceFinder finder;
    swing(finder, one.firstPrice, one.firstOscillator, one.low);
    CHECK(finder.kind() == DivergenceFinder::Kind::None);
    swing(finder, one.secondPrice, one.secondOscillator, one.low);
    CHECK(finder.kind() == one.kind);
    for (int i = 0; i < DivergenceFinder::kLifeBars; ++i) finder.update(500, 400, 50);
    CHECK(finder.kind() == DivergenceFinder::Kind::None);
    CHECK(finder.value() == 0);
  }
}

TEST_CASE("settings are checked with the remedy in the text") {
  SignalSettings settings;
  CHECK(agents::validate(settings).ok());
  settings.rsiWeight = 15;
  CHECK(agents::validate(settings).error().detail == "weights must sum to 130, they sum to 125");
  settings.rsiWeight = -10;
  CHECK(agents::validate(settings).error().userKey == "signal.weights");
  settings = SignalSettings();
  settings.minScore = 131;
  CHECK_FALSE(agents::validate(settings).ok());
  settings = SignalSettings();
  settings.primary = Duration::seconds(3);
  CHECK_FALSE(agents::validate(settings).ok());
  settings = SignalSettings();
  settings.macdFast = 30;
  CHECK_FALSE(agents::validate(settings).ok());
}

TEST_CASE("the agent publishes one signal per primary candle and is silent in the emergency stop") {
  auto table = std::make_shared<InstrumentTable>();
  Instrument instrument;
  instrument.symbol = "BTCUSDT";
  table->add(instrument);
  agents::SignalAgent agent(table, SignalSettings());
  test::FakeAgentContext context;
  agent.onStart(context);
  CHECK(agent.selfTest().empty());
  Candle running = signalCandle(Duration::seconds(1), 0, 1000);
  running.closed = false;
  CHECK_FALSE(context.deliver(agent, Topic::MarketCandle, running));
  for (std::int64_t i = 0; i < 3; ++i) {
    context.deliver(agent, Topic::MarketCandle, signalCandle(Duration::seconds(1), i, 1000 + i));
    context.deliver(agent, Topic::MarketCandle, signalCandle(Duration::seconds(5), i, 1000 + i));
  }
  const auto signals = context.all<SignalGenerated>(Topic::Signal);
  REQUIRE(signals.size() == 3);
  CHECK_FALSE(signals[0].id.isNil());
  CHECK(context.published[0].options.correlationId == signals[0].id);
  CHECK(signals[2].warmupText == "Warming up: 3 of 35 bars");
  context.deliver(agent, Topic::EmergencyStop, EmergencyStopRaised());
  context.deliver(agent, Topic::MarketCandle, signalCandle(Duration::seconds(1), 3, 1000));
  CHECK(context.all<SignalGenerated>(Topic::Signal).size() == 3);
  context.deliver(agent, Topic::StateChanged, StateChanged{SessionState::EmergencyStop, SessionState::Ready, ""});
  context.deliver(agent, Topic::MarketCandle, signalCandle(Duration::seconds(1), 4, 1000));
  CHECK(context.all<SignalGenerated>(Topic::Signal).back().warmupText == "Warming up: 5 of 35 bars");
}
