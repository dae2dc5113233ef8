// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/file_journal.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "core/base/rng.h"
#include "core/journal/segment_format.h"
#include "tests/support/temporary_folder.h"

namespace {

using namespace bw;
using journal::FileJournal;

FileJournal::Options inlineOptions(const std::string& directory) {
  FileJournal::Options options;
  options.directory = directory;
  options.mode = FileJournal::Mode::Inline;
  options.segmentBytes = 64 * 1024;
  return options;
}

std::string readBytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void writeBytes(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// Writes `count` records in groups of `group`, each group made durable, and returns the only segment's path.
std::string fillJournal(const std::string& directory, int count, int group) {
  ManualClock clock(Timestamp::fromSeconds(1));
  auto journal = FileJournal::open(clock, inlineOptions(directory));
  REQUIRE(journal.ok());
  for (int i = 1; i <= count; ++i) {
    auto sequence = (*journal)->append(RecordKind::OrderUpdated, "record " + std::to_string(i));
    REQUIRE(sequence.ok());
    if (i % group == 0) REQUIRE((*journal)->sync(*sequence).ok());
  }
  return directory + "/" + journal::segmentName(1);
}

TEST_CASE("records come back in order, and the journal goes on behind them") {
  test::TemporaryFolder folder;
  fillJournal(folder.path(), 10, 1);
  ManualClock clock;
  auto again = FileJournal::open(clock, inlineOptions(folder.path()));
  REQUIRE(again.ok());
  const auto& found = (*again)->recovered();
  REQUIRE(found.records.size() == 10);
  CHECK_FALSE(found.torn);
  CHECK(found.records[4].payload == "record 5");
  CHECK(found.records[4].sequence == 5);
  CHECK(found.records[4].kind == RecordKind::OrderUpdated);
  auto next = (*again)->append(RecordKind::FillApplied, "next");
  REQUIRE(next.ok());
  CHECK(*next == 11);
  CHECK((*again)->durableSequence() == 10);
  REQUIRE((*again)->sync(11).ok());
  CHECK((*again)->durableSequence() == 11);
  again->reset();
  auto all = journal::readJournal(folder.path());
  REQUIRE(all.ok());
  CHECK(all->records.size() == 11);
}

TEST_CASE("a file cut at any byte of its last records loses only what was unfinished") {
  test::TemporaryFolder source;
  const std::string path = fillJournal(source.path(), 6, 6);  // one group: nothing later vouches for any of it
  const std::string whole = readBytes(path);
  const std::size_t record = journal::RecordHead::kBytes + std::string("record 1").size();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    test::TemporaryFolder folder;
    writeBytes(folder.path() + "/" + journal::segmentName(1), whole.substr(0, size));
    ManualClock clock;
    auto journal = FileJournal::open(clock, inlineOptions(folder.path()));
    REQUIRE(journal.ok());
    const std::size_t good = size < journal::SegmentHead::kBytes ? 0 : (size - journal::SegmentHead::kBytes) / record;
    const auto& found = (*journal)->recovered();
    REQUIRE(found.records.size() == good);
    const bool clean = size >= journal::SegmentHead::kBytes && (size - journal::SegmentHead::kBytes) % record == 0;
    // A cut inside the zeros of a record's first bytes cannot be told from free space; nothing is lost by it.
    if (!clean && !found.torn)
      CHECK(whole.substr(journal::SegmentHead::kBytes + good * record, size).find_first_not_of('\0') != 0);
    if (found.torn) CHECK(found.tornText.find("at byte ") != std::string::npos);
    REQUIRE((*journal)->append(RecordKind::Decision, "after").ok());
    REQUIRE((*journal)->sync(good + 1).ok());
    journal->reset();
    auto again = journal::readJournal(folder.path());
    REQUIRE(again.ok());
    CHECK(again->records.size() == good + 1);
    CHECK_FALSE(again->torn);
  }
}

TEST_CASE("garbage behind the last record is cut off and named with its byte") {
  Rng rng(3);
  for (int round = 0; round < 200; ++round) {
    test::TemporaryFolder folder;
    const std::string path = fillJournal(folder.path(), 3, 1);
    std::string bytes = readBytes(path);
    const std::size_t end = bytes.size();
    const std::uint64_t extra = 1 + rng.below(300);
    for (std::uint64_t i = 0; i < extra; ++i) bytes.push_back(static_cast<char>(1 + rng.below(255)));
    writeBytes(path, bytes);
    ManualClock clock;
    auto journal = FileJournal::open(clock, inlineOptions(folder.path()));
    REQUIRE(journal.ok());
    CHECK((*journal)->recovered().records.size() == 3);
    CHECK((*journal)->recovered().torn);
    CHECK((*journal)->recovered().tornText.find("at byte " + std::to_string(end)) != std::string::npos);
  }
}

TEST_CASE("damage to a record that was reported durable is never cut off in silence") {
  test::TemporaryFolder source;
  const std::string whole = readBytes(fillJournal(source.path(), 8, 1));
  const std::size_t record = journal::RecordHead::kBytes + std::string("record 1").size();
  const std::size_t lastStart = journal::SegmentHead::kBytes + 7 * record;
  int corrupt = 0;
  for (std::size_t at = 0; at < lastStart; ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    test::TemporaryFolder folder;
    writeBytes(folder.path() + "/" + journal::segmentName(1), bytes);
    auto read = journal::readJournal(folder.path());
    if (!read.ok()) {
      CHECK(read.error().userKey == "journal.corrupt");
      corrupt += 1;
    }
  }
  CHECK(corrupt == static_cast<int>(lastStart));
}

TEST_CASE("removed and swapped records break the chain") {
  test::TemporaryFolder folder;
  const std::string path = fillJournal(folder.path(), 5, 1);
  const std::string whole = readBytes(path);
  const std::size_t record = journal::RecordHead::kBytes + std::string("record 1").size();
  const std::size_t head = journal::SegmentHead::kBytes;
  writeBytes(path, whole.substr(0, head + record) + whole.substr(head + 2 * record));
  CHECK_FALSE(journal::readJournal(folder.path()).ok());
  writeBytes(path, whole.substr(0, head) + whole.substr(head + record, record) + whole.substr(head, record) +
                       whole.substr(head + 2 * record));
  CHECK_FALSE(journal::readJournal(folder.path()).ok());
}

TEST_CASE("a forged record with a right checksum breaks the chain, at itself or at the next one") {
  test::TemporaryFolder folder;
  const std::string path = fillJournal(folder.path(), 5, 1);
  const std::string whole = readBytes(path);
  const std::size_t record = journal::RecordHead::kBytes + std::string("record 1").size();
  const std::size_t third = journal::SegmentHead::kBytes + 2 * record;
  const auto second = journal::parseUnchained(std::string_view(whole).substr(third - record));
  REQUIRE(second.head.sequence == 2);
  for (const Sha256Digest& previous : {Sha256Digest{}, second.head.hash}) {
    std::string forged;
    journal::appendRecord(forged, RecordKind::OrderUpdated, 3, 2, Timestamp::fromSeconds(1), "forged 3", previous);
    writeBytes(path, whole.substr(0, third) + forged + whole.substr(third + record));
    auto read = journal::readJournal(folder.path());
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().userKey == "journal.corrupt");
    const std::size_t at = previous == Sha256Digest{} ? third : third + record;
    CHECK(read.error().detail.find("at byte " + std::to_string(at)) != std::string::npos);
  }
}

