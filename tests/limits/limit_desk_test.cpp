// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <cerrno>

#include "core/disk/memory_disk.h"
#include "core/limits/file_limit_desk.h"
#include "core/limits/limit_file.h"
#include "core/limits/limit_schema.h"

using namespace bw;
using namespace bw::limits;

namespace {

struct DeskRig {
  explicit DeskRig(const char* mode = "sim") : m_mode(mode) { open(); }
  void open(risk::RiskLimits inForce = {}) {
    DeskParts parts;
    parts.disk = &disk;
    parts.clock = &clock;
    parts.mode = m_mode;
    parts.userFile = "/config/risk.yaml";
    parts.directory = "/data/limits";
    parts.context = [this] { return context; };
    parts.command = [this](const LimitCommand& command) { commands.push_back(command); };
    parts.record = [this](const std::string& text) -> Result<void> {
      if (!journalWorks) return finalError("journal.closed", "full");
      records.push_back(text);
      return {};
    };
    auto made = FileLimitDesk::make(parts, std::move(inForce));
    REQUIRE(made.ok());
    desk = std::move(*made);
  }
  // What a fresh start reads.
  risk::RiskLimits onDisk() {
    risk::RiskLimits limits;
    std::string text;
    if (disk.read("/config/risk.yaml", text) == 0) REQUIRE(readLimits(text, "risk.yaml", limits).ok());
    return limits;
  }
  std::string value(const char* key) const { return desk->limits().text(risk::findRiskKey(key)->key); }

