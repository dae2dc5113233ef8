// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gate/trouble_watch.h"

#include <doctest/doctest.h>

namespace {

using namespace bw;
using gate::TroubleWatch;
using Kind = OrderReport::Kind;

MonoTime atMillis(std::int64_t ms) {
  return MonoTime{Duration::millis(ms).ns};
}

OrderReport reportOf(Kind kind, std::uint64_t number) {
  OrderReport report;
  report.kind = kind;
  report.venue = "fake";
  report.clientId = {number, 1};
  return report;
}

TEST_CASE("rejects: more than half of at least twenty within a minute, told once") {
  TroubleWatch watch;
  std::uint64_t number = 0;
  for (int i = 0; i < 10; ++i) watch.onReport(reportOf(Kind::Accepted, ++number), atMillis(i * 100));
  for (int i = 0; i < 9; ++i) watch.onReport(reportOf(Kind::Rejected, ++number), atMillis(1'000 + i * 100));
  CHECK(watch.due(atMillis(3'000)).empty());  // nineteen
  watch.onReport(reportOf(Kind::Rejected, ++number), atMillis(3'100));
  CHECK(watch.due(atMillis(3'200)).empty());  // ten of twenty: not more than half
  watch.onReport(reportOf(Kind::Rejected, ++number), atMillis(3'300));
  const auto troubles = watch.due(atMillis(3'400));
  REQUIRE(troubles.size() == 1);
  CHECK(troubles[0].level == StopLevel::CancelAll);
  CHECK(troubles[0].scope.kind == StopScope::Kind::Venue);
  CHECK(troubles[0].scope.name == "fake");
  CHECK(watch.due(atMillis(3'500)).empty());
  CHECK(watch.due(atMillis(70'000)).empty());  // forgotten
}

TEST_CASE("data gone for 10 s matters only while orders rest at the venue") {
  TroubleWatch watch;
  watch.onData("fake", atMillis(0));
  CHECK(watch.due(atMillis(60'000)).empty());
  watch.onReport(reportOf(Kind::Accepted, 1), atMillis(60'000));
  REQUIRE(watch.due(atMillis(60'100)).size() == 1);
  watch.onData("fake", atMillis(60'200));
  CHECK(watch.due(atMillis(70'199)).empty());
  CHECK(watch.due(atMillis(70'200)).size() == 1);
  watch.onData("fake", atMillis(70'300));
  CHECK(watch.due(atMillis(70'400)).empty());
  watch.onReport(reportOf(Kind::Cancelled, 1), atMillis(70'500));
  CHECK(watch.due(atMillis(99'000)).empty());
}

TEST_CASE("too many messages in a second stop everything") {
  TroubleWatch watch;
  for (std::uint64_t i = 1; i <= 200; ++i)
    watch.onReport(reportOf(Kind::Cancelled, i), atMillis(static_cast<std::int64_t>(i)));
  CHECK(watch.due(atMillis(900)).empty());
  watch.onReport(reportOf(Kind::Cancelled, 201), atMillis(950));
  const auto troubles = watch.due(atMillis(960));
  REQUIRE(troubles.size() == 1);
  CHECK(troubles[0].scope.all());
}

TEST_CASE("the cap of open orders follows the speed of cancels") {
  VenueCapabilities single;
  CHECK(gate::openOrderCap(single, 10, 500) == 20);
  single.cancelBatch = 100;
  CHECK(gate::openOrderCap(single, 10, 1'000) == 1'000);
  CHECK(gate::openOrderCap(single, 10, 5'000) == 2'000);
  VenueCapabilities bulk;
  bulk.cancelAll = true;
  CHECK(gate::openOrderCap(bulk, 10, 500) == 500);
}

}  // namespace
