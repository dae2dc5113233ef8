// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <map>
#include <set>
#include <stdexcept>

#include "core/agents/orchestrator/deadlock.h"
#include "core/agents/orchestrator/health_monitor.h"
#include "core/agents/orchestrator/orchestrator_agent.h"
#include "core/agents/orchestrator/session_machine.h"
#include "core/agents/orchestrator/task_queue.h"
#include "tests/support/fake_agent_context.h"

using namespace bw;
using namespace bw::orchestrator;

namespace {

MonoTime atMillis(std::int64_t ms) {
  return MonoTime{ms * 1'000'000};
}

TaskQueue::Spec taskOf(const std::string& name, int priority, TaskQueue::Step step) {
  TaskQueue::Spec spec;
  spec.name = name;
  spec.priority = priority;
  spec.step = std::move(step);
  return spec;
}

class CountingStop final : public EmergencyStopPort {
 public:
  void trigger(std::string_view channel, std::string_view reason) noexcept override {
    triggers.push_back(std::string(channel) + ": " + std::string(reason));
  }
  StopProgress progress() const override { return {}; }
  std::vector<std::string> triggers;
};

/// An orchestrator without start-up steps, on a fake host.
struct OrchestratorStage {
  CountingStop stop;
  test::FakeAgentContext context;
  std::vector<Heartbeat> beats;
  std::vector<HealthAction> acts;
  std::vector<OpenRequest> open;
  std::vector<std::pair<Uuid, std::string>> failed;
  std::unique_ptr<OrchestratorAgent> agent;

  OrchestratorStage() {
    OrchestratorPorts ports;
    ports.realClock = &context.clock();
    ports.stop = &stop;
    ports.heartbeats = [this] { return beats; };
    ports.act = [this](const HealthAction& action) { acts.push_back(action); };
    ports.openRequests = [this] { return open; };
    ports.failRequest = [this](const Uuid& id, const std::string& why) { failed.emplace_back(id, why); };
    OrchestratorAgent::Options options;
    options.startTradingWhenReady = true;
    agent = std::make_unique<OrchestratorAgent>(ports, std::vector<StartupStepSpec>{}, options);
    agent->onStart(context);
  }
  void pass(Duration time) { context.advance(*agent, time); }
  /// The host's loop goes round.
  void beat() { ++beats.at(0).beats; }
};

}  // namespace

TEST_CASE(
    "orchestrator: a host that hangs is amber at 2 s, quarantined at 5 s, and a second time within 10 min stops") {
  OrchestratorStage stage;
  CHECK(stage.agent->state() == SessionState::Trading);
  Heartbeat risk;
  risk.agent = "risk";
  risk.host = "trading";
  stage.beats.push_back(risk);
  for (int i = 0; i < 8; ++i) {
    stage.beat();
    stage.pass(Duration::millis(500));
  }
  CHECK(stage.acts.empty());
  stage.pass(Duration::millis(1500));
  CHECK(stage.acts.empty());
  stage.pass(Duration::seconds(1));
  REQUIRE(stage.acts.size() == 1);
  CHECK(stage.acts[0].kind == HealthAction::Kind::Amber);
  CHECK(stage.agent->state() == SessionState::Trading);
  stage.pass(Duration::millis(2000));
  CHECK(stage.agent->state() == SessionState::Trading);
  stage.pass(Duration::seconds(1));
  REQUIRE(stage.acts.size() == 2);
  CHECK(stage.acts[1].kind == HealthAction::Kind::Quarantine);
  CHECK(stage.agent->state() == SessionState::Paused);
  CHECK(stage.stop.triggers.empty());
  stage.beat();  // the heir lives, and hangs again nine minutes later
  stage.pass(Duration::millis(500));
  for (int i = 0; i < 9 * 120; ++i) {
    stage.beat();
    stage.pass(Duration::millis(500));
  }
  stage.pass(Duration::seconds(6));
  REQUIRE(stage.stop.triggers.size() == 1);
  CHECK(stage.stop.triggers[0].find("second quarantine of the trading host") != std::string::npos);
}

