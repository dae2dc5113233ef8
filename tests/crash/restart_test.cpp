// SPDX-License-Identifier: GPL-3.0-or-later
// G22: a long journal is read again in time, and makes the same orders and positions as the life that wrote it.
#include <doctest/doctest.h>

#include "core/base/clock.h"
#include "tests/agents/execution_bench.h"
#include "tests/support/temporary_folder.h"

namespace {

using namespace bw;
using test::ExecutionBench;
using test::price;
using test::quantity;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kRecordsWanted = 5'000;
#else
constexpr std::uint64_t kRecordsWanted = 100'000;
#endif

std::string stateHash(const ExecutionBench& bench) {
  Sha256 sum;
  std::size_t orders = 0;
  for (const auto& [id, order] : bench.agent->orders().all()) {
    sum.add(journal::encodeOrder(order, *bench.instruments));
    orders += 1;
  }
  const Position held = bench.agent->positions().position({0});
  sum.add(std::to_string(orders) + "|" + held.quantity.decimal().toString() + "|" +
          held.averagePrice.decimal().toString() + "|" + held.realised.toString() + "|" + held.fees.toString());
  return toHex(sum.digest());
}

// An entry that fills and comes out again at the target.
void trade(ExecutionBench& bench) {
  OrderIntent entry = bench.intent();
  entry.contingent = {price("95"), price("105")};
  bench.approve(entry);
  const std::vector<Order> entries = bench.live(OrderRole::Entry);
  REQUIRE(entries.size() == 1);
  bench.venue.fill(entries[0].clientId, quantity("0.4"), price("99.5"));
  bench.settle();
  bench.venue.fill(entries[0].clientId, quantity("0.6"), price("99.4"));
  bench.settle();
  for (const Order& target : bench.live(OrderRole::TakeProfit)) {
    bench.venue.fill(target.clientId, target.remaining(), price("105"));
    break;
  }
  bench.settle();
}

TEST_CASE("G22: a journal of 100,000 records is restored, equal to the life that wrote it") {
  test::TemporaryFolder folder;
  const SystemClock clock;
  journal::FileJournal::Options options;
  options.directory = folder.path();
  options.mode = journal::FileJournal::Mode::Inline;
  options.syncToDisk = false;
  std::string live;
  {
    auto journal = journal::FileJournal::open(clock, options);
    REQUIRE(journal.ok());
    ExecutionBench bench({}, nullptr, journal->get());
    bench.book();
    while ((*journal)->durableSequence() < kRecordsWanted) trade(bench);
    const auto last = (*journal)->append(RecordKind::Decision, "end");
    REQUIRE((*journal)->sync(*last).ok());
    live = stateHash(bench);
  }
  const MonoTime start = clock.mono();
  auto journal = journal::FileJournal::open(clock, options);
  REQUIRE(journal.ok());
  const Duration read = clock.mono() - start;
  CHECK((*journal)->recovered().records.size() >= kRecordsWanted);
  ManualClock still;
  test::FakeVenue venue("fake", still, test::fakeInstruments());
  const ExecutionBench bench((*journal)->recovered().records, &venue);
  const Duration restored = clock.mono() - start;
  CHECK(stateHash(bench) == live);
  MESSAGE("journal of ", (*journal)->recovered().records.size(), " records: verified in ", read.toMillis(),
          " ms, orders and positions restored after ", restored.toMillis(), " ms");
}

}  // namespace
