// SPDX-License-Identifier: GPL-3.0-or-later
// Every host hangs once: it is fenced off, replaced on a new thread, and ignored when it wakes.
#include <fstream>
#include <sstream>

#include "app/compose/shared_feed.h"
#include "tests/app/drilled_agent.h"

using namespace bw;
using bw::test::contains;
using bw::test::Drill;
using bw::test::eventually;
using bw::test::WorkstationBench;

namespace {

std::string logOf(const WorkstationBench& bench) {
  std::ifstream in(bench.dir() / "logs/orchestrator.log");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

bool logged(const WorkstationBench& bench, const std::string& part) {
  return eventually([&] { return contains(logOf(bench), part); });
}

std::uint64_t generationOf(WorkstationBench& bench, const char* host) {
  return bench.engine().bus().generationOf(bench.engine().bus().registerHost(host).id);
}

/// Hangs `agent` on `host` and waits until its heir has begun.
void quarantine(WorkstationBench& bench, Drill& drill, const char* host) {
  REQUIRE(generationOf(bench, host) == 1);
  drill.hang = true;
  REQUIRE(eventually([&] { return drill.hanging == 1; }));
  REQUIRE(eventually([&] { return drill.made == 2; }));
  CHECK(generationOf(bench, host) == 2);
  REQUIRE(logged(bench, "host.replaced"));
}

/// The thread that hung wakes: it is ignored, and says so in the log.
void wakeOld(WorkstationBench& bench, Drill& drill) {
  drill.release();
  CHECK(eventually([&] { return drill.hanging == 0; }));
  CHECK(logged(bench, "host.woke"));
}

/// Hangs in poll() until it is let go.
class HangingFeed final : public MarketFeed {
 public:
  Timestamp nextTime() override { return Timestamp::fromSeconds(1); }
  void poll(Timestamp, MarketSink&) override {
    ++polls;
    while (hang.load()) std::this_thread::yield();
  }
  FeedStats stats() const override { return {}; }
  Result<void> seek(Timestamp) override { return {}; }
  std::atomic<bool> hang{false};
  std::atomic<int> polls{0};
};

class NoSink final : public MarketSink {
 public:
  void onBook(const BookDelta&) override {}
  void onBbo(const BboUpdate&) override {}
  void onTrade(const TradePrint&) override {}
  void onCandle(const Candle&) override {}
  void onStatus(const FeedStatus&) override {}
};

}  // namespace

TEST_CASE("quarantine: host data; its heir reads on where the feed stands") {
  Drill drill;
  WorkstationBench bench;
  test::drillAgent(bench, "data", drill);
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  quarantine(bench, drill, "data");
  const std::uint64_t events = bench.engine().status().counters().events;
  CHECK(eventually([&] { return bench.engine().status().counters().events > events + 100; }));
  wakeOld(bench, drill);
  CHECK(bench.state() == SessionState::Trading);
  CHECK(generationOf(bench, "trading") == 1);
  CHECK(bench.engine().status().audit().violations == 0);
}

TEST_CASE("quarantine: host audit; its heir checks on and finds nothing wrong") {
  Drill drill;
  WorkstationBench bench;
  test::drillAgent(bench, "audit", drill);
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  REQUIRE(eventually([&] { return bench.engine().status().counters().fills > 0; }));
  quarantine(bench, drill, "audit");
  const std::uint64_t fills = bench.engine().status().counters().fills;
  CHECK(eventually([&] { return bench.engine().status().counters().fills > fills; }));
  CHECK(eventually([&] { return bench.engine().status().audit().cycles > 0; }));
  wakeOld(bench, drill);
  CHECK(bench.engine().status().audit().violations == 0);
  CHECK(bench.engine().stop().progress().stopNumber == 0);
  CHECK(bench.state() == SessionState::Trading);
}

TEST_CASE("quarantine: host api; the control socket answers from the new agent, which knows what the old one knew") {
  Drill drill;
  WorkstationBench bench;
  test::drillAgent(bench, "status", drill);
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  REQUIRE(eventually([&] { return bench.engine().status().counters().orders > 0; }));
  const api::StatusAgent* old = &bench.engine().status();
  const api::StatusAgent::Counters before = old->counters();
  quarantine(bench, drill, "api");
  CHECK(&bench.engine().status() != old);
  CHECK(bench.state() == SessionState::Trading);
  CHECK(bench.engine().status().counters().orders >= before.orders);
  CHECK(eventually([&] { return contains(bench.ask("status"), "\"state\":\"TRADING\""); }));
  CHECK(contains(bench.ask("pause"), "\"ok\":true"));
  CHECK(bench.reaches(SessionState::Paused));
  CHECK(contains(bench.ask("resume"), "\"ok\":true"));
  CHECK(bench.reaches(SessionState::Trading));
  CHECK(eventually([&] { return bench.engine().status().counters().orders > before.orders; }));
  wakeOld(bench, drill);
  CHECK(contains(bench.ask("status"), "\"state\":\"TRADING\""));
}

TEST_CASE("quarantine: an execution agent that wakes with an approval in its hand places nothing") {
  Drill drill;
  drill.only = Topic::RiskApproved;
  WorkstationBench bench;
  bench.options().speed = 1;  // the approval is still valid in time when the old thread wakes
  test::drillAgent(bench, "execution", drill);
  drill.hang = true;
  bench.start();
  REQUIRE(eventually([&] { return drill.hanging == 1; }));
  REQUIRE(eventually([&] { return drill.made == 2; }));
  REQUIRE(eventually([&] { return bench.engine().gate().generation() == 2; }));
  CHECK(bench.reaches(SessionState::Paused));
  gate::Gate& gate = bench.engine().gate();
  const std::uint64_t refusedByGate = gate.refusedCount();
  const std::uint64_t refusedByBus = bench.engine().bus().stats().refused;
  const std::uint64_t passed = gate.passedCount();
  wakeOld(bench, drill);
  CHECK(eventually([&] { return gate.refusedCount() > refusedByGate; }));
  CHECK(bench.engine().bus().stats().refused > refusedByBus);
  CHECK(gate.passedCount() == passed);
  CHECK(logged(bench, "bus.refused"));
  CHECK(logged(bench, "gate.refused"));
  const auto account = bench.engine().venueAccount();
  REQUIRE(account.ok());
  CHECK(account->openOrders.empty());
}

TEST_CASE("quarantine: nobody replaces the orchestrator; while it is silent no new risk is taken") {
  Drill drill;
  WorkstationBench bench;
  test::drillAgent(bench, "orchestrator", drill);
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  gate::Gate& gate = bench.engine().gate();
  CHECK_FALSE(gate.hasNoNew(gate::NoNewCause::ControlSilent));
  drill.hang = true;
  CHECK(eventually([&] { return gate.hasNoNew(gate::NoNewCause::ControlSilent); }));
  CHECK(logged(bench, "control.silent"));
  CHECK(drill.made == 1);
  drill.release();
  CHECK(eventually([&] { return !gate.hasNoNew(gate::NoNewCause::ControlSilent); }));
  CHECK(contains(bench.ask("pause"), "\"ok\":true"));
}

TEST_CASE("quarantine: while an old data agent hangs inside the feed its heir stays outside") {
  auto inner = std::make_shared<HangingFeed>();
  auto seat = std::make_shared<app::FeedSeat>();
  const ManualClock clock{Timestamp::fromSeconds(100)};
  app::SharedFeed old(inner, clock, seat, {});
  NoSink sink;
  old.poll(clock.now(), sink);
  CHECK(inner->polls == 1);
  inner->hang = true;
  Thread hung;
  hung.start("hung", [&] { old.poll(clock.now(), sink); });
  REQUIRE(eventually([&] { return inner->polls == 2; }));
  app::SharedFeed heir(inner, clock, seat, {});
  heir.poll(clock.now(), sink);
  CHECK(inner->polls == 2);
  CHECK(heir.nextTime() > clock.now());
  CHECK_FALSE(heir.seek(clock.now()).ok());
  inner->hang = false;
  hung.join();
  heir.poll(clock.now(), sink);
  CHECK(inner->polls == 3);
  old.poll(clock.now(), sink);
  CHECK(inner->polls == 3);
}
