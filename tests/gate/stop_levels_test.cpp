// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <filesystem>

#include "core/gate/report_queue.h"
#include "core/gate/stop_executor.h"
#include "core/journal/file_journal.h"
#include "tests/gate/stop_pump.h"
#include "tests/support/fake_venue.h"
#include "tests/support/order_path.h"

namespace {

using namespace bw;
using gate::Level;
using gate::StopExecutor;
using test::dec;
using test::price;
using test::quantity;

/// A venue whose account is a value that the test changes; it says no as spot and equity venues do. Thread: test's.
struct SpotVenue final : Venue {
  struct Connection final : VenueConnection {
    Connection(SpotVenue& v, VenueListener& l) : venueRef(v), listener(l) {}
    std::string_view venue() const override { return "spot"; }
    VenueCapabilities capabilities() const override { return venueRef.caps; }
    void place(const PlacementPermit&, const PlaceRequest& request) override { venueRef.take(request); }
    void cancel(ClientOrderId id, InstrumentId) override {
      venueRef.log.push_back("cancel " + std::to_string(id.high % 1000));
      const auto found = venueRef.orders.find(id);
      if (found == venueRef.orders.end() || isTerminal(found->second.state)) return;
      found->second.state = OrderState::Cancelled;
      OrderReport report;
      report.kind = OrderReport::Kind::Cancelled;
      report.clientId = id;
      listener.onReport(report);
    }
    void cancelAll() override { venueRef.log.push_back("cancel all"); }
    Result<AccountSnapshot> account() override { return venueRef.snapshot(); }
    Result<Order> order(ClientOrderId id) override {
      const auto found = venueRef.orders.find(id);
      if (found == venueRef.orders.end()) return finalError("venue.order_absent", "none");
      return found->second;
    }
    Result<void> probe() override {
      if (venueRef.broken) return finalError("venue.probe", "the key is revoked");
      return {};
    }
    void close() override { venueRef.closed = true; }
    SpotVenue& venueRef;
    VenueListener& listener;
  };
  explicit SpotVenue(const Clock& c) : clock(c) {
    caps.spot = caps.stopLocks = true;
    caps.stopOrders = true;
    caps.reduceOnly = false;
  }
  std::string_view name() const override { return "spot"; }
  std::unique_ptr<VenueConnection> connect(VenueListener& listener) override {
    return std::make_unique<Connection>(*this, listener);
  }
  Quantity locked(InstrumentId id) const {
    Quantity sum;
    for (const auto& [key, order] : orders) {
      if (!isTerminal(order.state) && order.instrument == id && order.side == Side::Sell) sum = sum + order.quantity;
    }
    return sum;
  }
  void take(const PlaceRequest& request) {
    Order order = orderOf(request);
    const bool market = request.type == OrderType::Market;
    const std::string what = market ? "sell " : "stop ";
    const bool room = !(holdings[request.instrument] - locked(request.instrument) < request.quantity);
    order.state = OrderState::Open;
    if (!room) {
      order.state = OrderState::Rejected;
      order.reason = "insufficient quantity";
    } else if (market && rejectCloses) {
      order.state = OrderState::Rejected;
      order.reason = "not now";
    } else if (market) {
      order.state = OrderState::Filled;
      order.filled = order.quantity;
      holdings[request.instrument] = holdings[request.instrument] - order.quantity;
    }
    log.push_back(what + std::to_string(request.instrument.value) + " " + request.quantity.toString() + " " +
                  std::string(toString(order.state)));
    orders[order.clientId] = order;
  }
  AccountSnapshot snapshot() const {
    AccountSnapshot out;
    out.venue = "spot";
    out.venueTime = clock.now();
    for (const auto& [id, order] : orders) {
      if (!isTerminal(order.state)) out.openOrders.push_back(order);
    }
    for (const auto& [id, held] : holdings) {
      if (held.isZero()) continue;
      Position position;
      position.instrument = id;
      position.quantity = held;
      position.averagePrice = price("100");
      out.positions.push_back(position);
      if (clock.now() < opensAt) out.closures.push_back({id, opensAt});
    }
    return out;
  }
  void rest(std::uint64_t number, std::uint32_t instrument, const char* size, OrderType type, Side side) {
    Order order;
    order.clientId = {number, 7};
    order.instrument = {instrument};
    order.side = side;
    order.type = type;
    order.quantity = quantity(size);
    order.triggerPrice = type == OrderType::StopMarket ? std::optional<Price>(price("90")) : std::nullopt;
    order.state = OrderState::Open;
    orders[order.clientId] = order;
  }
  const Clock& clock;
  VenueCapabilities caps;
  std::map<ClientOrderId, Order> orders;
  std::map<InstrumentId, Quantity> holdings;
  std::vector<std::string> log;
  Timestamp opensAt;
  bool rejectCloses = false;
  bool broken = false;
  bool closed = false;
};

Instruments spotInstruments() {
  auto table = std::make_shared<InstrumentTable>();
  for (const char* symbol : {"AAA", "BBB"}) {
    Instrument i;
    i.venue = "spot";
    i.symbol = symbol;
    i.kind = ContractKind::Spot;
    i.base = Currency("X");
    i.quote = i.settle = Currency("USD");
    i.tickSize = Decimal(1, 2);
    i.lotSize = Decimal(1, 0);
    table->add(i);
  }
  return table;
}

struct LevelBench {
  explicit LevelBench(Instruments table, Venue& venue, const std::string& folder, ManualClock& time)
      : clock(time), instruments(std::move(table)), gate(clock, instruments), marks(*instruments), owned(*instruments) {
    config.dataDirectory = folder;
    make(venue);
  }
  void make(Venue& venue) {
    stop.reset();
    risk = std::make_unique<risk::ApprovalAuthority>();
    StopExecutor::Outputs outputs;
    outputs.event = [this](const SystemEvent& e) { events.push_back(e.code); };
    outputs.scoped = [this](const StopScope& scope) { scoped.push_back(gate::toText(scope)); };
    stop = std::make_unique<StopExecutor>(
        StopExecutor::Parts{gate, journal, clock, instruments, &marks, reports, {&venue}, &owned},
        risk->takeEmergencyAuthority(), config, outputs);
  }
  template <class Done>
  bool run(Duration limit, Done done) {
    return test::pumpUntil(*stop, clock, limit, done);
  }
  bool runUntil(StopState state) {
    return run(Duration::seconds(60), [&] { return stop->progress().state == state; });
  }
  ManualClock& clock;
  Instruments instruments;
  gate::Gate gate;
  journal::MemoryJournal journal{nullptr, true};
  gate::MarkMirror marks;
  gate::OwnedMirror owned;
  gate::ReportQueue reports;
  StopExecutor::Config config;
  std::unique_ptr<risk::ApprovalAuthority> risk;
  std::unique_ptr<StopExecutor> stop;
  std::vector<std::string> events;
  std::vector<std::string> scoped;
};

struct MarginLevels {
  MarginLevels()
      : venue("fake", clock, test::fakeInstruments()), bench(test::fakeInstruments(), venue, folder.path(), clock) {
    venue.setPrice({0}, price("100"));
    venue.setPrice({1}, price("50"));
  }
  void rest(std::uint64_t number, std::uint32_t instrument, bool protective) {
    Order order;
    order.clientId = {number, 7};
    order.instrument = {instrument};
    order.side = protective ? Side::Sell : Side::Buy;
    order.type = protective ? OrderType::StopMarket : OrderType::Limit;
    order.reduceOnly = protective;
    order.quantity = quantity("1");
    order.state = OrderState::Open;
    venue.putOrder(order);
  }
  test::TemporaryFolder folder;
  ManualClock clock{Timestamp::fromSeconds(1000)};
  test::FakeVenue venue;
  LevelBench bench;
};

TEST_CASE("CancelAll: orders that can add risk go, positions and their protective stops stay") {
  MarginLevels m;
  m.rest(1, 0, false);
  m.rest(2, 0, true);
  m.venue.putPosition({0}, quantity("1"), price("100"));
  m.bench.stop->raise(StopLevel::CancelAll, {}, "coordinator", "halt");
  CHECK(m.bench.gate.level() == Level::CancelAll);
  REQUIRE(m.bench.runUntil(StopState::Stopped));
  REQUIRE(m.venue.openOrders().size() == 1);
  CHECK(m.venue.openOrders()[0].clientId == Uuid{2, 7});
  CHECK(m.venue.position({0}) == quantity("1"));
  CHECK(m.bench.stop->progress().level == "CANCEL_ALL");
  CHECK(m.bench.stop->progress().stopsKept == 1);
  // Pressed now, it goes on to flatten, as the same stop.
  m.bench.stop->trigger("plate", "a person");
  CHECK(m.bench.gate.level() == Level::Flatten);
  REQUIRE(m.bench.run(Duration::seconds(30), [&] { return m.venue.position({0}).isZero(); }));
  REQUIRE(m.bench.runUntil(StopState::Stopped));
  CHECK(m.venue.openOrders().empty());
  CHECK(m.bench.stop->progress().stopNumber == 1);
  CHECK(m.bench.stop->progress().level == "FLATTEN");
}

TEST_CASE("the latched level survives a restart; a risen one does too") {
  MarginLevels m;
  m.venue.putPosition({0}, quantity("1"), price("100"));
  m.bench.stop->raise(StopLevel::CancelAll, {}, "journal", "disk");
  REQUIRE(m.bench.runUntil(StopState::Stopped));
  m.bench.gate.reset(m.bench.gate.epoch());  // the process ends here: a new gate starts open
  m.bench.make(m.venue);
  CHECK(m.bench.gate.level() == Level::CancelAll);
  CHECK(m.bench.stop->progress().level == "CANCEL_ALL");
  REQUIRE(m.bench.runUntil(StopState::Stopped));
  CHECK(m.venue.position({0}) == quantity("1"));
  m.bench.stop->trigger("plate", "now all of it");
  REQUIRE(m.bench.run(Duration::seconds(30), [&] { return m.venue.position({0}).isZero(); }));
  m.bench.gate.reset(m.bench.gate.epoch());
  m.bench.make(m.venue);
  CHECK(m.bench.gate.level() == Level::Flatten);
}

TEST_CASE("Cut: connections are closed for good, nothing is sent, and a person is told") {
  MarginLevels m;
  m.rest(1, 0, false);
  const std::size_t before = m.venue.count("cancel") + m.venue.count("cancel_all");
  m.bench.stop->raise(StopLevel::Cut, {}, "cli", "this machine is suspect");
  CHECK(m.bench.gate.level() == Level::Cut);
  REQUIRE(m.bench.runUntil(StopState::Attention));
  CHECK(m.venue.count("cancel") + m.venue.count("cancel_all") == before);
  CHECK(m.bench.stop->progress().attention.find("cut") != std::string::npos);
}

TEST_CASE("a scoped stop leaves plate and gate as they are for the rest, and is reset by its own number") {
  MarginLevels m;
  m.rest(1, 0, false);
  m.rest(2, 1, false);
  m.venue.putPosition({0}, quantity("1"), price("100"));
  m.venue.putPosition({1}, quantity("1"), price("50"));
  const StopScope eth{StopScope::Kind::Instrument, "fake/ETHUSDT"};
  m.bench.stop->raise(StopLevel::Flatten, eth, "risk", "drawdown of one");
  CHECK(m.bench.gate.level() == Level::Run);
  CHECK(m.bench.gate.levelFor(m.bench.instruments->get({1}), "any") == Level::Flatten);
  CHECK(m.bench.gate.levelFor(m.bench.instruments->get({0}), "any") == Level::Run);
  REQUIRE(m.bench.run(Duration::seconds(30), [&] {
    const auto p = m.bench.stop->progress();
    return p.scopes.size() == 1 && p.scopes[0].state == StopState::Stopped;
  }));
  CHECK(m.bench.stop->progress().state == StopState::Ready);
  CHECK(m.bench.scoped == std::vector<std::string>{"instrument fake/ETHUSDT"});
  CHECK(m.venue.position({1}).isZero());
  CHECK(m.venue.position({0}) == quantity("1"));
  REQUIRE(m.venue.openOrders().size() == 1);
  CHECK(m.venue.openOrders()[0].instrument == InstrumentId{0});
  // It survives a restart, and ends by a person's phrase alone.
  m.bench.gate.endScope(eth);
  m.bench.make(m.venue);
  CHECK(m.bench.gate.levelFor(m.bench.instruments->get({1}), "any") == Level::Flatten);
  REQUIRE(m.bench.run(Duration::seconds(30),
                      [&] { return m.bench.stop->progress().scopes.at(0).state == StopState::Stopped; }));
  CHECK(m.bench.stop->resetScope(eth, "RESET SIM 9", "cause of this test").error().userKey == "reset.phrase");
  CHECK(m.bench.stop->resetScope({StopScope::Kind::Venue, "other"}, "RESET SIM 1", "cause of this test")
            .error()
            .userKey == "reset.state");
  const std::uint64_t epoch = m.bench.gate.epoch();
  CHECK(m.bench.stop->resetScope(eth, "reset sim 1", "cause of this test").ok());
  CHECK(m.bench.gate.levelFor(m.bench.instruments->get({1}), "any") == Level::Run);
  CHECK(m.bench.gate.epoch() > epoch);
  // A stop of everything has the next number.
  m.bench.stop->trigger("plate", "all");
  REQUIRE(m.bench.runUntil(StopState::Stopped));
  CHECK(m.bench.stop->progress().stopNumber == 2);
}

TEST_CASE("the gate holds levels by agent and venue; a scope without room closes everything") {
  ManualClock clock{Timestamp::fromSeconds(1000)};
  const Instruments instruments = test::fakeInstruments();
  gate::Gate gate(clock, instruments);
  const Instrument& btc = instruments->get({0});
  gate.raiseScope({StopScope::Kind::Agent, "momentum"}, Level::NoNew);
  CHECK(gate.levelFor(btc, "momentum") == Level::NoNew);
  CHECK(gate.levelFor(btc, "other") == Level::Run);
  gate.raiseScope({StopScope::Kind::Agent, "momentum"}, Level::CancelAll);
  gate.raiseScope({StopScope::Kind::Agent, "momentum"}, Level::NoNew);  // only rises
  CHECK(gate.levelFor(btc, "momentum") == Level::CancelAll);
  gate.raiseScope({StopScope::Kind::Account, "fake"}, Level::Flatten);
  CHECK(gate.levelFor(btc, "other") == Level::Flatten);
  gate.endScope({StopScope::Kind::Venue, "fake"});
  CHECK(gate.levelFor(btc, "other") == Level::Run);
  CHECK(gate.level() == Level::Run);
  for (int i = 0; i < 64; ++i) gate.raiseScope({StopScope::Kind::Agent, "agent " + std::to_string(i)}, Level::NoNew);
  CHECK(gate.level() == Level::CancelAll);
}

TEST_CASE("damaged scopes on disk are taken for a stop of everything") {
  MarginLevels m;
  m.bench.stop->raise(StopLevel::Flatten, {StopScope::Kind::Agent, "momentum"}, "risk", "throttle");
  m.bench.stop->pump();
  std::filesystem::resize_file(m.folder.path() + "/stop_scopes", 5);
  m.bench.make(m.venue);
  m.bench.stop->pump();
  CHECK(m.bench.gate.level() == Level::CancelAll);
}

TEST_CASE("spot: only what our fills bought is sold, the rest is listed as kept") {
  test::TemporaryFolder folder;
  ManualClock clock{Timestamp::fromSeconds(1000)};
  SpotVenue venue(clock);
  venue.caps.stopLocks = false;
  venue.holdings[{0}] = quantity("10");
  venue.holdings[{1}] = quantity("5");
  LevelBench bench(spotInstruments(), venue, folder.path(), clock);
  bench.marks.set({0}, Ticks{10'000});
  bench.owned.set({0}, Ticks{4});
  bench.stop->trigger("plate", "test");
  REQUIRE(bench.runUntil(StopState::Stopped));
  CHECK(venue.holdings[{0}] == quantity("6"));
  CHECK(venue.holdings[{1}] == quantity("5"));
  CHECK(bench.stop->progress().kept == std::vector<std::string>{"spot AAA 6 KEPT", "spot BBB 5 KEPT"});
}

TEST_CASE("a stop that locks the quantity is exchanged with the close, largest risk first, one at a time") {
  test::TemporaryFolder folder;
  ManualClock clock{Timestamp::fromSeconds(1000)};
  SpotVenue venue(clock);
  venue.holdings[{0}] = quantity("10");
  venue.holdings[{1}] = quantity("10");
  venue.rest(1, 0, "10", OrderType::StopMarket, Side::Sell);
  venue.rest(2, 1, "10", OrderType::StopMarket, Side::Sell);
  venue.rest(3, 1, "1", OrderType::Limit, Side::Buy);
  LevelBench bench(spotInstruments(), venue, folder.path(), clock);
  bench.marks.set({0}, Ticks{10'000});
  bench.marks.set({1}, Ticks{20'000});  // worth more
  bench.owned.set({0}, Ticks{10});
  bench.owned.set({1}, Ticks{10});
  bench.stop->trigger("plate", "test");
  REQUIRE(bench.runUntil(StopState::Stopped));
  CHECK(venue.log ==
        std::vector<std::string>{"cancel 3", "cancel 2", "sell 1 10 FILLED", "cancel 1", "sell 0 10 FILLED"});
}

TEST_CASE("a close that is not accepted within 2 s: the stop is put back, and tried again later") {
  test::TemporaryFolder folder;
  ManualClock clock{Timestamp::fromSeconds(1000)};
  SpotVenue venue(clock);
  venue.rejectCloses = true;
  venue.holdings[{0}] = quantity("10");
  venue.rest(1, 0, "10", OrderType::StopMarket, Side::Sell);
  LevelBench bench(spotInstruments(), venue, folder.path(), clock);
  bench.marks.set({0}, Ticks{10'000});
  bench.owned.set({0}, Ticks{10});
  bench.stop->trigger("plate", "test");
  const Timestamp start = clock.now();
  REQUIRE(
      bench.run(Duration::seconds(10), [&] { return venue.log.size() > 0 && venue.log.back() == "stop 0 10 OPEN"; }));
  CHECK(clock.now() - start < Duration::millis(2'500));
  CHECK(venue.log.front() == "cancel 1");
  CHECK(venue.snapshot().openOrders.size() == 1);
  venue.rejectCloses = false;
  REQUIRE(bench.runUntil(StopState::Stopped));
  CHECK(venue.holdings[{0}].isZero());
  CHECK(venue.snapshot().openOrders.empty());
}

TEST_CASE("a closed market: CANNOT CLOSE UNTIL, the stop stays, ATTENTION, and the close goes out at the open") {
  test::TemporaryFolder folder;
  ManualClock clock{Timestamp::fromSeconds(1000)};
  SpotVenue venue(clock);
  venue.opensAt = Timestamp::fromSeconds(1030);
  venue.holdings[{0}] = quantity("10");
  venue.rest(1, 0, "10", OrderType::StopMarket, Side::Sell);
  LevelBench bench(spotInstruments(), venue, folder.path(), clock);
  bench.marks.set({0}, Ticks{10'000});
  bench.owned.set({0}, Ticks{10});
  bench.stop->trigger("plate", "at night");
  REQUIRE(bench.runUntil(StopState::Attention));
  CHECK(bench.stop->progress().attention.find("CANNOT CLOSE UNTIL 1970-01-01T00:17:10.000Z") != std::string::npos);
  CHECK(venue.log.empty());
  CHECK(bench.stop->progress().stopsKept == 1);
  REQUIRE(bench.runUntil(StopState::Stopped));
  CHECK(clock.now() >= venue.opensAt);
  CHECK(venue.holdings[{0}].isZero());
}

TEST_CASE("a broken path shows as OFFLINE and takes no new risk until it is whole") {
  test::TemporaryFolder folder;
  SystemClock real;
  SpotVenue venue(real);
  const Instruments instruments = spotInstruments();
  gate::Gate gate(real, instruments);
  journal::MemoryJournal journal;
  gate::ReportQueue reports;
  risk::ApprovalAuthority authority;
  StopExecutor::Config config;
  config.dataDirectory = folder.path();
  config.probeEvery = Duration::millis(20);
  StopExecutor stop({gate, journal, real, instruments, nullptr, reports, {&venue}, nullptr},
                    authority.takeEmergencyAuthority(), config, {});
  for (const StopExecutor::TestLine& line : stop.selfTest()) CHECK_MESSAGE(line.ok, line.what);
  venue.broken = true;
  const auto lines = stop.selfTest();
  CHECK_FALSE(lines.back().ok);
  CHECK(lines.back().detail == "the key is revoked");
  stop.start();
  const auto wait = [&](StopState state) {
    for (int i = 0; i < 2'000 && stop.progress().state != state; ++i) sleepFor(Duration::millis(5));
    return stop.progress().state == state;
  };
  CHECK(wait(StopState::Offline));
  CHECK(gate.hasNoNew(gate::NoNewCause::StopOffline));
  stop.shutdown();
  venue.broken = false;
  stop.start();
  CHECK(wait(StopState::Ready));
  CHECK_FALSE(gate.hasNoNew(gate::NoNewCause::StopOffline));
  stop.shutdown();
}

TEST_CASE("a stop thread that is not heard of closes the gate by itself") {
  ManualClock clock{Timestamp::fromSeconds(1000)};
  const Instruments instruments = test::fakeInstruments();
  gate::Gate gate(clock, instruments);
  test::FakeVenue venue("fake", clock, instruments);
  gate::ReportQueue reports;
  const auto connection = venue.connect(reports);
  std::uint64_t number = 0;
  const auto tryOne = [&] {
    Order order;
    order.clientId = {++number, 9};
    order.intentId = {number, 8};
    order.instrument = {0};
    order.quantity = quantity("1");
    order.limitPrice = price("100");
    ApprovalBounds bounds;
    bounds.intentId = order.intentId;
    bounds.instrument = {0};
    bounds.maxQuantity = quantity("1");
    bounds.worstPrice = price("100");
    bounds.maxNotional = Money(dec("100"), Currency("USDT"));
    bounds.epoch = gate.epoch();
    bounds.expiresAt = clock.now() + Duration::seconds(100);
    return gate.pass(gate::requestFor(order), order, *ApprovalTestAccess::approve(bounds), *connection).refusal;
  };
  CHECK(tryOne() == gate::Refusal::None);
  gate.requireLease(clock, Duration::seconds(1));
  CHECK(tryOne() == gate::Refusal::None);
  clock.advance(Duration::millis(1'001));
  CHECK(tryOne() == gate::Refusal::StopSilent);
  gate.renewLease();
  CHECK(tryOne() == gate::Refusal::None);
}

}  // namespace
