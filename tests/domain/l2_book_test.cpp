// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/l2_book.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "core/base/rng.h"
#include "tests/support/ascii_book.h"

using namespace bw;
using bw::test::bookFromAscii;
using bw::test::testInstrument;
using bw::test::toAscii;

namespace {

constexpr const char* kSmall = R"(
  bid |  price | ask
      | 100.03 | 4.0
      | 100.01 | 1.5
  2.0 | 100.00 |
  7.0 |  99.98 |
)";

BookDelta numberedDelta(SequenceRule rule, std::uint64_t first, std::uint64_t last, std::uint64_t previous) {
  BookDelta out;
  out.rule = rule;
  out.firstSequence = first;
  out.lastSequence = last;
  out.previousSequence = previous;
  return out;
}

BookDelta numberedSnapshot(SequenceRule rule, std::uint64_t last) {
  BookDelta out = bw::test::snapshotFromAscii(kSmall, testInstrument());
  out.rule = rule;
  out.lastSequence = last;
  return out;
}

BookDelta withBid(BookDelta delta, std::int64_t ticks, std::int64_t lots) {
  delta.bids.push_back({{ticks}, {lots}});
  return delta;
}

// The book as a beginner would write it; what the real one is compared with.
struct NaiveBook {
  std::map<std::int64_t, std::int64_t> bids;
  std::map<std::int64_t, std::int64_t> asks;
  void apply(const BookDelta& delta) {
    if (delta.snapshot) {
      bids.clear();
      asks.clear();
    }
    const auto set = [](auto& side, const Level& level) {
      if (level.size.value == 0) {
        side.erase(level.price.value);
      } else {
        side[level.price.value] = level.size.value;
      }
    };
    for (const Level& level : delta.bids) set(bids, level);
    for (const Level& level : delta.asks) set(asks, level);
  }
  std::vector<Level> levels(Side side) const {
    std::vector<Level> out;
    if (side == Side::Sell) {
      for (const auto& [price, size] : asks) out.push_back({{price}, {size}});
    } else {
      for (auto it = bids.rbegin(); it != bids.rend(); ++it) out.push_back({{it->first}, {it->second}});
    }
    return out;
  }
};

void requireSame(const L2Book& book, const NaiveBook& naive) {
  for (const Side side : {Side::Buy, Side::Sell}) {
    const std::vector<Level> expected = naive.levels(side);
    std::vector<Level> seen;
    book.side(side).forEach([&](const Level& level) {
      seen.push_back(level);
      return true;
    });
    REQUIRE(seen == expected);
    REQUIRE(book.side(side).size() == expected.size());
    REQUIRE(book.side(side).best() == (expected.empty() ? Level{} : expected.front()));
    REQUIRE(book.side(side).consistent());
    for (const std::size_t n : {std::size_t{1}, std::size_t{9}, expected.size()}) {
      Level level;
      REQUIRE(book.side(side).nth(n, level) == (n >= 1 && n <= expected.size()));
      if (n >= 1 && n <= expected.size()) REQUIRE(level == expected[n - 1]);
    }
  }
}

}  // namespace

TEST_CASE("a drawn book reads and prints as drawn") {
  const L2Book book = bookFromAscii(kSmall);
  CHECK(book.bestBid() == Level{{10000}, {2000}});
  CHECK(book.bestAsk() == Level{{10001}, {1500}});
  CHECK(book.side(Side::Buy).sizeAt({9998}) == Lots{7000});
  CHECK(book.side(Side::Buy).sizeAt({9999}) == Lots{0});
  CHECK(book.tradable());
  const std::string drawn = toAscii(book);
  CHECK(drawn ==
        "bid |  price | ask\n"
        "    | 100.03 |   4\n"
        "    | 100.01 | 1.5\n"
        "  2 | 100.00 |    \n"
        "  7 |  99.98 |    \n");
  CHECK(toAscii(bookFromAscii(drawn)) == drawn);
}

TEST_CASE("hash is over symbol, side, price and size in canonical decimals, best first") {
  const L2Book book = bookFromAscii(kSmall);
  CHECK(book.hash() == sha256("TEST|bid|100|2\nTEST|bid|99.98|7\nTEST|ask|100.01|1.5\nTEST|ask|100.03|4\n"));
}

TEST_CASE("deltas before the snapshot wait; old ones are dropped and the bridging one applied") {
  L2Book book(testInstrument());
  const auto rule = SequenceRule::PreviousLast;
  CHECK(book.apply(withBid(numberedDelta(rule, 1, 4, 0), 9990, 1)) == BookOutcome::Buffered);
  CHECK(book.apply(withBid(numberedDelta(rule, 5, 12, 4), 9991, 2)) == BookOutcome::Buffered);
  CHECK(book.apply(withBid(numberedDelta(rule, 14, 15, 12), 9992, 3)) == BookOutcome::Buffered);
  CHECK(book.stale() == StaleReason::NoSnapshot);
  CHECK(book.apply(numberedSnapshot(rule, 10)) == BookOutcome::Applied);
  CHECK(book.stale() == StaleReason::None);
  CHECK(book.counters().staleUpdates == 1);
  CHECK(book.counters().deltas == 2);
  CHECK(book.side(Side::Buy).sizeAt({9990}) == Lots{0});
  CHECK(book.side(Side::Buy).sizeAt({9991}) == Lots{2});
  CHECK(book.side(Side::Buy).sizeAt({9992}) == Lots{3});
  CHECK(book.lastSequence() == 15);
}

