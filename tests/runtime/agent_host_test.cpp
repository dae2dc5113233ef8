// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/agent_host.h"

#include <doctest/doctest.h>

#include <QCoreApplication>
#include <atomic>
#include <functional>

#include "core/base/thread.h"
#include "core/sim/sim_host.h"
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

/// Waits for a condition, at most ten seconds of real time.
bool eventually(const std::function<bool()>& condition) {
  const SystemClock real;
  const MonoTime end = real.mono() + Duration::seconds(10);
  while (real.mono() < end) {
    if (condition()) return true;
    std::this_thread::yield();
  }
  return condition();
}

/// A bus on real time; the recorders' vectors are read after their hosts have stopped.
struct HostFixture {
  SystemClock real;
  Log log{real, {}};
  MessageBus bus{real, 1};
  int argc = 1;
  char name[8] = "test";
  char* argv[2] = {name, nullptr};
  QCoreApplication app{argc, argv};

  AgentHost::Options options(const std::string& host) const {
    AgentHost::Options options;
    options.name = host;
    return options;
  }
};

/// Says on which thread it runs, and blocks on demand.
class GatedAgent final : public Agent {
 public:
  std::string_view name() const override { return "gated"; }
  void onStart(AgentContext& context) override {
    m_context = &context;
    context.subscribe(Topic::Control);
  }
  void onMessage(const Message& message) override {
    entered.fetch_add(1);
    if (textOf(message) == "block") {
      while (!released.load()) std::this_thread::yield();
      published = m_context->publish(Topic::Event, payloadWith("I am back"));
    }
    handled.fetch_add(1);
  }
  std::atomic<int> entered{0};
  std::atomic<int> handled{0};
  std::atomic<bool> released{false};
  Uuid published;

 private:
  AgentContext* m_context = nullptr;
};

}  // namespace

