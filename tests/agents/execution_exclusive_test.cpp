// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/base/rng.h"
#include "tests/agents/execution_bench.h"

namespace {

using namespace bw;
using test::ExecutionBench;
using test::price;
using test::quantity;

/// A bench whose venue knows neither reduce-only nor OCO, with a filled long under stop and target.
struct ExclusiveBench : ExecutionBench {
  ExclusiveBench() {
    venue.set([](auto& knobs) { knobs.reduceOnly = false; });
    market(1000);
    OrderIntent entry = intent();
    entry.contingent = {price("95"), price("105")};
    approve(entry);
    venue.fill(byIntent(entry.id)->clientId, quantity("1"), price("99.5"));
    settle();
  }
  /// Best bid and ask one tick around `ticks` tenths.
  void market(std::int64_t ticks) {
    auto depth = std::make_shared<BookDepth>();
    depth->instrument = {0};
    depth->stale = StaleReason::None;
    depth->bidCount = depth->askCount = 1;
    depth->bids[0] = {Ticks{ticks - 1}, Lots{1000}};
    depth->asks[0] = {Ticks{ticks + 1}, Lots{1000}};
    venue.setPrice({0}, instruments->get({0}).price(Ticks{ticks}));
    context.deliver(*agent, Topic::MarketBook, BookUpdate{depth});
    pass(Duration::seconds(1));
  }
  std::size_t resting() const { return live(OrderRole::StopLoss).size() + live(OrderRole::TakeProfit).size(); }
};

TEST_CASE("OR27: where exits exclude each other the stop rests alone, and the target follows once it is reached") {
  ExclusiveBench bench;
  CHECK(bench.live(OrderRole::StopLoss).size() == 1);
  CHECK(bench.live(OrderRole::TakeProfit).empty());
  bench.venue.set([](auto& knobs) { knobs.ignoreCancels = true; });
  bench.market(1050);
  CHECK(bench.live(OrderRole::StopLoss).size() == 1);
  CHECK(bench.live(OrderRole::TakeProfit).empty());  // the stop is not proven gone
  bench.venue.set([](auto& knobs) { knobs.ignoreCancels = false; });
  bench.pass(Duration::seconds(8));
  CHECK(bench.live(OrderRole::StopLoss).empty());
  REQUIRE(bench.live(OrderRole::TakeProfit).size() == 1);
  CHECK(bench.live(OrderRole::TakeProfit)[0].quantity == quantity("1"));
  // The market turns before the target fills: the stop takes its place again.
  bench.market(1040);
  CHECK(bench.live(OrderRole::TakeProfit).size() == 1);
  bench.market(1024);
  bench.pass(Duration::seconds(2));
  CHECK(bench.live(OrderRole::TakeProfit).empty());
  REQUIRE(bench.live(OrderRole::StopLoss).size() == 1);
  bench.venue.fill(bench.live(OrderRole::StopLoss)[0].clientId, quantity("1"), price("95"));
  bench.pass(Duration::seconds(2));
  CHECK(bench.held().isZero());
  CHECK(bench.resting() == 0);
  CHECK(bench.venue.crossings() == 0);
}

TEST_CASE("OR27: an exit waits until the stop has made room, and what the stop filled meanwhile is not sold twice") {
  ExclusiveBench bench;
  const ClientOrderId stop = bench.live(OrderRole::StopLoss)[0].clientId;
  bench.venue.set([](auto& knobs) { knobs.ignoreCancels = true; });
  bench.approve(bench.exitIntent("1"));
  CHECK(bench.live(OrderRole::Exit).empty());
  bench.approve(bench.exitIntent("1"));
  CHECK(bench.lastDropped().reason == "EXIT_REFUSED: another exit of this position waits for its stop to make room");
  bench.venue.fill(stop, quantity("0.4"), price("95"));
  bench.settle();
  bench.venue.set([](auto& knobs) { knobs.ignoreCancels = false; });
  bench.pass(Duration::seconds(4));
  CHECK(bench.venue.position({0}).isZero());
  CHECK(bench.held().isZero());
  CHECK(bench.venue.crossings() == 0);
  CHECK(bench.resting() == 0);
}

TEST_CASE("OR27: an exit whose approval ends before the stop is gone is dropped, and the stop stays") {
  ExclusiveBench bench;
  bench.venue.set([](auto& knobs) { knobs.ignoreCancels = true; });
  bench.approve(bench.exitIntent("1"));
  bench.pass(Duration::seconds(6));
  CHECK(bench.lastDropped().reason.rfind("EXIT_LATE", 0) == 0);
  bench.venue.set([](auto& knobs) { knobs.ignoreCancels = false; });
  bench.pass(Duration::seconds(8));
  CHECK(bench.live(OrderRole::StopLoss).size() == 1);
  CHECK(bench.held() == quantity("1"));
}

TEST_CASE("OR27: whatever fills when, exits never carry the position through zero") {
  Rng rng(5);
  for (int round = 0; round < 60; ++round) {
    ExclusiveBench bench;
    for (int step = 0; step < 12; ++step) {
      if (rng.chance(0.3)) bench.venue.set([&](auto& knobs) { knobs.ignoreCancels = !knobs.ignoreCancels; });
      if (rng.chance(0.3)) bench.approve(bench.exitIntent(rng.chance(0.5) ? "1" : "0.3"));
      if (rng.chance(0.5)) bench.market(900 + static_cast<std::int64_t>(rng.below(200)));
      for (const Order& order : bench.venue.openOrders()) {
        if (order.side != Side::Sell || !rng.chance(0.3)) continue;
        const Quantity left = order.remaining();
        bench.venue.fill(order.clientId, rng.chance(0.5) ? left : std::min(left, quantity("0.1")), price("98"));
        bench.settle();
      }
      bench.pass(Duration::millis(700));
      int exits = 0;
      for (const Order& order : bench.venue.openOrders()) exits += order.side == Side::Sell ? 1 : 0;
      CHECK(exits <= 1);
    }
    CHECK(bench.venue.crossings() == 0);
    CHECK(bench.venue.position({0}).sign() >= 0);
  }
}

}  // namespace
