// SPDX-License-Identifier: GPL-3.0-or-later
// G5: the power goes at every disk operation of a life of orders, and what was not synced is lost, kept, torn or
// doubled. Execution, lane, journal and latch are the real ones; disk and venue are in memory.
#include <doctest/doctest.h>

#include <cerrno>
#include <map>
#include <set>

#include "core/disk/memory_disk.h"
#include "core/journal/latch.h"
#include "core/journal/segment_format.h"
#include "tests/agents/execution_bench.h"

namespace {

using namespace bw;
using journal::FileJournal;
using test::ExecutionBench;
using test::price;
using test::quantity;
using Unsynced = MemoryDisk::Unsynced;

constexpr const char* kFolder = "/data/journal/sim";
constexpr int kCycles = 34;
constexpr int kStopCycle = 12;
constexpr int kResetCycle = 24;

/// Thrown by the disk at the operation where the power goes.
struct PowerCut {};

FileJournal::Options optionsOn(MemoryDisk& disk) {
  FileJournal::Options options;
  options.directory = kFolder;
  options.mode = FileJournal::Mode::Inline;
  options.segmentBytes = 64 * 1024;
  options.disk = &disk;
  return options;
}

/// One life, until its end or a power cut.
class Life {
 public:
  /// `cutAt`: the disk operation before which the power goes; none = never.
  explicit Life(std::optional<std::uint64_t> cutAt = std::nullopt) {
    disk.setHook([this, cutAt](MemoryDisk::Operation, const std::string&) -> DiskCode {
      if (cut) return EIO;
      if (cutAt && m_operations++ == *cutAt) {
        cut = true;
        throw PowerCut{};
      }
      return 0;
    });
    try {
      run();
    } catch (const PowerCut&) {
    }
  }
  std::uint64_t durable() const { return journal ? journal->durableSequence() : 0; }

