// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sim/sim_host.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "core/base/thread.h"
#include "tests/support/relay_agents.h"

using namespace bw;
using bw::test::AskingAgent;
using bw::test::DeciderAgent;
using bw::test::FragileAgent;
using bw::test::payloadWith;
using bw::test::RecorderAgent;
using bw::test::SourceAgent;
using bw::test::textOf;

namespace {

/// A bus, a clock and a host at a round instant.
struct SimFixture {
  explicit SimFixture(SimHost::Options options = {}) : host(bus, clock, log, options) {}
  ManualClock clock{Timestamp::fromSeconds(1'700'000'000)};
  Log log{clock, {}};
  MessageBus bus{clock, 1};
  SimHost host;
};

struct RelayResult {
  std::string hash;
  std::vector<std::string> lines;
  SimHost::Stats stats;
};

/// Two sources, a decider and a recorder on three hosts, to the end.
RelayResult runRelay(SimHost::Options options, int trades = 300) {
  SimFixture f(options);
  SourceAgent first("source1", trades);
  SourceAgent second("source2", trades);
  DeciderAgent decider;
  RecorderAgent recorder;
  TraceHash hash;
  f.host.setTraceHash(&hash);
  f.host.add(first, "data");
  f.host.add(second, "data");
  f.host.add(decider, "trading");
  f.host.add(recorder, "audit");
  f.host.start();
  while (f.host.step()) {
  }
  f.host.stop();
  return {hash.hex(), recorder.lines, f.host.stats()};
}

}  // namespace

TEST_CASE("sim: timers move virtual time, messages arrive, the run ends by itself") {
  const RelayResult result = runRelay({});
  CHECK(result.stats.timers == 600);
  CHECK(result.stats.delivered == 600 * 2 + 200);
  CHECK(result.lines.size() == 800);
  CHECK(result.stats.errors == 0);
}

TEST_CASE("sim: the same seed gives the same trace; reordering by another seed gives another") {
  SimHost::Options plain;
  CHECK(runRelay(plain).hash == runRelay(plain).hash);
  SimHost::Options wild;
  wild.reorder = true;
  wild.maxDelay = Duration::millis(5);
  wild.seed = 1;
  const std::string one = runRelay(wild).hash;
  CHECK(one == runRelay(wild).hash);
  wild.seed = 2;
  CHECK(one != runRelay(wild).hash);
  CHECK(one != runRelay(plain).hash);
}

TEST_CASE("sim: reordering and delay never reorder within (publisher, topic) and lose nothing") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SimHost::Options wild;
    wild.reorder = seed % 2 == 0;
    wild.maxDelay = Duration::millis(static_cast<std::int64_t>(seed) * 3);
    wild.seed = seed;
    const RelayResult result = runRelay(wild, 100);
    CHECK(result.lines.size() == 200 + 66);
    std::map<std::string, int> last;
    for (const std::string& line : result.lines) {
      const std::size_t cut = line.rfind(' ');
      int& previous = last[line.substr(0, cut)];
      const int number = std::stoi(line.substr(cut + 1));
      if (line.find("intent") != std::string::npos) continue;  // two sources feed one channel of intents
      CHECK(number == previous + 1);
      previous = number;
    }
  }
}

TEST_CASE("sim: runUntil stops at its instant and drain does not move the clock") {
  SimFixture f;
  SourceAgent source("source", 10);
  RecorderAgent recorder({Topic::MarketTrade});
  f.host.add(source, "data");
  f.host.add(recorder, "audit");
  f.host.start();
  const Timestamp start = f.clock.now();
  f.host.runUntil(start + Duration::micros(3500));
  CHECK(recorder.lines.size() == 3);
  CHECK(f.clock.now() == start + Duration::micros(3500));
  f.host.drain();
  CHECK(recorder.lines.size() == 3);
  f.host.runUntil(start + Duration::seconds(1));
  CHECK(recorder.lines.size() == 10);
}

TEST_CASE("sim: CRITICAL overtakes what waits, delayed channels too") {
  for (const bool wild : {false, true}) {
    SimHost::Options options;
    options.reorder = wild;
    options.maxDelay = wild ? Duration::millis(10) : Duration{0};
    SimFixture f(options);
    RecorderAgent recorder({Topic::Event, Topic::EmergencyStop});
    f.host.add(recorder, "audit");
    f.host.start();
    const auto voice = f.bus.makePublisher("voice");
    for (int i = 0; i < 5; ++i) voice->publish(Topic::Event, payloadWith("event"));
    voice->publish(Topic::EmergencyStop, payloadWith("stop"));
    while (f.host.step()) {
    }
    REQUIRE(recorder.lines.size() == 6);
    CHECK(recorder.lines[0].find("stop") != std::string::npos);
  }
}

