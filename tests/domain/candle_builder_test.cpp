// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/candle_builder.h"

#include <doctest/doctest.h>

using namespace bw;

namespace {

TradePrint printAt(std::int64_t millis, std::int64_t price, std::int64_t size) {
  TradePrint out;
  out.receivedTime = Timestamp::fromMillis(millis);
  out.price = {price};
  out.size = {size};
  return out;
}

}  // namespace

TEST_CASE("candle holds the trades of its interval and closes when the next begins") {
  CandleBuilder builder({}, Duration::seconds(1));
  std::vector<Candle> closed;
  builder.advance(Timestamp::fromSeconds(50), closed);
  CHECK(builder.running() == nullptr);
  CHECK(builder.endsAt() == Timestamp::never());
  builder.onTrade(printAt(5'200, 100, 2), closed);
  builder.onTrade(printAt(5'300, 104, 1), closed);
  builder.onTrade(printAt(5'999, 99, 3), closed);
  CHECK(closed.empty());
  CHECK(builder.endsAt() == Timestamp::fromSeconds(6));
  builder.onTrade(printAt(6'000, 101, 1), closed);
  REQUIRE(closed.size() == 1);
  CHECK(closed[0].openTime == Timestamp::fromSeconds(5));
  CHECK(closed[0].open.value == 100);
  CHECK(closed[0].high.value == 104);
  CHECK(closed[0].low.value == 99);
  CHECK(closed[0].close.value == 99);
  CHECK(closed[0].volume.value == 6);
  CHECK(closed[0].trades == 3);
  CHECK(closed[0].closed);
  CHECK(builder.running()->open.value == 101);
  CHECK_FALSE(builder.running()->closed);
}

TEST_CASE("interval without trades is flat at the last close, by time or by the next trade alike") {
  CandleBuilder byTrade({}, Duration::seconds(1));
  CandleBuilder byTime({}, Duration::seconds(1));
  std::vector<Candle> one;
  std::vector<Candle> other;
  byTrade.onTrade(printAt(1'500, 100, 2), one);
  byTime.onTrade(printAt(1'500, 100, 2), other);
  for (int second = 2; second <= 4; ++second) byTime.advance(Timestamp::fromSeconds(second), other);
  byTrade.onTrade(printAt(4'100, 90, 1), one);
  byTime.onTrade(printAt(4'100, 90, 1), other);
  REQUIRE(one.size() == 3);
  REQUIRE(other.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(one[i].openTime == other[i].openTime);
    CHECK(one[i].close == other[i].close);
  }
  CHECK(one[2].open.value == 100);
  CHECK(one[2].high.value == 100);
  CHECK(one[2].trades == 0);
  CHECK(one[2].volume.value == 0);
  CHECK(byTrade.running()->open.value == 90);
}

TEST_CASE("break in the data is no million of flat candles") {
  CandleBuilder builder({}, Duration::seconds(1));
  std::vector<Candle> closed;
  builder.onTrade(printAt(1'000, 100, 1), closed);
  builder.onTrade(printAt(1'000'000'000'000, 50, 1), closed);
  CHECK(closed.size() == 1);
  CHECK(builder.running()->open.value == 50);
}
