// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reconcile/account_compare.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/order_path.h"

namespace {

using namespace bw;
using reconcile::AccountComparer;
using reconcile::Comparison;
using reconcile::OurView;
using test::dec;
using test::quantity;
using Kind = ReconciliationKind;

Timestamp compareTime(std::int64_t millis) {
  return Timestamp::fromMillis(1'000'000 + millis);
}

Uuid ourId(std::uint64_t n) {
  return {n << 16 | 0x7000, 0x8000000000000000ULL | n};
}

/// Both sides of a comparison, changed by hand.
struct Sides {
  Comparison look(std::int64_t millis) {
    snapshot.venue = "fake";
    snapshot.venueTime = compareTime(millis) - lag;
    OurView ours;
    ours.find = [this](ClientOrderId id) {
      const auto found = orders.find(id);
      return found == orders.end() ? nullptr : &found->second;
    };
    ours.mayBeForgotten = [this](ClientOrderId id) { return hasOurPrefix(id) && id <= forgotten; };
    for (const auto& [id, order] : orders) {
      if (!isTerminal(order.state)) ours.live.push_back(order);
    }
    ours.position = [this](InstrumentId id) {
      Position position = held;
      if (id != held.instrument) position = {};
      position.instrument = id;
      return position;
    };
    ours.balance = balance;
    ours.first = first;
    ours.hasHistory = history;
    return comparer.compare(snapshot, ours, compareTime(millis));
  }
  Order& own(ClientOrderId id, OrderState state, std::int64_t updated = 0) {
    Order& order = orders[id];
    order.clientId = id;
    order.state = state;
    order.quantity = quantity("1");
    order.updatedAt = compareTime(updated);
    return order;
  }
  Order& listed(ClientOrderId id) {
    Order order;
    order.clientId = id;
    order.quantity = quantity("1");
    order.state = OrderState::Open;
    snapshot.openOrders.push_back(order);
    return snapshot.openOrders.back();
  }
  void venueHolds(const char* size) {
    snapshot.positions.clear();
    Position position;
    position.quantity = quantity(size);
    position.averagePrice = test::price("100");
    snapshot.positions.push_back(position);
  }
  void venueCash(const char* amount) {
    const Money total(dec(amount), Currency("USDT"));
    snapshot.balances = {{Currency("USDT"), total, total}};
  }

