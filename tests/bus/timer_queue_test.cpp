// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/timer_queue.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

using namespace bw;

TEST_CASE("timers: due in order of time, then of starting; cancelled ones never fire") {
  TimerQueue timers;
  const AgentId agent{3};
  const TimerId late = timers.start(Timestamp{30}, agent);
  const TimerId first = timers.start(Timestamp{10}, agent);
  const TimerId second = timers.start(Timestamp{10}, agent);
  const TimerId gone = timers.start(Timestamp{5}, agent);
  timers.cancel(gone);
  timers.cancel(gone);
  timers.cancel(12345);
  CHECK(timers.nextTime() == Timestamp{10});
  TimerQueue::Entry entry;
  CHECK_FALSE(timers.popDue(Timestamp{9}, entry));
  REQUIRE(timers.popDue(Timestamp{10}, entry));
  CHECK(entry.id == first);
  REQUIRE(timers.popDue(Timestamp{10}, entry));
  CHECK(entry.id == second);
  CHECK_FALSE(timers.popDue(Timestamp{29}, entry));
  timers.cancel(first);  // fired long ago: must not touch the living
  REQUIRE(timers.popDue(Timestamp{30}, entry));
  CHECK(entry.id == late);
  CHECK(timers.nextTime() == Timestamp::never());
}

TEST_CASE("timers: a random history equals a sorted map's") {
  TimerQueue timers;
  Rng rng(11);
  std::map<std::pair<std::int64_t, std::uint64_t>, TimerId> model;
  std::map<TimerId, std::pair<std::int64_t, std::uint64_t>> places;
  std::uint64_t order = 0;
  std::int64_t now = 0;
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t dice = rng.below(10);
    if (dice < 5) {
      const std::int64_t when = now + rng.between(0, 1000);
      const TimerId id = timers.start(Timestamp{when}, AgentId{1});
      REQUIRE(places.count(id) == 0);
      model[{when, ++order}] = id;
      places[id] = {when, order};
    } else if (dice < 8 && !model.empty()) {
      auto victim = model.begin();
      std::advance(victim, static_cast<std::ptrdiff_t>(rng.below(std::min<std::uint64_t>(model.size(), 50))));
      timers.cancel(victim->second);
      model.erase(victim);
    } else {
      now += rng.between(0, 300);
      TimerQueue::Entry entry;
      while (timers.popDue(Timestamp{now}, entry)) {
        REQUIRE(!model.empty());
        CHECK(model.begin()->second == entry.id);
        model.erase(model.begin());
      }
      CHECK((model.empty() || model.begin()->first.first > now));
    }
  }
  timers.removeAgent(AgentId{1});
  CHECK(timers.empty());
}
