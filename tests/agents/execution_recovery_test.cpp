// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "tests/agents/execution_bench.h"

namespace {

using namespace bw;
using test::ExecutionBench;
using test::price;
using test::quantity;

TEST_CASE("reconciliation: an order that is not ours and a position that differs are told, never absorbed") {
  ExecutionBench bench;
  const OrderIntent intent = bench.intent();
  bench.approve(intent);
  Order foreign;
  foreign.clientId = {77, 77};
  foreign.instrument = {0};
  foreign.quantity = quantity("1");
  foreign.limitPrice = price("90");
  foreign.state = OrderState::Open;
  bench.venue.putOrder(foreign);
  bench.pass(Duration::seconds(16));
  CHECK(bench.agent->orders().find(foreign.clientId)->owner == Owner::External);
  REQUIRE(bench.agent->inbox().size() == 1);
  CHECK(bench.agent->inbox().items()[0].kind == ReconciliationKind::ForeignOrder);
  bench.venue.putPosition({0}, quantity("3"), price("100"));
  bench.pass(Duration::seconds(18));
  CHECK(bench.said("DRIFT"));
  CHECK(bench.held().isZero());
  const auto results = bench.context.all<ReconciliationResult>(Topic::Reconciled);
  REQUIRE_FALSE(results.empty());
  CHECK_FALSE(results.back().clean);
  bench.venue.putPosition({0}, quantity("0"), price("100"));
  bench.pass(Duration::seconds(16));
  CHECK(bench.agent->inbox().size() == 1);
}

TEST_CASE("OR08: an order that the venue does not list is UNKNOWN until the venue is asked, and comes back") {
  ExecutionBench bench;
  const OrderIntent intent = bench.intent();
  bench.approve(intent);
  bench.venue.set([](auto& knobs) {
    knobs.hideOrders = true;
    knobs.orderFails = true;
  });
  bench.pass(Duration::seconds(17));
  CHECK(bench.byIntent(intent.id)->state == OrderState::Unknown);
  bench.venue.set([](auto& knobs) { knobs.orderFails = false; });
  bench.pass(Duration::seconds(9));
  CHECK(bench.byIntent(intent.id)->state == OrderState::Open);
}

// A life in stages: entry, part fill with protection, second order, fill of the target, cancel.
void liveUntil(ExecutionBench& bench, int stage) {
  bench.book();
  OrderIntent entry = bench.intent();
  entry.contingent = {price("95"), price("105")};
  bench.approve(entry);
  const Uuid id = bench.byIntent(entry.id)->clientId;
  if (stage < 1) return;
  bench.venue.fill(id, quantity("0.4"), price("99.5"));
  bench.settle();
  if (stage < 2) return;
  bench.approve(bench.intent("2"));
  if (stage < 3) return;
  bench.venue.fill(bench.live(OrderRole::TakeProfit)[0].clientId, quantity("0.1"), price("105"));
  bench.settle();
  if (stage < 4) return;
  CancelRequest request;
  request.clientId = id;
  bench.context.deliver(*bench.agent, Topic::CancelRequested, request);
  bench.settle();
}

TEST_CASE("killed at any record behind the last durable intent: orders, positions and protection come back") {
  for (int stage = 0; stage <= 4; ++stage) {
    ExecutionBench probe;
    liveUntil(probe, stage);
    std::size_t lastIntent = 0;
    for (const auto& record : probe.journal.records()) {
      if (record.kind == RecordKind::OrderIntentApproved) lastIntent = static_cast<std::size_t>(record.sequence);
    }
    for (std::size_t kept = lastIntent; kept <= probe.journal.records().size(); ++kept) {
      CAPTURE(stage);
      CAPTURE(kept);
      ExecutionBench before;
      liveUntil(before, stage);
      const auto& records = before.journal.records();
      const std::vector<journal::JournalRecord> history(records.begin(),
                                                        records.begin() + static_cast<std::ptrdiff_t>(kept));
      const std::size_t open = before.venue.openOrders().size();
      before.context.advance(*before.agent, Duration::seconds(30));
      ExecutionBench after(history, &before.venue);
      for (const Order& order : after.agent->orders().live()) CHECK(order.state == OrderState::Unknown);
      after.context.advance(*after.agent, before.context.now() - after.context.now());
      after.settle();
      after.pass(Duration::seconds(4));
      CHECK(after.held() == before.venue.position({0}));
      CHECK(before.venue.openOrders().size() == open);
      CHECK(after.agent->orders().live().size() == open);
      for (const Order& order : before.venue.openOrders()) {
        const Order* known = after.agent->orders().find(order.clientId);
        REQUIRE(known != nullptr);
        CHECK(known->owner != Owner::External);
        CHECK(known->filled == order.filled);
        CHECK((known->state == OrderState::Open || known->state == OrderState::PartiallyFilled));
      }
      CHECK(after.gate.level() == gate::Level::Run);
      CHECK(after.agent->inbox().size() == 0);
      CHECK_FALSE(after.said("DRIFT"));
    }
  }
}

}  // namespace