TEST_CASE("orchestrator: a circle of requests is broken once, and an overdue request is failed by name") {
  OrchestratorStage stage;
  stage.open = {OpenRequest{Uuid{1, 0}, "risk", "data", Duration::millis(100), Duration::seconds(10), 1},
                OpenRequest{Uuid{2, 0}, "data", "risk", Duration::millis(50), Duration::seconds(10), 0}};
  stage.pass(Duration::millis(500));
  REQUIRE(stage.failed.size() == 1);
  CHECK(stage.failed[0].first == Uuid{2, 0});
  CHECK(stage.failed[0].second.find("deadlock") != std::string::npos);
  stage.open = {OpenRequest{Uuid{3, 0}, "risk", "data", Duration::millis(2001), Duration::seconds(2), 0}};
  stage.pass(Duration::millis(500));
  REQUIRE(stage.failed.size() == 2);
  CHECK(stage.failed[1].first == Uuid{3, 0});
  CHECK(stage.failed[1].second.find("request of risk to data") != std::string::npos);
  const auto events = stage.context.all<SystemEvent>(Topic::Event);
  CHECK(events.back().code == "bus.request_overdue");
}

TEST_CASE("session: the legal transitions of the specification and no others") {
  using S = SessionState;
  const std::set<std::pair<S, S>> legal = {{S::Initializing, S::Ready},    {S::Initializing, S::EmergencyStop},
                                           {S::Initializing, S::Shutdown}, {S::Ready, S::Trading},
                                           {S::Ready, S::EmergencyStop},   {S::Ready, S::Shutdown},
                                           {S::Trading, S::Paused},        {S::Trading, S::Ready},
                                           {S::Trading, S::EmergencyStop}, {S::Paused, S::Trading},
                                           {S::Paused, S::Ready},          {S::Paused, S::EmergencyStop},
                                           {S::EmergencyStop, S::Ready},   {S::EmergencyStop, S::Shutdown}};
  for (int from = 0; from < 6; ++from) {
    for (int to = 0; to < 6; ++to) {
      const auto pair = std::make_pair(static_cast<S>(from), static_cast<S>(to));
      CAPTURE(toString(pair.first));
      CAPTURE(toString(pair.second));
      CHECK(isLegal(pair.first, pair.second) == (legal.count(pair) == 1));
    }
  }
}

TEST_CASE("session: an illegal transition is refused and changes nothing") {
  SessionMachine machine;
  const auto moved = machine.moveTo(SessionState::Trading);
  REQUIRE_FALSE(moved.ok());
  CHECK(moved.error().detail.find("INITIALIZING") != std::string::npos);
  CHECK(machine.state() == SessionState::Initializing);
}

TEST_CASE("tasks: higher priority first, then first come first served, never more than the limit at once") {
  TaskQueue queue(2);
  std::vector<std::string> order;
  std::size_t most = 0;
  const auto once = [&](const std::string& name) {
    return [&, name](MonoTime) {
      order.push_back(name);
      most = std::max(most, queue.running());
      return TaskStep{TaskStep::State::Done, "", 1};
    };
  };
  queue.add(taskOf("low", 0, once("low")));
  queue.add(taskOf("high 1", 5, once("high 1")));
  queue.add(taskOf("high 2", 5, once("high 2")));
  for (int i = 0; i < 4; ++i) queue.run(atMillis(i), [](const TaskUpdate&) {});
  CHECK(order == std::vector<std::string>{"high 1", "high 2", "low"});
  CHECK(queue.mostAtOnce() == 2);
  CHECK(queue.idle());
}