TEST_CASE("futures rule: the delta that ends at the snapshot's number bridges it; repeated, it is old") {
  L2Book book(testInstrument());
  const auto rule = SequenceRule::PreviousLast;
  book.apply(numberedSnapshot(rule, 10));
  CHECK(book.apply(numberedDelta(rule, 5, 9, 4)) == BookOutcome::Old);
  CHECK(book.apply(withBid(numberedDelta(rule, 8, 10, 7), 9991, 4)) == BookOutcome::Applied);
  CHECK(book.side(Side::Buy).sizeAt({9991}) == Lots{4});
  CHECK(book.apply(numberedDelta(rule, 8, 10, 7)) == BookOutcome::Old);
  CHECK(book.apply(numberedDelta(rule, 14, 15, 10)) == BookOutcome::Applied);
  CHECK(book.counters().staleUpdates == 2);
}

TEST_CASE("missing number makes the book stale until a snapshot that the kept deltas continue") {
  L2Book book(testInstrument());
  const auto rule = SequenceRule::PreviousLast;
  book.apply(numberedSnapshot(rule, 10));
  CHECK(book.apply(numberedDelta(rule, 9, 12, 8)) == BookOutcome::Applied);
  BookDelta late = withBid(numberedDelta(rule, 20, 22, 19), 9970, 5);
  late.receivedTime = Timestamp::fromSeconds(7);
  CHECK(book.apply(late) == BookOutcome::Gap);
  CHECK(book.stale() == StaleReason::Gap);
  CHECK(book.staleSince() == Timestamp::fromSeconds(7));
  CHECK_FALSE(book.tradable());
  CHECK(book.side(Side::Buy).sizeAt({9970}) == Lots{0});
  CHECK(book.apply(withBid(numberedDelta(rule, 23, 25, 22), 9971, 6)) == BookOutcome::Buffered);
  CHECK(book.apply(numberedSnapshot(rule, 21)) == BookOutcome::Applied);
  CHECK(book.stale() == StaleReason::None);
  CHECK(book.side(Side::Buy).sizeAt({9970}) == Lots{5});
  CHECK(book.side(Side::Buy).sizeAt({9971}) == Lots{6});
  CHECK(book.counters().gaps == 1);
}

TEST_CASE("snapshot older than the kept deltas leaves the book stale with a gap") {
  L2Book book(testInstrument());
  const auto rule = SequenceRule::FirstFollows;
  book.apply(numberedDelta(rule, 30, 31, 0));
  CHECK(book.apply(numberedSnapshot(rule, 20)) == BookOutcome::Applied);
  CHECK(book.stale() == StaleReason::Gap);
  CHECK_FALSE(book.tradable());
  CHECK(book.apply(numberedSnapshot(rule, 29)) == BookOutcome::Applied);
  CHECK(book.stale() == StaleReason::None);
  CHECK(book.lastSequence() == 31);
}

TEST_CASE("spot rule: first must follow the last one; repeated deltas are old") {
  L2Book book(testInstrument());
  const auto rule = SequenceRule::FirstFollows;
  book.apply(numberedSnapshot(rule, 10));
  CHECK(book.apply(numberedDelta(rule, 5, 10, 0)) == BookOutcome::Old);
  CHECK(book.apply(numberedDelta(rule, 8, 12, 0)) == BookOutcome::Applied);
  CHECK(book.apply(numberedDelta(rule, 8, 12, 0)) == BookOutcome::Old);
  CHECK(book.apply(numberedDelta(rule, 13, 14, 0)) == BookOutcome::Applied);
  CHECK(book.apply(numberedDelta(rule, 16, 17, 0)) == BookOutcome::Gap);
  CHECK(book.counters().staleUpdates == 2);
}

TEST_CASE("crossed book is not tradable until it uncrosses") {
  L2Book book = bookFromAscii(kSmall);
  CHECK(book.apply(withBid({}, 10001, 1)) == BookOutcome::Applied);
  CHECK(book.crossed());
  CHECK(book.stale() == StaleReason::Crossed);
  CHECK_FALSE(book.tradable());
  CHECK(book.apply(withBid({}, 10001, 0)) == BookOutcome::Applied);
  CHECK(book.stale() == StaleReason::None);
  CHECK(book.counters().crossed == 1);
}

TEST_CASE("silent book lives again with the next update; a disconnected one needs a snapshot") {
  L2Book book = bookFromAscii(kSmall);
  book.markStale(StaleReason::Silent, Timestamp::fromSeconds(1));
  CHECK_FALSE(book.tradable());
  book.apply(withBid({}, 9990, 1));
  CHECK(book.tradable());
  book.markStale(StaleReason::Disconnected, Timestamp::fromSeconds(2));
  CHECK(book.apply(withBid({}, 9990, 2)) == BookOutcome::Buffered);
  CHECK(book.stale() == StaleReason::Disconnected);
}

