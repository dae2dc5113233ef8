// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/agents/audit/sentinel_agent.h"
#include "core/sentinel/secret_scan.h"
#include "tests/support/fake_agent_context.h"

using namespace bw;
using namespace bw::sentinel;

namespace {

MachineTimes timesAt(std::int64_t wallMs, std::int64_t monoMs, std::int64_t bootMs) {
  return {Timestamp::fromMillis(wallMs), MonoTime{monoMs * 1'000'000}, Duration::millis(bootMs)};
}

MonoTime at(std::int64_t seconds) {
  return MonoTime{seconds * 1'000'000'000};
}

std::string logLine(const char* level, const char* event, const std::string& text) {
  return std::string(R"({"time":"2026-01-01T00:00:00.000Z","level":")") + level + R"(","source":"venue","event":")" +
         event + R"(","text":")" + text + "\"}\n";
}

constexpr std::uint64_t kMiB = 1ULL << 20;

}  // namespace

TEST_CASE("clock: a jump of more than two seconds either way, and a sleep, are told; drift is not") {
  ClockWatch watch;
  CHECK(watch.sample(timesAt(1'000'000, 1'000, 1'000)).empty());
  CHECK(watch.sample(timesAt(1'001'000, 2'000, 2'000)).empty());
  CHECK(watch.sample(timesAt(1'003'900, 3'000, 3'000)).empty());  // 1.9 s: the time service steers
  CHECK_FALSE(watch.unsettled());
  auto found = watch.sample(timesAt(1'007'000, 4'000, 4'000));
  REQUIRE(found.size() == 1);
  CHECK(found[0].code == "clock.jump");
  CHECK(found[0].severity == Severity::Critical);
  CHECK(found[0].text.find("forward by 2.1 s") != std::string::npos);
  CHECK_FALSE(found[0].remedy.empty());
  CHECK(watch.unsettled());
  found = watch.sample(timesAt(1'003'000, 5'000, 5'000));
  REQUIRE(found.size() == 1);
  CHECK(found[0].text.find("back by 5.0 s") != std::string::npos);
  CHECK(watch.sample(timesAt(1'032'900, 34'900, 34'900)).empty());
  CHECK(watch.unsettled());
  CHECK(watch.sample(timesAt(1'033'000, 35'000, 35'000)).empty());
  CHECK_FALSE(watch.unsettled());
  found = watch.sample(timesAt(1'094'000, 36'000, 96'000));  // a minute's sleep: wall and boot go on, mono stands
  REQUIRE(found.size() == 1);
  CHECK(found[0].code == "clock.suspend");
  CHECK(found[0].text.find("60.0 s") != std::string::npos);
  CHECK(watch.unsettled());
}

TEST_CASE("resources: budgets, their critical values, and trends that lead there") {
  ResourceWatch watch;
  Resources well;
  well.memoryBytes = 200 * kMiB;
  well.diskFreeBytes = 50'000 * kMiB;
  well.diskTotalBytes = 100'000 * kMiB;
  well.openFiles = 100;
  well.openFilesMost = 1024;
  CHECK(watch.sample(well, at(0)).empty());
  CHECK(watch.cpuShare() < 0);

  Resources heavy = well;
  heavy.memoryBytes = 600 * kMiB;
  heavy.cpuTime = Duration::seconds(1);
  auto found = watch.sample(heavy, at(2));
  REQUIRE(found.size() == 1);
  CHECK(found[0].code == "memory.high");
  CHECK(found[0].severity == Severity::Warning);
  CHECK_FALSE(found[0].pauses);
  CHECK(watch.cpuShare() == doctest::Approx(0.5));
  heavy.memoryBytes = 1024 * kMiB;
  found = watch.sample(heavy, at(4));
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == Severity::Critical);
  CHECK(found[0].pauses);

  ResourceWatch disk;
  Resources full = well;
  full.diskFreeBytes = 900 * kMiB;
  found = disk.sample(full, at(0));
  REQUIRE(found.size() == 1);
  CHECK(found[0].code == "disk.low");
  CHECK(found[0].severity == Severity::Warning);
  full.diskFreeBytes = 255 * kMiB;
  found = disk.sample(full, at(2));
  REQUIRE(found.size() == 1);
  CHECK(found[0].pauses);
  full.openFiles = 820;
  full.diskFreeBytes = well.diskFreeBytes;
  found = disk.sample(full, at(4));
  REQUIRE(found.size() == 1);
  CHECK(found[0].code == "files.many");
}

