// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <algorithm>

#include "core/venues/fake/fake_venue.h"
#include "tests/support/order_path.h"
#include "tests/venues/permit.h"

using namespace bw;
using namespace bw::fake;
using bw::test::fakeInstruments;
using bw::test::price;
using bw::test::quantity;

namespace {

class Reports final : public VenueListener {
 public:
  void onReport(const OrderReport& report) override { all.push_back(report); }
  std::size_t count(OrderReport::Kind kind) const {
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [kind](const OrderReport& r) { return r.kind == kind; }));
  }
  std::vector<OrderReport> all;
};

/// An exchange with BTC at 60,000, one workstation's venue and one connection.
struct FakeBench {
  explicit FakeBench(const std::function<void(ExchangeOptions&)>& change = {})
      : clock(Timestamp::fromSeconds(1'736'942'400)), exchange(options(change)), venue(exchange, clock) {
    connection = venue.connect(reports);
  }
  static ExchangeOptions options(const std::function<void(ExchangeOptions&)>& change) {
    ExchangeOptions made;
    made.instruments = fakeInstruments();
    made.startBids = {{600'000}, {300'000}};
    made.start = Timestamp::fromSeconds(1'736'942'400);
    if (change) change(made);
    return made;
  }
  void run(Duration time) {
    const Timestamp until = clock.now() + time;
    while (exchange.nextTime() <= until) {
      clock.advanceTo(exchange.nextTime());
      exchange.step(clock.now());
    }
    clock.advanceTo(until);
  }
  PlaceRequest request(Side side, const char* limit, TimeInForce tif = TimeInForce::Gtc) {
    PlaceRequest made;
    made.clientId = {1, ++ids};
    made.side = side;
    made.tif = tif;
    made.quantity = quantity("0.01");
    made.limitPrice = price(limit);
    return made;
  }
  PlaceRequest send(Side side, const char* limit, TimeInForce tif = TimeInForce::Gtc) {
    PlaceRequest made = request(side, limit, tif);
    connection->place(gate::Gate::permit(), made);
    return made;
  }

  std::uint64_t ids = 0;
  ManualClock clock;
  FakeExchange exchange;
  Reports reports;
  FakeVenue venue;
  std::unique_ptr<VenueConnection> connection;
};

}  // namespace

TEST_CASE("fake exchange: a marketable order fills, its log, reports and account agree") {
  FakeBench bench;
  const PlaceRequest order = bench.send(Side::Buy, "60100", TimeInForce::Fok);
  bench.run(Duration::seconds(1));
  CHECK(bench.reports.count(OrderReport::Kind::Accepted) == 1);
  REQUIRE(bench.reports.count(OrderReport::Kind::Filled) == 1);
  CHECK(bench.exchange.position({0}) == Lots{10});
  const auto account = bench.connection->account();
  REQUIRE(account.ok());
  REQUIRE(account->positions.size() == 1);
  CHECK(account->positions[0].quantity == quantity("0.01"));
  CHECK(bench.connection->order(order.clientId)->state == OrderState::Filled);
  const auto log = bench.exchange.takeLog();
  REQUIRE(log.size() == 4);
  CHECK(log[0].what == LogEntry::What::Sent);
  CHECK(log[1].what == LogEntry::What::Landed);
  CHECK(log[2].what == LogEntry::What::Trade);
  CHECK(log[3].what == LogEntry::What::Ended);
}

TEST_CASE("fake exchange: a lost placement is absent, one that is late is not called absent before it lands") {
  FakeBench lost([](ExchangeOptions& options) { options.faults.set(Fault::PlaceLost, 100'000); });
  const PlaceRequest gone = lost.send(Side::Buy, "50000");
  lost.run(Duration::seconds(1));
  CHECK(lost.connection->order(gone.clientId).error().userKey == "venue.order_absent");

  FakeBench late([](ExchangeOptions& options) {
    options.faults.set(Fault::PlaceLate, 100'000);
    options.lateBy = Duration::minutes(10);
  });
  const PlaceRequest slow = late.send(Side::Buy, "50000");
  late.run(Duration::minutes(9));
  CHECK(late.connection->order(slow.clientId).error().userKey == "venue.in_flight");
  CHECK(late.exchange.openOrders() == 0);
  late.run(Duration::minutes(2));
  CHECK(late.connection->order(slow.clientId)->state == OrderState::Open);
}

TEST_CASE("fake exchange: a venue with a promise drops what would land later") {
  FakeBench bench([](ExchangeOptions& options) {
    options.faults.set(Fault::PlaceLate, 100'000);
    options.landsWithin = Duration::seconds(10);
    options.lateBy = Duration::seconds(30);
  });
  CHECK(bench.connection->capabilities().landsWithin == Duration::seconds(10));
  bench.send(Side::Buy, "50000");
  bench.run(Duration::minutes(1));
  CHECK(bench.exchange.openOrders() == 0);
  CHECK(bench.exchange.takeLog().back().what == LogEntry::What::Lost);
}

TEST_CASE("fake exchange: reduce-only never opens, a cancel ends, dropped reports are gone") {
  FakeBench bench;
  PlaceRequest reduce = bench.request(Side::Sell, "59000");
  reduce.reduceOnly = true;
  bench.connection->place(gate::Gate::permit(), reduce);
  const PlaceRequest rests = bench.send(Side::Buy, "50000");
  bench.run(Duration::seconds(1));
  CHECK(bench.reports.count(OrderReport::Kind::Rejected) == 1);
  CHECK(bench.exchange.openOrders() == 1);
  bench.connection->cancel(rests.clientId, {0});
  bench.run(Duration::seconds(1));
  CHECK(bench.reports.count(OrderReport::Kind::Cancelled) == 1);
  CHECK(bench.exchange.openOrders() == 0);

  FakeBench silent([](ExchangeOptions& options) { options.faults.set(Fault::ReportDrop, 100'000); });
  silent.send(Side::Buy, "50000");
  silent.run(Duration::seconds(1));
  CHECK(silent.reports.all.empty());
  CHECK(silent.exchange.openOrders() == 1);
}

TEST_CASE("fake exchange: it outlives a workstation, and what was cut off says nothing") {
  FakeBench bench;
  bench.send(Side::Buy, "50000");
  bench.venue.cut();
  bench.run(Duration::seconds(1));
  CHECK(bench.reports.all.empty());
  CHECK_FALSE(bench.connection->account().ok());
  FakeVenue next(bench.exchange, bench.clock);
  Reports reports;
  const auto connection = next.connect(reports);
  CHECK(connection->account()->openOrders.size() == 1);
}

TEST_CASE("fake exchange: the same seed gives the same story, another seed another") {
  const auto storyOf = [](std::uint64_t seed) {
    FakeBench bench([&](ExchangeOptions& options) {
      options.seed = seed;
      options.faults = FaultPlan::all();
    });
    std::string story;
    for (int i = 0; i < 200; ++i) {
      bench.send(i % 2 == 0 ? Side::Buy : Side::Sell, i % 3 == 0 ? "60000" : "60001");
      bench.run(Duration::millis(20));
    }
    for (const LogEntry& entry : bench.exchange.takeLog())
      story += std::to_string(static_cast<int>(entry.what)) + "," + std::to_string(entry.time.ns) + ";";
    return story;
  };
  CHECK(storyOf(7) == storyOf(7));
  CHECK(storyOf(7) != storyOf(8));
}
