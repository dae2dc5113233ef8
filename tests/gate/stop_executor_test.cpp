// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gate/stop_executor.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "core/gate/order_lane.h"
#include "core/gate/report_queue.h"
#include "core/journal/file_journal.h"
#include "tests/gate/stop_pump.h"
#include "tests/support/fake_venue.h"
#include "tests/support/order_path.h"

namespace {

using namespace bw;
using gate::StopExecutor;
using test::dec;
using test::price;
using test::quantity;

struct StopBench {
  explicit StopBench(const std::string& directory, const std::string& mode = "SIM", const Clock* real = nullptr)
      : used(real != nullptr ? *real : clock), gate(used, instruments), venue("fake", used, instruments) {
    config.dataDirectory = directory;
    config.mode = mode;
    if (real != nullptr) config.policy.verifyGap = Duration::millis(50);
    marks.set({0}, Ticks{1000});
    venue.setPrice({0}, price("100"));
    venue.setPrice({1}, price("50"));
  }
  void make() {
    stop.reset();
    risk = std::make_unique<risk::ApprovalAuthority>();
    StopExecutor::Outputs outputs;
    outputs.raised = [this](const EmergencyStopRaised& e) {
      Lock lock(mutex);
      raised.push_back(e);
    };
    outputs.event = [this](const SystemEvent& e) {
      Lock lock(mutex);
      events.push_back(e);
    };
    outputs.progress = [this](const StopProgress& p) {
      Lock lock(mutex);
      states.push_back(p.state);
    };
    stop =
        std::make_unique<StopExecutor>(StopExecutor::Parts{gate, journal, used, instruments, &marks, reports, {&venue}},
                                       risk->takeEmergencyAuthority(), config, outputs);
  }
  template <class Done>
  bool run(Duration limit, Done done) {
    return test::pumpUntil(*stop, clock, limit, done);
  }
  bool runUntil(StopState state, Duration limit = Duration::seconds(60)) {
    return run(limit, [&] { return stop->progress().state == state; });
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

  ManualClock clock{Timestamp::fromSeconds(1000)};
  const Clock& used;
  Instruments instruments = test::fakeInstruments();
  gate::Gate gate;
  test::FakeVenue venue;
  journal::MemoryJournal journal{nullptr, true};
  gate::MarkMirror marks{*instruments};
  gate::ReportQueue reports;
  StopExecutor::Config config;
  std::unique_ptr<risk::ApprovalAuthority> risk;
  std::unique_ptr<StopExecutor> stop;
  Mutex mutex;
  std::vector<EmergencyStopRaised> raised;
  std::vector<SystemEvent> events;
  std::vector<StopState> states;
};

TEST_CASE("the stop cancels a hundred orders, closes what is held and is confirmed by the venue's own account") {
  test::TemporaryFolder folder;
  StopBench bench(folder.path());
  bench.make();
  for (std::uint64_t i = 1; i <= 100; ++i) bench.rest(i, i % 2 == 0 ? 0 : 1, false);
  bench.venue.putPosition({0}, quantity("2"), price("100"));
  bench.venue.putPosition({1}, quantity("-3"), price("50"));
  CHECK(bench.stop->progress().state == StopState::Ready);
  bench.stop->trigger("plate", "a person pressed it");
  CHECK(bench.stop->progress().state == StopState::Latched);
  CHECK(bench.gate.level() == gate::Level::Flatten);
  REQUIRE(bench.runUntil(StopState::Stopped));
  CHECK(bench.venue.openOrders().empty());
  CHECK(bench.venue.position({0}).isZero());
  CHECK(bench.venue.position({1}).isZero());
  CHECK(bench.venue.crossings() == 0);
  CHECK(bench.venue.count("place") == 2);  // the closes
  const StopProgress progress = bench.stop->progress();
  CHECK(progress.stopNumber == 1);
  CHECK(progress.ordersTotal == 100);
  CHECK(progress.ordersCancelled == 100);
  CHECK(progress.ordersUnknown == 0);
  CHECK(progress.positionsTotal == 2);
  CHECK(progress.positionsFlat == 2);
  CHECK(progress.attention.empty());
  REQUIRE(bench.raised.size() == 1);
  CHECK(bench.raised[0].trigger == "plate");
  const gate::StopTimes times = bench.stop->times();
  REQUIRE(times.confirmed.has_value());
  CHECK(*times.confirmed >= Duration::seconds(1));
  CHECK(*times.confirmed < Duration::seconds(2));
  CHECK(*times.firstCancel <= Duration::millis(50));
  // The latch, the journal and the post-mortem are on disk.
  CHECK(journal::Latch(folder.path()).read().has_value());
  CHECK(bench.journal.records().front().kind == RecordKind::StopRaised);
  std::ifstream report(folder.path() + "/postmortem/stop-1/report.md");
  const std::string text{std::istreambuf_iterator<char>(report), {}};
  CHECK(text.find("State: STOPPED") != std::string::npos);
  CHECK(text.find("BTCUSDT") != std::string::npos);
}

TEST_CASE("protective stops stay until the close is confirmed, then they go too") {
  test::TemporaryFolder folder;
  StopBench bench(folder.path());
  bench.make();
  bench.rest(1, 0, true);
  bench.rest(2, 0, false);
  bench.venue.putPosition({0}, quantity("1"), price("100"));
  bench.stop->trigger("cli", "test");
  REQUIRE(bench.runUntil(StopState::Stopped));
  std::size_t closed = 0;
  std::size_t protectionGone = 0;
  const auto log = bench.venue.log();
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (log[i].what == "fill") closed = i;
    if (log[i].what == "cancelled" && log[i].clientId == Uuid{1, 7}) protectionGone = i;
    CHECK(log[i].what != "cancel_all");
  }
  CHECK(closed > 0);
  CHECK(protectionGone > closed);
  CHECK(bench.venue.openOrders().empty());
}

TEST_CASE("a close that fills in parts is repeated from the position as read, never across zero") {
  test::TemporaryFolder folder;
  StopBench bench(folder.path());
  bench.make();
  bench.venue.set([](auto& knobs) { knobs.immediate = quantity("0.3"); });
  bench.venue.putPosition({0}, quantity("1"), price("100"));
  bench.stop->trigger("cli", "test");
  REQUIRE(bench.runUntil(StopState::Stopped));
  CHECK(bench.venue.position({0}).isZero());
  CHECK(bench.venue.count("place") == 4);
  CHECK(bench.venue.crossings() == 0);
}

TEST_CASE("while a close is UNKNOWN nothing is sent again; it is closed once the venue speaks") {
  test::TemporaryFolder folder;
  StopBench bench(folder.path());
  bench.make();
  bench.venue.putPosition({0}, quantity("1"), price("100"));
  bench.venue.set([](auto& knobs) {
    knobs.landAfter = Duration::seconds(20);
    knobs.orderFails = true;
  });
  bench.stop->trigger("cli", "test");
  REQUIRE(bench.runUntil(StopState::Attention));
  CHECK(bench.stop->progress().attention.find("UNKNOWN") != std::string::npos);
  CHECK_FALSE(bench.run(Duration::seconds(10), [&] { return bench.venue.count("place") > 1; }));
  bench.venue.set([](auto& knobs) {
    knobs.orderFails = false;
    knobs.landAfter = Duration{0};
  });
  bench.venue.landAll();
  REQUIRE(bench.runUntil(StopState::Stopped));
  CHECK(bench.venue.position({0}).isZero());
  CHECK(bench.venue.count("place") == 1);
}

TEST_CASE("a placement on its way when the stop is pressed lands late, is found and cancelled") {
  test::TemporaryFolder folder;
  StopBench bench(folder.path());
  bench.make();
  gate::OrderLane lane(bench.gate, bench.journal, bench.clock, bench.instruments, bench.venue,
                       {[&](const OrderReport& r) { bench.reports.onReport(r); }, [](const AccountAnswer&) {}});
  const auto submit = [&](std::uint64_t number) {
    gate::PlaceCommand command;
    command.order.clientId = {number, 9};
    command.order.intentId = {number, 8};
    command.order.instrument = {0};
    command.order.quantity = quantity("1");
    command.order.limitPrice = price("100");
    ApprovalBounds bounds;
    bounds.intentId = command.order.intentId;
    bounds.instrument = {0};
    bounds.maxQuantity = quantity("1");
    bounds.worstPrice = price("100");
    bounds.maxNotional = Money(dec("100"), Currency("USDT"));
    bounds.epoch = bench.gate.epoch();
    bounds.expiresAt = bench.clock.now() + Duration::seconds(100);
    command.approval = ApprovalTestAccess::approve(bounds);
    lane.submit(command);
  };
  for (const Duration late : {Duration::millis(300), Duration::millis(1500), Duration::seconds(30)}) {
    bench.venue.set([&](auto& knobs) { knobs.landAfter = late; });
    submit(static_cast<std::uint64_t>(late.toMillis()));
    while (lane.pump()) {
    }
    submit(static_cast<std::uint64_t>(late.toMillis() + 1));  // queued, not sent
    const std::size_t placed = bench.venue.count("place");
    bench.stop->trigger("plate", "race");
    while (lane.pump()) {
    }
    CHECK(bench.venue.count("place") == placed);  // purged
    // The order is hunted until it landed and was cancelled, even after the venue had looked clean.
    const std::size_t before = bench.venue.count("cancelled");
    REQUIRE(bench.run(Duration::seconds(60), [&] { return bench.venue.count("cancelled") > before; }));
    REQUIRE(bench.runUntil(StopState::Stopped));
    CHECK(bench.venue.openOrders().empty());
    REQUIRE(bench.stop->reset(bench.stop->resetPhrase(), "cause of this test").ok());
  }
}

TEST_CASE("a venue that hides its orders is not believed") {
  test::TemporaryFolder folder;
  StopBench bench(folder.path());
  bench.make();
  bench.rest(1, 0, false);
  bench.venue.set([](auto& knobs) {
    knobs.ignoreCancels = true;
    knobs.cancelAll = false;
  });
  bench.stop->trigger("plate", "test");
  bench.stop->pump();
  bench.venue.set([](auto& knobs) { knobs.hideOrders = true; });
  REQUIRE(bench.runUntil(StopState::Attention));
  CHECK(bench.venue.openOrders().size() == 1);
  bench.venue.set([](auto& knobs) { knobs.ignoreCancels = false; });
  REQUIRE(bench.runUntil(StopState::Stopped));
  CHECK(bench.venue.openOrders().empty());
}

TEST_CASE("a venue without answer: cancelled blindly, ATTENTION after 5 s, finished when it comes back") {
  test::TemporaryFolder folder;
  StopBench bench(folder.path());
  bench.make();
  bench.rest(1, 0, false);
  bench.venue.putPosition({0}, quantity("1"), price("100"));
  bench.venue.set([](auto& knobs) { knobs.accountFails = true; });
  bench.stop->trigger("plate", "test");
  REQUIRE(bench.runUntil(StopState::Attention, Duration::seconds(12)));
  CHECK(bench.venue.count("cancel_all") == 1);
  CHECK(bench.venue.openOrders().empty());
  CHECK(bench.stop->progress().attention.find("no answer") != std::string::npos);
  CHECK_FALSE(bench.stop->reset(bench.stop->resetPhrase(), "cause of this test").ok());
  bench.venue.set([](auto& knobs) { knobs.accountFails = false; });
  REQUIRE(bench.runUntil(StopState::Stopped));
  CHECK(bench.venue.position({0}).isZero());
}

TEST_CASE("a refused close is tried again with pauses, not in a storm, under a collar that widens") {
  test::TemporaryFolder folder;
  StopBench bench(folder.path());
  bench.make();
  bench.venue.putPosition({0}, quantity("1"), price("100"));
  bench.venue.set([](auto& knobs) { knobs.rejectPlacements = true; });
  bench.stop->trigger("plate", "test");
  REQUIRE(bench.runUntil(StopState::Attention));
  CHECK(bench.venue.count("place") <= 6);
  CHECK(bench.stop->progress().attention.find("REJECTED") != std::string::npos);
  bench.venue.set([](auto& knobs) { knobs.rejectPlacements = false; });
  REQUIRE(bench.runUntil(StopState::Stopped));
}

TEST_CASE("the latch makes the next process stop at once, and finish") {
  test::TemporaryFolder folder;
  StopBench bench(folder.path());
  bench.make();
  bench.venue.putPosition({0}, quantity("1"), price("100"));
  bench.venue.set([](auto& knobs) { knobs.landAfter = Duration::millis(200); });
  bench.stop->trigger("plate", "before the crash");
  bench.run(Duration::millis(10), [&] { return bench.venue.count("place") == 1; });
  REQUIRE(bench.venue.count("place") == 1);
  // The process dies here: a new gate and executor on the same directory, the close still on its way.
  StopBench next(folder.path());
  next.clock.advanceTo(bench.clock.now());
  next.venue.putPosition({0}, quantity("1"), price("100"));
  next.make();
  CHECK(next.stop->progress().state == StopState::Stopping);
  CHECK(next.gate.level() == gate::Level::Flatten);
  CHECK(next.stop->progress().stopNumber == 1);
  CHECK(next.stop->progress().trigger == "plate");
  REQUIRE(next.runUntil(StopState::Stopped));
  CHECK(next.venue.position({0}).isZero());
  // A later stop has the next number, after a reset too.
  REQUIRE(next.stop->reset("reset sim 1", "cause of this test").ok());
  next.make();
  CHECK(next.stop->progress().state == StopState::Ready);
  next.stop->trigger("cli", "again");
  REQUIRE(next.runUntil(StopState::Stopped));
  CHECK(next.stop->progress().stopNumber == 2);
}

TEST_CASE("a restarted stop asks for closes of its former life before it sends one") {
  test::TemporaryFolder folder;
  StopBench bench(folder.path());
  REQUIRE(journal::Latch(folder.path()).write({5, "plate", "x", "SIM", bench.clock.now(), true}).ok());
  bench.venue.putPosition({0}, quantity("1"), price("100"));
  Order close;
  close.clientId = gate::closeId(5, bench.instruments->get({0}), 1);
  close.instrument = {0};
  close.side = Side::Sell;
  close.type = OrderType::Market;
  close.reduceOnly = true;
  close.quantity = quantity("1");
  close.state = OrderState::Open;
  bench.venue.putOrder(close);
  bench.make();
  CHECK_FALSE(bench.run(Duration::seconds(3), [&] { return bench.venue.count("place") > 0; }));
  CHECK(((close.clientId.high >> 12) & 0xf) == 8);
}

TEST_CASE("presses after the first are logged and start nothing new; one after STOPPED looks again") {
  test::TemporaryFolder folder;
  StopBench bench(folder.path());
  bench.make();
  bench.stop->trigger("plate", "first");
  bench.stop->trigger("cli", "second");
  for (int i = 0; i < 100; ++i) bench.stop->trigger("file", "again");
  REQUIRE(bench.runUntil(StopState::Stopped));
  CHECK(bench.stop->progress().stopNumber == 1);
  CHECK(bench.stop->progress().trigger == "plate");
  CHECK(bench.raised.size() == 1);
  bench.stop->trigger("tray", "third");
  bench.stop->pump();
  CHECK(bench.stop->progress().state == StopState::Stopping);
  REQUIRE(bench.runUntil(StopState::Stopped));
  CHECK(bench.stop->progress().stopNumber == 1);
  int again = 0;
  for (const StopStep& step : bench.stop->progress().steps) again += step.step == "pressed again" ? 1 : 0;
  CHECK(again >= 2);
}

TEST_CASE("the reset's rules, one by one") {
  test::TemporaryFolder folder;
  StopBench bench(folder.path(), "PAPER");
  bench.make();
  const auto refused = [&](std::string_view phrase, std::string_view cause) {
    auto result = bench.stop->reset(phrase, cause);
    return result.ok() ? std::string("ok") : result.error().userKey;
  };
  const std::string cause = "the test is over";
  CHECK(refused("RESET PAPER 0", cause) == "reset.state");  // nothing to reset
  bench.stop->trigger("plate", "test");
  CHECK(refused("RESET PAPER 1", cause) == "reset.state");
  REQUIRE(bench.runUntil(StopState::Stopped));
  CHECK(refused("RESET SIM 1", cause) == "reset.phrase");
  CHECK(refused("RESET PAPER 2", cause) == "reset.phrase");
  CHECK(refused("", cause) == "reset.phrase");
  CHECK(refused("RESET PAPER 1", "too short") == "reset.cause");
  CHECK(refused("RESET PAPER 1", "          ") == "reset.cause");
  CHECK(refused("RESET PAPER 1", cause) == "reset.too_soon");
  bench.clock.advance(Duration::seconds(10));
  std::ofstream(folder.path() + "/.kill_switch") << "x";
  CHECK(refused("RESET PAPER 1", cause) == "reset.kill_switch");
  std::filesystem::remove(folder.path() + "/.kill_switch");
  bench.venue.putPosition({1}, quantity("1"), price("50"));
  CHECK(refused("RESET PAPER 1", cause) == "reset.residual");
  REQUIRE(bench.runUntil(StopState::Stopping));
  REQUIRE(bench.runUntil(StopState::Stopped));
  bench.clock.advance(Duration::seconds(10));
  CHECK(bench.gate.level() == gate::Level::Flatten);
  const std::uint64_t epoch = bench.gate.epoch();
  CHECK(refused("  reset paper 1 ", cause) == "ok");
  CHECK(bench.gate.level() == gate::Level::Run);
  CHECK(bench.gate.epoch() > epoch);
  CHECK(bench.stop->progress().state == StopState::Ready);
  CHECK_FALSE(journal::Latch(folder.path()).read().has_value());
  CHECK(refused("RESET PAPER 1", cause) == "reset.state");
}

TEST_CASE("ATTENTION can be reset once a person has acknowledged what is left") {
  test::TemporaryFolder folder;
  StopBench bench(folder.path());
  bench.make();
  bench.venue.putPosition({0}, quantity("1"), price("100"));
  bench.venue.set([](auto& knobs) { knobs.rejectPlacements = true; });
  bench.stop->trigger("plate", "test");
  REQUIRE(bench.runUntil(StopState::Attention));
  CHECK(bench.stop->reset("RESET SIM 1", "closed by hand at the venue").error().userKey == "reset.state");
  bench.stop->acknowledge();
  CHECK(bench.stop->reset("RESET SIM 1", "closed by hand at the venue").ok());
}

TEST_CASE("a latch that cannot be written holds the gate, is said and is tried again") {
  test::TemporaryFolder folder;
  const std::string directory = folder.path() + "/data";
  std::ofstream(directory) << "a file where the folder should be";
  StopBench bench(directory);
  bench.make();
  // Reading such a latch fails, so the executor starts as latched.
  CHECK(bench.gate.level() == gate::Level::Flatten);
  CHECK(bench.stop->progress().state == StopState::Stopping);

  test::TemporaryFolder good;
  StopBench other(good.path() + "/missing");
  other.make();
  std::ofstream(good.path() + "/missing") << "in the way";
  other.stop->trigger("plate", "test");
  REQUIRE(other.runUntil(StopState::Attention));
  CHECK(other.stop->progress().attention.find("NOT on disk") != std::string::npos);
  CHECK(other.gate.level() == gate::Level::Flatten);
  std::filesystem::remove(good.path() + "/missing");
  REQUIRE(other.runUntil(StopState::Stopped));
  CHECK(journal::Latch(good.path() + "/missing").read().has_value());
}

TEST_CASE(
    "with threads: pressed while an agent floods the lane and holds every lock it can, nothing is placed afterwards") {
  test::TemporaryFolder folder;
  SystemClock real;
  StopBench bench(folder.path(), "SIM", &real);
  bench.make();
  for (std::uint64_t i = 1; i <= 100; ++i) bench.rest(i, 0, false);
  bench.venue.putPosition({0}, quantity("2"), price("100"));
  bench.venue.putPosition({1}, quantity("-3"), price("50"));
  bench.stop->start();
  gate::OrderLane lane(bench.gate, bench.journal, real, bench.instruments, bench.venue,
                       {[](const OrderReport&) {}, [](const AccountAnswer&) {}});
  lane.start();
  std::atomic<bool> quit{false};
  Thread agent;
  agent.start("agent", [&] {
    for (std::uint64_t number = 1; !quit; ++number) {
      gate::PlaceCommand command;
      command.order.clientId = {number, 9};
      command.order.intentId = {number, 8};
      command.order.instrument = {0};
      command.order.quantity = quantity("0.001");
      command.order.limitPrice = price("100");
      ApprovalBounds bounds;
      bounds.intentId = command.order.intentId;
      bounds.instrument = {0};
      bounds.maxQuantity = quantity("1");
      bounds.worstPrice = price("100");
      bounds.maxNotional = Money(dec("100"), Currency("USDT"));
      bounds.epoch = bench.gate.epoch();
      bounds.expiresAt = real.now() + Duration::seconds(100);
      command.approval = ApprovalTestAccess::approve(bounds);
      while (lane.queued() > 100 && !quit) sleepFor(Duration::micros(50));
      lane.submit(command);
    }
  });
  while (bench.venue.count("place") < 50) sleepFor(Duration::micros(100));
  bench.mutex.lock();  // every callback of the executor hangs, as behind a dead agent
  bench.stop->trigger("plate", "under load");
  bench.mutex.unlock();
  const MonoTime limit = real.mono() + Duration::seconds(20);
  while (bench.stop->progress().state != StopState::Stopped && real.mono() < limit) sleepFor(Duration::millis(1));
  quit = true;
  agent.join();
  lane.stop();
  CHECK(bench.stop->progress().state == StopState::Stopped);
  bench.stop->shutdown();
  CHECK(bench.venue.openOrders().empty());
  CHECK(bench.venue.position({0}).isZero());
  CHECK(bench.venue.position({1}).isZero());
  // From the venue's own log: no order of an agent after the first cancel.
  bool cancelled = false;
  int after = 0;
  for (const auto& entry : bench.venue.log()) {
    if (entry.what == "cancel_all" || entry.what == "cancel") cancelled = true;
    if (cancelled && entry.what == "place" && entry.clientId.low == 9) after += 1;
  }
  CHECK(after == 0);
  const gate::StopTimes times = bench.stop->times();
  MESSAGE("gate closed after " << times.gateClosed->toMicros() << " us, first cancel " << times.firstCancel->toMicros()
                               << " us, last cancel " << times.lastCancel->toMicros() << " us, confirmed "
                               << times.confirmed->toMicros() << " us");
  CHECK(*times.firstCancel < Duration::millis(250));
  CHECK(*times.confirmed < Duration::seconds(5));
}

}  // namespace
