// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <atomic>

#include "app/compose/replay_session.h"
#include "tests/app/drilled_agent.h"

using namespace bw;
using bw::test::contains;
using bw::test::Drill;
using bw::test::drillAgent;
using bw::test::eventually;
using bw::test::WorkstationBench;

TEST_CASE("health: a hung trading host is quarantined and replaced; a second time is an emergency stop") {
  Drill drill;
  WorkstationBench bench;
  drillAgent(bench, "risk", drill);
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  MessageBus& bus = bench.engine().bus();
  const HostId trading = bus.registerHost("trading").id;
  REQUIRE(bus.generationOf(trading) == 1);
  REQUIRE(eventually([&] { return bench.engine().status().counters().orders > 0; }));

  drill.hang = true;
  REQUIRE(bench.reaches(SessionState::Paused));
  CHECK(drill.hanging == 1);
  REQUIRE(eventually([&] { return drill.made == 2; }));
  CHECK(bus.generationOf(trading) == 2);
  REQUIRE(eventually([&] { return bench.engine().gate().generation() == 2; }));
  const std::uint64_t refusedBefore = bus.stats().refused;

  // The new agents work: a person resumes, orders are placed by them.
  const std::uint64_t orders = bench.engine().status().counters().orders;
  REQUIRE(eventually([&] { return contains(bench.ask("resume"), "\"ok\":true"); }));
  CHECK(bench.reaches(SessionState::Trading));
  CHECK(eventually([&] { return bench.engine().status().counters().orders > orders; }));

  // The old thread wakes and is ignored.
  drill.release();
  CHECK(eventually([&] { return drill.hanging == 0; }));
  CHECK(bus.stats().refused >= refusedBefore);
  drill.holdAgain();

  drill.hang = true;
  REQUIRE(bench.reaches(SessionState::EmergencyStop));
  CHECK(contains(bench.engine().stop().progress().reason, "second quarantine of the trading host"));
  REQUIRE(eventually([&] { return bench.engine().stop().progress().state == StopState::Stopped; }));
  const auto account = bench.engine().venueAccount();
  REQUIRE(account.ok());
  CHECK(account->openOrders.empty());
  CHECK(account->positions.empty());
  drill.release();
  bench.stop();
}

TEST_CASE("health: the stop works while the trading host hangs") {
  Drill drill;
  WorkstationBench bench;
  drillAgent(bench, "risk", drill);
  bench.options().engine.health = {};
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  REQUIRE(eventually([&] { return bench.engine().status().counters().orders > 0; }));
  drill.hang = true;
  REQUIRE(eventually([&] { return drill.hanging == 1; }));
  const std::string answer = bench.ask("emergency-stop");
  CHECK_MESSAGE(contains(answer, "\"open_orders\":0,\"positions\":0"), answer);
  CHECK(contains(answer, "\"state\":\"STOPPED\""));
  drill.release();
}

TEST_CASE("health: an agent that throws is made again; the others go on") {
  Drill drill;
  WorkstationBench bench;
  drillAgent(bench, "signal", drill);
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  REQUIRE(drill.made == 1);
  drill.fail = true;
  REQUIRE(eventually([&] { return drill.made == 2; }));
  CHECK(bench.state() == SessionState::Trading);
  CHECK(bench.engine().bus().generationOf(bench.engine().bus().registerHost("trading").id) == 1);
  const std::uint64_t orders = bench.engine().status().counters().orders;
  CHECK(eventually([&] { return bench.engine().status().counters().orders > orders; }));
}

TEST_CASE("health: an execution agent that throws comes back with the orders and positions of this very session") {
  Drill drill;
  WorkstationBench bench;
  drillAgent(bench, "execution", drill);
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  REQUIRE(eventually([&] { return bench.engine().status().counters().fills > 0; }));
  drill.fail = true;
  REQUIRE(eventually([&] { return drill.made == 2; }));
  const std::uint64_t orders = bench.engine().status().counters().orders;
  CHECK(eventually([&] { return bench.engine().status().counters().orders > orders; }));
  CHECK(bench.engine().stop().progress().stopNumber == 0);
  CHECK(bench.engine().status().audit().violations == 0);
}

TEST_CASE("health: with every core spinning no host is taken for hung, and trading goes on") {
  WorkstationBench bench;
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  std::atomic<bool> spin{true};
  std::array<Thread, 8> threads;
  for (Thread& thread : threads) {
    thread.start("spin", [&spin] {
      while (spin.load(std::memory_order_relaxed)) {
      }
    });
  }
  const std::uint64_t orders = bench.engine().status().counters().orders;
  CHECK(eventually([&] { return bench.engine().status().counters().orders > orders + 5; }));
  MessageBus& bus = bench.engine().bus();
  for (const char* host : {"data", "trading", "audit", "api", "watch"})
    CHECK(bus.generationOf(bus.registerHost(host).id) == 1);
  CHECK(bench.state() == SessionState::Trading);
  spin = false;
  for (Thread& thread : threads) thread.join();
}

TEST_CASE("hosts: the same agents on threads and on virtual time read a recording to the same book") {
  const char* given = std::getenv("BW_TEST_DATA");
  const std::string input =
      std::string(given != nullptr ? given : BW_TEST_DATA_DIR) + "/ticks/cryptofeed_KRAKEN.ws.50.0.gz";
  if (!std::filesystem::exists(input)) {
    std::printf("SKIPPED: the recording %s is absent\n", input.c_str());
    return;
  }
  auto settings = app::loadSettings(std::string(BW_SOURCE_DIR) + "/config", "");
  REQUIRE(settings.ok());
  app::EngineOptions options;
  options.mode = "replay";
  options.input = input;
  auto places = app::temporaryPlaces();
  REQUIRE(places.ok());
  auto session = app::ReplaySession::make(options, *settings, *places);
  REQUIRE(session.ok());
  const app::ReplayResult virtually = (*session)->run({});

  WorkstationBench bench;
  bench.options().engine.mode = "replay";
  bench.options().engine.input = input;
  bench.options().speed = 1000;
  bench.start();
  REQUIRE(eventually([&] { return bench.engine().data()->ended(); }));
  bench.workstation().stop();
  const DataAgentStats threaded = bench.engine().data()->stats();
  CHECK(threaded.feed.events == virtually.data.feed.events);
  CHECK(threaded.checksumsOk == virtually.data.checksumsOk);
  CHECK(threaded.finalBookHash == virtually.data.finalBookHash);
}
