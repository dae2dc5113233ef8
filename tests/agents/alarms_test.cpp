// SPDX-License-Identifier: GPL-3.0-or-later
// G21, HU10: one alarm for each cause, at most three notices for it, whatever the storm; counted for each scenario.
#include <doctest/doctest.h>

#include <functional>

#include "core/agents/audit/alarm_agent.h"
#include "tests/support/fake_agent_context.h"

using namespace bw;
using agents::AlarmAgent;

namespace {

class CountingChannel final : public notify::Channel {
 public:
  explicit CountingChannel(bool disturbing) : m_disturbing(disturbing) {}
  std::string_view name() const override { return "counting"; }
  void send(const notify::Notice& notice) override {
    if (failing) throw std::runtime_error("the channel is broken");
    notices.push_back(notice);
  }
  bool disturbs() const override { return m_disturbing; }
  std::vector<notify::Notice> notices;
  bool failing = false;

 private:
  bool m_disturbing;
};

/// An alarm agent between what happens and who is told.
struct AlarmStage {
  std::shared_ptr<CountingChannel> log = std::make_shared<CountingChannel>(false);
  std::shared_ptr<CountingChannel> desktop = std::make_shared<CountingChannel>(true);
  std::vector<std::string> records;
  AlarmAgent agent{{log, desktop}, [this](const std::string& text) { records.push_back(text); }};
  test::FakeAgentContext context;

  AlarmStage() { agent.onStart(context); }
  void event(int priority, const char* source, const char* code, const char* subject = "", const char* action = "act") {
    context.deliver(agent, Topic::Event, SystemEvent{priority, source, code, "text", action, subject});
  }
  void pass(Duration time) { context.advance(agent, time); }
  /// The alarms that a person sees, latest state.
  std::map<std::uint64_t, AlarmUpdate> seen() const {
    std::map<std::uint64_t, AlarmUpdate> latest;
    for (const AlarmUpdate& alarm : context.all<AlarmUpdate>(Topic::Alarm)) latest[alarm.id] = alarm;
    return latest;
  }
};

struct Scenario {
  const char* name;
  std::function<void(AlarmStage&)> play;
  std::size_t alarms;  ///< causes there really are
};

}  // namespace

TEST_CASE("alarm budget: what persons are told in each scenario") {
  const Scenario scenarios[] = {
      {"a hung trading host, seen by three checks a second",
       [](AlarmStage& s) {
         for (int i = 0; i < 30; ++i) {
           s.event(i == 0 ? 1 : 3, "orchestrator", "agent.health", "trading", i == 0 ? "" : "Open Agents & health");
           s.pass(Duration::millis(333));
         }
       },
       1},
      {"a feed that comes and goes for an hour",
       [](AlarmStage& s) {
         for (int i = 0; i < 360; ++i) {
           s.event(2, "data", "feed.gap", "BTCUSDT");
           s.pass(Duration::seconds(10));
         }
       },
       1},
      {"an exposure that hovers at its bound",
       [](AlarmStage& s) {
         LimitAlert alert;
         alert.gauge.key = "MAX_EXPOSURE";
         alert.gauge.scope = "account";
         for (int i = 0; i < 200; ++i) {
           alert.breached = i % 2 == 0;
           s.context.deliver(s.agent, Topic::RiskAlert, alert);
           s.pass(Duration::millis(250));
         }
       },
       1},
      {"an invariant broken at every cycle, passive first, then active",
       [](AlarmStage& s) {
         for (int i = 0; i < 600; ++i) {
           if (i < 300)
             s.event(2, "audit", "invariant.passive");
           else
             s.event(3, "audit", "invariant.active");
           s.pass(Duration::millis(100));
         }
       },
       2},
      {"the emergency stop, pressed five times through five channels",
       [](AlarmStage& s) {
         for (const char* channel : {"plate", "shortcut", "tray", "file", "command line"}) {
           s.context.deliver(s.agent, Topic::EmergencyStop, EmergencyStopRaised{1, channel, "", {}});
           StopProgress progress;
           progress.state = StopState::Stopping;
           for (int i = 0; i < 20; ++i) s.context.deliver(s.agent, Topic::StopProgress, progress);
         }
       },
       1},
      {"a stop that cannot prove its end",
       [](AlarmStage& s) {
         s.context.deliver(s.agent, Topic::EmergencyStop, EmergencyStopRaised{1, "plate", "", {}});
         StopProgress progress;
         progress.state = StopState::Attention;
         progress.attention = "1 order unknown at the venue";
         for (int i = 0; i < 100; ++i) {
           s.context.deliver(s.agent, Topic::StopProgress, progress);
           s.pass(Duration::millis(100));
         }
       },
       2},
      {"a disk that fills: warning, then critical",
       [](AlarmStage& s) {
         for (int i = 0; i < 120; ++i) {
           s.event(i < 60 ? 2 : 3, "sentinel", "disk.low", "disk");
           s.pass(Duration::seconds(2));
         }
       },
       1},
      {"a critical alarm nobody looks at for a day",
       [](AlarmStage& s) {
         for (int i = 0; i < 24 * 60; ++i) {
           s.event(3, "risk", "position.unprotected", "SOL-PERP");
           s.pass(Duration::minutes(1));
         }
       },
       1},
      {"a venue that refuses every order",
       [](AlarmStage& s) {
         for (int i = 0; i < 1000; ++i) s.event(2, "execution", "order.rejected", "BTCUSDT");
       },
       1},
      {"hints that demand nothing",
       [](AlarmStage& s) {
         for (int i = 0; i < 50; ++i) s.event(1, "data", "feed.live", "", "");
       },
       0},
  };
  for (const Scenario& scenario : scenarios) {
    CAPTURE(std::string(scenario.name));
    AlarmStage stage;
    scenario.play(stage);
    stage.pass(Duration::seconds(1));
    const auto seen = stage.seen();
    CHECK(seen.size() == scenario.alarms);
    CHECK(seen.size() <= 3);
    std::map<std::uint64_t, int> perCause;
    for (const notify::Notice& notice : stage.log->notices) ++perCause[notice.alarm.id];
    for (const auto& [id, count] : perCause) CHECK(count <= 3);
    CHECK(perCause.size() == scenario.alarms);
    CHECK(stage.desktop->notices.size() <= 3 * scenario.alarms);
    CHECK(stage.records.size() == stage.log->notices.size());
    MESSAGE(std::string(scenario.name), ": ", seen.size(), " alarms, ", stage.log->notices.size(), " notices");
  }
}