  MemoryDisk disk;
  ManualClock clock{Timestamp::fromSeconds(1'700'000'000)};
  std::unique_ptr<FileJournal> journal;
  std::unique_ptr<ExecutionBench> bench;
  bool cut = false;
  bool latched = false;
  bool reset = false;

 private:
  void run() {
    auto opened = FileJournal::open(clock, optionsOn(disk));
    REQUIRE(opened.ok());
    journal = std::move(*opened);
    journal::Latch latch("/data", disk);
    bench = std::make_unique<ExecutionBench>(std::vector<journal::JournalRecord>{}, nullptr, journal.get());
    bench->book();
    for (int i = 0; i < kCycles; ++i) {
      cycle(i);
      if (i == kStopCycle) latched = latch.write({5, "plate", "test", "SIM", clock.now(), true}).ok();
      if (i == kResetCycle) reset = latch.reset().ok();
    }
  }

  // Every other cycle makes each step durable by itself; the rest leaves it to the next intent, as trading does.
  void step(int number) {
    bench->settle();
    clock.advance(Duration::millis(3));
    const std::uint64_t last = sequence();
    if (number % 2 == 0 && last > journal->durableSequence()) static_cast<void>(journal->sync(last));
  }

  std::uint64_t sequence() {
    const auto last = journal->append(RecordKind::Decision, "step");
    return last ? *last : journal->durableSequence();
  }

  void cycle(int number) {
    OrderIntent entry = bench->intent();
    entry.contingent = {price("95"), price("105")};
    bench->approve(entry);
    step(number);
    const ClientOrderId id = bench->byIntent(entry.id)->clientId;
    bench->venue.fill(id, quantity("0.4"), price("99.5"));
    step(number);
    bench->approve(bench->intent("2"));
    step(number);
    for (const Order& target : bench->live(OrderRole::TakeProfit)) {
      bench->venue.fill(target.clientId, quantity("0.1"), price("105"));
      break;
    }
    step(number);
    for (const Order& order : bench->live(OrderRole::Entry)) {
      CancelRequest request;
      request.clientId = order.clientId;
      bench->context.deliver(*bench->agent, Topic::CancelRequested, request);
    }
    step(number);
    for (const Order& order : bench->live(OrderRole::TakeProfit))
      bench->venue.fill(order.clientId, order.remaining(), price("105"));
    step(number);
  }

  std::uint64_t m_operations = 0;
};

struct Figures {
  std::uint64_t cases = 0;
  std::uint64_t orderCases = 0;
  std::uint64_t torn = 0;
  std::uint64_t damaged = 0;
};

/// Everything that is tried at one power cut.
class CutCheck {
 public:
  CutCheck(Life& life, const std::vector<Sha256Digest>& hashes, Figures& figures)
      : m_life(life), m_hashes(hashes), m_figures(figures) {}

  /// The counts of records that some kind of crash leaves.
  std::map<std::size_t, std::vector<journal::JournalRecord>> tryAll(std::uint64_t number) {
    recover({Unsynced::Lost, 0, number});
    recover({Unsynced::Kept, 0, number});
    for (int i = 0; i < 16; ++i) recover({Unsynced::Prefix, tornLength(i), number});
    for (std::uint64_t seed = 0; seed < 4; ++seed) recover({Unsynced::Random, 0, number * 4 + seed});
    doubled();
    flipped(number);
    for (std::uint64_t nth = 0; nth < 6; ++nth) faultInRecovery(number, nth);
    return std::move(m_left);
  }

 private:
  // Around the borders of the record's parts first, then evenly.
  static std::int64_t tornLength(int i) {
    static constexpr std::array<std::int64_t, 8> kBorders = {1, 3, 4, 7, 8, 12, 67, 68};
    return i < 8 ? kBorders[static_cast<std::size_t>(i)] : 69 + (i - 8) * 97;
  }

  void recover(const MemoryDisk::Crash& plan) {
    MemoryDisk disk(m_life.disk);
    disk.crash(plan);
    check(disk);
  }

  // A journal that continues the same chain, holds all that was promised, and can be written again.
  void check(MemoryDisk& disk) {
    m_figures.cases += 1;
    {
      auto opened = FileJournal::open(m_life.clock, optionsOn(disk));
      REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.error().detail));
      journal::JournalContents& found = (*opened)->recovered();
      const std::size_t count = found.records.size();
      CHECK(count >= m_life.durable());
      REQUIRE(count <= m_hashes.size());
      if (count > 0) CHECK(found.lastHash == m_hashes[count - 1]);
      m_figures.torn += found.torn ? 1 : 0;
      const auto next = (*opened)->append(RecordKind::Decision, "after");
      REQUIRE(next.ok());
      REQUIRE((*opened)->sync(*next).ok());
      m_left.emplace(count, std::move(found.records));
    }
    REQUIRE(journal::readJournal(kFolder, disk).ok());
    const journal::Latch latch("/data", disk);
    if (m_life.latched && !m_life.reset) CHECK((latch.read().has_value() || latch.mustStartByHand()));
    if (m_life.reset) CHECK((!latch.read().has_value() && latch.mustStartByHand()));
    if (m_life.latched) CHECK(latch.lastStopNumber() == 5);
  }

  std::string lastSegment(MemoryDisk& disk) {
    const auto found = journal::inspectJournal(kFolder, disk);
    REQUIRE(found.ok());
    m_end = found->contents.lastOffset;
    return found->contents.segments.empty() ? "" : found->contents.segments.back();
  }

  // The last record a second time behind itself.
  void doubled() {
    MemoryDisk disk(m_life.disk);
    disk.crash({Unsynced::Lost, 0, 0});
    const std::string path = lastSegment(disk);
    std::string bytes;
    if (path.empty() || m_end <= static_cast<std::int64_t>(journal::SegmentHead::kBytes)) return;
    REQUIRE(disk.read(path, bytes) == 0);
    std::size_t start = journal::SegmentHead::kBytes;
    std::size_t last = start;
    while (start < static_cast<std::size_t>(m_end)) {
      last = start;
      start += journal::parseUnchained(std::string_view(bytes).substr(start)).bytes;
    }
    disk.put(path, bytes.substr(0, start) + bytes.substr(last, start - last));
    check(disk);
  }

