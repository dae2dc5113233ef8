// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gate/order_lane.h"

#include <doctest/doctest.h>

#include <utility>

#include "core/gate/report_queue.h"
#include "core/journal/file_journal.h"
#include "tests/support/fake_venue.h"
#include "tests/support/order_path.h"

namespace {

using namespace bw;
using gate::OrderLane;
using test::dec;
using test::price;
using test::quantity;

struct LaneBench {
  explicit LaneBench(OrderLane::Budget budget = {})
      : lane(gate, journal, clock, instruments, venue, outputs(), budget) {}
  OrderLane::Outputs outputs() {
    return {[this](const OrderReport& r) { reports.onReport(r); },
            [this](const AccountAnswer& a) { reports.onAccount(a); }};
  }
  gate::PlaceCommand command(std::uint64_t number) const {
    gate::PlaceCommand command;
    command.order.clientId = {number, number};
    command.order.intentId = {number, 0};
    command.order.instrument = {0};
    command.order.quantity = quantity("1");
    command.order.limitPrice = price("100");
    ApprovalBounds bounds;
    bounds.intentId = command.order.intentId;
    bounds.instrument = {0};
    bounds.maxQuantity = quantity("1");
    bounds.worstPrice = price("100");
    bounds.maxNotional = Money(dec("100"), Currency("USDT"));
    bounds.epoch = gate.epoch();
    bounds.expiresAt = clock.now() + Duration::seconds(10);
    command.approval = ApprovalTestAccess::approve(bounds);
    return command;
  }
  void pumpAll() {
    while (lane.pump()) {
    }
  }
  std::vector<OrderReport> taken() {
    std::vector<OrderReport> out;
    for (auto& item : reports.takeAll()) {
      if (auto* report = std::get_if<OrderReport>(&item)) out.push_back(*report);
    }
    return out;
  }

  ManualClock clock{Timestamp::fromSeconds(1000)};
  Instruments instruments = test::fakeInstruments();
  gate::Gate gate{clock, instruments};
  test::FakeVenue venue{"fake", clock, instruments};
  journal::MemoryJournal journal{nullptr, true};
  gate::ReportQueue reports;
  OrderLane lane;
};

TEST_CASE("a placement is in the journal before it is at the venue, whole") {
  LaneBench bench;
  bench.lane.submit(bench.command(1));
  CHECK(bench.venue.log().empty());
  bench.pumpAll();
  REQUIRE(bench.journal.records().size() == 1);
  CHECK(bench.journal.records()[0].kind == RecordKind::OrderIntentApproved);
  auto order = journal::decodeOrder(bench.journal.records()[0].payload, *bench.instruments);
  REQUIRE(order.ok());
  CHECK(order->clientId == Uuid{1, 1});
  CHECK(bench.venue.count("place") == 1);
  const auto reports = bench.taken();
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].kind == OrderReport::Kind::Accepted);
  CHECK(bench.gate.inFlight().empty());
}

TEST_CASE("a broken journal lets no order out, closes for new risk and still cancels") {
  LaneBench bench;
  bench.lane.submit(bench.command(1));
  bench.pumpAll();
  bench.taken();
  bench.journal.breakNow();
  bench.lane.submit(bench.command(2));
  bench.lane.submit(gate::CancelCommand{{1, 1}, {0}});
  bench.pumpAll();
  CHECK(bench.venue.count("place") == 1);
  CHECK(bench.venue.count("cancelled") == 1);
  CHECK(bench.gate.level() == gate::Level::NoNew);
  bool absent = false;
  for (const OrderReport& report : bench.taken())
    absent = absent || (report.kind == OrderReport::Kind::Absent && report.clientId == Uuid{2, 2});
  CHECK(absent);
}

/// A disk that takes its time: records become durable when the test says so.
class SlowJournal final : public Journal {
 public:
  Result<std::uint64_t> append(RecordKind, std::string_view) override { return ++m_last; }
  Result<void> sync(std::uint64_t) override { return {}; }
  std::uint64_t durableSequence() const override { return m_durable; }
  void requestSync(std::uint64_t, std::function<void()> done) override { m_waiting.push_back(std::move(done)); }
  void finish(std::uint64_t upTo) {
    m_durable = upTo;
    for (const auto& done : std::exchange(m_waiting, {})) done();
  }

 private:
  std::uint64_t m_last = 0;
  std::uint64_t m_durable = 0;
  std::vector<std::function<void()>> m_waiting;
};

TEST_CASE("while the disk is at it placements wait, one after the other, and cancels do not") {
  LaneBench maker;
  SlowJournal slow;
  int woken = 0;
  OrderLane lane(maker.gate, slow, maker.clock, maker.instruments, maker.venue, maker.outputs());
  lane.setWake([&] { woken += 1; });
  const auto pumpAll = [&] {
    while (lane.pump()) {
    }
  };
  lane.submit(maker.command(1));
  lane.submit(maker.command(2));
  pumpAll();
  CHECK(maker.venue.count("place") == 0);
  lane.submit(gate::CancelCommand{{9, 9}, {0}});
  pumpAll();
  CHECK(maker.venue.count("cancel") == 1);
  CHECK(maker.venue.count("place") == 0);
  woken = 0;
  slow.finish(1);
  CHECK(woken == 1);
  pumpAll();
  CHECK(maker.venue.count("place") == 1);
  CHECK(maker.venue.openOrders()[0].clientId == Uuid{1, 1});
  slow.finish(2);
  pumpAll();
  CHECK(maker.venue.count("place") == 2);
}

