// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/venues/paper/paper_venue.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>

#include "core/base/thread.h"
#include "core/venues/paper/paper_feed.h"
#include "tests/venues/conformance/venue_harness.h"
#include "tests/venues/permit.h"

using namespace bw;

namespace {

constexpr Timestamp kPaperStart = Timestamp::fromSeconds(1'723'075'200);

// A feed of prepared events, one each 10 ms: the same book, then trades at the best bid.
class ScriptFeed final : public MarketFeed {
 public:
  ScriptFeed(InstrumentId id, int events) : m_id(id), m_events(events) {}
  Timestamp nextTime() override {
    return m_at < m_events ? kPaperStart + Duration::millis(10) * m_at : Timestamp::never();
  }
  void poll(Timestamp until, MarketSink& sink) override {
    while (nextTime() <= until) {
      const Timestamp now = nextTime();
      if (m_at % 2 == 0) {
        BookDelta book;
        book.instrument = m_id;
        book.venueTime = book.receivedTime = now;
        book.snapshot = true;
        for (std::int64_t k = 0; k < 20; ++k) {
          book.bids.push_back({{1'000 - k}, {50}});
          book.asks.push_back({{1'001 + k}, {50}});
        }
        sink.onBook(book);
      } else {
        TradePrint t;
        t.instrument = m_id;
        t.venueTime = t.receivedTime = now;
        t.price = {1'000};
        t.size = {5};
        t.aggressor = Side::Sell;
        sink.onTrade(t);
      }
      ++m_at;
    }
  }
  FeedStats stats() const override { return {}; }
  Result<void> seek(Timestamp) override { return {}; }

 private:
  InstrumentId m_id;
  int m_at = 0;
  int m_events;
};

class NullSink final : public MarketSink {
 public:
  void onBook(const BookDelta&) override { ++events; }
  void onBbo(const BboUpdate&) override { ++events; }
  void onTrade(const TradePrint&) override { ++events; }
  void onCandle(const Candle&) override {}
  void onStatus(const FeedStatus&) override {}
  int events = 0;
};

struct Rig {
  explicit Rig(std::string file = {}, std::uint64_t seed = 1) {
    auto table = std::make_shared<InstrumentTable>();
    Instrument i;
    i.venue = "recorded";
    i.symbol = "XYZ";
    i.settle = i.quote = Currency("USDT");
    i.tickSize = Decimal(1, 1);  // prices around 100
    i.lotSize = Decimal(1, 0);
    i.maxLeverage = Decimal(100, 0);
    id = table->add(i);
    options.instruments = table;
    options.accountFile = std::move(file);
    options.seed = seed;
    venue = std::move(*paper::PaperVenue::open(clock, options));
  }
  PlaceRequest request(Side side, std::int64_t lots, std::optional<std::int64_t> ticks = std::nullopt) {
    PlaceRequest r;
    r.clientId = Uuid{9, ++ids};
    r.instrument = id;
    r.side = side;
    r.quantity = Quantity(Decimal(lots, 0));
    r.type = ticks ? OrderType::Limit : OrderType::Market;
    r.tif = ticks ? TimeInForce::Gtc : TimeInForce::Ioc;
    if (ticks) r.limitPrice = Price(Decimal(*ticks, 1));
    r.leverage = Decimal(10, 0);
    return r;
  }
  void book(std::int64_t bid, std::int64_t size) {
    BookDelta b;
    b.instrument = id;
    b.venueTime = b.receivedTime = clock.now();
    b.snapshot = true;
    b.bids = {{{bid}, {size}}, {{bid - 1}, {size}}};
    b.asks = {{{bid + 1}, {size}}, {{bid + 2}, {size}}};
    venue->onBook(b);
  }
  ManualClock clock{kPaperStart};
  InstrumentId id;
  paper::PaperOptions options;
  std::unique_ptr<paper::PaperVenue> venue;
  test::ReportLog log;
  std::uint64_t ids = 0;
};

std::string tempAccount(const char* name) {
  const std::string path = std::string(name) + "_" + std::to_string(::getpid()) + ".account";
  std::remove(path.c_str());
  return path;
}

}  // namespace

TEST_CASE("an order arrives 40 to 60 ms after it was sent, seeded, and never overtakes its own connection") {
  const auto arrivals = [](std::uint64_t seed) {
    Rig rig({}, seed);
    ScriptFeed script(rig.id, 400);
    paper::PaperFeed feed(script, *rig.venue);
    NullSink sink;
    const auto connection = rig.venue->connect(rig.log);
    std::vector<std::int64_t> delays;
    std::vector<Timestamp> sent;
    for (int i = 0; i < 20; ++i) {
      rig.clock.advance(Duration::millis(i % 3 == 0 ? 5 : 100));
      feed.poll(rig.clock.now(), sink);
      sent.push_back(rig.clock.now());
      connection->place(gate::Gate::permit(), rig.request(Side::Buy, 1, 990));
    }
    rig.clock.advance(Duration::millis(100));
    feed.poll(rig.clock.now(), sink);
    REQUIRE(rig.log.all.size() == 20);
    Timestamp last;
    for (std::size_t i = 0; i < 20; ++i) {
      REQUIRE(rig.log.all[i].clientId == Uuid{9, i + 1});
      REQUIRE(rig.log.all[i].venueTime >= last);
      last = rig.log.all[i].venueTime;
      delays.push_back((last - sent[i]).ns);
      CHECK(delays.back() >= Duration::millis(40).ns);
      CHECK(delays.back() <= Duration::millis(60).ns);
    }
    CHECK(sink.events > 100);
    return delays;
  };
  CHECK(arrivals(1) == arrivals(1));
  CHECK(arrivals(1) != arrivals(2));
}

TEST_CASE("the feed says when a request is due, and wakes for an earlier one") {
  Rig rig;
  ScriptFeed script(rig.id, 1);
  paper::PaperFeed feed(script, *rig.venue);
  NullSink sink;
  feed.poll(rig.clock.now(), sink);
  CHECK(feed.nextTime() == Timestamp::never());
  Timestamp woken;
  rig.venue->setWake([&](Timestamp due) { woken = due; });
  const auto connection = rig.venue->connect(rig.log);
  const auto r = rig.request(Side::Buy, 1);
  connection->place(gate::Gate::permit(), r);
  CHECK(woken == feed.nextTime());
  CHECK(connection->order(r.clientId).error().userKey == "venue.in_flight");
  rig.clock.advanceTo(woken);
  feed.poll(woken, sink);
  CHECK(rig.log.story(r.clientId) == "Accepted Filled");
  CHECK(rig.log.all.back().venueTime == woken);
}

TEST_CASE("funding is paid by longs, and equity below maintenance closes everything as a liquidation") {
  Rig rig;
  rig.book(1'000, 5'000);
  const auto connection = rig.venue->connect(rig.log);
  auto r = rig.request(Side::Buy, 900);  // 90,090 notional at 10x on 10,000
  connection->place(gate::Gate::permit(), r);
  const auto resting = rig.request(Side::Buy, 1, 800);
  connection->place(gate::Gate::permit(), resting);
  rig.clock.advance(Duration::millis(200));
  rig.venue->advance(rig.clock.now());
  REQUIRE(rig.log.story(r.clientId) == "Accepted Filled");
  CHECK(connection->account()->balances[0].total.toString() == "9945.946");  // 0.06 % of 90,090
  rig.venue->applyFunding(rig.clock.now(), rig.id, Ratio::bps(Decimal(1, 0)));
  CHECK(connection->account()->balances[0].total.toString() == "9936.946");  // 0.01 % of 90,000
  CHECK(connection->account()->positions[0].funding.toString() == "-9");
  rig.book(893, 5'000);
  CHECK(connection->account()->positions.empty());
  CHECK(connection->account()->openOrders.empty());
  CHECK(rig.log.story(resting.clientId) == "Accepted Cancelled");
  CHECK(rig.log.fills().back().liquidation);
  CHECK(rig.log.fills().back().price.toString() == "89.3");
}

TEST_CASE("a torn tail is dropped; a damaged group and another venue's file are refused") {
  const std::string path = tempAccount("torn");
  std::uint64_t good = 0;
  {
    Rig rig(path);
    rig.book(1'000, 50);
    const auto connection = rig.venue->connect(rig.log);
    connection->place(gate::Gate::permit(), rig.request(Side::Buy, 3));
    rig.clock.advance(Duration::millis(100));
    rig.venue->advance(rig.clock.now());
    good = readWholeFile(path)->size();
    AppendFile tail;
    REQUIRE(tail.open(path, good));
    CHECK(tail.append("P t=1 sym=XYZ qty=77 flow=0 ba"));
  }
  {
    Rig rig(path);
    const auto connection = rig.venue->connect(rig.log);
    CHECK(connection->account()->positions.at(0).quantity.toString() == "3");
    CHECK(readWholeFile(path)->find("qty=77") == std::string::npos);
  }
  {
    const std::string whole = *readWholeFile(path);
    std::string text = whole;
    text[text.find("qty=3") + 4] = '9';
    const auto write = [&](const std::string& bytes) {
      AppendFile file;
      REQUIRE(file.open(path, 0));
      CHECK(file.append(bytes));
    };
    write(text);
    Rig rig;
    rig.options.accountFile = path;
    const auto refused = paper::PaperVenue::open(rig.clock, rig.options);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().userKey == "venue.journal");
    CHECK(refused.error().detail.find(path + ": damaged between byte ") == 0);
    CHECK(*readWholeFile(path) == text);
    write(whole);
  }
  Rig other;
  other.options.accountFile = path;
  other.options.name = "elsewhere";
  CHECK(paper::PaperVenue::open(other.clock, other.options).error().userKey == "venue.journal");
  std::remove(path.c_str());
}

TEST_CASE("two threads place and cancel while the market runs; every request gets its answer") {
  Rig rig;
  rig.book(1'000, 50);
  std::atomic<int> ready{0};
  const auto first = rig.venue->connect(rig.log);
  const auto second = rig.venue->connect(rig.log);
  constexpr int kEach = 300;
  const auto work = [&](VenueConnection& connection, std::uint64_t series) {
    for (std::uint64_t i = 1; i <= kEach; ++i) {
      PlaceRequest r;
      r.clientId = Uuid{series, i};
      r.instrument = rig.id;
      r.quantity = Quantity(Decimal(1, 0));
      r.limitPrice = Price(Decimal(900, 1));
      connection.place(gate::Gate::permit(), r);
      connection.cancel(r.clientId, rig.id);
      if (i % 50 == 0) CHECK(connection.account().ok());
    }
    ++ready;
  };
  Thread a;
  Thread b;
  a.start("lane", [&] { work(*first, 100); });
  b.start("stop", [&] { work(*second, 200); });
  while (ready < 2) {
    rig.clock.advance(Duration::millis(1));
    rig.venue->advance(rig.clock.now());
  }
  a.join();
  b.join();
  rig.clock.advance(Duration::seconds(1));
  rig.venue->advance(rig.clock.now());
  CHECK(rig.log.all.size() == 4 * kEach);
  for (std::uint64_t i = 1; i <= kEach; ++i) {
    REQUIRE(rig.log.story(Uuid{100, i}) == "Accepted Cancelled");
    REQUIRE(rig.log.story(Uuid{200, i}) == "Accepted Cancelled");
  }
  CHECK(first->account()->openOrders.empty());
}
