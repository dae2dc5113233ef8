// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/latch.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.h"

namespace {

using namespace bw;
using journal::Latch;

void overwrite(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

TEST_CASE("the latch survives a new process, keeps the first stop and ends by reset alone") {
  test::TemporaryFolder folder;
  {
    Latch latch(folder.path());
    CHECK_FALSE(latch.read().has_value());
    CHECK(latch.lastStopNumber() == 0);
    REQUIRE(latch.write({3, "plate", "two\nlines", "SIM", Timestamp::fromSeconds(9), true}).ok());
    REQUIRE(latch.write({4, "cli", "later", "SIM", Timestamp::fromSeconds(10), true}).ok());
  }
  Latch again(folder.path());
  const auto state = again.read();
  REQUIRE(state.has_value());
  CHECK(state->readable);
  CHECK(state->stopNumber == 3);
  CHECK(state->trigger == "plate");
  CHECK(state->reason == "two lines");
  CHECK(state->mode == "SIM");
  CHECK(state->time == Timestamp::fromSeconds(9));
  REQUIRE(again.reset().ok());
  CHECK_FALSE(again.read().has_value());
  CHECK(again.lastStopNumber() >= 3);
  CHECK(Latch(folder.path()).lastStopNumber() >= 3);
}

TEST_CASE("a latch cut or changed at any byte is a latch") {
  test::TemporaryFolder folder;
  Latch latch(folder.path());
  REQUIRE(latch.write({7, "file", "reason", "PAPER", Timestamp::fromSeconds(1), true}).ok());
  std::ifstream in(folder.path() + "/latch", std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  for (std::size_t size = 0; size < whole.size(); ++size) {
    overwrite(folder.path() + "/latch", whole.substr(0, size));
    const auto state = latch.read();
    REQUIRE(state.has_value());
    CHECK_FALSE(state->readable);
    std::string flipped = whole;
    flipped[size] = static_cast<char>(flipped[size] ^ 1);
    overwrite(folder.path() + "/latch", flipped);
    REQUIRE(latch.read().has_value());
    CHECK_FALSE(latch.read()->readable);
  }
  CHECK(latch.lastStopNumber() == 7);  // from the counter
}

TEST_CASE("a latch that is a folder counts as latched, and a lost counter is found in the post-mortems") {
  test::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() + "/latch");
  std::filesystem::create_directories(folder.path() + "/postmortem/stop-12");
  Latch latch(folder.path());
  REQUIRE(latch.read().has_value());
  CHECK_FALSE(latch.read()->readable);
  CHECK(latch.lastStopNumber() == 12);
}

TEST_CASE("one process at a time holds a data directory") {
  test::TemporaryFolder folder;
  {
    auto first = journal::DataLock::take(folder.path());
    REQUIRE(first.ok());
    auto second = journal::DataLock::take(folder.path());
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().userKey == "data.locked");
    CHECK(second.error().detail.find("process ") != std::string::npos);
  }
  CHECK(journal::DataLock::take(folder.path()).ok());
}

}  // namespace
