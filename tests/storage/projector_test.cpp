// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/projector.h"

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "core/base/clock.h"
#include "tests/storage/journal_story.h"
#include "tests/support/temporary_folder.h"

namespace {

using namespace bw;
using storage::Database;
using storage::Projector;

/// A workstation's journal, with a projection beside it.
struct Desk {
  Desk() {
    journal::FileJournal::Options options;
    options.directory = folder.path() + "/journal";
    options.mode = journal::FileJournal::Mode::Inline;
    options.syncToDisk = false;
    options.segmentBytes = 64 * 1024;
    auto opened = journal::FileJournal::open(clock, options);
    REQUIRE(opened.ok());
    journal = std::move(*opened);
    database.path = folder.path() + "/db/test.sqlite";
  }
  Projector::Options options() {
    Projector::Options o;
    o.directory = folder.path() + "/journal";
    o.database = database;
    o.durable = [this] { return journal->durableSequence(); };
    o.interval = Duration::millis(1);
    o.say = [this](const std::string& code, const std::string&) {
      Lock lock(mutex);
      said.push_back(code);
    };
    return o;
  }
  bool heard(const std::string& code) {
    Lock lock(mutex);
    return std::find(said.begin(), said.end(), code) != said.end();
  }
  storage::RebuildResult rebuild() {
    auto done = storage::rebuildProjection(folder.path() + "/journal", database);
    REQUIRE_MESSAGE(done.ok(), (done.ok() ? "" : done.error().detail));
    return *done;
  }

  test::TemporaryFolder folder;
  ManualClock clock{Timestamp::fromSeconds(1'700'000'000)};
  std::unique_ptr<journal::FileJournal> journal;
  Database::Options database;
  test::JournalStory story{5};
  Mutex mutex;
  std::vector<std::string> said;
};

template <class Condition>
void waitUntil(Condition condition) {
  SystemClock clock;
  const MonoTime end = clock.mono() + Duration::seconds(30);
  while (!condition() && clock.mono() < end) sleepFor(Duration::millis(1));
  CHECK(condition());
}

TEST_CASE("PR05: the tables follow a growing journal, also over a restart, and equal those of a rebuild") {
  Desk desk;
  desk.story.write(*desk.journal, 300);
  std::string hash;
  for (int session = 0; session < 3; ++session) {
    Projector projector(desk.options());
    projector.start();
    desk.story.write(*desk.journal, 200);
    waitUntil([&] { return projector.status().sequence == desk.journal->durableSequence(); });
    desk.story.write(*desk.journal, 50);
    projector.stop();
    CHECK(projector.status().sequence == desk.journal->durableSequence());
    CHECK(projector.status().rebuilds == 0);
  }
  const auto again = desk.rebuild();
  CHECK(again.sequence == desk.journal->durableSequence());
  CHECK_FALSE(again.corrupt);
  CHECK(again.oldHash == again.hash);
}

TEST_CASE("PR05: whichever bytes of the database are changed, a rebuild gives equal bytes") {
  Desk desk;
  desk.story.write(*desk.journal, 150);
  const std::string right = desk.rebuild().hash;
  const auto size = std::filesystem::file_size(desk.database.path);
  Rng rng(3);
  int corrupt = 0;
  int differs = 0;
  for (int round = 0; round < 40; ++round) {
    {
      std::fstream file(desk.database.path, std::ios::binary | std::ios::in | std::ios::out);
      // The head of the file first, then anywhere.
      for (int i = 0; i < 8; ++i) {
        file.seekp(static_cast<std::streamoff>(round < 8 ? rng.below(100) : rng.below(size)));
        file.put(static_cast<char>(rng.below(256)));
      }
    }
    const auto result = desk.rebuild();
    CHECK(result.hash == right);
    corrupt += result.corrupt ? 1 : 0;
    differs += !result.corrupt && result.oldHash != right ? 1 : 0;
  }
  CHECK(corrupt > 3);
  CHECK(differs > 0);
}

TEST_CASE("PR06: tables of another journal, or changed by hand, are made again: the journal wins") {
  Desk desk;
  desk.story.write(*desk.journal, 100);
  const std::string right = desk.rebuild().hash;
  SUBCASE("changed by hand") {
    auto database = Database::open(desk.database);
    REQUIRE(database.ok());
    REQUIRE((*database)->run("UPDATE orders SET quantity = ?", {"77"}).ok());
  }
  SUBCASE("of another journal") {
    Desk other;
    other.story = test::JournalStory(6);
    other.story.write(*other.journal, 100);
    REQUIRE(storage::rebuildProjection(other.folder.path() + "/journal", desk.database).ok());
  }
  Projector projector(desk.options());
  projector.start();
  waitUntil([&] { return projector.status().rebuilds == 1; });
  projector.stop();
  CHECK(desk.heard("storage.rebuilt"));
  const auto again = desk.rebuild();
  CHECK(again.oldHash == right);
}

TEST_CASE("PR05: a locked database delays only the tables") {
  Desk desk;
  desk.story.write(*desk.journal, 50);
  desk.rebuild();
  auto lock = Database::open(desk.database);
  REQUIRE(lock.ok());
  REQUIRE((*lock)->run("BEGIN EXCLUSIVE").ok());
  Projector projector(desk.options());
  projector.start();
  desk.story.write(*desk.journal, 500);
  CHECK_FALSE(desk.journal->failed());
  waitUntil([&] { return projector.status().failures > 0; });
  CHECK(projector.status().problem.find("lock") != std::string::npos);
  REQUIRE((*lock)->run("COMMIT").ok());
  waitUntil([&] { return projector.status().sequence == desk.journal->durableSequence(); });
  CHECK(projector.status().problem.empty());
  projector.stop();
}

}  // namespace