TEST_CASE("segments follow each other and are read as one") {
  test::TemporaryFolder folder;
  ManualClock clock;
  FileJournal::Options options = inlineOptions(folder.path());
  options.segmentBytes = 1024;
  {
    auto journal = FileJournal::open(clock, options);
    REQUIRE(journal.ok());
    for (int i = 0; i < 100; ++i) REQUIRE((*journal)->append(RecordKind::Decision, std::string(100, 'x')).ok());
    REQUIRE((*journal)->append(RecordKind::Decision, std::string(5000, 'y')).ok());
    REQUIRE((*journal)->sync(101).ok());
  }
  auto all = journal::readJournal(folder.path());
  REQUIRE(all.ok());
  CHECK(all->records.size() == 101);
  CHECK(all->records.back().payload.size() == 5000);
  CHECK(all->segments.size() > 10);
}

TEST_CASE("after any failing disk call every later record is refused and nothing durable is lost") {
  for (int nth = 0; nth < 12; ++nth) {
    test::TemporaryFolder folder;
    ManualClock clock;
    auto calls = std::make_shared<int>(0);
    FileJournal::Options options = inlineOptions(folder.path());
    options.segmentBytes = 400;
    options.fault = [calls, nth](std::string_view) { return (*calls)++ == nth ? ENOSPC : 0; };
    std::uint64_t durable = 0;
    bool broke = false;
    {
      auto journal = FileJournal::open(clock, options);
      if (!journal.ok()) continue;
      for (int i = 0; i < 10 && !broke; ++i) {
        auto sequence = (*journal)->append(RecordKind::Decision, "record");
        REQUIRE(sequence.ok());
        if ((*journal)->sync(*sequence).ok()) {
          durable = *sequence;
        } else {
          broke = true;
        }
      }
      if (broke) {
        CHECK((*journal)->failed());
        CHECK_FALSE((*journal)->append(RecordKind::Decision, "later").ok());
        CHECK_FALSE((*journal)->sync(durable + 1).ok());
        CHECK((*journal)->sync(durable).ok());
      }
    }
    CHECK(broke);
    auto all = journal::readJournal(folder.path());
    REQUIRE(all.ok());
    CHECK(all->lastSequence >= durable);
  }
}

TEST_CASE("many threads share groups; each finds its record durable after sync") {
  test::TemporaryFolder folder;
  SystemClock clock;
  FileJournal::Options options;
  options.directory = folder.path();
  options.segmentBytes = 1 << 20;
  std::atomic<int> good{0};
  {
    auto journal = FileJournal::open(clock, options);
    REQUIRE(journal.ok());
    std::vector<Thread> threads(4);
    for (Thread& thread : threads) {
      thread.start("writer", [&] {
        for (int i = 0; i < 50; ++i) {
          auto sequence = (*journal)->append(RecordKind::Decision, "from a thread");
          if (sequence && (*journal)->sync(*sequence) && (*journal)->durableSequence() >= *sequence) good += 1;
        }
      });
    }
    for (Thread& thread : threads) thread.join();
    CHECK((*journal)->batches() <= 200);
    // A request is answered by a call, not by waiting.
    auto sequence = (*journal)->append(RecordKind::Decision, "asked for");
    REQUIRE(sequence.ok());
    Mutex mutex;
    Condition changed;
    bool done = false;
    (*journal)->requestSync(*sequence, [&] {
      Lock lock(mutex);
      done = true;
      changed.notifyAll();
    });
    Lock lock(mutex);
    while (!done) changed.wait(mutex);
    CHECK((*journal)->durableSequence() >= *sequence);
  }
  CHECK(good == 200);
  auto all = journal::readJournal(folder.path());
  REQUIRE(all.ok());
  CHECK(all->records.size() == 201);
}

}  // namespace
