// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <cstdio>
#include <set>

#include "tests/venues/conformance/venue_harness.h"
#include "tests/venues/permit.h"

namespace bw::test {
namespace {

using Kind = OrderReport::Kind;

const char* nameOf(Kind kind) {
  switch (kind) {
    case Kind::Accepted:
      return "Accepted";
    case Kind::Rejected:
      return "Rejected";
    case Kind::Unknown:
      return "Unknown";
    case Kind::Triggered:
      return "Triggered";
    case Kind::Filled:
      return "Filled";
    case Kind::Cancelled:
      return "Cancelled";
    case Kind::CancelRejected:
      return "CancelRejected";
    case Kind::Expired:
      return "Expired";
    case Kind::Absent:
      return "Absent";
  }
  return "";
}

// A connection with its log and the orders a card makes of it.
class Desk {
 public:
  explicit Desk(VenueHarness& h, std::uint64_t series = 1)
      : harness(h), connection(h.venue().connect(log)), m_series(series) {}

  /// All of a level and `more`, however much the market shows there.
  PlaceRequest sweep(Side side, const Level& level, std::int64_t more) {
    PlaceRequest r = limit(side, level.price, level.size.value + more);
    r.leverage = harness.instrument().maxLeverage;
    return r;
  }
  PlaceRequest limit(Side side, Ticks price, std::int64_t lots) {
    PlaceRequest r = market(side, lots);
    r.type = OrderType::Limit;
    r.tif = TimeInForce::Gtc;
    r.limitPrice = harness.instrument().price(price);
    return r;
  }
  PlaceRequest market(Side side, std::int64_t lots) {
    PlaceRequest r;
    r.clientId = Uuid{m_series, ++m_ids};
    r.instrument = harness.instrument().id;
    r.side = side;
    r.type = OrderType::Market;
    r.tif = TimeInForce::Ioc;
    r.quantity = harness.instrument().quantity({lots});
    r.leverage = Decimal(10, 0);
    return r;
  }
  ClientOrderId place(const PlaceRequest& r) {
    connection->place(gate::Gate::permit(), r);
    harness.settle();
    return r.clientId;
  }
  std::string story(const ClientOrderId& id) const { return log.story(id); }
  Quantity held() {
    const auto account = connection->account();
    return account->positions.empty() ? Quantity() : account->positions[0].quantity;
  }
  std::string reason(const ClientOrderId& id) const {
    const OrderReport* r = log.last(id, Kind::Rejected);
    return r != nullptr ? r->reason.substr(0, r->reason.find(':')) : "";
  }
  // A price some ticks behind the touch of its own side, where nothing fills soon.
  Ticks behind(Side side, std::int64_t ticks = 400) const {
    return {harness.best(side).price.value - signOf(side) * ticks};
  }

  VenueHarness& harness;
  ReportLog log;
  std::unique_ptr<VenueConnection> connection;

