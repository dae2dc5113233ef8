// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/matching/paper_book.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/rng.h"
#include "tests/support/ascii_book.h"

using namespace bw;
using namespace bw::matching;

namespace {

class PaperRecorder final : public BookListener {
 public:
  explicit PaperRecorder(const Instrument& instrument) : m_instrument(instrument) {}
  void onFill(std::uint64_t id, Ticks price, Lots size, bool maker) override {
    lines.push_back("fill " + std::to_string(id) + " " + m_instrument.quantity(size).toString() + " @ " +
                    m_instrument.price(price).decimal().toFixed(2) + (maker ? " maker" : " taker"));
    filled[id] += size.value;
    lastPrice = price;
  }
  void onTriggered(std::uint64_t id) override { lines.push_back("triggered " + std::to_string(id)); }
  void onDone(std::uint64_t id, DoneReason reason, Lots left) override {
    static const char* const names[] = {"cancelled", "rest", "fok", "post-only", "self", "reduce-only", "stale", "far"};
    lines.push_back("done " + std::to_string(id) + " " + names[static_cast<int>(reason)] + " " +
                    m_instrument.quantity(left).toString());
  }
  Lots allowance(std::uint64_t, Lots wanted) override { return std::min(wanted, position); }
  std::vector<std::string> take() { return std::exchange(lines, {}); }

  std::vector<std::string> lines;
  std::map<std::uint64_t, std::int64_t> filled;
  Ticks lastPrice;
  Lots position{1'000'000};

 private:
  const Instrument& m_instrument;
};

// A paper book on an instrument with tick 0.01 and lot 0.001, spoken to in decimals.
class Table {
 public:
  explicit Table(std::string_view ascii) { show(ascii); }

  void show(std::string_view ascii) {
    BookDelta snapshot = test::snapshotFromAscii(ascii, instrument);
    stamp(snapshot);
    book.onBook(snapshot);
  }
  void level(Side side, const char* price, const char* size) {
    BookDelta delta;
    delta.instrument = instrument.id;
    stamp(delta);
    (side == Side::Buy ? delta.bids : delta.asks).push_back({ticks(price), lots(size)});
    book.onBook(delta);
  }
  void trade(Side aggressor, const char* price, const char* size) {
    ++time;
    lateTrade(aggressor, price, size);
  }
  // A trade that the last book update had already shown.
  void lateTrade(Side aggressor, const char* price, const char* size) {
    TradePrint t;
    t.instrument = instrument.id;
    t.venueTime = t.receivedTime = Timestamp{time};
    t.price = ticks(price);
    t.size = lots(size);
    t.aggressor = aggressor;
    book.onTrade(t);
  }
  void bbo(const char* bid, const char* bidSize, const char* ask, const char* askSize) {
    BboUpdate update;
    update.instrument = instrument.id;
    update.venueTime = update.receivedTime = Timestamp{++time};
    update.bid = {ticks(bid), lots(bidSize)};
    update.ask = {ticks(ask), lots(askSize)};
    book.onBbo(update);
  }
  BookOrder order(Side side, const char* size, const char* limit = nullptr) {
    BookOrder o;
    o.id = ++ids;
    o.owner = 1;
    o.side = side;
    o.size = lots(size);
    o.type = limit == nullptr ? OrderType::Market : OrderType::Limit;
    o.tif = limit == nullptr ? TimeInForce::Ioc : TimeInForce::Gtc;
    if (limit != nullptr) {
      o.hasLimit = true;
      o.limit = ticks(limit);
    }
    return o;
  }
  std::uint64_t place(Side side, const char* size, const char* limit = nullptr) {
    const BookOrder o = order(side, size, limit);
    book.submit(o);
    return o.id;
  }
  std::string ahead(std::uint64_t id) const {
    const auto lotsAhead = book.ahead(id);
    return lotsAhead ? instrument.quantity(*lotsAhead).toString() : "unknown";
  }
  Ticks ticks(const char* text) const { return instrument.toTicks(*Price::parse(text)).value(); }
  Lots lots(const char* text) const { return instrument.toLots(*Quantity::parse(text)).value(); }

