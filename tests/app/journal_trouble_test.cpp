// SPDX-License-Identifier: GPL-3.0-or-later
#include <cerrno>

#include "core/disk/memory_disk.h"
#include "tests/app/workstation_bench.h"

using namespace bw;
using bw::test::eventually;
using bw::test::WorkstationBench;

namespace {

void record(WorkstationBench& bench) {
  const auto sequence = bench.engine().journal()->append(RecordKind::StateChange, "the test writes");
  if (sequence) static_cast<void>(bench.engine().journal()->sync(*sequence));
}

TEST_CASE("PR03: a journal that could not write stops everything that can add risk, and the stop latches") {
  WorkstationBench bench;
  auto broken = std::make_shared<std::atomic<bool>>(false);
  bench.options().engine.journalFault = [broken](std::string_view operation) {
    return *broken && operation == "sync" ? EIO : 0;
  };
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  *broken = true;
  record(bench);
  CHECK(eventually([&] { return bench.engine().gate().level() >= gate::Level::CancelAll; }));
  CHECK(eventually([&] { return journal::Latch(bench.dir().path()).read().has_value(); }));
  CHECK(bench.engine().stop().progress().trigger == "journal");
  CHECK_FALSE(bench.engine().journal()->append(RecordKind::StateChange, "later").ok());
}

TEST_CASE("PR04: little room on the disk means no new risk, until there is room again") {
  MemoryDisk disk;
  constexpr std::int64_t kMega = 1024 * 1024;
  disk.setCapacity(2048 * kMega);
  WorkstationBench bench;
  bench.options().engine.disk = &disk;
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  gate::Gate& gate = bench.engine().gate();
  CHECK_FALSE(gate.hasNoNew(gate::NoNewCause::DiskSpace));
  CHECK(disk.usedBytes() >= journal::FileJournal::kReserveBytes);
  disk.setCapacity(disk.usedBytes() + 500 * kMega);
  CHECK(eventually([&] {
    record(bench);
    return gate.hasNoNew(gate::NoNewCause::DiskSpace);
  }));
  CHECK(gate.level() == gate::Level::NoNew);
  disk.setCapacity(2048 * kMega);
  CHECK(eventually([&] {
    record(bench);
    return !gate.hasNoNew(gate::NoNewCause::DiskSpace);
  }));
  bench.stop();
}

}  // namespace
