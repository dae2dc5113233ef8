// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/matching/matching_engine.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/base/rng.h"
#include "tests/matching/naive_engine.h"

using namespace bw;
using namespace bw::matching;

namespace {

// Writes down every report as a line, so that two engines are compared word by word.
class RecordingListener final : public EngineListener {
 public:
  void onTrade(const EngineTrade& t) override {
    lines.push_back("trade " + std::to_string(t.makerId) + " " + std::to_string(t.takerId) + " " +
                    std::to_string(t.price.value) + " x " + std::to_string(t.size.value) + " left " +
                    std::to_string(t.makerLeft.value) + (t.aggressor == Side::Buy ? " buy" : " sell"));
    position[t.makerOwner] += t.aggressor == Side::Buy ? -t.size.value : t.size.value;
    position[t.takerOwner] += t.aggressor == Side::Buy ? t.size.value : -t.size.value;
  }
  void onLevel(Side side, Ticks price, Lots total) override {
    lines.push_back(std::string(side == Side::Buy ? "bid " : "ask ") + std::to_string(price.value) + " = " +
                    std::to_string(total.value));
  }
  void onDone(std::uint64_t id, std::uint32_t, DoneReason reason, Lots left) override {
    lines.push_back("done " + std::to_string(id) + " " + std::to_string(static_cast<int>(reason)) + " left " +
                    std::to_string(left.value));
  }
  void onTriggered(std::uint64_t id, std::uint32_t) override { lines.push_back("triggered " + std::to_string(id)); }
  Lots allowance(std::uint64_t, std::uint32_t owner, Lots wanted) override {
    return {std::min(wanted.value, std::abs(position[owner]))};
  }
  std::vector<std::string> lines;
  std::map<std::uint32_t, std::int64_t> position;
};

BookOrder limitOrder(std::uint64_t id, Side side, std::int64_t price, std::int64_t size) {
  BookOrder order;
  order.id = id;
  order.side = side;
  order.hasLimit = true;
  order.limit = {price};
  order.size = {size};
  return order;
}

BookOrder randomOrder(Rng& rng, std::uint64_t id, std::int64_t mid) {
  BookOrder order =
      limitOrder(id, rng.chance(0.5) ? Side::Buy : Side::Sell, mid + rng.between(-12, 12), rng.between(1, 20));
  order.owner = static_cast<std::uint32_t>(rng.below(4));
  const std::uint64_t kind = rng.below(20);
  if (kind == 0) order.tif = TimeInForce::Ioc;
  if (kind == 1) order.tif = TimeInForce::Fok;
  if (kind == 2) order.postOnly = true;
  if (kind == 3) {
    order.type = OrderType::Market;
    order.tif = TimeInForce::Ioc;
    order.hasLimit = rng.chance(0.5);
  }
  if (kind == 4 || kind == 5) {
    order.type = kind == 4 ? OrderType::StopMarket : OrderType::TakeProfitMarket;
    order.trigger = {mid + rng.between(-8, 8)};
    order.hasLimit = rng.chance(0.5);
  }
  if (kind == 6) order.guarded = order.owner != 0;
  return order;
}

}  // namespace

TEST_CASE("price before time, and time within a price") {
  RecordingListener out;
  MatchingEngine engine(out);
  engine.submit(limitOrder(1, Side::Sell, 101, 2));
  engine.submit(limitOrder(2, Side::Sell, 100, 2));
  engine.submit(limitOrder(3, Side::Sell, 100, 2));
  out.lines.clear();
  const OrderHandle rest = engine.submit(limitOrder(4, Side::Buy, 101, 7));
  CHECK(out.lines == std::vector<std::string>{"trade 2 4 100 x 2 left 0 buy", "trade 3 4 100 x 2 left 0 buy",
                                              "ask 100 = 0", "trade 1 4 101 x 2 left 0 buy", "ask 101 = 0",
                                              "bid 101 = 1"});
  CHECK(engine.remaining(rest).value == 1);
  CHECK(engine.best(Side::Buy) == Level{{101}, {1}});
  CHECK(engine.best(Side::Sell).size.value == 0);
}

TEST_CASE("a handle dies with its order and is never mistaken for a later one") {
  RecordingListener out;
  MatchingEngine engine(out);
  const OrderHandle first = engine.submit(limitOrder(1, Side::Buy, 100, 5));
  CHECK(engine.cancel(first));
  const OrderHandle second = engine.submit(limitOrder(2, Side::Buy, 100, 5));
  CHECK_FALSE(engine.cancel(first));
  CHECK(engine.remaining(second).value == 5);
  CHECK(engine.liveOrders() == 1);
}

TEST_CASE("prices beyond the window's span are refused, far ones inside it are held") {
  RecordingListener out;
  MatchingEngine engine(out);
  engine.submit(limitOrder(1, Side::Buy, 1'000'000, 1));
  CHECK(engine.submit(limitOrder(2, Side::Buy, 1, 1)));
  CHECK_FALSE(engine.submit(limitOrder(3, Side::Sell, 4'000'000, 1)));
  CHECK(out.lines.back() == "done 3 " + std::to_string(static_cast<int>(DoneReason::PriceTooFar)) + " left 1");
  CHECK(engine.best(Side::Buy) == Level{{1'000'000}, {1}});
  CHECK(engine.sizeAt(Side::Buy, {1}).value == 1);
  CHECK(engine.consistent());
}

TEST_CASE("the engine says exactly what the map and list book says, on random streams") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    Rng rng(seed);
    RecordingListener expected;
    RecordingListener actual;
    test::NaiveEngine naive(expected);
    MatchingEngine engine(actual);
    std::map<std::uint64_t, OrderHandle> handles;
    std::int64_t mid = 10'000;
    for (std::uint64_t id = 1; id <= 2'000; ++id) {
      if (id % 50 == 0) mid += rng.between(-300, 300);
      if (rng.chance(0.35) && !handles.empty()) {
        auto it = handles.lower_bound(rng.below(id));
        if (it == handles.end()) it = handles.begin();
        const bool known = naive.cancel(it->first);
        REQUIRE(engine.cancel(it->second) == known);
        handles.erase(it);
        continue;
      }
      const BookOrder order = randomOrder(rng, id, mid);
      naive.submit(order);
      if (const OrderHandle handle = engine.submit(order)) handles[id] = handle;
      if (id % 64 == 0) REQUIRE(engine.consistent());
    }
    REQUIRE(actual.lines.size() > 1000);
    REQUIRE(actual.lines == expected.lines);
  }
}
