// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/base/result.h"

using namespace bw;

namespace {

class LogFolder {
 public:
  LogFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "bw-log-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    m_path = pattern;
  }
  ~LogFolder() { std::filesystem::remove_all(m_path); }
  std::string file(const std::string& name) const { return m_path + "/" + name; }
  static std::string read(const std::string& path) {
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }

 private:
  std::string m_path;
};

}  // namespace

TEST_CASE("log: one escaped JSON line per event, secrets redacted by type, level respected") {
  const LogFolder folder;
  const ManualClock clock(Timestamp::fromMillis(1'723'161'255'030));
  {
    Log log(clock, {folder.file("a.log"), 1 << 20, 5, LogLevel::Info});
    log.write(LogLevel::Info, "risk", "order.refused", "said \"no\"\n",
              {{"key", Secret("hunter2")}, {"price", Decimal(5, 1)}, {"n", 3}});
    log.write(LogLevel::Debug, "risk", "noise", "not written");
    CHECK(log.lostLines() == 0);
  }
  CHECK(LogFolder::read(folder.file("a.log")) ==
        "{\"time\":\"2024-08-08T23:54:15.030Z\",\"level\":\"info\",\"source\":\"risk\",\"event\":\"order.refused\","
        "\"text\":"
        "\"said \\\"no\\\"\\u000a\",\"key\":\"‹redacted›\",\"price\":\"0.5\",\"n\":\"3\"}\n");
}

TEST_CASE("log: rotates by size and keeps so many old files") {
  const LogFolder folder;
  const ManualClock clock;
  Log log(clock, {folder.file("r.log"), 300, 2, LogLevel::Info});
  for (int i = 0; i < 20; ++i) log.write(LogLevel::Info, "test", "line", "number " + std::to_string(i));
  CHECK(std::filesystem::file_size(folder.file("r.log")) <= 300);
  CHECK(std::filesystem::exists(folder.file("r.log.1")));
  CHECK(std::filesystem::exists(folder.file("r.log.2")));
  CHECK_FALSE(std::filesystem::exists(folder.file("r.log.3")));
  CHECK(LogFolder::read(folder.file("r.log")).find("number 19") != std::string::npos);
  CHECK(log.lostLines() == 0);
}

TEST_CASE("log: a file that cannot be opened loses lines, counted, never the caller") {
  const ManualClock clock;
  Log log(clock, {"/nonexistent-folder/x.log", 300, 2, LogLevel::Info});
  log.write(LogLevel::Error, "test", "line", "lost");
  CHECK(log.lostLines() == 1);
  Log none(clock, {});
  none.write(LogLevel::Error, "test", "line", "nowhere");
  CHECK(none.lostLines() == 0);
}

TEST_CASE("result: value or error, never both") {
  const Result<int> good = 3;
  const Result<int> bad = finalError("x.y", "why");
  CHECK(good.ok());
  CHECK(*good == 3);
  CHECK(bad.error().userKey == "x.y");
  CHECK(bad.valueOr(7) == 7);
  CHECK(Result<void>().ok());
  CHECK_FALSE(Result<void>(finalError("a", "b")).ok());
  Secret secret("abc");
  const Secret moved = std::move(secret);
  CHECK(secret.empty());
  CHECK(moved.reveal() == "abc");
}
