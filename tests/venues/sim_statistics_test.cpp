// SPDX-License-Identifier: GPL-3.0-or-later
// What six hours of the embedded exchange look like: the properties that real markets have, and no free profit.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "core/domain/l2_book.h"
#include "core/venues/simulated/simulated_exchange.h"
#include "tests/venues/permit.h"

using namespace bw;

namespace {

constexpr Timestamp kSimStart = Timestamp::fromSeconds(1'723'075'200);

Instruments simTable() {
  auto table = std::make_shared<InstrumentTable>();
  for (Instrument& i : simulated::defaultInstruments()) table->add(std::move(i));
  return table;
}

std::unique_ptr<simulated::SimulatedExchange> openSim(const Clock& clock, std::uint64_t seed,
                                                      std::vector<InstrumentId> active = {}) {
  simulated::SimulatedOptions options;
  options.instruments = simTable();
  options.active = std::move(active);
  options.seed = seed;
  options.start = kSimStart;
  return std::move(*simulated::SimulatedExchange::open(clock, options));
}

// Samples the middle every minute, and spread and depth every second.
class Observer final : public MarketSink {
 public:
  explicit Observer(const Instruments& table) : m_sides(table->size()), mids(table->size()), m_table(table) {
    for (const Instrument& i : *table) m_books.push_back(std::make_unique<L2Book>(i));
  }
  void onBook(const BookDelta& delta) override {
    m_books[delta.instrument.value]->apply(delta);
    REQUIRE(m_books[delta.instrument.value]->stale() == StaleReason::None);
    add(1, delta.instrument, delta.receivedTime);
    for (const Level& l : delta.bids) mix(l.price.value, l.size.value);
    for (const Level& l : delta.asks) mix(l.price.value, l.size.value);
  }
  void onBbo(const BboUpdate& bbo) override {
    REQUIRE(m_books[bbo.instrument.value]->bestBid() == bbo.bid);
    REQUIRE(m_books[bbo.instrument.value]->bestAsk() == bbo.ask);
    m_sides[bbo.instrument.value] = bbo;
  }
  void onTrade(const TradePrint& t) override {
    add(2, t.instrument, t.receivedTime);
    mix(t.price.value, t.size.value);
    ++trades;
  }
  void onCandle(const Candle&) override {}
  void onStatus(const FeedStatus&) override {}

  void sampleMinute() {
    for (std::size_t k = 0; k < mids.size(); ++k) {
      mids[k].push_back(0.5 * static_cast<double>(m_sides[k].bid.price.value + m_sides[k].ask.price.value));
    }
  }
  void sampleSecond() {
    for (std::size_t k = 0; k < mids.size(); ++k) {
      spreads.push_back(m_sides[k].ask.price.value - m_sides[k].bid.price.value);
      bidLevels.push_back(static_cast<std::int64_t>(m_books[k]->bids().size()));
      askLevels.push_back(static_cast<std::int64_t>(m_books[k]->asks().size()));
    }
  }
  const BboUpdate& best(InstrumentId id) const { return m_sides[id.value]; }

 private:
  void add(std::int64_t kind, InstrumentId id, Timestamp time) { mix(kind * 100 + id.value, time.ns); }
  void mix(std::int64_t a, std::int64_t b) {
    for (const std::int64_t v : {a, b}) hash = (hash ^ static_cast<std::uint64_t>(v)) * 1099511628211ULL;
  }
  std::vector<std::unique_ptr<L2Book>> m_books;
  std::vector<BboUpdate> m_sides;

 public:
  std::vector<std::vector<double>> mids;
  std::vector<std::int64_t> spreads;
  std::vector<std::int64_t> bidLevels;
  std::vector<std::int64_t> askLevels;
  std::uint64_t trades = 0;
  std::uint64_t hash = 1469598103934665603ULL;

 private:
  Instruments m_table;
};

std::vector<double> logReturns(const std::vector<double>& prices) {
  std::vector<double> r;
  for (std::size_t i = 1; i < prices.size(); ++i) r.push_back(std::log(prices[i] / prices[i - 1]));
  return r;
}

double meanOf(const std::vector<double>& x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

double autocorrelation(const std::vector<double>& x, std::size_t lag) {
  const double mean = meanOf(x);
  double top = 0;
  double bottom = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    bottom += (x[i] - mean) * (x[i] - mean);
    if (i + lag < x.size()) top += (x[i] - mean) * (x[i + lag] - mean);
  }
  return top / bottom;
}

double excessKurtosis(const std::vector<double>& x) {
  const double mean = meanOf(x);
  double second = 0;
  double fourth = 0;
  for (const double v : x) {
    second += (v - mean) * (v - mean);
    fourth += std::pow(v - mean, 4);
  }
  const double n = static_cast<double>(x.size());
  return fourth / n / (second / n * second / n) - 3;
}

template <class T>
T quantile(std::vector<T> values, double q) {
  const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

class Ignored final : public VenueListener {
 public:
  void onReport(const OrderReport& report) override { fills += report.kind == OrderReport::Kind::Filled ? 1 : 0; }
  int fills = 0;
};

// Runs a strategy for some hours on one instrument; every `every` of market time it is asked to act.
class Trial {
 public:
  Trial(std::uint64_t seed, const char* symbol)
      : clock(kSimStart),
        id(simTable()->findSymbol(symbol)->id),
        exchange(openSim(clock, seed, {id})),
        observer(simTable()) {
    connection = exchange->connect(listener);
    instrument = *simTable()->findSymbol(symbol);
  }
  template <class Act>
  double run(Duration every, int times, Act act) {
    for (int i = 0; i < times; ++i) {
      advance(every);
      act(*this, i);
    }
    advance(Duration::seconds(2));
    connection->cancelAll();
    advance(Duration::seconds(2));
    const auto account = connection->account().value();
    if (!account.positions.empty())
      market(account.positions[0].quantity.sign() > 0 ? Side::Sell : Side::Buy, account.positions[0].quantity.abs(),
             true);
    advance(Duration::seconds(2));
    REQUIRE(connection->account()->positions.empty());
    return connection->account()->balances[0].total.toDouble() - 10'000;
  }
  void advance(Duration by) {
    clock.advance(by);
    exchange->poll(clock.now(), observer);
  }
  void market(Side side, Quantity quantity, bool closing = false) { place(side, quantity, std::nullopt, closing); }
  void place(Side side, Quantity quantity, std::optional<Ticks> limit, bool closing = false) {
    PlaceRequest r;
    r.clientId = Uuid{1, ++ids};
    r.instrument = id;
    r.side = side;
    r.quantity = quantity;
    r.type = limit ? OrderType::Limit : OrderType::Market;
    r.tif = limit ? TimeInForce::Gtc : TimeInForce::Ioc;
    r.postOnly = limit.has_value();
    r.reduceOnly = closing;
    if (limit) r.limitPrice = instrument.price(*limit);
    r.leverage = Decimal(10, 0);
    connection->place(gate::Gate::permit(), r);
  }
  Quantity size() const {
    const double lots =
        2'000 /
        (observer.best(id).bid.price.value == 0 ? 1.0 : instrument.price(observer.best(id).bid.price).toDouble()) /
        instrument.lotSize.toDouble();
    return instrument.quantity({std::max<std::int64_t>(1, std::llround(lots))});
  }

  ManualClock clock;
  InstrumentId id;
  std::unique_ptr<simulated::SimulatedExchange> exchange;
  Observer observer;
  Instrument instrument;
  Ignored listener;
  std::unique_ptr<VenueConnection> connection;
  std::uint64_t ids = 0;
};

}  // namespace

TEST_CASE("six hours have heavy tails, clustered volatility and no memory of direction") {
  const ManualClock clock(kSimStart);
  const auto exchange = openSim(clock, 1);
  Observer observer(simTable());
  const int seconds = 6 * 3600;
  for (int s = 1; s <= seconds; ++s) {
    exchange->poll(kSimStart + Duration::seconds(s), observer);
    if (s % 60 == 0) observer.sampleMinute();
    if (s % 10 == 0) observer.sampleSecond();
  }
  std::vector<double> kurtosis;
  std::vector<double> clustered;
  std::vector<double> direction10;
  std::vector<double> direction1;
  for (const auto& mids : observer.mids) {
    const auto returns = logReturns(mids);
    std::vector<double> sizes;
    for (const double r : returns) sizes.push_back(std::abs(r));
    kurtosis.push_back(excessKurtosis(returns));
    clustered.push_back(autocorrelation(sizes, 10));
    direction10.push_back(autocorrelation(returns, 10));
    direction1.push_back(autocorrelation(returns, 1));
  }
  const auto events = exchange->stats();
  std::printf(
      "per instrument and second: %.1f events, %.2f trades; means over 8: kurtosis %.2f, |r| lag 10 %.3f, "
      "r lag 10 %.3f, r lag 1 %.3f; spread ticks p50 %lld p99 %lld; levels p1 %lld / %lld\n",
      static_cast<double>(events.events) / seconds / 8, static_cast<double>(events.trades) / seconds / 8,
      meanOf(kurtosis), meanOf(clustered), meanOf(direction10), meanOf(direction1),
      static_cast<long long>(quantile(observer.spreads, 0.5)), static_cast<long long>(quantile(observer.spreads, 0.99)),
      static_cast<long long>(quantile(observer.bidLevels, 0.01)),
      static_cast<long long>(quantile(observer.askLevels, 0.01)));
  CHECK(*std::min_element(kurtosis.begin(), kurtosis.end()) > 1);
  CHECK(meanOf(clustered) > 0.1);
  CHECK(std::abs(meanOf(direction10)) < 0.05);
  CHECK(std::abs(meanOf(direction1)) < 0.05);
  CHECK(quantile(observer.spreads, 0.5) >= 1);
  CHECK(quantile(observer.spreads, 0.5) <= 6);
  CHECK(quantile(observer.spreads, 0.99) <= 40);
  CHECK(*std::min_element(observer.spreads.begin(), observer.spreads.end()) >= 1);
  CHECK(quantile(observer.bidLevels, 0.01) >= 15);
  CHECK(quantile(observer.askLevels, 0.01) >= 15);
}

TEST_CASE("the same seed is the same market, another seed another") {
  const auto hashOf = [](std::uint64_t seed, Duration step) {
    const ManualClock clock(kSimStart);
    const auto exchange = openSim(clock, seed);
    Observer observer(simTable());
    for (Timestamp t = kSimStart; t <= kSimStart + Duration::seconds(120); t = t + step) exchange->poll(t, observer);
    return observer.hash;
  };
  const auto first = hashOf(1, Duration::millis(500));
  CHECK(first == hashOf(1, Duration::millis(40)));  // how often it is asked makes no difference
  CHECK(first != hashOf(2, Duration::millis(500)));
}

TEST_CASE("naive strategies lose after fees") {
  for (const char* symbol : {"BTC-PERP", "XRP-PERP"}) {
    CAPTURE(symbol);
    Trial taking(3, symbol);
    const double byTaking = taking.run(Duration::seconds(30), 240, [](Trial& t, int i) {
      t.market(i % 4 < 2 ? (i % 2 == 0 ? Side::Buy : Side::Sell) : (i % 2 == 0 ? Side::Sell : Side::Buy), t.size());
    });
    Trial momentum(4, symbol);
    double before = 0;
    const double byMomentum = momentum.run(Duration::seconds(60), 120, [&](Trial& t, int) {
      const double now = static_cast<double>(t.observer.best(t.id).bid.price.value);
      const auto held = t.connection->account()->positions;
      const Side side = now > before ? Side::Buy : Side::Sell;
      before = now;
      if (!held.empty() && (held[0].quantity.sign() > 0) == (side == Side::Buy)) return;
      t.market(side, held.empty() ? t.size() : t.size() + held[0].quantity.abs());
    });
    Trial quoting(5, symbol);
    const double byQuoting = quoting.run(Duration::seconds(10), 720, [](Trial& t, int) {
      t.connection->cancelAll();
      const auto held = t.connection->account()->positions;
      const double value = held.empty() ? 0 : held[0].quantity.toDouble() / t.size().toDouble();
      if (value < 3) t.place(Side::Buy, t.size(), t.observer.best(t.id).bid.price);
      if (value > -3) t.place(Side::Sell, t.size(), t.observer.best(t.id).ask.price);
    });
    std::printf("%s: taking %.2f, momentum %.2f, quoting %.2f (%d fills)\n", symbol, byTaking, byMomentum, byQuoting,
                quoting.listener.fills);
    CHECK(byTaking < 0);
    CHECK(byMomentum < 0);
    CHECK(byQuoting < 0);
    CHECK(quoting.listener.fills > 50);
  }
}

TEST_CASE("history ends where the market starts, and intervals agree with each other") {
  const ManualClock clock(kSimStart);
  const auto exchange = openSim(clock, 1);
  const auto table = simTable();
  const InstrumentId btc = table->findSymbol("BTC-PERP")->id;
  const auto minutes = exchange->history(btc, Duration::minutes(1), 100);
  const auto seconds = exchange->history(btc, Duration::seconds(1), 60);
  REQUIRE(minutes.size() == 100);
  REQUIRE(seconds.size() == 60);
  CHECK(minutes.back().close == seconds.back().close);
  CHECK(minutes.back().open == seconds.front().open);
  CHECK(minutes.back().close.value == 61'650);
  CHECK(minutes.back().openTime + minutes.back().interval == kSimStart);
  for (std::size_t i = 1; i < minutes.size(); ++i) {
    CHECK(minutes[i].open == minutes[i - 1].close);
    CHECK(minutes[i].low <= std::min(minutes[i].open, minutes[i].close));
    CHECK(minutes[i].high >= std::max(minutes[i].open, minutes[i].close));
  }
}
