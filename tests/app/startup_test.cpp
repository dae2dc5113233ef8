// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>

#include "core/journal/file_journal.h"
#include "tests/app/workstation_bench.h"

using namespace bw;
using bw::test::contains;
using bw::test::eventually;
using bw::test::ScratchDir;
using bw::test::WorkstationBench;
using bw::test::writeText;

namespace {

/// Takes an agent's place and never says a word.
class MuteAgent final : public Agent {
 public:
  explicit MuteAgent(std::string name) : m_name(std::move(name)) {}
  std::string_view name() const override { return m_name; }
  void onStart(AgentContext&) override {}
  void onMessage(const Message&) override {}

 private:
  std::string m_name;
};

/// The session ends because start-up step `index` failed with a text that has `reason` in it, and says so everywhere.
void checkFails(WorkstationBench& bench, int index, const std::string& reason) {
  bench.start();
  REQUIRE(bench.reaches(SessionState::Shutdown));
  const auto step = bench.failedStep();
  REQUIRE(step.has_value());
  CHECK(step->index == index);
  CHECK_MESSAGE(contains(step->detail, reason), step->detail);
  CHECK(contains(bench.engine().status().statusJson(), "\"state\":\"failed\""));
  CHECK(bench.engine().status().counters().orders == 0);
}

void muted(WorkstationBench& bench, const std::string& name) {
  bench.options().engine.stepLimit = Duration::millis(700);
  bench.options().engine.decorate = [name](std::unique_ptr<Agent> agent) -> std::unique_ptr<Agent> {
    if (agent->name() == name) return std::make_unique<MuteAgent>(name);
    return agent;
  };
}

/// A journal of the simulated mode with these risk counters in it.
std::string writeJournal(const ScratchDir& dir, const std::string& counters) {
  const SystemClock clock;
  journal::FileJournal::Options options;
  options.directory = dir / "journal/sim";
  options.mode = journal::FileJournal::Mode::Inline;
  auto opened = journal::FileJournal::open(clock, options);
  REQUIRE(opened.ok());
  for (int i = 0; i < 3; ++i) {
    const auto sequence = (*opened)->append(RecordKind::StateChange, "earlier record " + std::to_string(i));
    REQUIRE(sequence.ok());
    REQUIRE((*opened)->sync(*sequence).ok());
  }
  if (!counters.empty()) REQUIRE((*opened)->sync(*(*opened)->append(RecordKind::RiskCounters, counters)).ok());
  for (const auto& entry : std::filesystem::directory_iterator(options.directory)) return entry.path().string();
  return {};
}

}  // namespace

TEST_CASE("start-up: all steps end, unbuilt parts say so, trading starts") {
  WorkstationBench bench;
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  const std::string status = bench.engine().status().statusJson();
  CHECK_FALSE(bench.engine().status().failedStep().has_value());
  CHECK(contains(status, "\"step\":2,\"name\":\"Open journal and knowledge bank\",\"state\":\"not in this build\""));
  CHECK(contains(status, "\"step\":9,\"name\":\"Optimizer and baseline\",\"state\":\"not in this build\""));
  CHECK(contains(status, "\"step\":10,\"name\":\"Ready\",\"state\":\"done\""));
}

TEST_CASE("start-up step 1: settings that cannot be read") {
  WorkstationBench bench;
  const std::string config = bench.dir() / "config";
  std::filesystem::copy(std::string(BW_SOURCE_DIR) + "/config", config);
  std::filesystem::permissions(config + "/risk.yaml", std::filesystem::perms::owner_all);
  writeText(config + "/risk.yaml", "MAX_EXPOSURE: \"300\"\nMAX_LEVERAGE: [unclosed\n");
  bench.options().configDir = config;
  checkFails(bench, 1, "risk.yaml:");
}

TEST_CASE("start-up step 1: a limit that does not exist names file, line and what may be meant") {
  WorkstationBench bench;
  const std::string config = bench.dir() / "config";
  std::filesystem::copy(std::string(BW_SOURCE_DIR) + "/config", config);
  std::ofstream(config + "/risk.yaml", std::ios::app) << "MAX_EXPOSUR: \"3\"\n";
  bench.options().configDir = config;
  checkFails(bench, 1, "did you mean MAX_EXPOSURE?");
}

TEST_CASE("start-up step 2: the data directory belongs to another workstation") {
  WorkstationBench bench;
  const auto lock = journal::DataLock::take(bench.dir().path());
  REQUIRE(lock.ok());
  checkFails(bench, 2, "another Bellwether");
}

