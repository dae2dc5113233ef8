// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>

#include "tests/app/held_agent.h"
#include "tests/app/session.h"

using namespace bw;
using bw::test::HeldAgent;
using bw::test::limitsOf;
using bw::test::makeSession;
using bw::test::runSession;
using bw::test::SessionPlan;
using bw::test::simPlan;

namespace {

/// Over every delivered message of two simulated minutes: the same from every compiler, preset and machine.
constexpr const char* kSimTrace = "e680b02ed8dabae7eb4f4ee66a204be9ceec2cca6a91d6e37d1150b0638eaefb";

}  // namespace

TEST_CASE("sim session: two simulated minutes trade, add up and give one trace") {
  const SessionPlan plan = simPlan(120);
  const auto session = makeSession(plan);
  const app::ReplayResult result = session->run(limitsOf(plan));
  CHECK(result.counters.orders > 10);
  CHECK(result.audit.violations == 0);
  CHECK(result.state == SessionState::Trading);
  const auto venue = session->engine().venueAccount();
  REQUIRE(venue.ok());
  std::map<InstrumentId, Decimal> ours;
  for (const Position& position : result.positions) ours[position.instrument] = position.quantity.decimal();
  for (const Position& position : venue->positions) CHECK(ours[position.instrument] == position.quantity.decimal());
  CHECK(ours.size() == venue->positions.size());
  CHECK(result.traceHash == kSimTrace);
}

TEST_CASE("sim session: same seed same trace; seed, fee, limit and parameter change it") {
  const SessionPlan plan = simPlan(40);
  const std::string base = runSession(plan).traceHash;
  CHECK(runSession(plan).traceHash == base);
  SessionPlan seed = plan;
  seed.engine.seed = 2;
  CHECK(runSession(seed).traceHash != base);
  SessionPlan fee = plan;
  fee.engine.fees = {"taker=0.05%"};
  CHECK(runSession(fee).traceHash != base);
  SessionPlan limit = plan;
  limit.limits = {"MAX_OPEN_POSITIONS=9"};
  CHECK(runSession(limit).traceHash != base);
  SessionPlan parameter = plan;
  parameter.engine.parameters = {"ninth-level-demo.level=8"};
  CHECK(runSession(parameter).traceHash != base);
}

TEST_CASE("sim session: without the risk agent's ears there is no order") {
  const SessionPlan plan = simPlan(40);
  const auto session = makeSession(plan);
  session->start();
  MessageBus& bus = session->engine().bus();
  bus.unsubscribe(Topic::Intent, bus.findAgent("risk"));
  const auto result = session->run(limitsOf(plan));
  CHECK(bus.stats().published[static_cast<std::size_t>(Topic::Intent)] > 0);
  CHECK(result.counters.orders == 0);
  CHECK(result.counters.refused == 0);
  const auto venue = session->engine().venueAccount();
  REQUIRE(venue.ok());
  CHECK(venue->openOrders.empty());
}

TEST_CASE("sim session: a slow risk agent makes orders late, never wrong") {
  SessionPlan plan = simPlan(60);
  plan.engine.decorate = [](std::unique_ptr<Agent> agent) -> std::unique_ptr<Agent> {
    if (agent->name() != "risk") return agent;
    return std::make_unique<HeldAgent>(std::move(agent), Topic::Intent, Duration::millis(400));
  };
  const auto session = makeSession(plan);
  std::map<Uuid, Timestamp> asked;
  Duration least = Duration::max();
  session->start();
  session->host().setTracer([&](const Message& message, AgentId) {
    if (message.topic == Topic::Intent) asked.emplace(message.as<OrderIntent>().id, message.timestamp);
    if (message.topic == Topic::OrderPlaced) {
      const auto intent = asked.find(message.as<OrderUpdate>().order.intentId);
      if (intent != asked.end()) least = std::min(least, message.timestamp - intent->second);
    }
  });
  const auto result = session->run(limitsOf(plan));
  CHECK(result.counters.orders > 0);
  CHECK(least >= Duration::millis(400));
  CHECK(least < Duration::seconds(1));
  CHECK(result.audit.violations == 0);
  CHECK(result.stop.stopNumber == 0);
}