  // A bit turns over: damage to what somebody relied on is refused, never cut off in silence.
  void flipped(std::uint64_t number) {
    Rng rng(number);
    for (int i = 0; i < 4; ++i) {
      MemoryDisk disk(m_life.disk);
      disk.crash({Unsynced::Lost, 0, 0});
      const std::string path = lastSegment(disk);
      if (path.empty() || m_end == 0) return;
      REQUIRE(disk.flip(path, static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(m_end))),
                        static_cast<std::uint8_t>(1u << rng.below(8))));
      const auto found = journal::inspectJournal(kFolder, disk);
      REQUIRE(found.ok());
      CHECK((found->damage || found->contents.torn));
      m_figures.cases += 1;
      m_figures.damaged += found->damage ? 1 : 0;
    }
  }

  // The power goes again while the journal is being recovered.
  void faultInRecovery(std::uint64_t number, std::uint64_t nth) {
    MemoryDisk disk(m_life.disk);
    disk.crash({Unsynced::Random, 0, number});
    std::uint64_t seen = 0;
    disk.setHook([&](MemoryDisk::Operation, const std::string&) { return seen++ >= nth ? EIO : 0; });
    static_cast<void>(FileJournal::open(m_life.clock, optionsOn(disk)));
    disk.setHook(nullptr);
    disk.crash({Unsynced::Random, 0, number + nth});
    check(disk);
  }

  Life& m_life;
  const std::vector<Sha256Digest>& m_hashes;
  Figures& m_figures;
  std::map<std::size_t, std::vector<journal::JournalRecord>> m_left;
  std::int64_t m_end = 0;
};

bool settled(const ExecutionBench& bench) {
  const auto live = bench.agent->orders().live();
  return std::none_of(live.begin(), live.end(),
                      [](const Order& o) { return o.state == OrderState::Unknown || o.state == OrderState::Pending; });
}

// A new workstation with these records, against the venue as the power cut left it.
void checkOrders(std::uint64_t cutAt, const std::vector<journal::JournalRecord>& history) {
  Life life(cutAt);
  if (!life.bench) return;
  ExecutionBench& before = *life.bench;
  test::FakeVenue& venue = before.venue;
  before.context.advance(*before.agent, Duration::seconds(30));
  std::set<ClientOrderId> placed;
  for (const auto& entry : venue.log())
    if (entry.what == "place") placed.insert(entry.clientId);
  ExecutionBench after(history, &venue);
  after.context.advance(*after.agent, before.context.now() - after.context.now());
  after.settle();
  after.pass(Duration::seconds(4));
  for (int i = 0; i < 60 && !settled(after); ++i) {
    before.context.advance(*before.agent, Duration::seconds(2));
    after.pass(Duration::seconds(2));
  }
  CHECK(settled(after));
  CHECK(after.held() == venue.position({0}));
  std::map<ClientOrderId, int> times;
  for (const auto& entry : venue.log()) times[entry.clientId] += entry.what == "place" ? 1 : 0;
  for (const auto& entry : times) CHECK_MESSAGE(entry.second <= 1, (toString(entry.first) + " was placed again"));
  const std::vector<Order> open = venue.openOrders();
  CHECK(after.agent->orders().live().size() == open.size());
  for (const Order& order : open) {
    const Order* known = after.agent->orders().find(order.clientId);
    REQUIRE_MESSAGE(known != nullptr, (toString(order.clientId) + " was lost"));
    CHECK(known->owner != Owner::External);
    CHECK(known->filled == order.filled);
    // Nothing that adds risk appears by itself.
    if (placed.count(order.clientId) == 0) CHECK(known->role != OrderRole::Entry);
  }
  CHECK_FALSE(after.said("DRIFT"));
}

void crashPoints(std::uint64_t stride) {
  const Life whole;
  auto records = journal::readJournal(kFolder, const_cast<Life&>(whole).disk);
  REQUIRE(records.ok());
  REQUIRE(records->records.size() >= 500);
  std::vector<Sha256Digest> hashes;
  for (const auto& record : records->records) hashes.push_back(record.hash);
  const std::uint64_t operations = whole.disk.operations();
  Figures figures;
  for (std::uint64_t at = 0; at < operations; at += stride) {
    CAPTURE(at);
    Life life(at);
    CHECK(life.cut);
    const auto left = CutCheck(life, hashes, figures).tryAll(at);
    for (const auto& entry : left) {
      const std::size_t kept = entry.first;
      CAPTURE(kept);
      checkOrders(at, entry.second);
      figures.orderCases += 1;
    }
  }
  MESSAGE("journal records ", records->records.size(), ", disk operations ", operations, ", crash cases ",
          figures.cases, " (torn tails ", figures.torn, ", damage refused ", figures.damaged,
          "), workstations restarted ", figures.orderCases);
  CHECK(figures.cases >= 10'000 / stride);
}

TEST_CASE("G5: the power goes at any disk operation: no order is lost or doubled, the latch stays") {
  crashPoints(1);
}

}  // namespace