TEST_CASE("resources: a leak is told before it is critical; a start-up that grows and then rests is not") {
  ResourceWatch leak;
  std::vector<std::string> told;
  for (int s = 0; s <= 300; s += 5) {
    Resources r;
    r.memoryBytes = (400 + static_cast<std::uint64_t>(s) / 2) * kMiB;  // half a megabyte a second
    for (const Finding& f : leak.sample(r, at(s))) told.push_back(f.code);
  }
  CHECK(std::count(told.begin(), told.end(), "memory.trend") > 0);
  ResourceWatch start;
  told.clear();
  for (int s = 0; s <= 1200; s += 5) {
    Resources r;
    r.memoryBytes = static_cast<std::uint64_t>(std::min(80 + s * 20, 180)) * kMiB;
    for (const Finding& f : start.sample(r, at(s))) told.push_back(f.code);
  }
  CHECK(told.empty());
}

TEST_CASE("secrets: found by kind and place, never repeated, and nothing harmless is called one") {
  const std::string key = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0hL";
  CHECK(secretIn("api_secret: " + key) == "a value behind 'api_secret'");
  CHECK(secretIn("{\"apiKey\":\"" + key + "\"}") == "a value behind 'apikey'");
  CHECK(secretIn("password = \"" + key + "\"").has_value());
  CHECK(secretIn("-----BEGIN EC PRIVATE KEY-----") == "a private key");
  CHECK(secretIn("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abcdefghijklmnop") == "a web token");
  CHECK(secretIn("id=AKIAIOSFODNN7EXAMPLE here") == "a cloud access key");
  for (const char* harmless : {"api_secret: keychain:bellwether/kraken", "password: ‹redacted›",
                               "api_key:", "the api_key is missing", "start_balance: 10000",
                               "# put the passphrase into the keychain", "trace_hash: 9f8e7d6c5b4a39281706f5e4d3c2b1a0",
                               "order 01890b1e-7f2c-7c3a-9b0d-2f6a5c4e3d21 filled", "secretary: Margaret Hamilton"}) {
    CAPTURE(harmless);
    CHECK_FALSE(secretIn(harmless).has_value());
  }
  const Findings found = secretsInConfig("app.yaml", "a: 1\n# note\nvenue_api_key: " + key + "\n");
  REQUIRE(found.size() == 1);
  CHECK(found[0].subject == "app.yaml:3");
  CHECK(found[0].severity == Severity::Critical);
  CHECK(found[0].text.find(key) == std::string::npos);
  CHECK(found[0].remedy.find("Revoke") != std::string::npos);
}

TEST_CASE("log: ten equal errors within a minute are one storm; a secret is told with who wrote it") {
  LogWatch watch;
  Findings found;
  for (int i = 0; i < 9; ++i) {
    for (const Finding& f : watch.read(logLine("error", "feed.lost", "no answer"), at(i))) found.push_back(f);
  }
  CHECK(found.empty());
  const std::string tenth = logLine("error", "feed.lost", "no answer");
  CHECK(watch.read(tenth.substr(0, 20), at(10)).empty());
  found = watch.read(tenth.substr(20), at(10));
  REQUIRE(found.size() == 1);
  CHECK(found[0].code == "log.storm");
  CHECK(found[0].subject == "venue/feed.lost");
  CHECK(watch.read(logLine("error", "feed.lost", "no answer"), at(11)).empty());  // told once
  for (int i = 0; i < 9; ++i) CHECK(watch.read(logLine("error", "slow", "x"), at(100 + i * 10)).empty());
  CHECK(watch.read(logLine("info", "other", "fine"), at(200)).empty());
  found = watch.read(logLine("info", "login", "api_secret=aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0hL"), at(201));
  REQUIRE(found.size() == 1);
  CHECK(found[0].code == "secret.log");
  CHECK(found[0].subject == "venue/login");
  CHECK(watch.linesRead() == 22);
}

TEST_CASE("agents: exceptions, flapping, failed self-tests, full queues and circles, each once") {
  AgentWatch watch;
  AgentHealth health;
  health.agent = "signal";
  health.host = "trading";
  health.state = AgentHealth::State::Crashed;
  health.detail = "division by zero";
  auto found = watch.onHealth(health, at(0));
  REQUIRE(found.size() == 1);
  CHECK(found[0].code == "agent.exception");
  CHECK(found[0].text.find("division by zero") != std::string::npos);
  CHECK_FALSE(found[0].pauses);
  CHECK(watch.onHealth(health, at(1)).empty());
  for (int again = 1; again <= 2; ++again) {
    health.state = AgentHealth::State::Running;
    CHECK(watch.onHealth(health, at(10 * again)).empty());
    health.state = AgentHealth::State::Crashed;
    found = watch.onHealth(health, at(10 * again + 5));
    REQUIRE(found.size() == 1);
    CHECK(found[0].pauses == (again == 2));
  }
  CHECK(watch.onSelfTest("risk", "").empty());
  found = watch.onSelfTest("risk", "counters differ");
  REQUIRE(found.size() == 1);
  CHECK(found[0].pauses);
  CHECK(watch.onSelfTest("risk", "counters differ").empty());
  CHECK_FALSE(watch.onSelfTest("signal", "not warm").at(0).pauses);

  AgentHealth busy;
  busy.agent = "audit";
  busy.host = "audit";
  busy.state = AgentHealth::State::Running;
  busy.queueCapacity = 1000;
  busy.queueDepth = 799;
  CHECK(watch.onHealth(busy, at(0)).empty());
  busy.queueDepth = 800;
  CHECK(watch.onHealth(busy, at(1)).size() == 1);
  CHECK(watch.onHealth(busy, at(2)).empty());

  CHECK(findCycle({{"a", "b"}, {"b", "c"}, {"a", "c"}}).empty());
  CHECK(findCycle({{"c", "a"}, {"x", "a"}, {"a", "b"}, {"b", "c"}}) == std::vector<std::string>{"a", "b", "c", "a"});
  CHECK(findCycle({{"self", "self"}}) == std::vector<std::string>{"self", "self"});
  found = watch.onDependencies({{"risk", "data"}, {"data", "risk"}});
  REQUIRE(found.size() == 1);
  CHECK(found[0].text.find("data → risk → data") != std::string::npos);
  CHECK(watch.onDependencies({{"data", "risk"}, {"risk", "data"}}).empty());
  CHECK(watch.onDependencies({}).empty());
}