TEST_CASE("sim: an agent that throws is contained, reported and can be replaced") {
  SimFixture f;
  FragileAgent agent;
  RecorderAgent bystander({Topic::Control});
  std::vector<std::string> crashes;
  f.host.setCrashHandler(
      [&](AgentId id, const std::string& what) { crashes.push_back(f.bus.agentName(id) + ": " + what); });
  const AgentId id = f.host.add(agent, "trading");
  f.host.add(bystander, "trading");
  f.host.start();
  const auto voice = f.bus.makePublisher("voice");
  for (const char* text : {"one", "throw", "two", "three"}) voice->publish(Topic::Control, payloadWith(text));
  f.host.drain();
  CHECK(crashes == std::vector<std::string>{"fragile: as I was told"});
  CHECK(f.host.crashed(id));
  CHECK(agent.handled == 1);
  CHECK(f.host.stats().undelivered == 2);
  CHECK(bystander.lines.size() == 4);
  FragileAgent heir;
  CHECK(f.host.add(heir, "trading") == id);
  voice->publish(Topic::Control, payloadWith("four"));
  f.host.drain();
  CHECK(heir.handled == 1);
  CHECK(agent.handled == 1);
  CHECK_FALSE(f.host.crashed(id));
}

TEST_CASE("sim: a crashed host loses its queue and timers, is fenced off and comes back as a new generation") {
  SimFixture f;
  SourceAgent source("source", 1000);
  DeciderAgent decider;
  RecorderAgent recorder;
  f.host.add(source, "data");
  f.host.add(decider, "trading");
  f.host.add(recorder, "audit");
  const HostIdentity before = f.bus.registerHost("trading");
  const auto ghost = f.bus.makePublisher("decider", before);
  f.host.crashHostAt("trading", 100);
  f.host.start();
  f.host.runUntil(f.clock.now() + Duration::millis(200));
  const auto intents = recorder.linesOf("trading_signals/intent").size();
  CHECK(intents > 0);
  CHECK(intents <= 17);
  CHECK(f.bus.generationOf(before.id) == before.generation + 1);
  CHECK(ghost->publish(Topic::Intent, OrderIntent{}).isNil());
  CHECK(f.bus.stats().refused == 1);
  DeciderAgent second;
  f.host.add(second, "trading");
  f.host.runUntil(f.clock.now() + Duration::millis(100));
  CHECK(recorder.linesOf("trading_signals/intent").size() == intents + 34);  // 201, 204 … 300
}

TEST_CASE("sim: request and answer, and the limit's failure in virtual time") {
  for (const bool silent : {false, true}) {
    SimFixture f;
    FragileAgent responder("responder");
    const AgentId id = f.host.add(responder, "trading");
    AskingAgent asking(id, silent ? "silence" : "ready?");
    f.host.add(asking, "control");
    f.host.start();
    const Timestamp start = f.clock.now();
    while (f.host.step()) {
    }
    REQUIRE(asking.answers.size() == 1);
    CHECK(asking.answers[0] == (silent ? "responder did not answer asking in 200 ms" : "re: ready?"));
    CHECK(f.clock.now() == start + Duration::millis(201));
    CHECK(f.bus.openRequests().empty());
  }
}

TEST_CASE("sim: wakes from another thread arrive; the earliest pending one wins") {
  /// Counts its wakes and keeps its context.
  class Waker final : public Agent {
   public:
    std::string_view name() const override { return "waker"; }
    void onStart(AgentContext& context) override { m_context = &context; }
    void onMessage(const Message&) override {}
    void onWake() override { wokenAt.push_back(m_context->clock().now()); }
    AgentContext& context() { return *m_context; }
    std::vector<Timestamp> wokenAt;

   private:
    AgentContext* m_context = nullptr;
  };
  SimFixture f;
  Waker waker;
  f.host.add(waker, "data");
  f.host.start();
  const Timestamp start = f.clock.now();
  waker.context().requestWake(start + Duration::millis(20));
  waker.context().requestWake(start + Duration::millis(10));
  waker.context().requestWake(start + Duration::millis(30));
  Thread stranger;
  stranger.start("stranger", [&] { waker.context().requestWake(start + Duration::millis(5)); });
  stranger.join();
  while (f.host.step()) {
  }
  CHECK(waker.wokenAt == std::vector<Timestamp>{start + Duration::millis(5)});
}

TEST_CASE("sim: the idle hook feeds a run that has nothing due") {
  SimFixture f;
  RecorderAgent recorder({Topic::Event});
  f.host.add(recorder, "audit");
  const auto voice = f.bus.makePublisher("voice");
  int left = 5;
  f.host.setIdleHook([&] {
    if (left == 0) return false;
    --left;
    voice->publish(Topic::Event, payloadWith("made when idle"));
    return true;
  });
  f.host.start();
  while (f.host.step()) {
  }
  CHECK(recorder.lines.size() == 5);
}
