// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/base/clock.h"
#include "core/guard/freeze_watch.h"
#include "core/guard/guard_brain.h"
#include "core/guard/guard_message.h"

namespace {

using namespace bw;
using guard::FreezeWatch;
using guard::GuardBrain;
using guard::GuardMessage;

TEST_CASE("the guard cancels after one second of silence, closes after five, and only once each") {
  GuardBrain brain({});
  const auto at = [](std::int64_t ms) { return MonoTime{Duration::millis(ms).ns}; };
  CHECK_FALSE(brain.due(at(100'000)).has_value());  // nobody was ever there
  brain.heard(at(0));
  CHECK_FALSE(brain.due(at(999)).has_value());
  CHECK(brain.due(at(1'000)) == std::optional<StopLevel>(StopLevel::CancelAll));
  CHECK_FALSE(brain.due(at(4'999)).has_value());
  CHECK(brain.due(at(5'000)) == std::optional<StopLevel>(StopLevel::Flatten));
  CHECK_FALSE(brain.due(at(60'000)).has_value());
  // Heard again: all starts anew.
  brain.heard(at(70'000));
  CHECK(brain.alive(at(70'500)));
  CHECK_FALSE(brain.due(at(70'900)).has_value());
  brain.gone(at(70'950));
  CHECK_FALSE(brain.alive(at(70'960)));
  CHECK(brain.due(at(71'000)) == std::optional<StopLevel>(StopLevel::CancelAll));
  CHECK(brain.why(at(71'200)) == "workstation gone for 1.2 s");
  brain.farewell();
  CHECK_FALSE(brain.due(at(90'000)).has_value());
}

TEST_CASE("a guard that woke up late goes straight to the level that is due; positions may be kept") {
  GuardBrain brain({});
  brain.heard(MonoTime{0});
  CHECK(brain.due(MonoTime{Duration::seconds(9).ns}) == std::optional<StopLevel>(StopLevel::Flatten));
  CHECK_FALSE(brain.due(MonoTime{Duration::seconds(10).ns}).has_value());
  GuardBrain keeper({Duration::seconds(1), Duration::seconds(5), true});
  keeper.heard(MonoTime{0});
  CHECK(keeper.due(MonoTime{Duration::seconds(9).ns}) == std::optional<StopLevel>(StopLevel::CancelAll));
  CHECK_FALSE(keeper.due(MonoTime{Duration::seconds(99).ns}).has_value());
}

TEST_CASE("messages survive the wire; damaged and foreign ones are refused; a later protocol is still told") {
  GuardMessage m;
  m.kind = GuardMessage::Kind::Beat;
  m.number = 7;
  m.state = "STOPPING";
  m.level = "FLATTEN";
  m.stopNumber = 3;
  m.cleared = 2;
  m.journalSequence = 99;
  m.journalHead = "abc";
  m.channel = "plate\twith\ttabs";
  m.reason = "line\nbreak";
  const auto back = guard::decode(guard::encode(m));
  REQUIRE(back.has_value());
  CHECK(back->number == 7);
  CHECK(back->state == "STOPPING");
  CHECK(back->stopNumber == 3);
  CHECK(back->cleared == 2);
  CHECK(back->journalHead == "abc");
  CHECK(back->channel == "plate with tabs");
  CHECK(back->reason == "line break");
  const std::string bytes = guard::encode(m);
  for (std::size_t cut = 0; cut < bytes.size() - m.reason.size(); ++cut)
    CHECK_FALSE(guard::decode(bytes.substr(0, cut)).has_value());
  CHECK_FALSE(guard::decode("").has_value());
  CHECK_FALSE(guard::decode("something else\t1").has_value());
  m.kind = GuardMessage::Kind::Hello;
  m.protocol = 99;
  CHECK(guard::decode(guard::encode(m) + "\tmore")->protocol == 99);
}

TEST_CASE("a frozen window: each step once, in order, none skipped, and the recovery told with its length") {
  ManualClock clock{Timestamp::fromSeconds(1000)};
  std::vector<FreezeWatch::Step> steps;
  Duration last;
  FreezeWatch watch(clock, {}, [&](FreezeWatch::Step step, Duration frozen) {
    steps.push_back(step);
    last = frozen;
  });
  using S = FreezeWatch::Step;
  for (int i = 0; i < 20; ++i) {
    watch.alive();
    clock.advance(Duration::millis(250));
    watch.look();
  }
  CHECK(steps.empty());
  watch.alive();
  for (int i = 0; i < 120; ++i) {
    clock.advance(Duration::millis(100));
    watch.look();
    if (i == 8) CHECK(steps.empty());
    if (i == 9) CHECK(steps == std::vector<S>{S::Lag});
    if (i == 29) CHECK(steps == std::vector<S>{S::Lag, S::Alarm, S::Guard});
    if (i == 98) CHECK(steps.size() == 3);
  }
  CHECK(steps == std::vector<S>{S::Lag, S::Alarm, S::Guard, S::Pause});
  watch.alive();
  watch.look();
  CHECK(steps.back() == S::Fine);
  CHECK(last == Duration::seconds(12));
  steps.clear();
  clock.advance(Duration::seconds(30));  // the watch itself was held up
  watch.look();
  CHECK(steps == std::vector<S>{S::Lag, S::Alarm, S::Guard, S::Pause});
}

}  // namespace
