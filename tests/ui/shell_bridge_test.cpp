// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/base/clock.h"
#include "core/bus/mailbox.h"
#include "core/bus/message_bus.h"
#include "ui/bridge/bus_bridge.h"
#include "ui/bridge/frame_clock.h"

using namespace bw;
using namespace bw::ui;

namespace {

struct BridgeFixture {
  BridgeFixture() {
    Instrument instrument;
    instrument.venue = "simulated";
    instrument.symbol = "BTC-PERP";
    instrument.base = Currency("BTC");
    instrument.quote = instrument.settle = Currency("USDT");
    instrument.tickSize = Decimal(1, 1);
    instrument.lotSize = Decimal(1, 3);
    auto table = std::make_shared<InstrumentTable>();
    id = table->add(instrument);
    instruments = table;
    bridge = std::make_unique<BusBridge>(
        bus, instruments, SessionInfo{"SIM", "simulated", "default", "seed 1", "0.1.0", false}, BusBridge::Ports{}, 7);
    engine = bus.makePublisher("engine");
    ear = bus.makePublisher("ear");
    bus.attach(ear->self(), box);
    for (const Topic topic : {Topic::Intent, Topic::CancelRequested, Topic::Control})
      bus.subscribe(topic, ear->self(), box);
  }
  void publish(Topic topic, Payload payload, std::uint64_t key = 0) {
    PublishOptions options;
    options.key = key;
    engine->publish(topic, std::move(payload), options);
  }
  Order order(std::uint64_t number, OrderState state) const {
    Order made;
    made.clientId = {number, 1};
    made.instrument = id;
    made.state = state;
    made.quantity = Quantity(Decimal(1, 0));
    return made;
  }
  /// The next thing the window said.
  template <class T>
  T heard() {
    Mailbox::Delivery delivery;
    REQUIRE(box->take(delivery));
    return delivery.message->as<T>();
  }

