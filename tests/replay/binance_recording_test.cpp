// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <memory>

#include "core/replay/binance_reader.h"
#include "tests/replay/replay_support.h"

using namespace bw;
using namespace bw::test;

namespace {

constexpr const char* kUsdm = "ticks/hftbacktest_usdm_btcusdt_20240808.gz";

// Everything a reader says, in words.
class WritingSink final : public MarketSink {
 public:
  void onBook(const BookDelta& d) override {
    text += d.snapshot ? "S" : "D";
    add({static_cast<std::int64_t>(d.firstSequence), static_cast<std::int64_t>(d.lastSequence),
         static_cast<std::int64_t>(d.previousSequence), d.venueTime.ns, d.receivedTime.ns});
    for (const Level& l : d.bids) add({l.price.value, l.size.value});
    text += '/';
    for (const Level& l : d.asks) add({l.price.value, l.size.value});
  }
  void onBbo(const BboUpdate& b) override {
    text += 'B';
    add({static_cast<std::int64_t>(b.sequence), b.venueTime.ns, b.receivedTime.ns, b.bid.price.value, b.bid.size.value,
         b.ask.price.value, b.ask.size.value});
  }
  void onTrade(const TradePrint& t) override {
    text += t.aggressor == Side::Buy ? 'T' : 't';
    add({static_cast<std::int64_t>(t.tradeId), t.venueTime.ns, t.receivedTime.ns, t.price.value, t.size.value});
  }
  void onCandle(const Candle&) override {}
  void onStatus(const FeedStatus&) override {}
  void add(std::initializer_list<std::int64_t> numbers) {
    for (const std::int64_t n : numbers) text += ' ' + std::to_string(n);
  }
  std::string text;
};

}  // namespace