 private:
  std::uint64_t m_series;
  std::uint64_t m_ids = 0;
};

constexpr std::int64_t kLots = 60;

void placeAndCancel(VenueHarness& h) {
  Desk d(h);
  const auto id = d.place(d.limit(Side::Buy, d.behind(Side::Buy), kLots));
  CHECK(d.story(id) == "Accepted");
  const auto account = d.connection->account();
  REQUIRE(account->openOrders.size() == 1);
  CHECK(account->openOrders[0].clientId == id);
  CHECK(account->openOrders[0].state == OrderState::Open);
  CHECK(account->balances[0].available < account->balances[0].total);
  d.connection->cancel(id, h.instrument().id);
  h.settle();
  CHECK(d.story(id) == "Accepted Cancelled");
  CHECK(d.connection->account()->openOrders.empty());
  CHECK(d.connection->order(id)->state == OrderState::Cancelled);
  CHECK(d.connection->account()->balances[0].available == d.connection->account()->balances[0].total);
}

void rejections(VenueHarness& h) {
  Desk d(h);
  const auto expect = [&](PlaceRequest r, const char* reason) {
    const auto id = d.place(r);
    CHECK(d.story(id) == "Rejected");
    CHECK(d.reason(id) == reason);
    CHECK(d.connection->order(id)->state == OrderState::Rejected);
  };
  PlaceRequest r = d.limit(Side::Buy, d.behind(Side::Buy), kLots);
  r.quantity = Quantity(r.quantity.decimal() + Decimal(1, 9));
  expect(r, "quantity.lot");
  r = d.limit(Side::Buy, d.behind(Side::Buy), kLots);
  r.limitPrice = Price(r.limitPrice->decimal() + Decimal(1, 9));
  expect(r, "price.tick");
  r = d.limit(Side::Buy, d.behind(Side::Buy), kLots);
  r.limitPrice.reset();
  expect(r, "price.missing");
  r = d.market(Side::Sell, kLots);
  r.type = OrderType::StopMarket;
  expect(r, "trigger.missing");
  r = d.limit(Side::Buy, d.behind(Side::Buy), kLots);
  r.leverage = Decimal(1'000, 0);
  expect(r, "leverage.range");
  r = d.limit(Side::Buy, d.behind(Side::Buy), 1'000'000);
  r.leverage = Decimal(1, 0);
  expect(r, "margin.insufficient");
  r = d.market(Side::Buy, kLots);
  r.instrument = InstrumentId{9'999};
  expect(r, "instrument.unknown");
}

void marketFill(VenueHarness& h) {
  Desk d(h);
  const Level ask = h.best(Side::Sell);
  const auto id = d.place(d.market(Side::Buy, 1));
  CHECK(d.story(id) == "Accepted Filled");
  const Fill fill = d.log.fills().at(0);
  CHECK(fill.price == h.instrument().price(ask.price));
  CHECK_FALSE(fill.maker);
  CHECK(fill.fee == of(h.instrument().notional(fill.price, fill.quantity), h.instrument().takerFee, Rounding::Up));
  const auto account = d.connection->account();
  REQUIRE(account->positions.size() == 1);
  CHECK(account->positions[0].quantity == h.instrument().quantity({1}));
  CHECK(account->positions[0].averagePrice == fill.price);
  CHECK(account->positions[0].lastTradeId == fill.venueTradeId);
  CHECK(account->balances[0].total.amount() == Decimal(10'000, 0) - fill.fee.amount());
  REQUIRE(account->recentFills.size() == 1);
  CHECK(account->recentFills[0].venueTradeId == fill.venueTradeId);
}

void partialFill(VenueHarness& h) {
  Desk d(h);
  const Level ask = h.best(Side::Sell);
  const auto id = d.place(d.sweep(Side::Buy, ask, 7));
  const Order order = *d.connection->order(id);
  CHECK_MESSAGE(order.state == OrderState::PartiallyFilled, d.reason(id));
  CHECK(order.filled == h.instrument().quantity(ask.size));
  CHECK(order.remaining() == h.instrument().quantity({7}));
  Quantity sum;
  for (const Fill& f : d.log.fills()) sum = sum + f.quantity;
  CHECK(sum == order.filled);
  CHECK(d.held() == sum);
}

void cancelUnknownAndDone(VenueHarness& h) {
  Desk d(h);
  const ClientOrderId never{7, 7};
  d.connection->cancel(never, h.instrument().id);
  h.settle();
  CHECK(d.story(never) == "CancelRejected");
  CHECK(d.connection->order(never).error().userKey == "venue.order_absent");
  const auto id = d.place(d.market(Side::Buy, 1));
  d.connection->cancel(id, h.instrument().id);
  h.settle();
  CHECK(d.story(id) == "Accepted Filled CancelRejected");
}

void cancelAll(VenueHarness& h) {
  Desk d(h);
  const auto a = d.place(d.limit(Side::Buy, d.behind(Side::Buy), kLots));
  const auto b = d.place(d.limit(Side::Sell, d.behind(Side::Sell), kLots));
  PlaceRequest stop = d.market(Side::Sell, kLots);
  stop.type = OrderType::StopMarket;
  stop.triggerPrice = h.instrument().price(d.behind(Side::Buy));
  const auto c = d.place(stop);
  CHECK(d.connection->account()->openOrders.size() == 3);
  d.connection->cancelAll();
  h.settle();
  for (const auto& id : {a, b, c}) CHECK(d.story(id) == "Accepted Cancelled");
  CHECK(d.connection->account()->openOrders.empty());
}

void postOnly(VenueHarness& h) {
  Desk d(h);
  PlaceRequest r = d.limit(Side::Buy, h.best(Side::Sell).price, kLots);
  r.postOnly = true;
  const auto id = d.place(r);
  CHECK(d.story(id) == "Rejected");
  CHECK(d.reason(id) == "post_only.would_take");
  r = d.limit(Side::Buy, d.behind(Side::Buy, 1), kLots);
  r.postOnly = true;
  CHECK(d.story(d.place(r)) == "Accepted");
}

void immediateOrNothing(VenueHarness& h) {
  Desk d(h);
  Level ask = h.best(Side::Sell);
  PlaceRequest r = d.sweep(Side::Buy, ask, 5);
  r.tif = TimeInForce::Fok;
  CHECK(d.story(d.place(r)) == "Accepted Expired");
  CHECK(d.held().isZero());
  ask = h.best(Side::Sell);
  r = d.sweep(Side::Buy, ask, 5);
  r.tif = TimeInForce::Ioc;
  const auto id = d.place(r);
  CHECK(d.connection->order(id)->state == OrderState::Expired);
  CHECK(d.held() == h.instrument().quantity(ask.size));
  CHECK(d.connection->account()->openOrders.empty());
}

void reduceOnly(VenueHarness& h) {
  Desk d(h);
  PlaceRequest r = d.market(Side::Sell, 3);
  r.reduceOnly = true;
  CHECK(d.reason(d.place(r)) == "reduce_only.no_position");
  d.place(d.market(Side::Buy, 2));
  PlaceRequest target = d.limit(Side::Sell, d.behind(Side::Sell), 2);
  target.reduceOnly = true;
  const auto resting = d.place(target);
  CHECK(d.story(resting) == "Accepted");
  r = d.market(Side::Sell, 3);
  r.reduceOnly = true;
  const auto id = d.place(r);
  CHECK(d.held().isZero());
  CHECK(d.connection->order(id)->filled == h.instrument().quantity({2}));
  CHECK(d.connection->order(id)->state == OrderState::Cancelled);
  CHECK(d.story(resting) == "Accepted Cancelled");
}

void stopTriggers(VenueHarness& h) {
  Desk d(h);
  d.place(d.market(Side::Buy, 2));
  PlaceRequest stop = d.market(Side::Sell, 2);
  stop.type = OrderType::StopMarket;
  stop.reduceOnly = true;
  const Ticks trigger{h.best(Side::Buy).price.value - 4};
  stop.triggerPrice = h.instrument().price(trigger);
  const auto id = d.place(stop);
  CHECK(d.story(id) == "Accepted");
  REQUIRE(h.tradeTo(trigger, Side::Sell));
  h.settle();
  CHECK(d.story(id).substr(0, 25) == "Accepted Triggered Filled");
  CHECK(d.connection->order(id)->state == OrderState::Filled);
  CHECK(d.held().isZero());
}

void targetTriggers(VenueHarness& h) {
  Desk d(h);
  d.place(d.market(Side::Buy, 2));
  PlaceRequest target = d.market(Side::Sell, 2);
  target.type = OrderType::TakeProfitMarket;
  target.reduceOnly = true;
  const Ticks trigger{h.best(Side::Sell).price.value + 4};
  target.triggerPrice = h.instrument().price(trigger);
  const auto id = d.place(target);
  REQUIRE(h.tradeTo(trigger, Side::Buy));
  h.settle();
  CHECK(d.story(id).substr(0, 25) == "Accepted Triggered Filled");
  CHECK(d.held().isZero());
}

void idempotent(VenueHarness& h) {
  Desk d(h);
  const PlaceRequest r = d.limit(Side::Buy, d.behind(Side::Buy), kLots);
  d.place(r);
  d.place(r);
  CHECK(d.story(r.clientId) == "Accepted Accepted");
  CHECK(d.connection->account()->openOrders.size() == 1);
  for (int i = 0; i < 5; ++i) d.place(d.market(i % 2 == 0 ? Side::Buy : Side::Sell, 3));
  std::set<std::string> ids;
  for (const Fill& f : d.log.fills()) ids.insert(f.venueTradeId);
  CHECK(ids.size() == d.log.fills().size());
  CHECK(ids.size() >= 5);
}

void secondConnection(VenueHarness& h) {
  Desk first(h);
  Desk second(h, 2);
  const auto id = first.place(first.limit(Side::Buy, first.behind(Side::Buy), kLots));
  first.place(first.market(Side::Buy, 2));
  CHECK(second.story(id) == "Accepted");
  CHECK(second.connection->account()->openOrders.size() == 1);
  CHECK(second.held() == first.held());
  second.connection->cancelAll();
  second.place(second.market(Side::Sell, 2));
  CHECK(first.story(id) == "Accepted Cancelled");
  CHECK(first.held().isZero());
  CHECK(first.log.all.size() == second.log.all.size());
}

void killAndRestore(VenueHarness& h) {
  Order resting;
  AccountSnapshot before;
  ClientOrderId stopId;
  {
    Desk d(h);
    d.place(d.market(Side::Buy, 5));
    d.place(d.market(Side::Sell, 2));
    const auto id = d.place(d.limit(Side::Buy, d.behind(Side::Buy), kLots));
    PlaceRequest stop = d.market(Side::Sell, 3);
    stop.type = OrderType::StopMarket;
    stop.reduceOnly = true;
    stop.triggerPrice = h.instrument().price(d.behind(Side::Buy));
    stopId = d.place(stop);
    resting = *d.connection->order(id);
    before = *d.connection->account();
    // Under way when the process dies: it never arrives, and the venue says so.
    d.connection->place(gate::Gate::permit(), d.limit(Side::Buy, d.behind(Side::Buy), 1));
  }
  h.killAndReopen();
  Desk d(h, 3);
  const auto after = *d.connection->account();
  REQUIRE(after.openOrders.size() == 2);
  CHECK(after.openOrders[0].clientId == resting.clientId);
  CHECK(after.openOrders[0].venueOrderId == resting.venueOrderId);
  CHECK(after.openOrders[0].quantity == resting.quantity);
  CHECK(after.openOrders[0].limitPrice == resting.limitPrice);
  CHECK(after.openOrders[1].triggerPrice.has_value());
  REQUIRE(after.positions.size() == 1);
  CHECK(after.positions[0].quantity == before.positions[0].quantity);
  CHECK(after.positions[0].entryNotional == before.positions[0].entryNotional);
  CHECK(after.positions[0].realised == before.positions[0].realised);
  CHECK(after.positions[0].fees == before.positions[0].fees);
  CHECK(after.balances[0].total == before.balances[0].total);
  CHECK(after.recentFills.size() == before.recentFills.size());
  // The orders work, and new ids do not repeat old ones.
  d.connection->cancel(resting.clientId, h.instrument().id);
  h.settle();
  CHECK(d.story(resting.clientId) == "Cancelled");
  d.place(d.market(Side::Sell, 3));
  CHECK(d.held().isZero());
  CHECK(d.story(stopId) == "Cancelled");
  for (const Fill& f : d.log.fills()) {
    for (const Fill& old : before.recentFills) CHECK(f.venueTradeId != old.venueTradeId);
  }
}

void journalComesFirst(VenueHarness& h) {
  Desk d(h);
  const auto id = d.place(d.market(Side::Buy, 2));
  const std::string text = h.journal();
  CHECK(text.find(" id=" + toString(id)) != std::string::npos);
  for (const Fill& f : d.log.fills())
    CHECK(text.find("F t=" + std::to_string(f.venueTime.ns) + " trade=" + f.venueTradeId) != std::string::npos);
}

bool never(const VenueCapabilities&) {
  return false;
}
bool noStops(const VenueCapabilities& c) {
  return !c.stopOrders;
}
bool noTargets(const VenueCapabilities& c) {
  return !c.takeProfitOrders;
}
bool noPostOnly(const VenueCapabilities& c) {
  return !c.postOnly;
}
bool noReduceOnly(const VenueCapabilities& c) {
  return !c.reduceOnly;
}

}  // namespace

std::string ReportLog::story(const ClientOrderId& id) const {
  std::string text;
  for (const OrderReport& r : all) {
    if (r.clientId != id) continue;
    text += (text.empty() ? "" : " ");
    text += nameOf(r.kind);
  }
  return text;
}

const OrderReport* ReportLog::last(const ClientOrderId& id, OrderReport::Kind kind) const {
  const OrderReport* found = nullptr;
  for (const OrderReport& r : all) {
    if (r.clientId == id && r.kind == kind) found = &r;
  }
  return found;
}

std::vector<Fill> ReportLog::fills() const {
  std::vector<Fill> list;
  for (const OrderReport& r : all) {
    if (r.kind == Kind::Filled) list.push_back(r.fill);
  }
  return list;
}

const std::vector<ConformanceCard>& conformanceCards() {
  static const std::vector<ConformanceCard> cards{
      {1, "place, acknowledge, cancel", placeAndCancel, never},
      {2, "rejections name their reason", rejections, never},
      {3, "a market order fills at the touch and pays the taker fee", marketFill, never},
      {4, "a crossing limit fills in part and rests", partialFill, never},
      {5, "cancelling what is not there or done", cancelUnknownAndDone, never},
      {6, "cancel all", cancelAll, noStops},
      {7, "post-only that would take", postOnly, noPostOnly},
      {8, "FOK and IOC", immediateOrNothing, never},
      {9, "reduce-only never crosses zero", reduceOnly, noReduceOnly},
      {10, "a stop goes off at the last trade", stopTriggers, noStops},
      {11, "a target goes off at the last trade", targetTriggers, noTargets},
      {12, "client and trade ids are idempotent", idempotent, never},
      {13, "a second connection sees the same", secondConnection, never},
      {14, "kill and restore", killAndRestore, noStops},
      {15, "the journal is written before the report", journalComesFirst, never},
  };
  return cards;
}

std::vector<int> runConformance(const std::function<std::unique_ptr<VenueHarness>()>& make) {
  std::vector<int> skipped;
  for (const ConformanceCard& card : conformanceCards()) {
    const auto harness = make();
    ReportLog log;
    const VenueCapabilities capabilities = harness->venue().connect(log)->capabilities();
    if (card.skip(capabilities)) {
      std::printf("SKIPPED: card %d, %s\n", card.number, card.name);
      skipped.push_back(card.number);
      continue;
    }
    CAPTURE(card.number);
    INFO(card.name);
    card.run(*harness);
  }
  return skipped;
}

}  // namespace bw::test
