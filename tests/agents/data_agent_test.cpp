// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/data/data_agent.h"

#include <doctest/doctest.h>

#include <deque>

#include "tests/support/ascii_book.h"
#include "tests/support/fake_agent_context.h"

using namespace bw;
using namespace bw::test;

namespace {

using Happening = std::function<void(MarketSink&)>;

// A feed written down in the test.
class ScriptedFeed final : public MarketFeed {
 public:
  Timestamp nextTime() override { return events.empty() ? Timestamp::never() : events.front().first; }
  void poll(Timestamp until, MarketSink& sink) override {
    while (!events.empty() && events.front().first <= until) {
      const auto event = std::move(events.front());
      events.pop_front();
      ++counted.events;
      event.second(sink);
    }
  }
  FeedStats stats() const override { return counted; }
  Result<void> seek(Timestamp when) override {
    if (refuseSeek) return finalError("feed.no_seek", "this feed cannot go back");
    sought = when;
    return {};
  }
  std::deque<std::pair<Timestamp, Happening>> events;
  FeedStats counted;
  Timestamp sought;
  bool refuseSeek = false;
};

struct DataBench {
  FakeAgentContext context;
  ScriptedFeed* feed = nullptr;
  std::unique_ptr<DataAgent> agent;
  Instruments table;
  Timestamp start = Timestamp::fromSeconds(1'700'000'000);

  explicit DataBench(DataAgentOptions options = {}) {
    auto instruments = std::make_shared<InstrumentTable>();
    instruments->add(testInstrument("ONE"));
    instruments->add(testInstrument("TWO"));
    table = instruments;
    auto owned = std::make_unique<ScriptedFeed>();
    feed = owned.get();
    agent = std::make_unique<DataAgent>(std::move(owned), table, options);
  }
  Timestamp at(std::int64_t millis) const { return start + Duration::millis(millis); }
  void book(std::int64_t millis, const char* drawing, bool snapshot = true) {
    BookDelta delta = snapshotFromAscii(drawing, table->get({0}));
    delta.snapshot = snapshot;
    delta.receivedTime = at(millis);
    feed->events.emplace_back(at(millis), [delta](MarketSink& sink) { sink.onBook(delta); });
  }
  void numbered(std::int64_t millis, std::uint64_t first, std::uint64_t last) {
    BookDelta delta;
    delta.rule = SequenceRule::FirstFollows;
    delta.firstSequence = first;
    delta.lastSequence = last;
    delta.receivedTime = at(millis);
    feed->events.emplace_back(at(millis), [delta](MarketSink& sink) { sink.onBook(delta); });
  }
  void trade(std::int64_t millis, std::int64_t price) {
    TradePrint trade;
    trade.receivedTime = at(millis);
    trade.price = {price};
    trade.size = {1};
    feed->events.emplace_back(at(millis), [trade](MarketSink& sink) { sink.onTrade(trade); });
  }
  std::vector<SystemEvent> events(const std::string& code) const {
    std::vector<SystemEvent> out;
    for (const SystemEvent& event : context.all<SystemEvent>(Topic::Event)) {
      if (event.code == code) out.push_back(event);
    }
    return out;
  }
};

constexpr const char* kDrawn = R"(
  2.0 | 100.00 |
      | 100.01 | 1.5 )";
constexpr const char* kWider = R"(
  3.0 |  99.99 |
      | 100.02 | 1.0 )";

}  // namespace

TEST_CASE("events come at their time, in their order, and no earlier") {
  DataBench bench;
  bench.book(100, kDrawn);
  bench.trade(200, 10001);
  bench.agent->onStart(bench.context);
  bench.context.advance(*bench.agent, Duration::millis(99));
  CHECK(bench.context.all<BookUpdate>(Topic::MarketBook).empty());
  bench.context.advance(*bench.agent, Duration::millis(1));
  const auto books = bench.context.all<BookUpdate>(Topic::MarketBook);
  REQUIRE(books.size() == 1);
  CHECK(books[0].depth->tradable());
  CHECK(books[0].depth->revision == 1);
  CHECK(books[0].depth->bids[0] == Level{{10000}, {2000}});
  CHECK(bench.context.all<TradePrint>(Topic::MarketTrade).empty());
  bench.context.advance(*bench.agent, Duration::millis(100));
  CHECK(bench.context.all<TradePrint>(Topic::MarketTrade).size() == 1);
  const auto states = bench.context.all<FeedStatus>(Topic::Feed);
  CHECK(states.front().state == FeedStatus::State::Connecting);
  CHECK(states.back().state == FeedStatus::State::Ended);
  CHECK(bench.agent->stats().ended);
}

