// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/projection.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "core/journal/journal_reader.h"
#include "core/storage/migrations.h"
#include "core/storage/projector.h"
#include "tests/storage/journal_story.h"
#include "tests/storage/postgres_server.h"
#include "tests/support/temporary_folder.h"

namespace {

using namespace bw;
using storage::Database;
using storage::Projection;

const test::PostgresServer& postgres() {
  static const test::PostgresServer server;
  return server;
}

Database::Options memory() {
  Database::Options options;
  options.path = ":memory:";
  return options;
}

/// Both kinds of database, empty; PostgreSQL only where it could be started.
std::vector<Database::Options> bothKinds(const std::string& schema) {
  std::vector<Database::Options> all = {memory()};
  if (postgres().runs()) all.push_back(postgres().options(schema));
  return all;
}

std::unique_ptr<Database> openDatabase(const Database::Options& options) {
  auto opened = Database::open(options);
  REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.error().detail));
  return std::move(*opened);
}

void mustRun(Database& database, const std::string& sql, const storage::Row& values = {}) {
  const auto done = database.run(sql, values);
  REQUIRE_MESSAGE(done.ok(), (done.ok() ? "" : done.error().detail));
}

std::vector<journal::JournalRecord> story(std::uint64_t seed, std::uint64_t records) {
  test::TemporaryFolder folder;
  ManualClock clock(Timestamp::fromSeconds(1'700'000'000));
  journal::FileJournal::Options options;
  options.directory = folder.path();
  options.mode = journal::FileJournal::Mode::Inline;
  options.syncToDisk = false;
  auto journal = journal::FileJournal::open(clock, options);
  REQUIRE(journal.ok());
  test::JournalStory(seed).write(**journal, records);
  journal->reset();
  auto contents = journal::readJournal(folder.path());
  REQUIRE(contents.ok());
  return std::move(contents->records);
}

TEST_CASE("exact decimals: the extremes come back digit by digit from both databases") {
  const std::vector<std::string> values = {"9223372036854775807",
                                           "-9223372036854775807",
                                           "9.223372036854775807",
                                           "-9.223372036854775807",
                                           "0.000000000000000001",
                                           "-0.000000000000000001",
                                           "0",
                                           "1",
                                           "-1",
                                           "0.1",
                                           "61659.7",
                                           "100",
                                           "92233720368.54775807"};
  for (const Database::Options& options : bothKinds("extremes")) {
    auto database = openDatabase(options);
    mustRun(*database, "CREATE TABLE x (id {int} PRIMARY KEY, {exact:value})");
    for (std::size_t i = 0; i < values.size(); ++i) {
      REQUIRE(Decimal::parse(values[i])->toString() == values[i]);
      mustRun(*database, "INSERT INTO x VALUES (?, ?)", {std::to_string(i), values[i]});
    }
    auto rows = database->query("SELECT CAST(value AS TEXT) FROM x ORDER BY id");
    REQUIRE(rows.ok());
    REQUIRE(rows->size() == values.size());
    for (std::size_t i = 0; i < values.size(); ++i) CHECK(storage::canonicalDecimal(*(*rows)[i][0]) == values[i]);
  }
}

TEST_CASE("SQLite takes canonical decimals only") {
  auto database = openDatabase(memory());
  mustRun(*database, "CREATE TABLE x ({exact:value})");
  for (const char* bad : {"", "1.50", "01", "00", "-0", "-0.0", ".5", "5.", "1e5", "+1", "--1", "1-1", "1.2.3", "NaN",
                          " 1", "0x1", "1,5", "-", "."}) {
    CAPTURE(bad);
    CHECK_FALSE(database->run("INSERT INTO x VALUES (?)", {std::string(bad)}).ok());
  }
  CHECK(database->run("INSERT INTO x VALUES (?)", {storage::Cell{}}).ok());
}

TEST_CASE("migrations run in order on both databases, keep what is there, and refuse a newer schema") {
  for (const Database::Options& options : bothKinds("migrations")) {
    auto database = openDatabase(options);
    REQUIRE(storage::migrate(*database, 1).ok());
    CHECK(*storage::schemaVersion(*database) == 1);
    mustRun(*database, "INSERT INTO audit VALUES (?, ?, ?, ?, ?)", {"1", "DECISION", "kept", "00", "5"});
    REQUIRE(storage::migrate(*database).ok());
    REQUIRE(storage::migrate(*database).ok());
    CHECK(*storage::schemaVersion(*database) == storage::migrations().back().number);
    auto kept = database->query("SELECT text FROM audit");
    REQUIRE(kept.ok());
    CHECK(kept->front().front() == "kept");
    mustRun(*database, "INSERT INTO schema_migrations VALUES (?, ?)", {"999", "from the future"});
    auto newer = storage::migrate(*database);
    REQUIRE_FALSE(newer.ok());
    CHECK(newer.error().userKey == "storage.newer");
  }
}

TEST_CASE("PR05: the same journal gives the same dump, in one piece, in many, and on both databases") {
  const auto records = story(4, 1'500);
  std::vector<std::string> dumps;
  for (const Database::Options& options : bothKinds("projection")) {
    for (const std::size_t piece : {records.size(), std::size_t{7}}) {
      Database::Options own = options;
      if (!own.schema.empty()) own.schema += std::to_string(piece);
      auto projection = Projection::open(openDatabase(own));
      REQUIRE_MESSAGE(projection.ok(), (projection.ok() ? "" : projection.error().detail));
      for (std::size_t at = 0; at < records.size(); at += piece) {
        const std::vector<journal::JournalRecord> batch(
            records.begin() + static_cast<std::ptrdiff_t>(at),
            records.begin() + static_cast<std::ptrdiff_t>(std::min(at + piece, records.size())));
        const auto applied = (*projection)->apply(batch);
        REQUIRE_MESSAGE(applied.ok(), (applied.ok() ? "" : applied.error().detail));
      }
      CHECK((*projection)->sequence() == records.size());
      auto dump = (*projection)->dump();
      REQUIRE(dump.ok());
      dumps.push_back(*dump);
      REQUIRE((*projection)->clear().ok());
      CHECK(((*projection)->dump()->empty()));
      REQUIRE((*projection)->apply(records).ok());
      CHECK((*(*projection)->dump() == dumps.back()));
    }
  }
  CHECK(dumps.front().size() > 100'000);
  for (const std::string& dump : dumps) {
    const auto differs = std::mismatch(dump.begin(), dump.end(), dumps.front().begin(), dumps.front().end()).first;
    CAPTURE(dump.substr(static_cast<std::size_t>(differs - dump.begin()) -
                            std::min<std::size_t>(200, static_cast<std::size_t>(differs - dump.begin())),
                        260));
    CHECK((dump == dumps.front()));
  }
}

TEST_CASE("orders, their log, fills once, and positions follow the records") {
  const auto records = story(9, 400);
  auto projection = Projection::open(openDatabase(memory()));
  REQUIRE(projection.ok());
  REQUIRE((*projection)->apply(records).ok());
  Database& database = (*projection)->database();
  const auto one = [&](const std::string& sql) {
    auto rows = database.query(sql);
    REQUIRE(rows.ok());
    return std::stoll(rows->front().front().value_or("0"));
  };
  CHECK(one("SELECT COUNT(*) FROM orders") == std::count_if(records.begin(), records.end(), [](const auto& r) {
          return r.kind == RecordKind::OrderIntentApproved;
        }));
  CHECK(one("SELECT COUNT(*) FROM order_status_log l WHERE old_state IS NULL") == one("SELECT COUNT(*) FROM orders"));
  CHECK(one("SELECT COUNT(*) FROM fills") == one("SELECT COUNT(*) FROM position_snapshots"));
  CHECK(one("SELECT COUNT(*) FROM fills") <
        std::count_if(records.begin(), records.end(), [](const auto& r) { return r.kind == RecordKind::FillApplied; }));
  CHECK(one("SELECT COUNT(*) FROM positions") == 3);
  CHECK(one("SELECT COUNT(*) FROM audit") > 10);
  // Each position is the sum of its fills.
  auto fills = database.query("SELECT symbol, side, quantity FROM fills");
  auto positions = database.query("SELECT symbol, quantity FROM positions");
  std::map<std::string, Decimal> sums;
  for (const auto& row : *fills) {
    const Decimal quantity = *Decimal::parse(*row[2]);
    sums[*row[0]] = sums[*row[0]] + (*row[1] == toString(Side::Buy) ? quantity : -quantity);
  }
  for (const auto& row : *positions) CHECK(sums[*row[0]].toString() == *row[1]);
  // A gap is refused and leaves no trace.
  auto late = records.back();
  late.sequence += 2;
  CHECK((*projection)->apply({late}).error().userKey == "storage.order");
  CHECK((*projection)->sequence() == records.size());
}

}  // namespace