  MemoryDisk disk;
  ManualClock clock{Timestamp::fromSeconds(1'700'000'000)};
  ReviewContext context;
  std::vector<LimitCommand> commands;
  std::vector<std::string> records;
  bool journalWorks = true;
  std::unique_ptr<FileLimitDesk> desk;

 private:
  const char* m_mode;
};

const LimitReview kAnna{"anna", "window", "the market has calmed", ""};

}  // namespace

TEST_CASE("limit desk: a tightening applies at once, with version, command, file, audit row and journal record") {
  DeskRig rig;
  const std::string before = rig.desk->configHash();
  const auto outcome = rig.desk->apply({{"MAX_EXPOSURE", "250"}}, {"bot", "llm", "", ""});
  REQUIRE(outcome.ok());
  CHECK(outcome->applied == std::vector<std::string>{"MAX_EXPOSURE"});
  CHECK(outcome->version == 1);
  CHECK(rig.value("MAX_EXPOSURE") == "250");
  CHECK(rig.onDisk().text(risk::RiskKey::MaxExposure) == "250");
  REQUIRE(rig.commands.size() == 1);
  CHECK(rig.commands[0].version == 1);
  CHECK(rig.commands[0].tightens);
  CHECK(rig.commands[0].values.size() == risk::kRiskKeyCount);
  CHECK(rig.commands[0].hash == rig.desk->configHash());
  CHECK(rig.desk->configHash() != before);
  const auto history = rig.desk->history("");
  REQUIRE(history.size() == 1);
  CHECK(history[0].who == "bot");
  CHECK(history[0].before == "300");
  CHECK(history[0].after == "250");
  CHECK(history[0].outcome == "applied");
  CHECK(history[0].configHash == rig.desk->configHash());
  REQUIRE(rig.records.size() == 1);
  CHECK(decodeChange(rig.records[0])->after == "250");
  CHECK(rig.desk->apply({{"MAX_EXPOSURE", "250"}}, kAnna).error().userKey == "limits.nothing");
  CHECK(rig.desk->apply({{"MAX_EXPOSURE", "x"}}, kAnna).error().userKey == "limits.invalid");
}

TEST_CASE("limit desk: a loosening without its review changes nothing and is on record") {
  DeskRig rig;
  CHECK(rig.desk->apply({{"MAX_EXPOSURE", "400"}}, {"anna", "window", "", ""}).error().userKey == "limits.reason");
  CHECK(rig.desk->apply({{"MAX_EXPOSURE", "400"}}, {"model", "llm", "it would earn more", ""}).error().userKey ==
        "limits.channel");
  // Mixed: nothing is applied on an error.
  CHECK_FALSE(rig.desk->apply({{"MAX_EXPOSURE", "400"}, {"MAX_OPEN_ORDERS", "5"}}, {"anna", "window", "", ""}).ok());
  CHECK(rig.value("MAX_OPEN_ORDERS") == "100");
  CHECK(rig.commands.empty());
  CHECK(rig.desk->version() == 0);
  CHECK(rig.desk->history("MAX_EXPOSURE").size() == 3);
  CHECK(rig.desk->history("MAX_EXPOSURE")[0].outcome == "refused: limits.reason");
  REQUIRE(rig.desk->apply({{"MAX_EXPOSURE", "400"}, {"MAX_OPEN_ORDERS", "5"}}, kAnna).ok());
  CHECK(rig.value("MAX_EXPOSURE") == "400");
  CHECK(rig.value("MAX_OPEN_ORDERS") == "5");
}

TEST_CASE("limit desk: in live a loosening waits 30 s, may be aborted, and is judged again when it is due") {
  DeskRig rig("live");
  LimitReview review = kAnna;
  CHECK(rig.desk->apply({{"MAX_EXPOSURE", "400"}}, review).error().userKey == "limits.typed");
  review.typed = "400";
  const auto first = rig.desk->apply({{"MAX_EXPOSURE", "400"}, {"MAX_OPEN_ORDERS", "5"}}, review);
  REQUIRE(first.ok());
  CHECK(first->applied == std::vector<std::string>{"MAX_OPEN_ORDERS"});
  CHECK(first->waiting == std::vector<std::string>{"MAX_EXPOSURE"});
  CHECK(rig.value("MAX_EXPOSURE") == "300");
  rig.clock.advance(kLiveCoolDown - Duration::nanos(1));
  CHECK(rig.desk->settle().ok());
  CHECK(rig.value("MAX_EXPOSURE") == "300");
  CHECK(rig.desk->abort(first->pending + 1, "ben").error().userKey == "limits.no_such_change");
  REQUIRE(rig.desk->abort(first->pending, "ben").ok());
  rig.clock.advance(Duration::seconds(60));
  CHECK(rig.desk->settle().ok());
  CHECK(rig.value("MAX_EXPOSURE") == "300");
  CHECK(rig.desk->history("MAX_EXPOSURE")[0].who == "ben");

  REQUIRE(rig.desk->apply({{"MAX_EXPOSURE", "400"}}, review).ok());
  rig.clock.advance(kLiveCoolDown);
  REQUIRE(rig.desk->settle().ok());
  CHECK(rig.value("MAX_EXPOSURE") == "400");
  CHECK(rig.onDisk().text(risk::RiskKey::MaxExposure) == "400");

  review.typed = "500";
  REQUIRE(rig.desk->apply({{"MAX_EXPOSURE", "500"}}, review).ok());
  rig.context.stop = StopState::Stopping;
  rig.clock.advance(kLiveCoolDown);
  CHECK(rig.desk->settle().error().userKey == "limits.refused");
  CHECK(rig.value("MAX_EXPOSURE") == "400");
  CHECK(rig.desk->history("MAX_EXPOSURE")[0].outcome == "aborted");
  rig.context.stop = StopState::Ready;
  rig.clock.advance(kLiveCoolDown);
  CHECK(rig.desk->settle().ok());
  CHECK(rig.value("MAX_EXPOSURE") == "400");

  // What waits when the program ends does not come into force by itself.
  REQUIRE(rig.desk->apply({{"MAX_EXPOSURE", "500"}}, review).ok());
  rig.open(rig.onDisk());
  rig.clock.advance(kLiveCoolDown);
  CHECK(rig.desk->settle().ok());
  CHECK(rig.value("MAX_EXPOSURE") == "400");
  CHECK(rig.desk->history("MAX_EXPOSURE")[0].outcome == "aborted");
}

TEST_CASE("limit desk: undoing a tightening is a loosening, undoing a loosening is immediate") {
  DeskRig rig;
  REQUIRE(rig.desk->apply({{"MAX_EXPOSURE", "250"}, {"MAX_OPEN_ORDERS", "50"}}, kAnna).ok());
  const auto undo = rig.desk->undoOf(0);
  REQUIRE(undo.ok());
  CHECK(*undo == std::vector<LimitEdit>{{"MAX_EXPOSURE", "300"}, {"MAX_OPEN_ORDERS", "100"}});
  CHECK(rig.desk->apply(*undo, {"anna", "undo", "", ""}).error().userKey == "limits.reason");
  REQUIRE(rig.desk->apply(*undo, {"anna", "undo", "the tightening was a slip", ""}).ok());
  CHECK(rig.value("MAX_EXPOSURE") == "300");
  const auto back = rig.desk->undoOf(rig.desk->version());
  REQUIRE(back.ok());
  REQUIRE(rig.desk->apply(*back, {"anna", "undo", "", ""}).ok());
  CHECK(rig.value("MAX_EXPOSURE") == "250");
  CHECK(rig.desk->undoOf(99).error().userKey == "limits.no_such_change");
  CHECK(rig.desk->undoOf(1).ok());
  CHECK(DeskRig().desk->undoOf(0).error().userKey == "limits.no_such_change");
}

TEST_CASE("limit desk: import shows what differs, export is read back, outside edits are not overwritten") {
  DeskRig rig;
  REQUIRE(rig.desk->apply({{"MAX_EXPOSURE", "250"}}, kAnna).ok());
  CHECK(rig.desk->importYaml(rig.desk->exportYaml(), "own").value().empty());
  const auto other = rig.desk->importYaml("MAX_EXPOSURE: 100\nMAX_LEVERAGE: 100\n", "other");
  REQUIRE(other.ok());
  CHECK(*other == std::vector<LimitEdit>{{"MAX_EXPOSURE", "100"}});
  CHECK(rig.desk->importYaml("MAX_EXPOSUR: 100\n", "x").error().detail.find("x:1") == 0);
  CHECK_FALSE(rig.desk->importYaml("MAX_DAILY_DRAWDOWN: 40\n", "x").ok());
  rig.disk.put("/config/risk.yaml", "MAX_EXPOSURE: 10\n");
  CHECK(rig.desk->apply({{"MAX_EXPOSURE", "200"}}, kAnna).error().userKey == "limits.outside");
  CHECK(rig.onDisk().text(risk::RiskKey::MaxExposure) == "10");
  CHECK(rig.value("MAX_EXPOSURE") == "250");
}

TEST_CASE("limit desk: a failing disk or journal leaves the old limits everywhere") {
  for (int fails = 0; fails < 40; ++fails) {
    CAPTURE(fails);
    DeskRig rig;
    REQUIRE(rig.desk->apply({{"MAX_EXPOSURE", "250"}}, kAnna).ok());
    int count = 0;
    rig.disk.setHook([&](MemoryDisk::Operation, const std::string&) { return count++ == fails ? EIO : 0; });
    const auto outcome = rig.desk->apply({{"MAX_EXPOSURE", "200"}}, kAnna);
    rig.disk.setHook({});
    const std::string inForce = rig.value("MAX_EXPOSURE");
    CHECK(inForce == (outcome.ok() ? "200" : "250"));
    CHECK(rig.commands.size() == (outcome.ok() ? 2U : 1U));
    if (!outcome.ok()) CHECK((outcome.error().userKey == "limits.write"));
    CHECK(rig.onDisk().text(risk::RiskKey::MaxExposure) == inForce);
    if (count <= fails) {
      CHECK(outcome.ok());
      CHECK(fails > 4);
      break;
    }
  }
  DeskRig rig;
  rig.journalWorks = false;
  CHECK(rig.desk->apply({{"MAX_EXPOSURE", "250"}}, kAnna).error().userKey == "limits.write");
  CHECK(rig.value("MAX_EXPOSURE") == "300");
  CHECK(rig.commands.empty());
}

TEST_CASE("limit desk: a crash at any disk operation leaves the old file or the new one") {
  int crashes = 0;
  for (int at = 0; at < 40; ++at) {
    CAPTURE(at);
    DeskRig rig;
    REQUIRE(rig.desk->apply({{"MAX_EXPOSURE", "250"}}, kAnna).ok());
    int count = 0;
    rig.disk.setHook([&](MemoryDisk::Operation, const std::string&) { return count++ >= at ? EIO : 0; });
    const auto outcome = rig.desk->apply({{"MAX_EXPOSURE", "200"}}, kAnna);
    rig.disk.setHook({});
    rig.disk.crash({});
    const std::string read = rig.onDisk().text(risk::RiskKey::MaxExposure);
    CHECK((read == "250" || read == "200"));
    if (outcome.ok()) CHECK(read == "200");
    rig.open(rig.onDisk());
    CHECK(rig.desk->history("").size() >= 1);
    CHECK(rig.desk->history("").back().outcome == "applied");
    ++crashes;
    if (count <= at) break;
  }
  CHECK(crashes > 4);
}

TEST_CASE("limit desk: the audit trail survives restarts, and a change from outside is found and put aside") {
  DeskRig rig;
  for (int i = 0; i < 25; ++i)
    REQUIRE(
        rig.desk->apply({{"MAX_EXPOSURE", std::to_string(200 - i)}}, {"anna", "window", "tab\tand\nline \\", ""}).ok());
  std::vector<std::string> versions;
  REQUIRE(rig.disk.list("/data/limits/versions", versions) == 0);
  CHECK(versions.size() == FileLimitDesk::kKeptVersions);
  CHECK(versions.back() == "risk-000025.yaml");
  rig.open(rig.onDisk());
  CHECK(rig.desk->history("").size() == 25);
  CHECK(rig.desk->version() == 25);
  CHECK(rig.desk->history("")[0].reason == "tab\tand\nline \\");
  std::string text;
  REQUIRE(rig.disk.read("/data/limits/changes.log", text) == 0);
  int found = 0;
  for (std::size_t at = 0; at < text.size(); at += 37) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    rig.disk.put("/data/limits/changes.log", changed);
    found += LimitLog::open(rig.disk, "/data/limits/changes.log").ok() ? 0 : 1;
  }
  CHECK(found == static_cast<int>((text.size() + 36) / 37));
  const std::size_t first = text.find('\n') + 1;
  rig.disk.put("/data/limits/changes.log", text.substr(first));  // a line removed
  rig.open(rig.onDisk());
  CHECK(rig.desk->history("").size() == 1);
  CHECK(rig.desk->history("")[0].outcome == "history damaged");
  std::int64_t size = 0;
  CHECK(rig.disk.look("/data/limits/changes.damaged", size) == 0);
}

TEST_CASE("limit desk: what-if needs a journal and a sane time") {
  DeskRig rig;
  CHECK(rig.desk->whatIf({{"MAX_EXPOSURE", "1"}}, 7).error().userKey == "limits.no_journal");
  CHECK(rig.desk->whatIf({{"MAX_EXPOSURE", "1"}}, 0).error().userKey == "limits.days");
  CHECK(rig.desk->whatIf({{"MAX_EXPOSURE", "1"}}, 366).error().userKey == "limits.days");
  CHECK(rig.desk->propose({{"MAX_EXPOSURE", "1"}}).tightens);
  CHECK(rig.desk->fields().size() == risk::kRiskKeyCount);
}