TEST_CASE("start-up step 2: a journal damaged in what was durable") {
  WorkstationBench bench;
  const std::string segment = writeJournal(bench.dir(), "");
  std::fstream file(segment, std::ios::in | std::ios::out | std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t at = bytes.find("earlier record 0");
  REQUIRE(at != std::string::npos);
  file.clear();
  file.seekp(static_cast<std::streamoff>(at));
  file.put('X');
  file.close();
  checkFails(bench, 2, segment);
}

TEST_CASE("start-up step 2: a disk that takes no journal") {
  WorkstationBench bench;
  bench.options().engine.journalFault = [](std::string_view operation) { return operation == "create" ? 28 : 0; };
  checkFails(bench, 2, "No space left on device");
}

TEST_CASE("start-up step 4: the recording is absent") {
  WorkstationBench bench;
  bench.options().engine.mode = "replay";
  bench.options().engine.input = bench.dir() / "nothing.gz";
  checkFails(bench, 4, "nothing.gz: No such file or directory");
}

TEST_CASE("start-up step 4: the recording is of no known format") {
  WorkstationBench bench;
  bench.options().engine.mode = "replay";
  bench.options().engine.input = bench.dir() / "noise.bin";
  writeText(bench.options().engine.input, "these are no market data\n");
  checkFails(bench, 4, "of no known format; known are binance");
}

TEST_CASE("start-up step 4: the venue's own account is damaged") {
  WorkstationBench bench;
  writeText(bench.dir() / "journal/sim/venue-account.txt", "this is no account\nE crc=0\n");
  checkFails(bench, 4, "venue-account.txt");
}

TEST_CASE("start-up step 4: no market data arrive") {
  WorkstationBench bench;
  muted(bench, "data");
  checkFails(bench, 4, "waiting for books: 0 of 8");
}

TEST_CASE("start-up step 6: no signals from history") {
  WorkstationBench bench;
  muted(bench, "signal");
  checkFails(bench, 6, "warming up: 0 of 8");
}

TEST_CASE("start-up step 7: risk counters that cannot be read") {
  WorkstationBench bench;
  writeJournal(bench.dir(), "these are no counters");
  bench.start();
  REQUIRE(bench.reaches(SessionState::Shutdown));
  const auto step = bench.failedStep();
  REQUIRE(step.has_value());
  CHECK(step->index == 7);
  CHECK_FALSE(step->detail.empty());
}

TEST_CASE("start-up step 8: the venue does not tell its account") {
  WorkstationBench bench;
  muted(bench, "execution");
  checkFails(bench, 8, "asking the venue for its account");
}

TEST_CASE("transitions: what is illegal is refused in words and changes nothing") {
  WorkstationBench bench;
  bench.options().engine.startTrading = false;
  bench.start();
  REQUIRE(bench.reaches(SessionState::Ready));
  CHECK(contains(bench.ask("resume"), "nothing to resume: the session is READY"));
  CHECK(contains(bench.ask("pause"), "the session is READY and cannot go to PAUSED"));
  CHECK(contains(bench.ask("reset"), "no emergency stop is latched"));
  CHECK(bench.state() == SessionState::Ready);
  CHECK(contains(bench.ask("start"), "\"ok\":true"));
  REQUIRE(bench.reaches(SessionState::Trading));
  CHECK(contains(bench.ask("start"), "the session is TRADING and cannot go to TRADING"));
  CHECK(contains(bench.ask("pause"), "\"ok\":true"));
  CHECK(bench.reaches(SessionState::Paused));
}

TEST_CASE("control file .pause_orchestrator: paused until it is removed") {
  WorkstationBench bench;
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  writeText(bench.dir() / ".pause_orchestrator", "");
  REQUIRE(bench.reaches(SessionState::Paused));
  CHECK(contains(bench.ask("resume"), "remove it to resume"));
  CHECK(bench.state() == SessionState::Paused);
  std::filesystem::remove(bench.dir() / ".pause_orchestrator");
  CHECK(bench.reaches(SessionState::Trading));
}

TEST_CASE("control file .kill_switch: its first line is the reason; the stop latches and blocks the next start") {
  WorkstationBench bench;
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  const SystemClock real;
  const MonoTime before = real.mono();
  writeText(bench.dir() / ".kill_switch", "fire drill\nsecond line\n");
  REQUIRE(bench.reaches(SessionState::EmergencyStop));
  const Duration noticed = real.mono() - before;
  MESSAGE("noticed after " << noticed.toMillis() << " ms");
  CHECK(noticed < Duration::seconds(5));
  REQUIRE(eventually([&] { return bench.engine().stop().progress().state == StopState::Stopped; }));
  CHECK(bench.engine().stop().progress().trigger == "file .kill_switch");
  CHECK(bench.engine().stop().progress().reason == "fire drill");
  const auto account = bench.engine().venueAccount();
  REQUIRE(account.ok());
  CHECK(account->openOrders.empty());
  CHECK(account->positions.empty());
  const auto refused = bench.engine().stop().reset("RESET SIM 1", "a drill, nothing was wrong");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().userKey == "reset.kill_switch");
  CHECK(contains(bench.ask("start"), "\"ok\":false"));
  bench.stop();
  bench.start();
  CHECK(bench.engine().latchedAtStart());
  CHECK(bench.reaches(SessionState::EmergencyStop));
}

TEST_CASE("after a reset no session trades by itself until a person has started it once") {
  WorkstationBench bench;
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  CHECK(contains(bench.ask("emergency-stop"), "\"latched\":true"));
  REQUIRE(bench.reaches(SessionState::EmergencyStop));
  REQUIRE(bench.engine().stop().reset("RESET SIM 1", "the drill is over now").ok());
  CHECK(bench.engine().mustStartByHand());
  bench.stop();
  bench.start();
  REQUIRE(bench.reaches(SessionState::Ready));
  CHECK(bench.engine().mustStartByHand());
  CHECK(contains(bench.ask("start"), "\"ok\":true"));
  REQUIRE(bench.reaches(SessionState::Trading));
  CHECK_FALSE(bench.engine().mustStartByHand());
  bench.stop();
  bench.start();
  CHECK(bench.reaches(SessionState::Trading));
}