TEST_CASE("sentinel agent: a finding is an alarm, a record and, where it says so, a pause; repeated once a minute") {
  Resources resources;
  resources.memoryBytes = 100 * kMiB;
  MachineTimes times = timesAt(1'700'000'000'000, 0, 0);
  std::vector<std::string> records;
  std::vector<bool> held;
  agents::SentinelPorts ports;
  test::FakeAgentContext context;
  ports.resources = [&] { return resources; };
  ports.times = [&] {
    const Duration passed = context.now() - Timestamp::fromSeconds(1'700'000'000);
    return MachineTimes{times.wall + passed, times.mono + passed, times.sinceBoot + passed};
  };
  ports.record = [&](const std::string& text) { records.push_back(text); };
  ports.holdForClock = [&](bool now) { held.push_back(now); };
  ports.configFiles = [] {
    return std::vector<std::pair<std::string, std::string>>{{"app.yaml", "log_level: info\n"}};
  };
  agents::SentinelAgent agent(std::move(ports));
  agent.onStart(context);
  context.advance(agent, Duration::seconds(5));
  CHECK(context.all<SystemEvent>(Topic::Event).empty());
  const auto metrics = context.all<MetricsUpdate>(Topic::Metrics);
  REQUIRE_FALSE(metrics.empty());
  CHECK(metrics.back().rows.at(0).name == "memory");
  CHECK(metrics.back().rows.at(0).value == "100 MB");
  CHECK(metrics.back().rows.at(0).state == Metric::State::Good);

  context.deliver(agent, Topic::StateChanged, StateChanged{SessionState::Ready, SessionState::Trading, "test"});
  resources.memoryBytes = 1100 * kMiB;
  context.advance(agent, Duration::seconds(50));
  auto events = context.all<SystemEvent>(Topic::Event);
  REQUIRE(events.size() == 1);
  CHECK(events[0].code == "memory.high");
  CHECK(events[0].priority == 3);
  CHECK_FALSE(events[0].action.empty());
  CHECK(records.size() == 1);
  const auto commands = context.all<ControlCommand>(Topic::Control);
  REQUIRE(commands.size() == 1);
  CHECK(commands[0].kind == ControlCommand::Kind::Pause);
  CHECK(commands[0].channel == "sentinel");
  resources.memoryBytes = 100 * kMiB;
  context.advance(agent, Duration::seconds(30));

  times.wall = times.wall + Duration::seconds(10);
  context.advance(agent, Duration::millis(250));
  events = context.all<SystemEvent>(Topic::Event);
  CHECK(events.back().code == "clock.jump");
  CHECK(held == std::vector<bool>{true});
  CHECK(context.all<ControlCommand>(Topic::Control).size() == 2);
  context.advance(agent, Duration::seconds(60));
  CHECK(held == std::vector<bool>{true});  // until a person resumes
  context.deliver(agent, Topic::StateChanged, StateChanged{SessionState::Paused, SessionState::Trading, "a person"});
  context.advance(agent, Duration::millis(250));
  CHECK(held == std::vector<bool>{true, false});
  times.mono = times.mono + Duration::seconds(-3);  // the machine slept
  context.advance(agent, Duration::millis(250));
  CHECK(context.all<SystemEvent>(Topic::Event).back().code == "clock.suspend");
  context.deliver(agent, Topic::StateChanged, StateChanged{SessionState::Paused, SessionState::Trading, "too soon"});
  context.advance(agent, Duration::seconds(20));
  CHECK(held == std::vector<bool>{true, false, true});  // the clocks have to agree for a while as well
  context.advance(agent, Duration::seconds(11));
  CHECK(held == std::vector<bool>{true, false, true, false});
  events = context.all<SystemEvent>(Topic::Event);
  CHECK(agent.told() == events.size());
}