TEST_CASE("negative size and absurd price are no levels") {
  L2Book book = bookFromAscii(kSmall);
  BookDelta delta = withBid({}, 9990, -5);
  delta.bids.push_back({{INT64_MAX}, {1}});
  delta.asks.push_back({{INT64_MIN}, {1}});
  CHECK(book.apply(delta) == BookOutcome::Applied);
  CHECK(book.counters().malformed == 3);
  CHECK(toAscii(book) == toAscii(bookFromAscii(kSmall)));
}

TEST_CASE("kraken checksum is over the digits as the venue writes them") {
  const L2Book book = bookFromAscii(kSmall);
  // Asks 100.01 × 1.5, 100.03 × 4, bids 100 × 2, 99.98 × 7 with five and eight decimals.
  const std::string digits =
      "10001000"
      "150000000"
      "10003000"
      "400000000"
      "10000000"
      "200000000"
      "9998000"
      "700000000";
  CHECK(book.topTenCrc32(5, 8) == crc32(digits));
  L2Book checked = bookFromAscii(kSmall);
  BookDelta delta;
  delta.checksum = crc32(digits);
  delta.checksumPriceDecimals = 5;
  delta.checksumSizeDecimals = 8;
  CHECK(checked.apply(delta) == BookOutcome::Applied);
  delta.checksum = *delta.checksum + 1;
  CHECK(checked.apply(delta) == BookOutcome::ChecksumFailed);
  CHECK(checked.stale() == StaleReason::Checksum);
  CHECK(checked.counters().checksums == 2);
  CHECK(checked.counters().checksumsOk == 1);
}

TEST_CASE("levels beyond the venue's depth are forgotten") {
  L2Book book(testInstrument());
  BookDelta delta;
  delta.snapshot = true;
  delta.depthLimit = 10;
  for (std::int64_t i = 0; i < 10; ++i) {
    delta.bids.push_back({{10000 - i * 2000}, {1}});
    delta.asks.push_back({{10001 + i}, {1}});
  }
  book.apply(delta);
  BookDelta more;
  more.depthLimit = 10;
  more.bids.push_back({{9999}, {3}});
  more.asks.push_back({{10500}, {3}});
  book.apply(more);
  CHECK(book.bids().size() == 10);
  CHECK(book.bids().sizeAt({10000 - 9 * 2000}) == Lots{0});
  CHECK(book.asks().size() == 10);
  CHECK(book.asks().sizeAt({10500}) == Lots{0});
}

TEST_CASE("random streams: the book equals a std::map, wherever the touch wanders") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    Rng rng(seed);
    L2Book book(testInstrument());
    NaiveBook naive;
    BookDelta snapshot;
    snapshot.snapshot = true;
    std::int64_t mid = 1'000'000;
    book.apply(snapshot);
    naive.apply(snapshot);
    const std::int64_t drift = static_cast<std::int64_t>(seed % 4) * (BookSide::kSpan * 3 / 8);
    for (int step = 0; step < 3000; ++step) {
      BookDelta delta;
      const auto draw = [&](std::uint64_t bound) { return static_cast<std::int64_t>(rng.below(bound)); };
      if (step % 200 == 199) mid += (draw(2) == 0 ? -1 : 1) * drift;
      for (std::int64_t i = 1 + draw(8); i > 0; --i) {
        const std::int64_t far = draw(10) == 0 ? draw(7 * BookSide::kSpan) : draw(40);
        const std::int64_t size = draw(5) < 2 ? 0 : 1 + draw(50);
        if (draw(2) == 0) {
          delta.bids.push_back({{mid - far}, {size}});
        } else {
          delta.asks.push_back({{mid + 1 + far}, {size}});
        }
      }
      // Now and then the best levels go at once.
      if (draw(50) == 0) {
        const auto levels = naive.levels(Side::Buy);
        for (std::size_t i = 0; i < levels.size() && i < 30; ++i) delta.bids.push_back({levels[i].price, {0}});
      }
      book.apply(delta);
      naive.apply(delta);
      REQUIRE(book.bestBid() == (naive.bids.empty() ? Level{} : naive.levels(Side::Buy).front()));
      if (step % 37 != 0) continue;
      requireSame(book, naive);
      REQUIRE(book.bids().worst() == (naive.bids.empty() ? Level{} : naive.levels(Side::Buy).back()));
      REQUIRE(book.asks().worst() == (naive.asks.empty() ? Level{} : naive.levels(Side::Sell).back()));
    }
    requireSame(book, naive);
    L2Book copy(testInstrument());
    copy.apply(book.toSnapshot());
    CHECK(copy.hash() == book.hash());
    BookDepth depth;
    book.copyDepth(depth);
    const auto bids = naive.levels(Side::Buy);
    REQUIRE(depth.bidCount == std::min<std::size_t>(bids.size(), BookDepth::kLevels));
    for (std::size_t i = 0; i < depth.bidCount; ++i) REQUIRE(depth.bids[i] == bids[i]);
  }
}