TEST_CASE("agent host: the same agents give the same outputs as on SimHost") {
  constexpr int kTrades = 60;
  HostFixture f;
  RecorderAgent live;
  SourceAgent liveSource("source", kTrades);
  DeciderAgent liveDecider;
  {
    AgentHost data(f.bus, f.real, f.real, f.log, f.options("data"));
    AgentHost trading(f.bus, f.real, f.real, f.log, f.options("trading"));
    AgentHost audit(f.bus, f.real, f.real, f.log, f.options("audit"));
    const AgentId source = data.add(liveSource);
    trading.add(liveDecider);
    const AgentId recorder = audit.add(live);
    audit.start();
    REQUIRE(eventually([&] { return audit.figures(recorder).running; }));
    trading.start();
    REQUIRE(eventually([&] { return f.bus.subscribers(Topic::MarketTrade).size() == 2; }));
    data.start();
    CHECK(eventually([&] { return audit.figures(recorder).messagesIn == kTrades + kTrades / 3; }));
    CHECK(eventually([&] { return data.figures(source).messagesOut == kTrades; }));
    CHECK(data.stop(Duration::seconds(5)).ok());
    CHECK(trading.stop(Duration::seconds(5)).ok());
    CHECK(audit.stop(Duration::seconds(5)).ok());
  }
  ManualClock clock{Timestamp::fromSeconds(1'700'000'000)};
  MessageBus simBus(clock, 1);
  SimHost sim(simBus, clock, f.log, {});
  SourceAgent simSource("source", kTrades);
  DeciderAgent simDecider;
  RecorderAgent simulated;
  sim.add(simSource, "data");
  sim.add(simDecider, "trading");
  sim.add(simulated, "audit");
  sim.start();
  while (sim.step()) {
  }
  for (const Topic topic : {Topic::MarketTrade, Topic::Intent}) {
    CHECK(live.linesOf(infoOf(topic).name) == simulated.linesOf(infoOf(topic).name));
    CHECK_FALSE(live.linesOf(infoOf(topic).name).empty());
  }
}

TEST_CASE("agent host: a burst costs few turns and arrives whole") {
  HostFixture f;
  RecorderAgent recorder({Topic::OrderFilled});
  AgentHost host(f.bus, f.real, f.real, f.log, f.options("audit"));
  const AgentId id = host.add(recorder);
  host.start();
  REQUIRE(eventually([&] { return host.figures(id).running; }));
  const auto voice = f.bus.makePublisher("voice");
  constexpr int kCount = 5000;
  for (int i = 0; i < kCount; ++i) voice->publish(Topic::OrderFilled, payloadWith("f"));
  CHECK(eventually([&] { return host.figures(id).messagesIn == kCount; }));
  CHECK(host.turns() < kCount / 2);
  CHECK(eventually([&] { return host.figures(id).heartbeat >= 2; }));
  CHECK(host.figures(id).max >= host.figures(id).p50);
  CHECK(host.stop(Duration::seconds(5)).ok());
  CHECK(recorder.lines.size() == kCount);
  CHECK(host.figures(id).running == false);
}

TEST_CASE("agent host: what an agent throws is contained, the others go on, an heir takes its place") {
  HostFixture f;
  std::atomic<int> crashes{0};
  AgentId crashed;
  std::string what;
  AgentHost::Hooks hooks;
  hooks.crashed = [&](AgentId id, const std::string& text) {
    crashed = id;
    what = text;
    crashes.store(1);
  };
  AgentHost host(f.bus, f.real, f.real, f.log, f.options("trading"), hooks);
  FragileAgent fragile;
  FragileAgent sturdy("sturdy");
  FragileAgent heir;
  const AgentId id = host.add(fragile);
  const AgentId sturdyId = host.add(sturdy);
  host.start();
  REQUIRE(eventually([&] { return host.figures(sturdyId).running; }));
  const auto voice = f.bus.makePublisher("voice");
  PublishOptions direct;
  direct.to = id;
  voice->publish(Topic::Control, payloadWith("throw"), direct);
  REQUIRE(eventually([&] { return crashes.load() == 1; }));
  CHECK(crashed == id);
  CHECK(what == "as I was told");
  CHECK(host.figures(id).crashed);
  CHECK(host.figures(id).errors == 1);
  voice->publish(Topic::Control, payloadWith("hello"));
  CHECK(eventually([&] { return host.figures(sturdyId).messagesIn == 1; }));
  CHECK(host.add(heir) == id);
  REQUIRE(eventually([&] { return host.figures(id).running; }));
  voice->publish(Topic::Control, payloadWith("hello again"));
  CHECK(eventually([&] { return host.figures(id).messagesIn == 1; }));
  CHECK(host.stop(Duration::seconds(5)).ok());
  CHECK(heir.handled == 1);
  CHECK(fragile.handled == 0);
}

TEST_CASE("agent host: request, answer and time limit across two threads; self-test on the host") {
  HostFixture f;
  FragileAgent responder("responder");
  AgentHost trading(f.bus, f.real, f.real, f.log, f.options("trading"));
  const AgentId id = trading.add(responder);
  AskingAgent polite(id, "ready?");
  trading.start();
  REQUIRE(eventually([&] { return trading.figures(id).running; }));
  {
    AgentHost control(f.bus, f.real, f.real, f.log, f.options("control"));
    const AgentId asking = control.add(polite);
    control.start();
    CHECK(eventually([&] { return control.figures(asking).messagesIn == 1; }));
    CHECK(control.stop(Duration::seconds(5)).ok());
  }
  CHECK(polite.answers == std::vector<std::string>{"re: ready?"});
  AskingAgent ignored(id, "silence");
  {
    AgentHost control(f.bus, f.real, f.real, f.log, f.options("control"));
    const AgentId asking = control.add(ignored);
    control.start();
    CHECK(eventually([&] { return control.figures(asking).messagesIn == 1; }));
    CHECK(control.stop(Duration::seconds(5)).ok());
  }
  CHECK(ignored.answers == std::vector<std::string>{"responder did not answer asking in 200 ms"});
  std::atomic<bool> tested{false};
  std::string finding = "not asked";
  trading.requestSelfTest(id, [&](const std::string& text) {
    finding = text;
    tested.store(true);
  });
  CHECK(eventually([&] { return tested.load(); }));
  CHECK(finding.empty());
  CHECK(trading.stop(Duration::seconds(5)).ok());
}

TEST_CASE("agent host: a hung host is named, fenced off, replaced, and ignored when it wakes") {
  HostFixture f;
  GatedAgent hung;
  GatedAgent heir;
  RecorderAgent recorder({Topic::Event});
  auto old = std::make_unique<AgentHost>(f.bus, f.real, f.real, f.log, f.options("trading"));
  AgentHost audit(f.bus, f.real, f.real, f.log, f.options("audit"));
  const AgentId recorderId = audit.add(recorder);
  const AgentId id = old->add(hung);
  audit.start();
  old->start();
  REQUIRE(eventually([&] { return old->figures(id).running && audit.figures(recorderId).running; }));
  const auto voice = f.bus.makePublisher("voice");
  voice->publish(Topic::Control, payloadWith("block"));
  REQUIRE(eventually([&] { return hung.entered.load() == 1; }));
  CHECK(old->busyAgent() == id);
  const auto stopped = old->stop(Duration::millis(20));
  REQUIRE_FALSE(stopped.ok());
  CHECK(stopped.error().userKey == "host.late");
  CHECK(stopped.error().detail.find("gated") != std::string::npos);
  CHECK(AgentHost::hungHosts() == 0);
  const std::uint64_t generation = old->identity().generation;
  AgentHost::retire(std::move(old));
  CHECK(AgentHost::hungHosts() == 1);
  CHECK(f.bus.subscribers(Topic::Control).empty());
  AgentHost fresh(f.bus, f.real, f.real, f.log, f.options("trading"));
  CHECK(fresh.identity().generation == generation + 1);
  fresh.add(heir);
  fresh.start();
  REQUIRE(eventually([&] { return fresh.figures(id).running; }));
  voice->publish(Topic::Control, payloadWith("work"));
  CHECK(eventually([&] { return heir.handled.load() == 1; }));
  hung.released.store(true);
  CHECK(eventually([&] { return hung.handled.load() == 1; }));
  CHECK(eventually([&] { return AgentHost::hungHosts() == 0; }));
  CHECK(hung.published.isNil());
  CHECK(f.bus.stats().refused == 1);
  CHECK(hung.entered.load() == 1);
  CHECK(fresh.stop(Duration::seconds(5)).ok());
  CHECK(audit.stop(Duration::seconds(5)).ok());
  CHECK(recorder.lines.empty());
}

TEST_CASE("agent host: timers follow the market clock's pause and speed") {
  HostFixture f;
  MarketClock market(f.real, Timestamp::fromSeconds(1'700'000'000), 1.0);
  market.setPaused(true);
  MessageBus bus(market, 1);
  SourceAgent source("source", 100);
  AgentHost host(bus, market, f.real, f.log, f.options("data"));
  const AgentId id = host.add(source);
  host.start();
  REQUIRE(eventually([&] { return host.figures(id).heartbeat >= 2; }));
  CHECK(host.figures(id).messagesOut == 0);
  market.setSpeed(1000);
  market.setPaused(false);
  host.clockChanged();
  CHECK(eventually([&] { return host.figures(id).messagesOut == 100; }));
  CHECK(host.stop(Duration::seconds(5)).ok());
}