TEST_CASE("cancels overtake placements; a cancel of what has not left takes it back") {
  LaneBench bench;
  bench.lane.submit(bench.command(1));
  bench.pumpAll();
  bench.lane.submit(bench.command(2));
  bench.lane.submit(bench.command(3));
  bench.lane.submit(gate::CancelCommand{{1, 1}, {0}});
  bench.lane.submit(gate::CancelCommand{{3, 3}, {0}});
  bench.pumpAll();
  std::vector<std::string> order;
  for (const auto& entry : bench.venue.log()) order.push_back(entry.what);
  CHECK(order == std::vector<std::string>{"place", "land", "cancel", "cancelled", "place", "land"});
  CHECK(bench.venue.openOrders().size() == 1);
  CHECK(bench.venue.openOrders()[0].clientId == Uuid{2, 2});
}

TEST_CASE("placements queued when the level rises never leave") {
  LaneBench bench;
  for (std::uint64_t i = 1; i <= 10; ++i) bench.lane.submit(bench.command(i));
  bench.gate.raise(gate::Level::Flatten);
  bench.pumpAll();
  CHECK(bench.venue.log().empty());
  CHECK(bench.lane.stats().purged == 10);
  const auto reports = bench.taken();
  REQUIRE(reports.size() == 10);
  for (const OrderReport& report : reports) {
    CHECK(report.kind == OrderReport::Kind::Absent);
    CHECK(report.reason.rfind("never sent: ", 0) == 0);
  }
}

TEST_CASE("the last of the request budget is for cancels") {
  LaneBench bench({5, 2});
  for (std::uint64_t i = 1; i <= 5; ++i) bench.lane.submit(bench.command(i));
  bench.pumpAll();
  CHECK(bench.venue.count("place") == 3);
  for (std::uint64_t i = 1; i <= 3; ++i) bench.lane.submit(gate::CancelCommand{{i, i}, {0}});
  bench.pumpAll();
  CHECK(bench.venue.count("cancelled") == 3);
  bench.clock.advance(Duration::seconds(1));
  bench.lane.submit(bench.command(9));
  bench.pumpAll();
  CHECK(bench.venue.count("place") == 4);
}

TEST_CASE("no more orders rest than can be cancelled in time; what ends makes room, what reduces always finds it") {
  LaneBench bench({0, 0, 3});
  for (std::uint64_t i = 1; i <= 5; ++i) bench.lane.submit(bench.command(i));
  bench.pumpAll();
  CHECK(bench.venue.count("place") == 3);
  int refused = 0;
  for (const OrderReport& report : bench.taken())
    refused += report.reason.find("lane.open_orders") != std::string::npos ? 1 : 0;
  CHECK(refused == 2);
  bench.lane.submit(gate::CancelCommand{{1, 1}, {0}});
  bench.pumpAll();
  bench.lane.submit(bench.command(6));
  bench.lane.submit(bench.command(7));
  bench.pumpAll();
  CHECK(bench.venue.count("place") == 4);
  bench.venue.fill({2, 2}, quantity("1"), price("100"));
  bench.lane.submit(bench.command(8));
  bench.pumpAll();
  CHECK(bench.venue.count("place") == 5);
}

TEST_CASE("questions are answered with the venue's word, with its denial, or with not knowing") {
  LaneBench bench;
  bench.lane.submit(bench.command(1));
  bench.pumpAll();
  bench.taken();
  bench.lane.submit(gate::QueryOrderCommand{{1, 1}, {0}});
  bench.lane.submit(gate::QueryOrderCommand{{7, 7}, {0}});
  bench.pumpAll();
  auto reports = bench.taken();
  REQUIRE(reports.size() == 2);
  CHECK(reports[0].kind == OrderReport::Kind::Accepted);
  CHECK(reports[1].kind == OrderReport::Kind::Absent);
  bench.venue.set([](auto& knobs) { knobs.orderFails = knobs.accountFails = true; });
  bench.lane.submit(gate::QueryOrderCommand{{1, 1}, {0}});
  bench.lane.submit(gate::QueryAccountCommand{});
  bench.pumpAll();
  auto items = bench.reports.takeAll();
  REQUIRE(items.size() == 2);
  CHECK(std::get<OrderReport>(items[0]).kind == OrderReport::Kind::Unknown);
  CHECK_FALSE(std::get<AccountAnswer>(items[1]).error.empty());
}

TEST_CASE("on its own thread with a real journal every order is recorded before it lands, and none is lost") {
  test::TemporaryFolder folder;
  SystemClock clock;
  const Instruments instruments = test::fakeInstruments();
  gate::Gate gate(clock, instruments);
  test::FakeVenue venue("fake", clock, instruments);
  journal::FileJournal::Options options;
  options.directory = folder.path();
  options.segmentBytes = 1 << 20;
  auto journal = journal::FileJournal::open(clock, options);
  REQUIRE(journal.ok());
  Mutex mutex;
  Condition changed;
  int accepted = 0;
  LaneBench maker;
  {
    OrderLane lane(gate, **journal, clock, instruments, venue,
                   {[&](const OrderReport& report) {
                      Lock lock(mutex);
                      if (report.kind == OrderReport::Kind::Accepted) accepted += 1;
                      changed.notifyAll();
                    },
                    [](const AccountAnswer&) {}});
    lane.start();
    for (std::uint64_t i = 1; i <= 100; ++i) {
      gate::PlaceCommand command = maker.command(i);
      ApprovalBounds bounds = command.approval->bounds();
      bounds.expiresAt = clock.now() + Duration::seconds(100);
      bounds.epoch = gate.epoch();
      command.approval = ApprovalTestAccess::approve(bounds);
      lane.submit(command);
    }
    Lock lock(mutex);
    while (accepted < 100) changed.wait(mutex);
  }
  CHECK(venue.count("land") == 100);
  CHECK((*journal)->durableSequence() == 100);
}

}  // namespace