  AccountComparer comparer{test::fakeInstruments(), {}};
  AccountSnapshot snapshot;
  std::map<ClientOrderId, Order> orders;
  ClientOrderId forgotten;
  Position held;
  std::optional<Money> balance;
  Duration lag{0};
  bool first = false;
  bool history = true;
};

bool names(const Comparison& found, Kind kind) {
  return std::any_of(found.findings.begin(), found.findings.end(), [&](const auto& f) { return f.kind == kind; });
}

TEST_CASE("compare: equal accounts differ in nothing") {
  Sides sides;
  sides.own(ourId(1), OrderState::Open);
  sides.listed(ourId(1));
  sides.held.quantity = quantity("2");
  sides.venueHolds("2");
  sides.venueCash("100.000009");
  sides.balance = Money(dec("100"), Currency("USDT"));  // within the tolerance of roundings
  const Comparison found = sides.look(5000);
  CHECK(found.findings.empty());
  CHECK(found.still.empty());
  CHECK(found.listed.empty());
  CHECK(found.ask.empty());
  CHECK_FALSE(found.suspicious);
}

TEST_CASE("AC01: a position that differs counts at the second look, a second later, and is gone when it is gone") {
  Sides sides;
  sides.venueHolds("3");
  CHECK(sides.look(0).findings.empty());
  CHECK(sides.look(0).suspicious);
  CHECK(sides.look(999).findings.empty());
  const Comparison found = sides.look(1000);
  REQUIRE(names(found, Kind::Position));
  CHECK(found.findings[0].title == "BTCUSDT: the venue holds 3, we count 0");
  CHECK(found.findings[0].locks);
  CHECK(found.findings[0].escalates);
  CHECK(found.still.size() == 1);
  sides.held.quantity = quantity("3");
  CHECK(sides.look(2000).still.empty());
  sides.venueHolds("4");
  CHECK(sides.look(2500).findings.empty());  // a new suspicion
}

TEST_CASE("AC01: figures that keep moving count after five seconds, those that settled after one") {
  Sides sides;
  const char* sizes[] = {"1", "2", "3", "4", "5", "6", "7", "8"};
  int counted = -1;
  for (int i = 0; i < 8 && counted < 0; ++i) {
    sides.venueHolds(sizes[i]);
    if (names(sides.look(i * 900), Kind::Position)) counted = i * 900;
  }
  CHECK(counted == 5400);
}

TEST_CASE("a start with a journal takes a difference at once; one without adopts what is there") {
  Sides sides;
  sides.first = true;
  sides.venueHolds("3");
  CHECK(names(sides.look(0), Kind::Position));
  sides.history = false;
  const Comparison found = sides.look(10);
  CHECK(found.findings.empty());
  REQUIRE(found.earlier.size() == 1);
  CHECK(found.earlier[0].quantity == quantity("3"));
  sides.held.quantity = quantity("1");
  CHECK(names(sides.look(20), Kind::Position));
}

TEST_CASE("AC12: an empty answer while we hold something needs a second one") {
  Sides sides;
  sides.held.quantity = quantity("2");
  sides.own(ourId(1), OrderState::Open);
  const Comparison once = sides.look(10'000);
  CHECK(once.findings.empty());
  CHECK(once.doubtful.empty());
  CHECK(once.suspicious);
  const Comparison twice = sides.look(11'000);
  CHECK(names(twice, Kind::Position));
  CHECK(twice.doubtful == std::vector<ClientOrderId>{ourId(1)});
}

TEST_CASE("OR08, OR09: absent needs two answers newer than our last event; lagging lists prove nothing") {
  Sides sides;
  sides.own(ourId(1), OrderState::Open, 1000);
  sides.lag = Duration::seconds(5);
  for (int at = 2000; at < 6400; at += 500) CHECK(sides.look(at).doubtful.empty());  // older than our last event
  CHECK(sides.look(6600).suspicious);
  sides.own(ourId(1), OrderState::Open, 6700);  // something happened: both start over
  CHECK(sides.look(7000).doubtful.empty());
  sides.lag = {};
  CHECK(sides.look(8000).doubtful.empty());
  CHECK(sides.look(8000).doubtful.empty());  // the same answer again is not a second one
  CHECK(sides.look(8001).doubtful == std::vector<ClientOrderId>{ourId(1)});
  // Listed in between: it takes two again.
  sides.listed(ourId(1));
  CHECK(sides.look(9000).doubtful.empty());
  sides.snapshot.openOrders.clear();
  CHECK(sides.look(10'000).doubtful.empty());
}

TEST_CASE("PENDING and UNKNOWN orders: listed is proof, not listed is a question") {
  for (const OrderState state : {OrderState::Pending, OrderState::Unknown}) {
    Sides sides;
    sides.own(ourId(1), state);
    CHECK(sides.look(5000).ask == std::vector<ClientOrderId>{ourId(1)});
    sides.listed(ourId(1));
    const Comparison found = sides.look(6000);
    CHECK(found.ask.empty());
    REQUIRE(found.listed.size() == 1);
    CHECK(found.listed[0].clientId == ourId(1));
  }
}

TEST_CASE("AC05, AC10: a foreign order is adopted and told; the stop's closes are not") {
  Sides sides;
  sides.listed({77, 77});
  const Uuid close{0x8000, 1};
  CHECK(isStopClose(close));
  sides.listed(close);
  const Comparison found = sides.look(0);
  REQUIRE(found.foreign.size() == 1);
  REQUIRE(found.findings.size() == 1);
  CHECK(found.findings[0].kind == Kind::ForeignOrder);
  CHECK(found.strangers.empty());
  sides.own({77, 77}, OrderState::Open).owner = Owner::External;
  const Comparison known = sides.look(1000);
  CHECK(known.foreign.empty());
  CHECK(known.findings.empty());
  CHECK(known.still.size() == 1);  // the item stays as long as the order does
}

TEST_CASE("OR07: under our prefix and not in the journal is a suspect; a forgotten order is cancelled again") {
  Sides sides;
  sides.listed(ourId(9));
  const Comparison found = sides.look(0);
  REQUIRE(found.strangers.size() == 1);
  CHECK(names(found, Kind::DuplicateSuspect));
  sides.forgotten = ourId(9);
  const Comparison forgotten = sides.look(0);
  CHECK(forgotten.strangers.empty());
  CHECK(forgotten.findings.empty());
  REQUIRE(forgotten.zombies.size() == 1);
}

TEST_CASE("an order that ended here and rests there is told and cancelled, but not by an answer older than its end") {
  Sides sides;
  sides.own(ourId(1), OrderState::Cancelled, 1000);
  sides.listed(ourId(1));
  CHECK(sides.look(1400).still.empty());
  CHECK(sides.look(2000).zombies.empty());
  const Comparison found = sides.look(3000);
  CHECK(names(found, Kind::OrderEnded));
  CHECK(found.zombies.size() == 1);
}

TEST_CASE("more filled at the venue than we know fills of is told if it stays so") {
  Sides sides;
  sides.own(ourId(1), OrderState::PartiallyFilled, 0).filled = quantity("0.2");
  sides.listed(ourId(1)).filled = quantity("0.5");
  CHECK(sides.look(400).still.empty());
  CHECK(sides.look(1000).findings.empty());
  const Comparison found = sides.look(2000);
  REQUIRE(names(found, Kind::MissingFills));
  CHECK(found.findings[0].theirs == "0.5");
}

TEST_CASE("AC06: cash that nothing explains is told, never while positions differ, and locks nothing") {
  Sides sides;
  sides.balance = Money(dec("100"), Currency("USDT"));
  CHECK(sides.look(0).findings.empty());  // the venue tells no balance
  sides.venueCash("99.9");
  sides.venueHolds("1");
  sides.look(0);
  CHECK_FALSE(names(sides.look(2000), Kind::Balance));
  sides.held.quantity = quantity("1");
  CHECK_FALSE(names(sides.look(3000), Kind::Balance));
  const Comparison found = sides.look(4000);
  REQUIRE(names(found, Kind::Balance));
  CHECK_FALSE(found.findings[0].locks);
  sides.venueHolds("2");  // an open balance item waits for the position
  CHECK(sides.look(5000).still.count({Kind::Balance, "fake", std::nullopt, {}}) == 1);
  sides.venueHolds("1");
  sides.snapshot.balances[0].currency = Currency("EUR");
  CHECK_FALSE(names(sides.look(6000), Kind::Balance));
}

TEST_CASE("AC07: a leverage changed outside is told") {
  Sides sides;
  sides.held.quantity = quantity("1");
  sides.held.leverage = dec("2");
  sides.venueHolds("1");
  CHECK(sides.look(0).still.empty());  // a venue that states none, or less than we count
  sides.snapshot.positions[0].leverage = dec("10");
  sides.look(1000);
  CHECK(names(sides.look(2000), Kind::Leverage));
}

TEST_CASE("orders are named with their trigger; an external one that ended is like any other that did") {
  Sides sides;
  Order& stop = sides.listed({77, 77});
  stop.triggerPrice = test::price("95");
  stop.limitPrice = test::price("94");
  const Comparison found = sides.look(0);
  REQUIRE(found.findings.size() == 1);
  CHECK(found.findings[0].title.find("at 94 triggered at 95") != std::string::npos);
  sides.own({77, 77}, OrderState::Cancelled, 0).owner = Owner::External;
  sides.look(2000);
  CHECK(names(sides.look(3000), Kind::OrderEnded));
}

TEST_CASE("an order doubted once and then ended is forgotten by the comparer; balance waits for missing fills") {
  Sides sides;
  sides.own(ourId(1), OrderState::Open);
  CHECK(sides.look(1000).suspicious);
  sides.own(ourId(1), OrderState::Filled, 1500);
  CHECK(sides.look(2000).doubtful.empty());
  sides.balance = Money(dec("100"), Currency("USDT"));
  sides.venueCash("99");
  sides.look(2500);
  sides.held.quantity = quantity("1");
  sides.held.leverage = dec("2");
  sides.venueHolds("1");
  sides.snapshot.positions[0].leverage = dec("10");
  const Comparison found = sides.look(4000);  // a leverage that differs holds back no balance
  CHECK(names(found, Kind::Balance));
}

TEST_CASE("another venue's answer settles nothing of this one") {
  Sides sides;
  sides.venueHolds("3");
  sides.look(0);
  AccountSnapshot other;
  other.venue = "second";
  OurView ours;
  ours.find = [](ClientOrderId) { return nullptr; };
  ours.mayBeForgotten = [](ClientOrderId) { return false; };
  ours.position = [](InstrumentId) { return Position{}; };
  CHECK(sides.comparer.compare(other, ours, compareTime(500)).still.empty());
  CHECK(names(sides.look(1000), Kind::Position));
}

}  // namespace