  Instrument instrument = test::testInstrument();
  PaperRecorder out{instrument};
  PaperBook book{instrument, out};
  std::int64_t time = 0;
  std::uint64_t ids = 0;

 private:
  void stamp(BookDelta& delta) { delta.venueTime = delta.receivedTime = Timestamp{++time}; }
};

using Lines = std::vector<std::string>;

constexpr const char* kBook = R"(  bid |  price | ask
                                       | 100.03 | 4.0
                                       | 100.02 | 3.0
                                       | 100.01 | 2.0
                                   5.0 | 100.00 |
                                   7.0 |  99.99 |
                                   9.0 |  99.98 |      )";

}  // namespace

TEST_CASE("card 1: an order joins behind 5 and fills only after 5 have traded") {
  Table t(kBook);
  const auto id = t.place(Side::Buy, "1.5", "100.00");
  CHECK(t.ahead(id) == "5");
  t.trade(Side::Sell, "100.00", "3");
  CHECK(t.ahead(id) == "2");
  t.trade(Side::Sell, "100.00", "2");
  CHECK(t.ahead(id) == "0");
  CHECK(t.out.take() == Lines{});
  t.trade(Side::Sell, "100.00", "0.001");
  CHECK(t.out.take() == Lines{"fill 1 0.001 @ 100.00 maker"});
}

TEST_CASE("card 2: one trade eats the queue ahead and fills in part what comes past it") {
  Table t(kBook);
  t.place(Side::Buy, "4", "100.00");
  t.trade(Side::Sell, "100.00", "6");
  CHECK(t.out.take() == Lines{"fill 1 1 @ 100.00 maker"});
  t.trade(Side::Sell, "100.00", "10");
  CHECK(t.out.take() == Lines{"fill 1 3 @ 100.00 maker"});
  CHECK(t.book.idle());
}

TEST_CASE("card 3: trades of the other direction or elsewhere do not move the queue") {
  Table t(kBook);
  const auto id = t.place(Side::Buy, "1", "100.00");
  t.trade(Side::Buy, "100.01", "9");
  t.trade(Side::Buy, "100.00", "9");
  CHECK(t.ahead(id) == "5");
  CHECK(t.out.take() == Lines{});
}

TEST_CASE("card 4: the second equal market order gets a worse price") {
  Table t(kBook);
  t.place(Side::Buy, "2");
  t.place(Side::Buy, "2");
  CHECK(t.out.take() == Lines{"fill 1 2 @ 100.01 taker", "fill 2 2 @ 100.02 taker"});
  SUBCASE("until the recorded book refreshes the level") {
    t.level(Side::Sell, "100.01", "2.5");
    t.place(Side::Buy, "2");
    CHECK(t.out.take() == Lines{"fill 3 2 @ 100.01 taker"});
  }
  SUBCASE("an update of another level refreshes nothing") {
    t.level(Side::Sell, "100.03", "8");
    t.place(Side::Buy, "2");
    CHECK(t.out.take() == Lines{"fill 3 1 @ 100.02 taker", "fill 3 1 @ 100.03 taker"});
  }
}

TEST_CASE("card 5: cancels move the queue in proportion, rounded against us") {
  Table t(kBook);
  const auto id = t.place(Side::Buy, "1", "100.00");
  t.level(Side::Buy, "100.00", "8");
  CHECK(t.ahead(id) == "5");  // growth queues behind us
  t.level(Side::Buy, "100.00", "4");
  CHECK(t.ahead(id) == "2.5");  // 4 of 8 cancelled: 5/8 of them were ahead
  t.level(Side::Buy, "100.00", "3.999");
  CHECK(t.ahead(id) == "2.5");  // floor(0.001 × 2.5 / 4) = 0
  t.level(Side::Buy, "100.00", "0");
  CHECK(t.ahead(id) == "0");
  CHECK(t.out.take() == Lines{});
}