TEST_CASE("alarms: counts, escalation, one reminder, acknowledgement, and anew after it") {
  AlarmStage stage;
  stage.event(2, "audit", "slow");
  stage.event(2, "audit", "slow");
  stage.event(3, "audit", "slow");
  auto alarm = stage.seen().begin()->second;
  CHECK(alarm.count == 3);
  CHECK(alarm.priority == 3);
  CHECK_FALSE(alarm.acknowledged);
  REQUIRE(stage.log->notices.size() == 2);
  CHECK(stage.log->notices[1].kind == notify::NoticeKind::Worse);
  stage.pass(Duration::minutes(20));
  REQUIRE(stage.log->notices.size() == 3);
  CHECK(stage.log->notices[2].kind == notify::NoticeKind::Reminder);

  ControlCommand acknowledge;
  acknowledge.kind = ControlCommand::Kind::AcknowledgeAlarm;
  acknowledge.channel = "window";
  acknowledge.number = 99;
  stage.context.deliver(stage.agent, Topic::Control, acknowledge);
  CHECK_FALSE(stage.context.all<ControlAnswer>(Topic::ControlAnswer).back().ok);
  acknowledge.number = static_cast<double>(alarm.id);
  stage.context.deliver(stage.agent, Topic::Control, acknowledge);
  CHECK(stage.context.all<ControlAnswer>(Topic::ControlAnswer).back().ok);
  CHECK(stage.seen().begin()->second.acknowledged);
  CHECK(stage.records.back().find("acknowledged through window") != std::string::npos);
  stage.pass(Duration::minutes(20));
  CHECK(stage.log->notices.size() == 3);

  stage.event(2, "audit", "slow");
  alarm = stage.seen().begin()->second;
  CHECK(stage.seen().size() == 1);
  CHECK_FALSE(alarm.acknowledged);
  CHECK(alarm.count == 4);
  CHECK(alarm.priority == 2);
  CHECK(stage.log->notices.size() == 4);
}

TEST_CASE("channels that disturb are limited in rate and told what was held back; the stop goes everywhere at once") {
  AlarmStage stage;
  for (int i = 0; i < 40; ++i) stage.event(2, "data", "gap", ("symbol " + std::to_string(i)).c_str());
  CHECK(stage.log->notices.size() == 40);
  CHECK(stage.desktop->notices.size() == notify::Notifier::kBurst);
  stage.context.deliver(stage.agent, Topic::EmergencyStop, EmergencyStopRaised{1, "plate", "", {}});
  REQUIRE(stage.desktop->notices.size() == notify::Notifier::kBurst + 1);
  CHECK(stage.desktop->notices.back().alarm.code == "emergency.stop");
  stage.pass(Duration::seconds(11));
  REQUIRE(stage.desktop->notices.size() == notify::Notifier::kBurst + 2);
  CHECK(stage.desktop->notices.back().alarm.text.find("35 more alarms") == 0);
  stage.desktop->failing = true;
  stage.pass(Duration::minutes(2));
  stage.event(2, "risk", "other");
  CHECK(stage.log->notices.back().alarm.code == "other");  // a broken channel takes no other with it
}
