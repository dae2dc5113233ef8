// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/records.h"

#include <doctest/doctest.h>

#include "core/base/rng.h"
#include "core/journal/binary.h"
#include "tests/support/order_path.h"

namespace {

using namespace bw;
using test::dec;
using test::price;
using test::quantity;

Order sampleOrder() {
  Order order;
  order.clientId = {1, 2};
  order.venueOrderId = "fake-7";
  order.intentId = {3, 4};
  order.instrument = {1};
  order.side = Side::Sell;
  order.type = OrderType::StopMarket;
  order.tif = TimeInForce::Fok;
  order.role = OrderRole::StopLoss;
  order.postOnly = order.reduceOnly = order.cancelPending = order.lateFill = true;
  order.state = OrderState::Unknown;
  order.quantity = quantity("1.25");
  order.filled = quantity("0.5");
  order.filledNotional = Money(dec("1500.25"), Currency("USDT"));
  order.fees = Money(dec("-0.01"), Currency("USDT"));
  order.triggerPrice = price("2999.99");
  order.leverage = dec("25");
  order.midAtDecision = price("3000.005");
  order.contingent.target = price("3100");
  order.owner = Owner::Manual;
  order.strategy = "manual";
  order.reason = "line\nbreak and \xE2\x82\xAC";
  order.parent = Uuid{5, 6};
  order.createdAt = {123};
  order.sentAt = {456};
  order.updatedAt = {-7};
  return order;
}

std::string bytesOf(const Order& order) {
  return journal::encodeOrder(order, *test::fakeInstruments());
}

TEST_CASE("an order comes back from its bytes whole") {
  const Instruments table = test::fakeInstruments();
  const Order order = sampleOrder();
  const std::string bytes = journal::encodeOrder(order, *table);
  auto back = journal::decodeOrder(bytes, *table);
  REQUIRE(back.ok());
  CHECK(journal::encodeOrder(*back, *table) == bytes);
  CHECK(back->clientId == order.clientId);
  CHECK(back->reason == order.reason);
  CHECK(back->parent == order.parent);
  CHECK_FALSE(back->limitPrice.has_value());
  CHECK(back->triggerPrice == order.triggerPrice);
  CHECK(back->fees == order.fees);
  CHECK(back->state == OrderState::Unknown);
  CHECK(back->role == OrderRole::StopLoss);
  CHECK(back->contingent.target == order.contingent.target);
  CHECK(back->updatedAt == order.updatedAt);
}

TEST_CASE("fills, intents, cancels and stops come back from their bytes") {
  const Instruments table = test::fakeInstruments();
  Fill fill;
  fill.venueTradeId = "t9";
  fill.clientId = {7, 8};
  fill.instrument = {1};
  fill.price = price("1.5");
  fill.quantity = quantity("2");
  fill.fee = Money(dec("0.1"), Currency("USDT"));
  fill.maker = true;
  auto fillBack = journal::decodeFill(journal::encodeFill(fill, *table), *table);
  REQUIRE(fillBack.ok());
  CHECK(journal::encodeFill(*fillBack, *table) == journal::encodeFill(fill, *table));
  CHECK(fillBack->fee == fill.fee);

  OrderIntent intent;
  intent.id = {9, 9};
  intent.instrument = {0};
  intent.quantity = quantity("3");
  intent.limitPrice = price("10");
  intent.priceRule = {PriceRule::Kind::BookLevel, 9};
  intent.expectedMove = Ratio::percent(dec("0.3"));
  intent.replaces = Uuid{1, 1};
  auto intentBack = journal::decodeIntent(journal::encodeIntent(intent, *table), *table);
  REQUIRE(intentBack.ok());
  CHECK(journal::encodeIntent(*intentBack, *table) == journal::encodeIntent(intent, *table));
  CHECK(intentBack->priceRule.level == 9);
  CHECK(intentBack->expectedMove == intent.expectedMove);

  auto cancel = journal::decodeCancel(journal::encodeCancel({{1, 2}, {1}, "why"}, *table), *table);
  REQUIRE(cancel.ok());
  CHECK(cancel->reason == "why");
  auto stop = journal::decodeStop(journal::encodeStop({17, "plate", "drawdown", "STOPPED", "flat", {5}}));
  REQUIRE(stop.ok());
  CHECK(stop->stopNumber == 17);
}

TEST_CASE("an instrument is named by venue and symbol, not by its number in the session") {
  const std::string bytes = bytesOf(sampleOrder());
  auto other = std::make_shared<InstrumentTable>();
  other->add(test::fakeInstruments()->get({1}));
  auto back = journal::decodeOrder(bytes, *other);
  REQUIRE(back.ok());
  CHECK(back->instrument.value == 0);
  CHECK_FALSE(journal::decodeOrder(bytes, InstrumentTable()).ok());
}

TEST_CASE("cut, longer and random payloads are refused, never read past their end") {
  const Instruments table = test::fakeInstruments();
  const std::string bytes = bytesOf(sampleOrder());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(journal::decodeOrder(std::string_view(bytes).substr(0, size), *table).ok());
  }
  CHECK_FALSE(journal::decodeOrder(bytes + "x", *table).ok());
  Rng rng(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string noise = rng.chance(0.5) ? bytes : std::string(rng.below(200), '\0');
    const std::uint64_t changes = 1 + rng.below(8);
    for (std::uint64_t i = 0; i < changes && !noise.empty(); ++i)
      noise[rng.below(noise.size())] = static_cast<char>(rng.below(256));
    auto order = journal::decodeOrder(noise, *table);
    if (order) CHECK(journal::decodeOrder(journal::encodeOrder(*order, *table), *table).ok());
    static_cast<void>(journal::decodeFill(noise, *table));
    static_cast<void>(journal::decodeIntent(noise, *table));
    static_cast<void>(journal::decodeCancel(noise, *table));
    static_cast<void>(journal::decodeStop(noise));
  }
}

}  // namespace