TEST_CASE("tasks: a time limit and an exception end a task with their reason") {
  TaskQueue queue;
  std::map<std::string, std::string> details;
  auto stuck = taskOf("stuck", 0, [](MonoTime) {
    return TaskStep{TaskStep::State::Running, "waiting for the venue", 0};
  });
  stuck.timeLimit = Duration::millis(100);
  queue.add(std::move(stuck));
  queue.add(taskOf("thrower", 0, [](MonoTime) -> TaskStep { throw std::runtime_error("boom"); }));
  const auto note = [&](const TaskUpdate& u) { details[u.name] = u.state + " " + u.detail; };
  queue.run(atMillis(0), note);
  queue.run(atMillis(101), note);
  CHECK(details["stuck"] == "FAILED no end after 100 ms: waiting for the venue");
  CHECK(details["thrower"] == "FAILED ended by an exception: boom");
}

TEST_CASE("health: amber at 2 s, quarantine at 5 s, a second one of the trading host is a stop") {
  HealthMonitor monitor("trading");
  const auto beat = [](std::uint64_t n) { return std::vector<Heartbeat>{{"risk", "trading", n, false, "", {}}}; };
  CHECK(monitor.check(beat(1), atMillis(0)).empty());
  CHECK(monitor.check(beat(1), atMillis(1999)).empty());
  auto actions = monitor.check(beat(1), atMillis(2000));
  REQUIRE(actions.size() == 1);
  CHECK(actions[0].kind == HealthAction::Kind::Amber);
  CHECK(monitor.check(beat(1), atMillis(4999)).empty());
  actions = monitor.check(beat(1), atMillis(5000));
  REQUIRE(actions.size() == 2);
  CHECK(actions[0].kind == HealthAction::Kind::Quarantine);
  CHECK(actions[1].kind == HealthAction::Kind::PauseTrading);
  CHECK(monitor.rows()[0].state == AgentHealth::State::Quarantined);
  monitor.hostReplaced("trading");
  CHECK(monitor.check(beat(7), atMillis(6000)).empty());
  actions = monitor.check(beat(7), atMillis(11000));
  REQUIRE(actions.size() == 3);
  CHECK(actions[2].kind == HealthAction::Kind::EmergencyStop);
}

TEST_CASE("health: a quarantine more than ten minutes later only pauses") {
  HealthMonitor monitor("trading");
  const std::vector<Heartbeat> first{{"risk", "trading", 1, false, "", {}}};
  monitor.check(first, atMillis(0));
  monitor.check(first, atMillis(5000));
  monitor.hostReplaced("trading");
  const std::vector<Heartbeat> second{{"risk", "trading", 2, false, "", {}}};
  monitor.check(second, atMillis(606'000));
  const auto actions = monitor.check(second, atMillis(611'000));
  REQUIRE(actions.size() == 3);
  CHECK(actions[2].kind == HealthAction::Kind::PauseTrading);
}

TEST_CASE("health: a crashed agent is rebuilt with growing back-off") {
  HealthMonitor monitor("trading");
  const std::vector<Heartbeat> crashed{{"signal", "trading", 1, true, "boom", {}}};
  CHECK(monitor.check(crashed, atMillis(0)).size() == 1);
  CHECK(monitor.check(crashed, atMillis(500)).empty());
  CHECK(monitor.check(crashed, atMillis(1000)).size() == 1);
  CHECK(monitor.check(crashed, atMillis(2900)).empty());
  CHECK(monitor.check(crashed, atMillis(3000)).size() == 1);
}

TEST_CASE("deadlock: the youngest request of the lowest priority in the cycle is the victim") {
  const auto request = [](std::uint64_t id, const char* from, const char* to, std::int64_t age, int priority) {
    return OpenRequest{Uuid{id, 0}, from, to, Duration::millis(age), Duration::seconds(10), priority};
  };
  CHECK(cycleVictims({request(1, "a", "b", 10, 0), request(2, "b", "c", 20, 0)}).empty());
  const auto victims = cycleVictims({request(1, "a", "b", 10, 1), request(2, "b", "c", 30, 0),
                                     request(3, "c", "a", 20, 0), request(4, "x", "a", 1, 0)});
  REQUIRE(victims.size() == 1);
  CHECK(victims[0] == Uuid{3, 0});
}
