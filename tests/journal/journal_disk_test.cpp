// SPDX-License-Identifier: GPL-3.0-or-later
// The journal on a disk that fails: full, refusing, forgetting, changed by somebody.
#include <doctest/doctest.h>

#include <cerrno>
#include <memory>

#include "core/disk/memory_disk.h"
#include "core/journal/binary.h"
#include "core/journal/file_journal.h"
#include "core/journal/journal_cursor.h"
#include "core/journal/latch.h"
#include "core/journal/segment_format.h"

namespace {

using namespace bw;
using journal::FileJournal;
using Operation = MemoryDisk::Operation;
using Unsynced = MemoryDisk::Unsynced;

constexpr const char* kPlace = "/data/journal/sim";

FileJournal::Options memoryOptions(MemoryDisk& disk, std::int64_t segmentBytes = 4096) {
  FileJournal::Options options;
  options.directory = kPlace;
  options.mode = FileJournal::Mode::Inline;
  options.segmentBytes = segmentBytes;
  options.disk = &disk;
  return options;
}

// Appends and syncs one record; false if the journal refused.
bool store(FileJournal& journal, const std::string& payload) {
  const auto sequence = journal.append(RecordKind::Decision, payload);
  return sequence && journal.sync(*sequence);
}

std::string lastSegment(MemoryDisk& disk) {
  auto found = journal::inspectJournal(kPlace, disk);
  REQUIRE(found.ok());
  return found->contents.segments.back();
}

std::string bytesOf(MemoryDisk& disk, const std::string& path) {
  std::string bytes;
  REQUIRE(disk.read(path, bytes) == 0);
  return bytes;
}

struct SpaceEars {
  int low = 0;
  int enough = 0;
  std::string text;
  std::string failure;
  FileJournal::Listeners listeners() {
    return {[this](const FileJournal::Space& space) {
              (space.low ? low : enough) += 1;
              if (space.low) text = space.text;
            },
            [this](const std::string& why) { failure = why; }};
  }
};

TEST_CASE("PR04: on a full disk records go on in the reserve, and both ends of it are told once") {
  MemoryDisk disk;
  ManualClock clock(Timestamp::fromSeconds(5));
  FileJournal::Options options = memoryOptions(disk);
  options.reserveBytes = 16'384;
  options.lowSpaceBytes = 8'192;
  disk.setCapacity(40'000);
  auto journal = FileJournal::open(clock, options);
  REQUIRE(journal.ok());
  SpaceEars ears;
  (*journal)->setListeners(ears.listeners());
  CHECK(ears.low == 0);
  const std::string payload(432, 'x');  // 500 bytes a record, 8 in a segment
  int stored = 0;
  while (ears.low == 0 && stored < 100) REQUIRE(store(**journal, payload + std::to_string(stored++ % 10)));
  CHECK(ears.text.find("no new positions until") != std::string::npos);
  CHECK(disk.freeBytes(kPlace) < 8'192);
  // 23,616 bytes beside the reserve hold five segments and a part; the reserve holds 32 more records.
  int more = 0;
  while (store(**journal, payload) && more < 1000) more += 1;
  CHECK(stored + more > 60);
  CHECK((*journal)->failed());
  CHECK(ears.low == 1);
  CHECK(ears.failure.find("No space left") != std::string::npos);
  journal->reset();
  auto all = journal::readJournal(kPlace, disk);
  REQUIRE(all.ok());
  CHECK(all->records.size() == static_cast<std::size_t>(stored + more));
  // With room again it goes on, takes a new reserve, and says that there is enough.
  disk.setCapacity(100'000);
  auto again = FileJournal::open(clock, options);
  REQUIRE(again.ok());
  CHECK_FALSE((*again)->space().low);
  CHECK(store(**again, "after"));
}

TEST_CASE("PR04: started on a full disk it uses the reserve of the last time, and says so at once") {
  MemoryDisk disk;
  ManualClock clock;
  FileJournal::Options options = memoryOptions(disk);
  options.reserveBytes = 16'384;
  options.lowSpaceBytes = 8'192;
  {
    auto journal = FileJournal::open(clock, options);
    REQUIRE(journal.ok());
    REQUIRE(store(**journal, "before"));
  }
  disk.setCapacity(disk.usedBytes());
  auto journal = FileJournal::open(clock, options);
  REQUIRE(journal.ok());
  SpaceEars ears;
  (*journal)->setListeners(ears.listeners());
  CHECK(ears.low == 1);
  for (int i = 0; i < 20; ++i) REQUIRE(store(**journal, std::string(400, 'y')));
  disk.setCapacity(200'000);
  clock.advance(Duration::seconds(2));
  REQUIRE(store(**journal, "room again"));
  CHECK(ears.enough == 1);
  std::int64_t size = 0;
  CHECK(disk.look(std::string(kPlace) + "/reserve.bwr", size) == 0);
  CHECK(size == 16'384);
  CHECK(disk.usedBytes() <= 200'000);
}

TEST_CASE("PR18: a journal of a newer version can be read but not continued, and stays as it is") {
  MemoryDisk disk;
  ManualClock clock;
  {
    auto journal = FileJournal::open(clock, memoryOptions(disk));
    REQUIRE(journal.ok());
    REQUIRE(store(**journal, "one"));
  }
  const std::string path = lastSegment(disk);
  const std::string whole = bytesOf(disk, path);
  journal::SegmentHead head = *journal::decodeHead(whole);
  CHECK(head.formatVersion == journal::kFormatVersion);
  head.formatVersion = journal::kFormatVersion + 1;
  const std::string newer = journal::encodeHead(head) + whole.substr(journal::SegmentHead::kBytes);
  disk.put(path, newer);
  auto refused = FileJournal::open(clock, memoryOptions(disk));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().userKey == "journal.newer");
  auto read = journal::readJournal(kPlace, disk);
  REQUIRE(read.ok());
  CHECK(read->records.size() == 1);
  CHECK(bytesOf(disk, path) == newer);
  std::string layout = whole;
  layout[7] = '2';
  disk.put(path, layout);
  CHECK(FileJournal::open(clock, memoryOptions(disk)).error().userKey == "journal.newer");
  CHECK(journal::readJournal(kPlace, disk).error().userKey == "journal.newer");
  CHECK(bytesOf(disk, path) == layout);
}

TEST_CASE("SE15: the sealed head tells a removed or changed end from an unfinished write") {
  ManualClock clock(Timestamp::fromSeconds(9));
  MemoryDisk original;
  journal::JournalHead copy;
  {
    auto journal = FileJournal::open(clock, memoryOptions(original));
    REQUIRE(journal.ok());
    for (int i = 0; i < 5; ++i) REQUIRE(store(**journal, "record " + std::to_string(i)));
    copy = (*journal)->head();
    CHECK(copy.sequence == 5);
  }
  const std::string path = lastSegment(original);
  const std::string whole = bytesOf(original, path);
  const std::size_t record = journal::RecordHead::kBytes + 8;
  const std::string end = "byte " + std::to_string(whole.size() - record);
  REQUIRE(journal::readJournal(kPlace, original).ok());
  for (const bool headThere : {true, false}) {
    MemoryDisk disk(original);
    disk.put(path, whole.substr(0, whole.size() - record));
    if (!headThere) REQUIRE(disk.remove(journal::headPath(kPlace)) == 0);
    auto cut = journal::inspectJournal(kPlace, disk, headThere ? std::nullopt : std::optional(copy));
    REQUIRE(cut.ok());
    REQUIRE(cut->damage.has_value());
    CHECK(cut->damage->sequence == 5);
    CHECK(journal::damageText(*cut->damage).find(end) != std::string::npos);
    CHECK(journal::damageText(*cut->damage).find("proves 5 records") != std::string::npos);
    // Without any head nobody can tell.
    if (!headThere) CHECK(journal::readJournal(kPlace, disk).ok());
  }
  // Everything written again, with checksums and chain in order.
  MemoryDisk forged;
  {
    auto journal = FileJournal::open(clock, memoryOptions(forged));
    for (int i = 0; i < 5; ++i) REQUIRE(store(**journal, "Record " + std::to_string(i)));
  }
  REQUIRE(journal::readJournal(kPlace, forged).ok());
  auto found = journal::inspectJournal(kPlace, forged, copy);
  REQUIRE(found.ok());
  REQUIRE(found->damage.has_value());
  CHECK(found->damage->problem.find("written again") != std::string::npos);
  // A damaged head is said, and harms nothing.
  MemoryDisk torn(original);
  torn.put(journal::headPath(kPlace), "sequence=9\n");
  auto said = journal::readJournal(kPlace, torn);
  REQUIRE(said.ok());
  CHECK(said->headText.find("damaged") != std::string::npos);
}

TEST_CASE("the head file keeps every value, and any other byte makes it no head") {
  journal::JournalHead head{12, sha256("x"), Timestamp::fromSeconds(77)};
  const std::string bytes = journal::encodeHeadFile(head);
  const auto back = journal::decodeHeadFile(bytes);
  REQUIRE(back.has_value());
  CHECK(back->sequence == 12);
  CHECK(back->hash == head.hash);
  CHECK(back->time == head.time);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x01);
    CHECK_FALSE(journal::decodeHeadFile(changed).has_value());
    CHECK_FALSE(journal::decodeHeadFile(bytes.substr(0, at)).has_value());
  }
}

TEST_CASE("a cursor follows behind the writer through segments, and goes no further than what is durable") {
  MemoryDisk disk;
  ManualClock clock;
  auto journal = FileJournal::open(clock, memoryOptions(disk, 700));
  REQUIRE(journal.ok());
  journal::JournalCursor cursor(kPlace, disk);
  std::uint64_t seen = 0;
  for (int i = 0; i < 60; ++i) {
    const std::size_t size = i == 30 ? 300'000 : static_cast<std::size_t>(20 + i);
    REQUIRE(store(**journal, std::string(size, 'z')));
    const auto unsynced = (*journal)->append(RecordKind::Decision, "later");
    REQUIRE(unsynced.ok());
    if (i % 7 != 0) continue;
    auto read = cursor.read((*journal)->durableSequence(), 5);
    while (read.ok() && !read->empty()) {
      for (const auto& record : *read) CHECK(record.sequence == ++seen);
      read = cursor.read((*journal)->durableSequence(), 5);
    }
    REQUIRE(read.ok());
    CHECK(cursor.sequence() == (*journal)->durableSequence());
  }
  CHECK(seen > 100);
}

// ---- G6: the n-th operation fails, once or for ever -----------------------------------------------------------------

struct NthFault {
  std::optional<Operation> kind;  ///< nothing: any
  int nth = 0;
  bool sticky = false;
  DiskCode code = EIO;
};

/// Refuses the n-th operation of a kind; `hit` says whether it came to that.
MemoryDisk::Hook hookFor(const NthFault& fault, bool& hit) {
  auto seen = std::make_shared<int>(0);
  return [fault, seen, &hit](Operation operation, const std::string&) -> DiskCode {
    if (fault.kind && operation != *fault.kind) return 0;
    const int number = (*seen)++;
    if (number != fault.nth && !(fault.sticky && number > fault.nth)) return 0;
    hit = true;
    return fault.code;
  };
}

/// What was promised to a caller before the crash.
struct Promises {
  std::uint64_t durable = 0;
  bool latched = false;
  bool reset = false;
};

// Journal with several segments and a reserve, a stop in the middle, its reset at the end.
void liveWithFaults(MemoryDisk& disk, const Clock& clock, Promises& promised) {
  FileJournal::Options options = memoryOptions(disk, 600);
  options.reserveBytes = 2048;
  auto opened = FileJournal::open(clock, options);
  journal::Latch latch("/data", disk);
  for (int i = 0; i < 14; ++i) {
    if (opened && store(**opened, "record number " + std::to_string(i)))
      promised.durable = (*opened)->durableSequence();
    if (opened && (*opened)->failed()) {
      CHECK_FALSE((*opened)->append(RecordKind::Decision, "later").ok());
      CHECK((*opened)->sync(promised.durable).ok());
    }
    if (i == 7) promised.latched = latch.write({3, "plate", "test", "SIM", clock.now(), true}).ok();
    if (i == 12 && promised.latched) promised.reset = latch.reset().ok();
  }
}

void checkPromises(MemoryDisk& disk, const Clock& clock, const Promises& promised) {
  auto read = journal::readJournal(kPlace, disk);
  REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().detail));
  CHECK(read->lastSequence >= promised.durable);
  for (const auto& record : read->records)
    CHECK(record.payload == "record number " + std::to_string(record.sequence - 1));
  journal::Latch latch("/data", disk);
  if (promised.latched && !promised.reset) {
    CHECK((latch.read().has_value() || latch.mustStartByHand()));
    CHECK(latch.lastStopNumber() == 3);
  }
  if (promised.reset) {
    CHECK_FALSE(latch.read().has_value());
    CHECK(latch.mustStartByHand());
    CHECK(latch.lastStopNumber() == 3);
  }
  FileJournal::Options options = memoryOptions(disk, 600);
  options.reserveBytes = 2048;
  auto again = FileJournal::open(clock, options);
  REQUIRE_MESSAGE(again.ok(), (again.ok() ? "" : again.error().detail));
  CHECK(store(**again, "record number " + std::to_string(read->lastSequence)));
}

TEST_CASE("G6: whichever disk operation fails, nothing promised is lost, and recovery works") {
  const std::vector<std::optional<Operation>> kinds = {
      std::nullopt,    Operation::Create, Operation::Write,  Operation::Resize,       Operation::Preallocate,
      Operation::Sync, Operation::Rename, Operation::Remove, Operation::SyncDirectory};
  ManualClock clock(Timestamp::fromSeconds(1));
  int cases = 0;
  for (const auto& kind : kinds) {
    for (const bool sticky : {false, true}) {
      for (const DiskCode code : {EIO, ENOSPC}) {
        bool hit = true;
        for (int nth = 0; hit; ++nth) {
          MemoryDisk disk;
          hit = false;
          disk.setHook(hookFor({kind, nth, sticky, code}, hit));
          Promises promised;
          liveWithFaults(disk, clock, promised);
          disk.setHook(nullptr);
          if (!hit) {
            CHECK(promised.durable == 14);
            CHECK(promised.reset);
          }
          for (const Unsynced left : {Unsynced::Lost, Unsynced::Kept, Unsynced::Random}) {
            MemoryDisk after(disk);
            after.crash({left, 0, static_cast<std::uint64_t>(nth)});
            checkPromises(after, clock, promised);
            cases += 1;
          }
        }
      }
    }
  }
  MESSAGE("n-th disk fault cases: ", cases);
  CHECK(cases > 1000);
}

TEST_CASE("G6: a fault in the middle of recovery loses nothing either") {
  ManualClock clock(Timestamp::fromSeconds(1));
  int cases = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    MemoryDisk before;
    Promises promised;
    bool hit = false;
    before.setHook(hookFor({Operation::Write, 4 + static_cast<int>(seed), true, EIO}, hit));
    liveWithFaults(before, clock, promised);
    before.setHook(nullptr);
    before.crash({Unsynced::Random, 0, seed});
    hit = true;
    for (int nth = 0; hit; ++nth) {
      MemoryDisk disk(before);
      hit = false;
      disk.setHook(hookFor({std::nullopt, nth, true, EIO}, hit));
      static_cast<void>(FileJournal::open(clock, memoryOptions(disk, 600)));
      disk.setHook(nullptr);
      disk.crash({Unsynced::Random, 0, seed * 31 + static_cast<std::uint64_t>(nth)});
      checkPromises(disk, clock, promised);
      cases += 1;
    }
  }
  MESSAGE("faults during recovery: ", cases);
  CHECK(cases > 50);
}

}  // namespace