TEST_CASE("best bid and offer come from the book where there are no quotes, and only on change") {
  DataBench bench;
  bench.book(100, kDrawn);
  bench.book(200, "1.0 | 90.00 | ", false);
  bench.book(300, "9.0 | 100.00 | ", false);
  bench.agent->onStart(bench.context);
  bench.context.advance(*bench.agent, Duration::seconds(1));
  const auto bbos = bench.context.all<BboUpdate>(Topic::MarketBbo);
  REQUIRE(bbos.size() == 2);
  CHECK(bbos[1].bid.size.value == 9000);
  CHECK(bench.context.all<BookUpdate>(Topic::MarketBook).size() == 3);
}

TEST_CASE("quotes of the venue's own are passed on, none made from the book") {
  DataBench bench;
  BboUpdate quote;
  quote.bid = {{9999}, {5}};
  quote.ask = {{10003}, {5}};
  quote.receivedTime = bench.at(50);
  bench.feed->events.emplace_back(bench.at(50), [quote](MarketSink& sink) { sink.onBbo(quote); });
  bench.book(100, kDrawn);
  bench.agent->onStart(bench.context);
  bench.context.advance(*bench.agent, Duration::seconds(1));
  const auto bbos = bench.context.all<BboUpdate>(Topic::MarketBbo);
  REQUIRE(bbos.size() == 1);
  CHECK(bbos[0].bid.price.value == 9999);
}

TEST_CASE("gap: the book goes out stale with its reason, and the event log is told") {
  DataBench bench;
  BookDelta snapshot = snapshotFromAscii(kDrawn, bench.table->get({0}));
  snapshot.rule = SequenceRule::FirstFollows;
  snapshot.lastSequence = 10;
  snapshot.receivedTime = bench.at(100);
  bench.feed->events.emplace_back(bench.at(100), [snapshot](MarketSink& sink) { sink.onBook(snapshot); });
  bench.numbered(200, 11, 12);
  bench.numbered(300, 14, 15);
  bench.agent->onStart(bench.context);
  bench.context.advance(*bench.agent, Duration::millis(300));
  const auto books = bench.context.all<BookUpdate>(Topic::MarketBook);
  REQUIRE(books.size() == 3);
  CHECK(books[1].depth->tradable());
  CHECK(books[2].depth->stale == StaleReason::Gap);
  CHECK(books[2].depth->staleSince == bench.at(300));
  CHECK(bench.events("data.gap").size() == 1);
  CHECK(bench.agent->stats().gaps == 1);
}