  ManualClock clock{Timestamp::fromSeconds(1'700'000'000)};
  MessageBus bus{clock, 1};
  InstrumentId id;
  Instruments instruments;
  std::unique_ptr<BusBridge> bridge;
  std::unique_ptr<Publisher> engine, ear;
  std::shared_ptr<Mailbox> box = std::make_shared<Mailbox>(clock, Mailbox::Hooks{});
};

}  // namespace

TEST_CASE("the bridge pulls: nothing changes before, the newest book after") {
  BridgeFixture f;
  for (std::uint64_t revision = 1; revision <= 500; ++revision) {
    auto depth = std::make_shared<BookDepth>();
    depth->instrument = f.id;
    depth->revision = revision;
    depth->stale = StaleReason::None;
    f.publish(Topic::MarketBook, BookUpdate{depth}, f.id.value);
  }
  CHECK(f.bridge->market(f.id).book == nullptr);
  f.bridge->pull();
  REQUIRE(f.bridge->market(f.id).book != nullptr);
  CHECK(f.bridge->market(f.id).book->revision == 500);
  // 500 were sent and one was applied: what the frame did not see was replaced, not queued.
  CHECK(f.bridge->market(f.id).revision == 1);
}

TEST_CASE("orders and fills are never merged") {
  BridgeFixture f;
  constexpr std::uint64_t kOrders = 3000;
  for (std::uint64_t i = 1; i <= kOrders; ++i) {
    f.publish(Topic::OrderPlaced, OrderUpdate{f.order(i, OrderState::Pending), OrderState::Pending, true});
    Order filled = f.order(i, OrderState::Filled);
    Fill fill;
    fill.clientId = filled.clientId;
    fill.instrument = f.id;
    fill.venueTradeId = std::to_string(i);
    f.publish(Topic::OrderUpdated, OrderUpdate{f.order(i, OrderState::Open), OrderState::Pending, false});
    f.publish(Topic::OrderFilled, OrderFilled{fill, filled, Owner::Strategy, {}});
  }
  f.bridge->pull();
  CHECK(f.bridge->workingOrders().empty());
  CHECK(f.bridge->revision(Part::Fills) == kOrders);
  CHECK(f.bridge->fills().size() == UiData::kHistory);
  CHECK(f.bridge->fills().back().fill.venueTradeId == std::to_string(kOrders));
  CHECK(f.bridge->counters().resyncs == 0);
}

TEST_CASE("market rate counts what was replaced, per second") {
  BridgeFixture f;
  for (int i = 0; i < 1000; ++i) {
    BboUpdate bbo;
    bbo.instrument = f.id;
    f.publish(Topic::MarketBbo, bbo, f.id.value);
  }
  f.bridge->pull();
  f.clock.advance(Duration::seconds(1));
  f.bridge->pull();
  REQUIRE(f.bridge->counters().marketPerSecond.has_value());
  CHECK(*f.bridge->counters().marketPerSecond == doctest::Approx(1000));
}

TEST_CASE("commands become messages of the window") {
  BridgeFixture f;
  OrderIntent intent;
  intent.instrument = f.id;
  intent.quantity = Quantity(Decimal(5, 1));
  f.bridge->submit(intent);
  const auto sent = f.heard<OrderIntent>();
  CHECK_FALSE(sent.id.isNil());
  CHECK(sent.owner == Owner::Manual);
  CHECK(sent.strategy == "manual");
  CHECK(sent.createdAt == f.clock.now());
  f.bridge->cancelAll();
  CHECK(f.heard<CancelRequest>().scope == CancelRequest::Scope::All);
  f.bridge->pause();
  const auto command = f.heard<ControlCommand>();
  CHECK(command.kind == ControlCommand::Kind::Pause);
  CHECK(command.channel == "window");
}

TEST_CASE("closing a position is a reduce-only exit of at most what is held") {
  BridgeFixture f;
  f.bridge->closePosition(f.id, Ratio::percent(Decimal(100, 0)));
  Mailbox::Delivery none;
  CHECK_FALSE(f.box->take(none));
  PositionUpdate held;
  held.position.instrument = f.id;
  held.position.quantity = Quantity(Decimal(-1001, 3));
  f.publish(Topic::PositionOpened, held, f.id.value);
  f.bridge->pull();
  f.bridge->closePosition(f.id, Ratio::percent(Decimal(50, 0)));
  const auto half = f.heard<OrderIntent>();
  CHECK(half.side == Side::Buy);
  CHECK(half.reduceOnly);
  CHECK(half.role == OrderRole::Exit);
  CHECK(half.quantity == Quantity(Decimal(500, 3)));  // 0.5005 cut to whole lots
}

TEST_CASE("a mark that the close of its position overtook does not bring the position back") {
  BridgeFixture f;
  PositionUpdate update;
  update.position.instrument = f.id;
  update.position.quantity = Quantity(Decimal(1, 0));
  f.publish(Topic::PositionOpened, update, f.id.value);
  f.bridge->pull();
  REQUIRE(f.bridge->position(f.id) != nullptr);
  // Within one frame: the mark is of NORMAL priority, the close of HIGH, so the close is taken first.
  f.publish(Topic::PositionMarked, update, f.id.value);
  update.kind = PositionUpdate::Kind::Closed;
  update.position.quantity = Quantity{};
  f.publish(Topic::PositionClosed, update, f.id.value);
  f.bridge->pull();
  CHECK(f.bridge->position(f.id) == nullptr);
}

TEST_CASE("the stop's progress latches the replica") {
  BridgeFixture f;
  CHECK_FALSE(f.bridge->latched());
  StopProgress progress;
  progress.state = StopState::Stopping;
  progress.stopNumber = 3;
  f.publish(Topic::StopProgress, progress);
  f.bridge->pull();
  CHECK(f.bridge->latched());
  CHECK(f.bridge->stop().stopNumber == 3);
}

TEST_CASE("cadences divide the frame rate") {
  int beats = 0;
  for (std::uint64_t frame = 1; frame <= 60; ++frame) beats += FrameClock::due(frame, 10) ? 1 : 0;
  CHECK(beats == 10);
}

TEST_CASE("a replay that is moved back forgets what it had shown of the time after") {
  BridgeFixture f;
  const auto second = [](int n) { return Timestamp::fromSeconds(1'700'000'000 + n); };
  const auto candle = [&](int n, bool closed) {
    Candle made;
    made.instrument = f.id;
    made.interval = Duration::seconds(1);
    made.openTime = second(n);
    made.open = made.high = made.low = made.close = Ticks{1000 + n};
    made.closed = closed;
    return made;
  };
  const auto trade = [&](int n) {
    return TradePrint{f.id, second(n), second(n), static_cast<std::uint64_t>(n), Ticks{1000 + n}, Lots{1}, Side::Buy};
  };
  for (int n = 0; n < 60; ++n) {
    f.publish(Topic::MarketTrade, trade(n));
    f.publish(Topic::MarketCandle, candle(n, true));
    f.bridge->pull();
  }
  CHECK(f.bridge->candles(f.id, Duration::seconds(1)).size() == 60);
  CHECK(f.bridge->rewinds() == 0);
  f.publish(Topic::MarketTrade, trade(59));  // streams may cross a little
  f.publish(Topic::MarketTrade, trade(58));
  f.bridge->pull();
  CHECK(f.bridge->rewinds() == 0);
  f.publish(Topic::MarketTrade, trade(20));
  f.publish(Topic::MarketCandle, candle(20, false));
  f.bridge->pull();
  CHECK(f.bridge->rewinds() == 1);
  const auto& candles = f.bridge->candles(f.id, Duration::seconds(1));
  REQUIRE(candles.size() == 21);
  CHECK(candles.back().openTime == second(20));
  for (const auto& left : f.bridge->trades(f.id)) CHECK(left.receivedTime <= second(20));
  // A running candle alone says the same.
  f.publish(Topic::MarketCandle, candle(10, false));
  f.bridge->pull();
  CHECK(f.bridge->candles(f.id, Duration::seconds(1)).back().openTime == second(10));
}