TEST_CASE("usd-m recording: counts, old updates and the final book are exact") {
  const std::string path = recordingPath(kUsdm);
  if (path.empty()) return;
  auto recording = openForTest(path, knownBtcUsdm());
  REQUIRE_MESSAGE(recording->feed, recording->error);
  CHECK(recording->info.format == "binance");
  CHECK(recording->info.hasBook);
  CHECK_FALSE(recording->info.derived);
  CollectingSink sink(recording->table);
  sink.keepAll = false;
  recording->feed->poll(Timestamp::never(), sink);
  CHECK(recording->feed->nextTime() == Timestamp::never());
  const FeedStats stats = recording->feed->stats();
  CHECK(stats.events == 93'954);
  CHECK(stats.bookUpdates == 6'552);
  CHECK(stats.bboUpdates == 66'089);
  CHECK(stats.trades == 21'313);
  CHECK(stats.other == 0);
  CHECK(stats.badLines == 0);
  CHECK(sink.findings.empty());
  const BookCounters counters = sink.counters();
  CHECK(counters.staleUpdates == 4);
  CHECK(counters.gaps == 0);
  CHECK(counters.crossed == 0);
  CHECK(counters.malformed == 0);
  const L2Book& book = sink.book({0});
  CHECK(book.bestBid() == Level{{616597}, {1486}});
  CHECK(book.bestAsk() == Level{{616598}, {981}});
  CHECK(book.tradable());
  // Worked out by an independent program on decimals.
  CHECK(toHex(book.hash()) == "36c5afa99b3686de965545c0ef52ad4cec689b5920b86e73f1059b3d55872f29");
}

TEST_CASE("recorded stream: the book equals two std::maps after every message") {
  const std::string path = recordingPath(kUsdm);
  if (path.empty()) return;
  auto recording = openForTest(path, knownBtcUsdm());
  REQUIRE_MESSAGE(recording->feed, recording->error);
  class Comparing final : public MarketSink {
   public:
    explicit Comparing(const Instrument& instrument) : book(instrument) {}
    void onBook(const BookDelta& delta) override {
      const bool applied = book.apply(delta) == BookOutcome::Applied;
      if (!applied || (!delta.snapshot && !started)) return;
      if (!started) {
        // The snapshot let waiting deltas in: begin from there.
        started = true;
        book.bids().forEach([&](const Level& l) { return bids[-l.price.value] = l.size.value, true; });
        book.asks().forEach([&](const Level& l) { return asks[l.price.value] = l.size.value, true; });
        return;
      }
      for (const Level& l : delta.bids) set(bids, -l.price.value, l.size.value);
      for (const Level& l : delta.asks) set(asks, l.price.value, l.size.value);
      REQUIRE(book.bestBid() == Level{{-bids.begin()->first}, {bids.begin()->second}});
      REQUIRE(book.bestAsk() == Level{{asks.begin()->first}, {asks.begin()->second}});
      if (++compared % 100 == 0) requireAll();
    }
    void requireAll() const {
      REQUIRE(book.bids().size() == bids.size());
      REQUIRE(book.asks().size() == asks.size());
      auto bid = bids.begin();
      book.bids().forEach([&](const Level& l) {
        return l == Level{{-bid->first}, {bid->second}} && ++bid != bids.end();
      });
      auto ask = asks.begin();
      book.asks().forEach([&](const Level& l) {
        return l == Level{{ask->first}, {ask->second}} && ++ask != asks.end();
      });
      REQUIRE(bid == bids.end());
      REQUIRE(ask == asks.end());
    }
    void onBbo(const BboUpdate&) override {}
    void onTrade(const TradePrint&) override {}
    void onCandle(const Candle&) override {}
    void onStatus(const FeedStatus&) override {}
    static void set(std::map<std::int64_t, std::int64_t>& side, std::int64_t key, std::int64_t size) {
      if (size == 0) {
        side.erase(key);
      } else {
        side[key] = size;
      }
    }
    L2Book book;
    std::map<std::int64_t, std::int64_t> bids;
    std::map<std::int64_t, std::int64_t> asks;
    bool started = false;
    int compared = 0;
  };
  Comparing comparing(recording->table.get({0}));
  recording->feed->poll(Timestamp::never(), comparing);
  comparing.requireAll();
  CHECK(comparing.compared > 6'000);
}

TEST_CASE("usd-m recording without known instruments gets the same steps, marked derived") {
  const std::string path = recordingPath(kUsdm);
  if (path.empty()) return;
  auto recording = openForTest(path);
  REQUIRE_MESSAGE(recording->feed, recording->error);
  CHECK(recording->info.derived);
  const Instrument& instrument = recording->table.get({0});
  CHECK(instrument.derived);
  CHECK(instrument.tickSize == Decimal(1, 1));
  CHECK(instrument.lotSize == Decimal(1, 3));
}

TEST_CASE("quick and general decoding say the same of every line") {
  for (const char* name : {kUsdm, "ticks/hftbacktest_spot_btcusdt_20240808.gz"}) {
    const std::string path = recordingPath(name);
    if (path.empty()) return;
    CAPTURE(path);
    const std::string venue = std::string(name).find("usdm") != std::string::npos ? "binance_usdm" : "binance_spot";
    std::vector<Instrument> known = knownBtcUsdm();
    known[0].venue = venue;
    known[0].tickSize = Decimal(1, 2);
    known[0].lotSize = Decimal(1, 6);
    replay::SymbolMap symbols(known);
    symbols.find(venue, "BTCUSDT");
    InstrumentTable table;
    symbols.finishScan(table);
    // The first look is over, but nothing was seen; take the steps as they are known.
    auto quickParts = replay::openParts(path);
    auto generalParts = replay::openParts(path);
    REQUIRE(quickParts);
    REQUIRE(generalParts);
    replay::BinanceReader quick(std::move(quickParts->front().bytes), symbols, venue);
    replay::BinanceReader general(std::move(generalParts->front().bytes), symbols, venue);
    general.useGeneralParserOnly();
    std::uint64_t lines = 0;
    while (quick.nextTime() != Timestamp::never() && ++lines < 20'000) {
      REQUIRE(general.nextTime() == quick.nextTime());
      WritingSink one;
      WritingSink other;
      quick.deliver(one);
      general.deliver(other);
      REQUIRE(one.text == other.text);
      REQUIRE_MESSAGE(!one.text.empty(), quick.stats().firstBadText);
    }
    CHECK(quick.stats().badLines == 0);
  }
}

TEST_CASE("spot recording runs without gaps") {
  const std::string path = recordingPath("ticks/hftbacktest_spot_btcusdt_20240808.gz");
  if (path.empty()) return;
  auto recording = openForTest(path);
  REQUIRE_MESSAGE(recording->feed, recording->error);
  CollectingSink sink(recording->table);
  sink.keepAll = false;
  recording->feed->poll(Timestamp::never(), sink);
  const FeedStats stats = recording->feed->stats();
  CHECK(stats.events == 41'249);
  CHECK(stats.bookUpdates == 3'452);
  CHECK(stats.bboUpdates == 28'040);
  CHECK(stats.trades == 9'757);
  CHECK(stats.badLines == 0);
  CHECK(sink.counters().gaps == 0);
  CHECK(sink.book({0}).tradable());
  // The last book ticker and the book agree as far as the 100 ms of the depth stream allow.
  CHECK(sink.book({0}).bestBid().price.value > 0);
}

TEST_CASE("seek, then replay, gives the book of a straight replay") {
  const std::string path = recordingPath(kUsdm);
  if (path.empty()) return;
  auto straight = openForTest(path, knownBtcUsdm());
  REQUIRE_MESSAGE(straight->feed, straight->error);
  auto jumping = openForTest(path, knownBtcUsdm());
  CollectingSink sink(straight->table);
  sink.keepAll = false;
  const std::int64_t start = straight->feed->nextTime().ns;
  // 200 ms: before the snapshot; 2 s: soon after; the rest anywhere, and backwards at the end.
  for (const std::int64_t millis : {200, 2'000, 61'000, 200'000}) {
    CAPTURE(millis);
    const Timestamp when{start + millis * 1'000'000};
    const Timestamp later = when + Duration::seconds(20);
    sink.books.clear();
    auto fresh = openForTest(path, knownBtcUsdm());
    fresh->feed->poll(later, sink);
    CollectingSink jumped(jumping->table);
    REQUIRE(jumping->feed->seek(when));
    CHECK(jumping->feed->nextTime() >= when);
    jumping->feed->poll(later, jumped);
    CHECK(jumped.book({0}).hash() == sink.book({0}).hash());
    CHECK(jumped.book({0}).stale() == StaleReason::None);
    CHECK(jumping->feed->nextTime() == fresh->feed->nextTime());
    CHECK(jumping->feed->stats().events == fresh->feed->stats().events);
  }
}