TEST_CASE("card 6: a shrink that trades explain moves nothing twice") {
  Table t(kBook);
  const auto id = t.place(Side::Buy, "1", "100.00");
  SUBCASE("trade first, then the book") {
    t.trade(Side::Sell, "100.00", "2");
    CHECK(t.ahead(id) == "3");
    t.level(Side::Buy, "100.00", "3");
    CHECK(t.ahead(id) == "3");
  }
  SUBCASE("book first, then the trade it already showed") {
    t.level(Side::Buy, "100.00", "8");
    t.level(Side::Buy, "100.00", "6");
    CHECK(t.ahead(id) == "3.75");  // taken for cancels: 2 × 5/8
    t.lateTrade(Side::Sell, "100.00", "2");
    CHECK(t.ahead(id) == "3");  // it was a trade: 2 from the front in all
  }
}

TEST_CASE("card 7: a trade through our price, or an opposite best at it, fills at our price") {
  Table t(kBook);
  t.place(Side::Buy, "1", "100.00");
  SUBCASE("trade through") {
    t.trade(Side::Sell, "99.99", "0.4");
    CHECK(t.out.take() == Lines{"fill 1 0.4 @ 100.00 maker"});
  }
  SUBCASE("an ask comes down to it: never better than our price, not more than its size, and only once") {
    t.bbo("99.98", "7", "99.99", "0.3");
    CHECK(t.out.take() == Lines{"fill 1 0.3 @ 100.00 maker"});
    t.bbo("99.97", "7", "99.99", "0.3");
    CHECK(t.out.take() == Lines{});
    t.bbo("99.97", "7", "99.99", "2");
    CHECK(t.out.take() == Lines{"fill 1 0.7 @ 100.00 maker"});
  }
}

TEST_CASE("card 8: post-only that would take is refused, and one that rests is not") {
  Table t(kBook);
  BookOrder o = t.order(Side::Buy, "1", "100.01");
  o.postOnly = true;
  t.book.submit(o);
  CHECK(t.out.take() == Lines{"done 1 post-only 1"});
  o = t.order(Side::Buy, "1", "100.00");
  o.postOnly = true;
  t.book.submit(o);
  CHECK(t.out.take() == Lines{});
  CHECK(t.ahead(2) == "5");
}

TEST_CASE("card 9: IOC takes what it can, FOK all or nothing, a crossing limit rests its remainder") {
  Table t(kBook);
  BookOrder o = t.order(Side::Buy, "3", "100.01");
  o.tif = TimeInForce::Ioc;
  t.book.submit(o);
  CHECK(t.out.take() == Lines{"fill 1 2 @ 100.01 taker", "done 1 rest 1"});
  o = t.order(Side::Buy, "4", "100.02");
  o.tif = TimeInForce::Fok;
  t.book.submit(o);
  CHECK(t.out.take() == Lines{"done 2 fok 4"});
  t.place(Side::Buy, "4", "100.02");
  CHECK(t.out.take() == Lines{"fill 3 3 @ 100.02 taker"});
  CHECK(t.ahead(3) == "0");
}

TEST_CASE("card 10: stop and target go off at the last trade and take like a market order") {
  Table t(kBook);
  BookOrder stop = t.order(Side::Sell, "6");
  stop.type = OrderType::StopMarket;
  stop.trigger = t.ticks("99.99");
  t.book.submit(stop);
  BookOrder target = t.order(Side::Sell, "1");
  target.type = OrderType::TakeProfitMarket;
  target.trigger = t.ticks("100.02");
  t.book.submit(target);
  t.trade(Side::Buy, "100.01", "1");
  CHECK(t.out.take() == Lines{});
  t.trade(Side::Buy, "100.02", "1");
  CHECK(t.out.take() == Lines{"triggered 2", "fill 2 1 @ 100.00 taker"});
  t.trade(Side::Sell, "99.98", "1");
  CHECK(t.out.take() == Lines{"triggered 1", "fill 1 4 @ 100.00 taker", "fill 1 2 @ 99.99 taker"});
}

