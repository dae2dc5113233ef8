// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "core/base/append_file.h"
#include "core/venues/paper/paper_venue.h"
#include "core/venues/simulated/simulated_exchange.h"
#include "tests/venues/conformance/venue_harness.h"

using namespace bw;

namespace {

constexpr Timestamp kOpening = Timestamp::fromSeconds(1'723'075'200);

std::string accountPath() {
  static int count = 0;
  const std::string path = "conformance_" + std::to_string(::getpid()) + "_" + std::to_string(++count) + ".account";
  std::remove(path.c_str());
  return path;
}

class PaperHarness final : public test::VenueHarness {
 public:
  PaperHarness() : m_path(accountPath()) {
    auto table = std::make_shared<InstrumentTable>();
    Instrument i;
    i.venue = "recorded";
    i.symbol = "BTCUSDT";
    i.base = Currency("BTC");
    i.quote = i.settle = Currency("USDT");
    i.tickSize = Decimal(1, 1);
    i.lotSize = Decimal(1, 4);
    i.maxLeverage = Decimal(100, 0);
    m_id = table->add(i);
    m_table = table;
    open();
  }
  ~PaperHarness() override { std::remove(m_path.c_str()); }
  Venue& venue() override { return *m_venue; }
  const Instrument& instrument() const override { return m_table->get(m_id); }
  Level best(Side side) const override { return side == Side::Buy ? m_bid : m_ask; }
  void settle() override {
    m_clock.advance(Duration::millis(1));
    m_venue->advance(m_clock.now());
  }
  bool tradeTo(Ticks price, Side aggressor) override {
    TradePrint t;
    t.instrument = m_id;
    t.venueTime = t.receivedTime = m_clock.now();
    t.price = price;
    t.size = {10};
    t.aggressor = aggressor;
    m_venue->onTrade(t);
    return true;
  }
  void killAndReopen() override {
    m_venue.reset();
    open();
  }
  std::string journal() const override { return *readWholeFile(m_path); }

 private:
  void open() {
    paper::PaperOptions options;
    options.instruments = m_table;
    options.latency = options.jitter = Duration{};
    options.accountFile = m_path;
    m_venue = std::move(*paper::PaperVenue::open(m_clock, options));
    show(616'500);
  }
  // A fresh book around a best bid.
  void show(std::int64_t bid) {
    BookDelta book;
    book.instrument = m_id;
    book.venueTime = book.receivedTime = m_clock.now();
    book.snapshot = true;
    for (std::int64_t k = 0; k < 500; ++k) {
      book.bids.push_back({{bid - k}, {20 + k % 7}});
      book.asks.push_back({{bid + 1 + k}, {20 + k % 5}});
    }
    m_bid = book.bids[0];
    m_ask = book.asks[0];
    m_venue->onBook(book);
  }

  std::string m_path;
  Instruments m_table;
  InstrumentId m_id;
  ManualClock m_clock{kOpening};
  std::unique_ptr<paper::PaperVenue> m_venue;
  Level m_bid;
  Level m_ask;
};

class SimulatedHarness final : public test::VenueHarness, public MarketSink {
 public:
  SimulatedHarness() : m_path(accountPath()) {
    auto table = std::make_shared<InstrumentTable>();
    for (Instrument& i : simulated::defaultInstruments()) table->add(std::move(i));
    m_table = table;
    m_id = table->findSymbol("BTC-PERP")->id;
    open();
  }
  ~SimulatedHarness() override { std::remove(m_path.c_str()); }
  Venue& venue() override { return *m_exchange; }
  const Instrument& instrument() const override { return m_table->get(m_id); }
  Level best(Side side) const override { return side == Side::Buy ? m_best.bid : m_best.ask; }
  void settle() override { m_exchange->poll(m_clock.now(), *this); }
  bool tradeTo(Ticks price, Side aggressor) override {
    for (int i = 0; i < 36'000; ++i) {
      m_clock.advance(Duration::millis(100));
      m_exchange->poll(m_clock.now(), *this);
      if (aggressor == Side::Buy ? m_last >= price : m_last <= price) return true;
    }
    return false;
  }
  void killAndReopen() override {
    m_exchange.reset();
    open();
  }
  std::string journal() const override { return *readWholeFile(m_path); }

  void onBook(const BookDelta&) override {}
  void onBbo(const BboUpdate& bbo) override {
    if (bbo.instrument == m_id) m_best = bbo;
  }
  void onTrade(const TradePrint& trade) override {
    if (trade.instrument == m_id) m_last = trade.price;
  }
  void onCandle(const Candle&) override {}
  void onStatus(const FeedStatus&) override {}

 private:
  void open() {
    simulated::SimulatedOptions options;
    options.instruments = m_table;
    options.active = {m_id};
    options.latency = options.jitter = Duration{};
    options.start = kOpening;
    options.accountFile = m_path;
    m_exchange = std::move(*simulated::SimulatedExchange::open(m_clock, options));
    m_clock.advance(Duration::seconds(1));
    settle();
  }

  std::string m_path;
  Instruments m_table;
  InstrumentId m_id;
  ManualClock m_clock{kOpening};
  std::unique_ptr<simulated::SimulatedExchange> m_exchange;
  BboUpdate m_best;
  Ticks m_last;
};

}  // namespace

TEST_CASE("conformance: paper") {
  CHECK(test::runConformance([] { return std::make_unique<PaperHarness>(); }) == std::vector<int>{});
}

TEST_CASE("conformance: simulated") {
  CHECK(test::runConformance([] { return std::make_unique<SimulatedHarness>(); }) == std::vector<int>{});
}