TEST_CASE("silent book turns stale, and lives again with the next update") {
  DataBench bench;
  bench.book(0, kDrawn);
  bench.book(100, kDrawn);
  bench.book(9'000, kWider);
  bench.agent->onStart(bench.context);
  bench.context.advance(*bench.agent, Duration::millis(5'000));
  auto books = bench.context.all<BookUpdate>(Topic::MarketBook);
  REQUIRE(books.size() == 3);
  CHECK(books[2].depth->stale == StaleReason::Silent);
  CHECK(bench.events("data.silent").size() == 1);
  bench.context.advance(*bench.agent, Duration::millis(4'000));
  books = bench.context.all<BookUpdate>(Topic::MarketBook);
  REQUIRE(books.size() == 4);
  CHECK(books[3].depth->tradable());
}

TEST_CASE("candles close on time, without a trade too") {
  DataAgentOptions options;
  options.candleIntervals = {Duration::seconds(1)};
  DataBench bench(options);
  bench.trade(100, 100);
  bench.trade(150, 105);
  bench.trade(5'000, 90);
  bench.agent->onStart(bench.context);
  bench.context.advance(*bench.agent, Duration::millis(1'000));
  std::vector<Candle> closed;
  std::size_t running = 0;
  const auto collect = [&] {
    closed.clear();
    running = 0;
    for (const Candle& candle : bench.context.all<Candle>(Topic::MarketCandle)) {
      if (candle.closed) {
        closed.push_back(candle);
      } else {
        ++running;
      }
    }
  };
  collect();
  REQUIRE(closed.size() == 1);
  CHECK(closed[0].close.value == 105);
  CHECK(running == 1);
  bench.context.advance(*bench.agent, Duration::millis(3'000));
  collect();
  CHECK(closed.size() == 4);
  CHECK(closed[3].trades == 0);
  CHECK(closed[3].open.value == 105);
}

TEST_CASE("a turn is bounded; what is left comes in the next") {
  DataAgentOptions options;
  options.eventsPerTurn = 2;
  DataBench bench(options);
  for (int i = 0; i < 5; ++i) bench.trade(10 + i, 100);
  bench.agent->onStart(bench.context);
  bench.agent->onWake();
  CHECK(bench.context.all<TradePrint>(Topic::MarketTrade).empty());
  bench.context.advance(*bench.agent, Duration::millis(100));
  CHECK(bench.context.all<TradePrint>(Topic::MarketTrade).size() == 5);
}

TEST_CASE("findings of the feed reach feed topic and event log") {
  DataBench bench;
  bench.feed->events.emplace_back(bench.at(10), [](MarketSink& sink) {
    FeedStatus status;
    status.state = FeedStatus::State::Live;
    status.detail = "line 7: not a JSON object";
    sink.onStatus(status);
  });
  bench.agent->onStart(bench.context);
  bench.context.advance(*bench.agent, Duration::millis(100));
  REQUIRE(bench.events("data.finding").size() == 1);
  CHECK(bench.events("data.finding")[0].text == "line 7: not a JSON object");
}

TEST_CASE("seek starts books anew; a feed that cannot says so") {
  DataBench bench;
  bench.book(100, kDrawn);
  bench.agent->onStart(bench.context);
  bench.context.advance(*bench.agent, Duration::millis(200));
  bench.book(300, kWider);
  bench.agent->requestSeek(bench.at(250));
  CHECK(bench.context.wakeRequested);
  bench.agent->onWake();
  CHECK(bench.feed->sought == bench.at(250));
  CHECK(bench.context.all<BookUpdate>(Topic::MarketBook).back().depth->stale == StaleReason::NoSnapshot);
  bench.context.advance(*bench.agent, Duration::millis(200));
  CHECK(bench.context.all<BookUpdate>(Topic::MarketBook).back().depth->bids[0].price.value == 9999);
  bench.feed->refuseSeek = true;
  bench.agent->requestSeek(bench.at(0));
  bench.agent->onWake();
  CHECK(bench.events("feed.no_seek").size() == 1);
}

TEST_CASE("stamps that run ahead are an offset, not a negative delay") {
  StampOffset offset;
  const auto millis = [](std::int64_t v) { return Timestamp::fromMillis(1'000'000 + v); };
  CHECK(offset.delayOf(millis(1'250), millis(0)).ns == 0);
  CHECK(offset.delayOf(millis(1'300), millis(80)) == Duration::millis(30));
  CHECK(offset.delayOf(millis(1'400), millis(145)) == Duration{0});
  CHECK(offset.offset() == Duration::millis(-1'255));
  // The venue's clock is put right: after two windows that is the new offset.
  for (std::int64_t t = 1; t <= 200; ++t) offset.delayOf(millis(t * 1'000), millis(t * 1'000 + 20));
  CHECK(offset.offset() == Duration::millis(20));
}

TEST_CASE("final hash is over the books in order of their instruments") {
  DataBench bench;
  bench.book(100, kDrawn);
  bench.agent->onStart(bench.context);
  bench.context.advance(*bench.agent, Duration::millis(200));
  const DataAgentStats stats = bench.agent->stats();
  CHECK(stats.finalBookHash == toHex(sha256("ONE|bid|100|2\nONE|ask|100.01|1.5\n")));
  REQUIRE(stats.best.size() == 1);
  CHECK(stats.best[0].fromBook);
  CHECK(stats.best[0].symbol == "ONE");
  CHECK(bench.agent->selfTest().empty());
}