TEST_CASE("card 11: a protection that empties the book goes on when the book has more") {
  Table t("5.0 | 100.00 |\n | 100.01 | 1.0");
  BookOrder stop = t.order(Side::Sell, "6");
  stop.type = OrderType::StopMarket;
  stop.trigger = t.ticks("100.00");
  t.book.submit(stop);
  t.trade(Side::Sell, "100.00", "1");
  CHECK(t.out.take() == Lines{"triggered 1", "fill 1 5 @ 100.00 taker"});
  t.level(Side::Buy, "99.50", "3");
  CHECK(t.out.take() == Lines{"fill 1 1 @ 99.50 taker"});
  CHECK(t.book.idle());
}

TEST_CASE("card 12: nothing fills from a stale book, and takers are turned away") {
  Table t(kBook);
  t.place(Side::Buy, "1", "100.00");
  t.book.marketLost(StaleReason::Gap, Timestamp{t.time});
  t.trade(Side::Sell, "99.00", "50");
  t.place(Side::Buy, "1");
  CHECK(t.out.take() == Lines{"done 2 stale 1"});
  t.show(kBook);
  CHECK(t.ahead(1) == "5");
  t.place(Side::Buy, "1");
  CHECK(t.out.take() == Lines{"fill 3 1 @ 100.01 taker"});
}

TEST_CASE("card 13: a best bid and offer newer than the book overrides it") {
  Table t(kBook);
  t.bbo("100.01", "1", "100.02", "0.5");
  t.place(Side::Buy, "2");
  CHECK(t.out.take() == Lines{"fill 1 0.5 @ 100.02 taker", "fill 1 1.5 @ 100.03 taker"});
}

TEST_CASE("card 14: a reduce-only order fills no more than there is to reduce") {
  Table t(kBook);
  t.out.position = t.lots("0.5");
  BookOrder o = t.order(Side::Sell, "2", "99.90");
  o.guarded = true;
  t.book.submit(o);
  CHECK(t.out.take() == Lines{"fill 1 0.5 @ 100.00 taker", "done 1 reduce-only 1.5"});
  CHECK(t.book.idle());
}

TEST_CASE("card 15: two of our orders at one price share what comes past the queue, first come first") {
  Table t(kBook);
  t.place(Side::Buy, "1", "100.00");
  t.place(Side::Buy, "2", "100.00");
  t.trade(Side::Sell, "100.00", "6.5");
  CHECK(t.out.take() == Lines{"fill 1 1 @ 100.00 maker", "fill 2 0.5 @ 100.00 maker"});
}

TEST_CASE("card 16: no fill is ever better than the book, on random markets") {
  Rng rng(7);
  for (int round = 0; round < 200; ++round) {
    Table t(kBook);
    for (int step = 0; step < 40; ++step) {
      const auto side = rng.chance(0.5) ? Side::Buy : Side::Sell;
      const std::int64_t price = side == Side::Buy ? 10'000 - rng.between(0, 3) : 10'001 + rng.between(0, 3);
      BookDelta delta;
      delta.instrument = t.instrument.id;
      delta.venueTime = delta.receivedTime = Timestamp{++t.time};
      (side == Side::Buy ? delta.bids : delta.asks).push_back({{price}, {rng.between(1, 9'000)}});
      t.book.onBook(delta);
      const Level ask = t.book.best(Side::Sell);
      const Level bid = t.book.best(Side::Buy);
      BookOrder o = t.order(side, "1.5");
      o.size = {rng.between(1, 6'000)};
      t.out.filled.clear();
      t.book.submit(o);
      if (t.out.filled[o.id] > 0) {
        REQUIRE((side == Side::Buy ? t.out.lastPrice >= ask.price : t.out.lastPrice <= bid.price));
        REQUIRE(t.out.filled[o.id] <= o.size.value);
      }
    }
  }
}
